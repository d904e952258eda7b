"""Signing in at the desk: a name, a password and a code, all at once; and giving them again for a dangerous act.

How often one may try (OWASP ASVS 5.0, 6.1.1).  Failed tries are counted in fixed windows: for each account from browsers that never
signed in to it, for each address, and, apart from both, for each browser that did sign in.  Strangers can use up only their own way:
whoever has a browser that is known is not locked out by them.  What is refused for its number is not looked at and not counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.account import ADDRESS, KNOWN, STRANGERS, Account, AccountId, Limit, Lock, Session
from bot.domain.errors import NotProven
from bot.ports import Proofs, Transaction
from bot.usecases.house import House

Limits = Mapping[str, Sequence[Limit]]


@dataclass(frozen=True, kw_only=True)
class Given:
    """What somebody at the door has given."""

    name: str = field(repr=False)
    password: str = field(repr=False)
    code: str = field(repr=False)  #: of six digits, or a recovery code
    address: str = field(repr=False)
    device: str = field(default="", repr=False)  #: the token of a browser that may be known


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
        account = await _proven(tx, house, proofs, met, given.code) if right else None
        if account is None:
            await _refuse(tx, met)
        else:
            entered = await _enter(tx, house, account, met, given)
        await tx.commit()
    if account is None:
        raise NotProven("sign_in")
    return entered


async def _meet(house: House, given: Given) -> _Met:
    now = house.clock.now()
    async with house.store.begin() as tx:
        account = await tx.accounts.by_name(given.name)
        device = await tx.sessions.device(given.device, account.id, now) if account and given.device else None
        name = f"name:{given.name.casefold()}"
        limits: Limits = {f"device:{device}": KNOWN} if device else {name: STRANGERS, f"address:{given.address}": ADDRESS}
        await tx.sessions.admit(limits, now)
        lock = await tx.accounts.lock_of(account.id) if account else None
        await tx.commit()
    return _Met(account=account, lock=lock, limits=limits, device=device)


async def _proven(tx: Transaction, house: House, proofs: Proofs, met: _Met, code: str) -> Account | None:
    """The account as it is now, with the code spent; None: it may not come in, or the code is wrong or was used before."""
    if met.account is None or met.lock is None:
        return None
    account = await tx.accounts.get(met.account.id)
    if account.is_live and await spend(tx, house, proofs, account.id, met.lock, code):
        return account
    return None


async def spend(tx: Transaction, house: House, proofs: Proofs, account: AccountId, lock: Lock, code: str) -> bool:
    """Use up a one-time code or a recovery code; False when it is wrong or was used before."""
    code = "".join(code.split())
    step = proofs.step(lock.secret, code, house.clock.now())
    if step is not None:
        return await tx.accounts.spend_step(account, step)
    return await tx.accounts.spend_recovery(account, code.replace("-", "").upper())


async def _refuse(tx: Transaction, met: _Met) -> None:
    await tx.counts.add("sign_in_refused")
    if met.account is not None:
        await tx.audit.append("stranger", "sign_in_refused", met.account.id)


async def _enter(tx: Transaction, house: House, account: Account, met: _Met, given: Given) -> Entered:
    await tx.sessions.forgive(met.limits, house.clock.now())
    entered = await enter(tx, house, account, given.device if met.device else None)
    await tx.audit.append(actor(account), "signed_in", account.id)
    return entered


async def enter(tx: Transaction, house: House, account: Account, device: str | None) -> Entered:
    """A session for somebody who has just proven who they are; ``device``: the token of a browser that is known already."""
    now = house.clock.now()
    session, token = await tx.sessions.begin(account.id, now)
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
        proven = right and await spend(tx, house, proofs, account.id, lock, code)
        if proven:
            await tx.sessions.forgive(limits, now)
            await tx.sessions.prove(session.id, now)
        await tx.audit.append(actor(account), "proved" if proven else "proof_refused", account.id)
        await tx.commit()
    if not proven:
        raise NotProven("prove")


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
    return account, session


def actor(account: Account) -> str:
    """As the audit names them: an officer is one and the same at every door."""
    return f"officer:{account.officer}" if account.officer else f"account:{account.id}"
