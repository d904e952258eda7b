"""Messages that the model misread: officers mark them, and a person makes them fit to be learnt from."""

from collections.abc import Callable
from dataclasses import replace

from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.handoff import Handoff
from bot.domain.ids import MessageId
from bot.domain.personal import without_details
from bot.ports import Misread, Officer, Transaction
from bot.usecases.handoff import carry_out
from bot.usecases.house import House
from bot.usecases.sight import may_see


async def mark(house: House, officer: Officer, reference: str, number: int | None, intent: str | None) -> int:
    """Mark a message of the handoff's defender, the latest without ``number``; its number.  ``intent``: what it meant, where known.

    Raises Refused("no_intent") for one that is not in the contract, Refused("no_message") for what is not there, was deleted or will
    disappear by its sender's wish.
    """
    if intent is not None and intent not in house.classes:
        raise Refused("no_intent")
    marked: list[int] = []

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        found = await tx.misreads.mark(conversation.id, number, intent, house.clock.now())
        if found is None:
            raise Refused("no_message")
        marked.append(found)
        return handoff

    await carry_out(house, officer, reference, "misread_marked", act)
    return marked[0]


async def marked(house: House, officer: Officer) -> list[MessageId]:
    """The marked messages that this officer may see, in the order of marking."""
    async with house.store.begin() as tx:
        return [message for message in await tx.misreads.all() if await _seen(tx, officer, message)]


async def _seen(tx: Transaction, officer: Officer, message: MessageId) -> Misread | None:
    """A marked message, unless it is erased by now or of a lane that is not the officer's."""
    found = await tx.misreads.read(message)
    everybody = await tx.officers.all()
    return found if found is not None and all(may_see(officer, lane, everybody) for lane in found.lanes) else None


async def look(house: House, officer: Officer, message: MessageId) -> Misread | None:
    """The message with personal details taken out; None when there is nothing to see any more.  Every reading is audited."""
    async with house.store.begin() as tx:
        found = await _seen(tx, officer, message)
        if found is None:
            return None
        await tx.audit.append(f"officer:{officer.id}", "misread_read", found.reference)
        await tx.commit()
    return replace(found, text=without_details(found.text))


async def export(house: House, officer: Officer, message: MessageId, keep: Callable[[], None]) -> None:
    """Keep the confirmed line and take the mark away; when ``keep`` fails the mark stays.

    Raises Refused("no_message"), keeping nothing, when the message was erased or deleted while it was looked at.
    """
    await _end(house, officer, message, "misread_exported", keep)


async def drop(house: House, officer: Officer, message: MessageId) -> None:
    """Take the mark away: this will never be learnt from.  Raises Refused("no_message")."""
    await _end(house, officer, message, "misread_dropped", lambda: None)


async def _end(house: House, officer: Officer, message: MessageId, event: str, keep: Callable[[], None]) -> None:
    async with house.store.begin() as tx:
        found = await _seen(tx, officer, message)
        if found is None or not await tx.misreads.unmark(message):
            raise Refused("no_message")
        keep()
        await tx.audit.append(f"officer:{officer.id}", event, found.reference)
        await tx.commit()
