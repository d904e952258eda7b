"""Another authenticator for an account: the secret is offered to one session, and counts once its first code has come back."""

from bot.domain.account import Account, Session
from bot.domain.errors import Refused
from bot.ports import Proofs
from bot.usecases.house import House
from bot.usecases.passkeys import replaced
from bot.usecases.sign_in import actor


async def offer(house: House, proofs: Proofs, session: Session) -> str:
    """The secret that this session may take over; the same one until it does."""
    async with house.store.begin() as tx:
        secret = await tx.sessions.offered(session.id)
        if secret is None:
            secret = proofs.new_secret()
            await tx.sessions.offer(session.id, secret)
            await tx.commit()
    return secret


async def renew(house: House, proofs: Proofs, account: Account, session: Session, code: str) -> None:
    """Codes come from the offered secret from now on.  Raises Refused("code")."""
    async with house.store.begin() as tx:
        secret = await tx.sessions.offered(session.id)
        step = proofs.step(secret, "".join(code.split()), house.clock.now()) if secret else None
        if secret is None or step is None:
            raise Refused("code")
        await tx.accounts.renew_secret(account.id, secret, step)
        await replaced(tx, account, session)
        await tx.sessions.renew(session.id, renews=False)
        await tx.audit.append(actor(account), "authenticator_renewed", account.id)
        await tx.commit()
