"""Passkeys: registering them, signing in with one, and proving with one who one is.

A passkey whose device has asked for a finger, a face or a number stands for password and code (W3C WebAuthn, level 3, user
verification).  One that was only touched stands for the code; the password is asked for beside it.  Whatever is wrong, the same is said.
"""

from dataclasses import dataclass, field

from bot.domain.account import CHALLENGES, KNOWN, Account, Passkey, PasskeyId, Session, Signed
from bot.domain.errors import NotProven, Refused
from bot.ports import PasskeyProofs, Proofs, Transaction
from bot.usecases.accounts import checked_name
from bot.usecases.house import House
from bot.usecases.sign_in import Entered, Factor, Limits, actor, enter, limits_of, refuse


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What somebody has shown with a passkey."""

    answer: str = field(repr=False)  #: of the device, as the browser passes it on
    password: str = field(default="", repr=False)
    purpose: str = field(repr=False)  #: for which, and in which browser, it was asked for
    address: str = field(default="", repr=False)
    device: str = field(default="", repr=False)


async def ask(house: House, keys: PasskeyProofs, purpose: str, address: str) -> str:
    """A challenge to be signed for that purpose, once, within minutes.  Raises TooOften."""
    challenge, now = keys.new_challenge(), house.clock.now()
    async with house.store.begin() as tx:
        await tx.sessions.admit({f"challenge:{address}": CHALLENGES}, now)
        await tx.passkeys.ask(challenge, purpose, now)
        await tx.commit()
    return challenge


async def add(house: House, proofs: Proofs, keys: PasskeyProofs, account: Account, session: Session, name: str, shown: Shown) -> Passkey:
    """Register a key; it may take the place of a second factor that was lost.

    Raises Refused: ``name``, ``passkey`` (not proven), ``passkey_known``.
    """
    name = checked_name(name)
    now, challenge = house.clock.now(), keys.challenge_of(shown.answer)
    await _spend(house, challenge, shown.purpose, Refused("passkey"))
    try:
        made = keys.made(shown.answer, challenge)
    except NotProven:
        raise Refused("passkey") from None
    async with house.store.begin() as tx:
        passkey = await tx.passkeys.add(account.id, name, made, now)
        if session.renews:
            # The authenticator may be in other hands: no code of it opens anything any more.
            await tx.accounts.renew_secret(account.id, proofs.new_secret(), 0)
        await replaced(tx, account, session)
        await tx.audit.append(actor(account), "passkey_added", passkey.id)
        await tx.commit()
    return passkey


async def _spend(house: House, challenge: str, purpose: str, otherwise: Exception) -> None:
    """Used up whatever comes of it: an answer is looked at once."""
    async with house.store.begin() as tx:
        asked = await tx.passkeys.spend(challenge, purpose, house.clock.now())
        await tx.commit()
    if not asked:
        raise otherwise


async def replaced(tx: Transaction, account: Account, session: Session) -> None:
    """There is a new second factor: whoever sits in a session that the old one opened is out, when the old one was lost."""
    if session.renews:
        await tx.sessions.end_others(session.id, account.id)
        await tx.sessions.renew(session.id, renews=False)


async def of(house: House, account: Account) -> list[Passkey]:
    """One's own, oldest first."""
    async with house.store.begin() as tx:
        return await tx.passkeys.of(account.id)


async def of_browser(house: House, device: str) -> list[Passkey]:
    """Those of the account that this known browser has signed in to before; to any other nothing is told of anybody."""
    async with house.store.begin() as tx:
        account = await tx.sessions.known_to(device, house.clock.now()) if device else None
        return await tx.passkeys.of(account) if account else []


async def end(house: House, account: Account, passkey: PasskeyId) -> None:
    """Forget one of one's own.  Raises Refused("unknown")."""
    async with house.store.begin() as tx:
        if not await tx.passkeys.end(passkey, account.id):
            raise Refused("unknown")
        await tx.audit.append(actor(account), "passkey_ended", passkey)
        await tx.commit()


async def sign_in(house: House, proofs: Proofs, keys: PasskeyProofs, shown: Shown) -> Entered:
    """Let somebody in.  Raises NotProven, and TooOften before anything was looked at."""
    now = house.clock.now()
    async with house.store.begin() as tx:
        passkey = await tx.passkeys.find(keys.credential_of(shown.answer))
        device = await tx.sessions.device(shown.device, passkey.account, now) if passkey and shown.device else None
        limits = limits_of(device, shown.address)
        await tx.sessions.admit(limits, now)
        await tx.commit()
    signed = await _signed(house, proofs, keys, passkey, shown)
    async with house.store.begin() as tx:
        account = await _used(tx, house, passkey, signed)
        if account is None:
            await refuse(tx, passkey.account if passkey else None)
        else:
            await tx.sessions.forgive(limits, now)
            entered = await enter(tx, house, account, shown.device if device else None, Factor.PASSKEY)
            await tx.audit.append(actor(account), "signed_in", account.id, {"by": str(Factor.PASSKEY)})
        await tx.commit()
    if account is None:
        raise NotProven("sign_in")
    return entered


async def prove(house: House, proofs: Proofs, keys: PasskeyProofs, account: Account, session: Session, shown: Shown) -> None:
    """Who one is once more, for what may be done only shortly after.  Raises NotProven, TooOften."""
    now = house.clock.now()
    limits: Limits = {f"session:{session.id}": KNOWN}
    async with house.store.begin() as tx:
        found = await tx.passkeys.find(keys.credential_of(shown.answer))
        await tx.sessions.admit(limits, now)
        await tx.commit()
    mine = found if found and found.account == account.id else None
    signed = await _signed(house, proofs, keys, mine, shown)
    async with house.store.begin() as tx:
        proven = await _used(tx, house, mine, signed) is not None
        if proven:
            await tx.sessions.forgive(limits, now)
            await tx.sessions.prove(session.id, now)
        await tx.audit.append(actor(account), "proved" if proven else "proof_refused", account.id)
        await tx.commit()
    if not proven:
        raise NotProven("prove")


async def _signed(house: House, proofs: Proofs, keys: PasskeyProofs, passkey: Passkey | None, shown: Shown) -> Signed | None:
    """What was signed, with the password beside it where the device does not know its person; None: something is wrong."""
    challenge = keys.challenge_of(shown.answer)
    async with house.store.begin() as tx:
        asked = await tx.passkeys.spend(challenge, shown.purpose, house.clock.now())
        lock = await tx.accounts.lock_of(passkey.account) if passkey else None
        await tx.commit()
    if passkey is None or not asked:
        return None
    try:
        signed = keys.signed(shown.answer, challenge, passkey)
    except NotProven:
        return None
    knows = signed.knows_person or await proofs.fits(shown.password, lock.password if lock else None)
    return signed if knows else None


async def _used(tx: Transaction, house: House, passkey: Passkey | None, signed: Signed | None) -> Account | None:
    """Whose key it was; None when it may open nothing.  One that counts backwards has been copied (W3C WebAuthn, 6.1.1)."""
    if passkey is None or signed is None:
        return None
    now = house.clock.now()
    if not await tx.passkeys.use(passkey.id, signed.count, now):
        await tx.passkeys.doubt(passkey.id, now)
        await tx.counts.add("passkey_doubted")
        await tx.audit.append("stranger", "passkey_doubted", passkey.id)
        return None
    account = await tx.accounts.get(passkey.account)
    return account if account.is_live else None
