"""An original leaves the house with two persons' consent: one asks and says why, another agrees, and the first one takes it."""

from datetime import datetime

from bot.domain.errors import Refused
from bot.domain.files import AGREED_WITHIN, TAKEN_WITHIN, Export
from bot.ports import Officer, Transaction
from bot.usecases.attached import Attached, Original, found
from bot.usecases.house import House

#: A reason is a few sentences.
LONGEST_REASON = 2_000


async def ask(house: House, officer: Officer, reference: str, number: str, reason: str) -> None:
    """Ask for an original; ``reason`` is kept sealed beside it.

    Raises Refused: ``no_reason``, ``no_accounts`` (nobody here has to prove who they are), and as ``attached.find``.
    """
    if not reason.strip():
        raise Refused("no_reason")
    async with house.store.begin() as tx:
        await _named(tx)
        attached, now = await found(tx, house, officer, reference, number), house.clock.now()
        said = reason.strip()[:LONGEST_REASON]
        await tx.exports.ask(attached.handoff.conversation, attached.kept.id, number, officer.id, said, now)
        await tx.audit.append(f"officer:{officer.id}", "original_asked", reference, {"number": number})
        await tx.commit()


async def agree(house: House, officer: Officer, reference: str, number: str, export: str | None = None) -> None:
    """Agree that the other one takes it; ``export``: to which request, else to the oldest that waits.

    Who agrees need not see what the phone has taken back: they look at the request, not at the file.
    Raises Refused: ``not_asked`` (nobody else asks, or not any more), ``no_accounts``, and as ``attached.find``.
    """
    async with house.store.begin() as tx:
        await _named(tx)
        attached, now = await found(tx, house, officer, reference, number, hides=False), house.clock.now()
        waiting = [each for each in await _of(tx, attached) if waits(each, now) and each.asked_by != officer.id]
        chosen = next((each for each in waiting if export in (None, each.id)), None)
        if chosen is None or not await tx.exports.agree(chosen.id, officer.id, now):
            raise Refused("not_asked")
        await tx.audit.append(f"officer:{officer.id}", "original_agreed", reference, {"number": number, "asked_by": chosen.asked_by})
        await tx.commit()


async def take(house: House, officer: Officer, reference: str, number: str) -> Original:
    """The original, as it came, for who has asked and within the time after the consent; every time in the audit, with who agreed.

    Raises Refused: ``not_agreed``, ``damaged``, and as ``attached.find``.
    """
    async with house.store.begin() as tx:
        attached = await found(tx, house, officer, reference, number)
        consent = await tx.exports.agreed(attached.kept.id, officer.id, house.clock.now())
        if consent is None or consent.agreed_by is None:
            raise Refused("not_agreed")
        await tx.audit.append(f"officer:{officer.id}", "original_taken", reference, {"number": number, "agreed_by": consent.agreed_by})
        await tx.commit()
    async with house.store.look() as seen:
        return Original(attached=attached, content=await seen.original(attached.kept.id))


async def of_file(house: House, attached: Attached) -> tuple[list[Export], dict[str, str]]:
    """Every request for that file, oldest first, and the names of officers by id."""
    async with house.store.begin() as tx:
        asked = await _of(tx, attached)
        return asked, {each.id: each.name for each in await tx.officers.all()}


def waits(export: Export, now: datetime) -> bool:
    """Nobody has agreed yet, and somebody still can."""
    return export.agreed_at is None and now < export.asked_at + AGREED_WITHIN


def may_take(export: Export, officer: Officer, now: datetime) -> bool:
    """Somebody else has agreed, not long ago."""
    return export.asked_by == officer.id and export.agreed_at is not None and now < export.agreed_at + TAKEN_WITHIN


async def _of(tx: Transaction, attached: Attached) -> list[Export]:
    return [each for each in await tx.exports.of(attached.handoff.conversation) if each.file == attached.kept.id]


async def _named(tx: Transaction) -> None:
    """Before anybody has an officer's account the terminal takes everybody's word on who they are: one person would be two."""
    if not any(account.role.reads for account in await tx.accounts.all()):
        raise Refused("no_accounts")
