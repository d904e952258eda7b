"""Making and ending accounts of the desk: the first one, invitations, recovery codes, sessions."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.account import (
    FIRST_LIVES,
    INVITED_LIVES,
    LONGEST_NAME,
    LONGEST_PASSWORD,
    RECOVERY_CODES,
    SHORTEST_PASSWORD,
    Account,
    AccountId,
    Invitation,
    Lock,
    Role,
    Session,
    SessionId,
)
from bot.domain.errors import Refused
from bot.domain.ids import OfficerId, new_id
from bot.ports import Proofs, Transaction
from bot.usecases.house import House
from bot.usecases.sign_in import Entered, actor, enter

#: No letter or digit that looks like another one.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


async def first_token(house: House, proofs: Proofs) -> str | None:
    """The token of the one address that makes the first account, an administrator's; None when there is an administrator.

    An earlier one is valid no more.
    """
    async with house.store.begin() as tx:
        if await _has_administrator(tx):
            return None
        invitation = Invitation(id=new_id(), role=Role.ADMINISTRATOR, name=None, secret=proofs.new_secret(), duties=())
        token = await _invited(tx, invitation, None, house.clock.now(), FIRST_LIVES)
        await tx.commit()
    return token


async def _has_administrator(tx: Transaction) -> bool:
    return any(each.role is Role.ADMINISTRATOR and each.is_live for each in await tx.accounts.all())


async def invite(house: House, proofs: Proofs, by: Account, name: str, role: Role, duties: Sequence[str]) -> str:
    """The token of an address at which that person makes their own account.  Raises Refused: ``name``, ``name_taken``.

    The name of an officer who is there already joins the account to that officer.
    """
    name = checked_name(name)
    async with house.store.begin() as tx:
        if await tx.accounts.by_name(name) is not None:
            raise Refused("name_taken")
        invitation = Invitation(id=new_id(), role=role, name=name, secret=proofs.new_secret(), duties=tuple(duties))
        token = await _invited(tx, invitation, by.id, house.clock.now(), INVITED_LIVES)
        await tx.audit.append(actor(by), "account_invited", invitation.id, {"role": str(role)})
        await tx.commit()
    return token


async def _invited(tx: Transaction, invitation: Invitation, by: AccountId | None, now: datetime, lives: timedelta) -> str:
    token = secrets.token_urlsafe(32)
    await tx.accounts.invite(invitation, token, by, now + lives)
    return token


def checked_name(name: str) -> str:
    """A name that can be one.  Raises Refused."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Refused("name")
    return name


def check_password(password: str, name: str) -> None:
    """Raises Refused: too short, endless, or the name itself.  What it is made of is nobody's business."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or password.casefold() == name.casefold():
        raise Refused("password")


async def invitation_of(house: House, token: str) -> Invitation:
    """What that address invites to.  Raises Refused("expired")."""
    async with house.store.begin() as tx:
        return await _open(tx, token, house.clock.now())


async def _open(tx: Transaction, token: str, now: datetime) -> Invitation:
    found = await tx.accounts.invitation(token, now)
    if found is None or (found.is_first and await _has_administrator(tx)):
        raise Refused("expired")
    return found


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A new account, whose person is in."""

    entered: Entered
    codes: list[str] = field(repr=False)  #: for recovery, to be shown this once


async def begin(house: House, proofs: Proofs, token: str, name: str, password: str, code: str) -> Begun:
    """Make the account that the address invites to, and let its person in.

    Raises Refused: ``expired``, ``name``, ``name_taken``, ``password``, ``code``; the address stays valid but for the first.
    """
    invitation = await invitation_of(house, token)
    name = invitation.name or checked_name(name)
    check_password(password, name)
    step = proofs.step(invitation.secret, "".join(code.split()), house.clock.now())
    if step is None:
        raise Refused("code")
    lock = Lock(password=await proofs.hashed(password), secret=invitation.secret)
    codes = new_codes()
    async with house.store.begin() as tx:
        invitation = await _open(tx, token, house.clock.now())
        if not await tx.accounts.spend_invitation(invitation.id):
            raise Refused("expired")
        officer = await _officer(tx, house, invitation, name) if invitation.role.reads else None
        account = Account(id=AccountId(new_id()), name=name, role=invitation.role, officer=officer, invited_by=invitation.by)
        await tx.accounts.make(account, lock, step, [plain(each) for each in codes], house.clock.now())
        entered = await enter(tx, house, account, None)
        await tx.audit.append(actor(account), "account_made", account.id, {"role": str(account.role)})
        await tx.commit()
    return Begun(entered=entered, codes=codes)


async def _officer(tx: Transaction, house: House, invitation: Invitation, name: str) -> OfficerId:
    """The same person in the queue and on a messenger."""
    known = await tx.officers.by_name(name)
    return known.id if known else await tx.officers.make(name, invitation.duties or ("general",), house.clock.now())


def new_codes() -> list[str]:
    """Ten recovery codes of 50 random bits, in two groups."""
    return ["-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(RECOVERY_CODES)]


def plain(code: str) -> str:
    """A recovery code as it is kept."""
    return code.replace("-", "")


async def renew_codes(house: House, account: Account) -> list[str]:
    """New recovery codes; the old ones are worth nothing any more."""
    codes = new_codes()
    async with house.store.begin() as tx:
        await tx.accounts.renew_recovery(account.id, [plain(each) for each in codes])
        await tx.audit.append(actor(account), "recovery_renewed", account.id)
        await tx.commit()
    return codes


async def change_password(house: House, proofs: Proofs, account: Account, session: Session, password: str) -> None:
    """Another password; whoever sits in another session of this account, with the old one, is out.  Raises Refused("password")."""
    check_password(password, account.name)
    hashed = await proofs.hashed(password)
    async with house.store.begin() as tx:
        await tx.accounts.renew_password(account.id, hashed)
        await tx.sessions.end_others(session.id, account.id)
        await tx.audit.append(actor(account), "password_changed", account.id)
        await tx.commit()


async def everybody(house: House) -> list[Account]:
    """Every account, oldest first."""
    async with house.store.begin() as tx:
        return await tx.accounts.all()


async def disable(house: House, by: Account, account: AccountId) -> None:
    """End an account everywhere: sessions, known browsers, the officer's messenger; what they held rings others.

    Raises Refused: ``yourself`` (so that an administrator is always left), ``unknown``.
    """
    if account == by.id:
        raise Refused("yourself")
    async with house.store.begin() as tx:
        try:
            found = await tx.accounts.get(account)
            if not (await tx.accounts.get(by.id)).is_live:
                raise Refused("unknown")
        except KeyError:
            raise Refused("unknown") from None
        await tx.accounts.disable(account, house.clock.now())
        if found.officer is not None:
            await tx.officers.remove(found.officer)
        await tx.audit.append(actor(by), "account_disabled", account)
        await tx.commit()


async def sessions_of(house: House, account: Account) -> tuple[list[Session], int]:
    """The account's sessions that are alive, newest first, and how many recovery codes are left."""
    async with house.store.begin() as tx:
        found = await tx.sessions.of(account.id)
        left = await tx.accounts.recovery_left(account.id)
    return [each for each in found if each.is_alive(house.clock.now())], left


async def revoke(house: House, account: Account, session: SessionId) -> None:
    """End one of one's own sessions.  Raises Refused("unknown")."""
    async with house.store.begin() as tx:
        if not await tx.sessions.end(session, account.id):
            raise Refused("unknown")
        await tx.audit.append(actor(account), "session_revoked", session)
        await tx.commit()
