"""People at the desk: accounts made as they are made, with quick hashes and an authenticator that follows the test's clock."""

from argon2 import PasswordHasher
from pyotp import TOTP

from bot.desk.proofs import DeskProofs
from bot.domain.account import Account, Role
from bot.usecases import accounts, sign_in
from bot.usecases.house import House
from bot.usecases.sign_in import Entered, Given
from tests.fakes import FakeClock

PASSWORD = "correct horse battery"


def quick_proofs() -> DeskProofs:
    """Argon2id with the smallest cost: what is tested is not how long it takes."""
    return DeskProofs(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class Person:
    """Somebody with a password and an authenticator."""

    def __init__(self, name: str, secret: str, clock: FakeClock) -> None:
        self.name = name
        self.clock = clock
        self.codes: list[str] = []
        self.account: Account | None = None
        self._totp = TOTP(secret)

    def code(self) -> str:
        """What the authenticator shows in the next half minute: the clock moves on, so that none comes twice."""
        self.clock.move(seconds=30)
        return self._totp.at(self.clock.now())

    def given(self, **more: str) -> Given:
        """All that is asked for at the door."""
        values = {"name": self.name, "password": PASSWORD, "address": "192.0.2.1"} | more
        return Given(**({"code": self.code()} | values if "code" not in values else values))  # type: ignore[arg-type]  # test values


async def first(house: House, proofs: DeskProofs, clock: FakeClock, name: str = "Root") -> Person:
    """The first account: an administrator."""
    token = await accounts.first_token(house, proofs)
    assert token is not None
    return await begun(house, proofs, clock, token, name)


async def begun(house: House, proofs: DeskProofs, clock: FakeClock, token: str, name: str) -> Person:
    """Somebody who was given an address makes an account."""
    person = Person(name, (await accounts.invitation_of(house, token)).secret, clock)
    made = await accounts.begin(house, proofs, token, name, PASSWORD, person.code())
    person.codes, person.account = made.codes, made.entered.account
    return person


async def joined(
    house: House, proofs: DeskProofs, by: Person, name: str, role: Role = Role.OFFICER, duties: tuple[str, ...] = ("general",)
) -> Person:
    """An administrator invites somebody, who makes an account."""
    assert by.account is not None
    token = await accounts.invite(house, proofs, by.account, name, role, duties)
    return await begun(house, proofs, by.clock, token, name)


async def enters(house: House, proofs: DeskProofs, person: Person, **more: str) -> Entered:
    """Somebody signs in."""
    return await sign_in.sign_in(house, proofs, person.given(**more))
