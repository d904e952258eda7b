"""Signing in at the desk: a name, a password and a code, all at once; and giving them again for a dangerous act.

The other way in, by a passkey, is in ``passkeys``.

How often one may try (OWASP ASVS 5.0, 6.1.1).  Failed tries are counted in fixed windows: for each account from browsers that never
signed in to it, for each address, and, apart from both, for each browser that did sign in.  Strangers can use up only their own way:
whoever has a browser that is known is not locked out by them.  What is refused for its number is not looked at and not counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.account import ADDRESS, KNOWN, STRANGERS, Account, AccountId, Limit, Lock, Session
from bot.domain.errors import NotProven
from bot.ports import Proofs, Transaction
from bot.usecases.house import House

Limits = Mapping[str, Sequence[Limit]]


class Factor(StrEnum):
    """What somebody has shown beside, or instead of, the password."""

    CODE = "code"  #: of the authenticator
    RECOVERY = "recovery"  #: one of the ten that were written down
    PASSKEY = "passkey"


@dataclass(frozen=True, kw_only=True)
class Given:
    """What somebody at the door has given."""

    name: str = field(repr=False)
    password: str = field(repr=False)
    code: str = field(repr=False)  #: of six digits, or a recovery code
    address: str = field(repr=False)
    device: str = field(default="", repr=False)  #: the token of a browser that may be known
    at_terminal: bool = False  #: typed on this machine: strangers at the desk's door take nothing from these tries


@dataclass(frozen=True, kw_only=True)
class Entered:
    """Somebody is in."""

    account: Account
    session: Session
    token: str = field(repr=False)
    device: str = field(repr=False)  #: by which this browser is known from now on


@dataclass(frozen=True, kw_only=True)
class _Met:
    """Who it may be, before anything is proven."""

    account: Account | None
    lock: Lock | None
    limits: Limits
    device: str | None


async def sign_in(house: House, proofs: Proofs, given: Given) -> Entered:
    """Let them in.  Raises NotProven, and TooOften before anything was looked at; an unknown name takes as long as a known one."""
    met = await _meet(house, given)
    right = await proofs.fits(given.password, met.lock.password if met.lock else None)
    async with house.store.begin() as tx:
        proven = await _proven(tx, house, proofs, met, given.code) if right else None
        if proven is None:
            await refuse(tx, met.account.id if met.account else None)
        else:
            account, factor = proven
            entered = await _enter(tx, house, account, met, given, factor)
        await tx.commit()
    if proven is None:
        raise NotProven("sign_in")
    return entered


def limits_of(device: str | None, address: str) -> dict[str, Sequence[Limit]]:
    """A browser that is known has a way of its own; of all others, those with one address share theirs."""
    return {f"device:{device}": KNOWN} if device else {f"address:{address}": ADDRESS}


async def _meet(house: House, given: Given) -> _Met:
    now = house.clock.now()
    async with house.store.begin() as tx:
        account = await tx.accounts.by_name(given.name)
        device = await tx.sessions.device(given.device, account.id, now) if account and given.device else None
        name = f"name:{given.name.casefold()}"
        limits = (
            {f"terminal:{name}": KNOWN} if given.at_terminal else limits_of(device, given.address) | ({} if device else {name: STRANGERS})
        )
        await tx.sessions.admit(limits, now)
        lock = await tx.accounts.lock_of(account.id) if account else None
        await tx.commit()
    return _Met(account=account, lock=lock, limits=limits, device=device)


async def _proven(tx: Transaction, house: House, proofs: Proofs, met: _Met, code: str) -> tuple[Account, Factor] | None:
    """The account as it is now, with the code spent; None: it may not come in, or the code is wrong or was used before."""
    if met.account is None or met.lock is None:
        return None
    account = await tx.accounts.get(met.account.id)
    factor = await spend(tx, house, proofs, account.id, met.lock, code) if account.is_live else None
    return None if factor is None else (account, factor)


async def spend(tx: Transaction, house: House, proofs: Proofs, account: AccountId, lock: Lock, code: str) -> Factor | None:
    """Use up a one-time code or a recovery code; None when it is wrong or was used before."""
    code = "".join(code.split())
    step = proofs.step(lock.secret, code, house.clock.now())
    if step is not None:
        return Factor.CODE if await tx.accounts.spend_step(account, step) else None
    return Factor.RECOVERY if await tx.accounts.spend_recovery(account, code.replace("-", "").upper()) else None


async def refuse(tx: Transaction, account: AccountId | None) -> None:
    """Counted, and audited where it was somebody's account."""
    await tx.counts.add("sign_in_refused")
    if account is not None:
        await tx.audit.append("stranger", "sign_in_refused", account)


async def _enter(tx: Transaction, house: House, account: Account, met: _Met, given: Given, factor: Factor) -> Entered:
    await tx.sessions.forgive(met.limits, house.clock.now())
    entered = await enter(tx, house, account, given.device if met.device else None, factor)
    await tx.audit.append(actor(account), "signed_in", account.id, {"by": str(factor)})
    return entered


async def enter(tx: Transaction, house: House, account: Account, device: str | None, factor: Factor = Factor.CODE) -> Entered:
    """A session for somebody who has just proven who they are; ``device``: the token of a browser that is known already.

    Who came in by a recovery code has lost the second factor, and makes a new one before anything else.
    """
    now = house.clock.now()
    session, token = await tx.sessions.begin(account.id, now)
    if factor is Factor.RECOVERY:
        await tx.sessions.renew(session.id, renews=True)
        session = replace(session, renews=True)
    return Entered(account=account, session=session, token=token, device=device or await tx.sessions.remember(account.id, now))


async def prove_again(house: House, proofs: Proofs, account: Account, session: Session, password: str, code: str) -> None:
    """Password and code once more, for what may be done only shortly after.  Raises NotProven, TooOften."""
    now = house.clock.now()
    limits: Limits = {f"session:{session.id}": KNOWN}
    async with house.store.begin() as tx:
        await tx.sessions.admit(limits, now)
        lock = await tx.accounts.lock_of(account.id)
        await tx.commit()
    right = await proofs.fits(password, lock.password)
    async with house.store.begin() as tx:
        factor = await spend(tx, house, proofs, account.id, lock, code) if right else None
        if factor is not None:
            await tx.sessions.forgive(limits, now)
            await tx.sessions.prove(session.id, now)
        if factor is Factor.RECOVERY:
            await tx.sessions.renew(session.id, renews=True)
        await tx.audit.append(actor(account), "proof_refused" if factor is None else "proved", account.id)
        await tx.commit()
    if factor is None:
        raise NotProven("prove")


async def describe(house: House, session: Session, device: str) -> None:
    """In which browser a session has begun, in two words, so that its person can tell it from a stranger's."""
    if device:
        async with house.store.begin() as tx:
            await tx.sessions.describe(session.id, device)
            await tx.commit()


async def sign_out(house: House, account: Account, session: Session) -> None:
    """End this session."""
    async with house.store.begin() as tx:
        if await tx.sessions.end(session.id, account.id):
            await tx.audit.append(actor(account), "signed_out", account.id)
        await tx.commit()


async def visit(house: House, token: str, *, acts: bool) -> tuple[Account, Session] | None:
    """Whose session that is; None when there is none, it has ended, or its account may not come in any more.

    ``acts``: a person does something, which keeps the session awake; what a page asks for by itself does not.
    """
    now = house.clock.now()
    async with house.store.begin() as tx:
        session = await tx.sessions.find(token)
        if session is None or not session.is_alive(now):
            return None
        account = await tx.accounts.get(session.account)
        if not account.is_live:
            return None
        if acts and (now - session.seen_at).total_seconds() >= 1:
            await tx.sessions.touch(session.id, now)
            await tx.commit()
            session = replace(session, seen_at=now)
    return account, session


async def ended(house: House, token: str) -> Session | None:
    """The session that is over, of a browser that still names it; None: it is not over, or nothing is known of it any more."""
    async with house.store.begin() as tx:
        session = await tx.sessions.find(token)
    return None if session is None or session.is_alive(house.clock.now()) else session


def actor(account: Account) -> str:
    """As the audit names them: an officer is one and the same at every door."""
    return f"officer:{account.officer}" if account.officer else f"account:{account.id}"
