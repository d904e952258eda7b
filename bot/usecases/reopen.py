"""The way back from a wrong close: for a day the same case is open again, and nobody's; the person is told nothing."""

from dataclasses import replace
from datetime import datetime

from bot.dialogue.decision import Change
from bot.dialogue.escalation import changed, reopens
from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.handoff import Handoff, State
from bot.domain.message import ChannelName
from bot.ports import Officer, Transaction
from bot.usecases import alert
from bot.usecases.house import House
from bot.usecases.sight import may_see


def why_not(conversation: Conversation, found: Handoff, now: datetime) -> str | None:
    """Why that case cannot be opened again; None: it can.

    ``is_open`` already; ``newer``: the person has another one since; ``erased``: nobody is left to be helped in it;
    ``too_late``: it was closed more than a day ago; ``exercise``: one begins a new one.
    """
    if found.is_open:
        return "is_open"
    latest = conversation.closed_handoff
    if conversation.handoff is not None or latest is None or latest.id != found.id:
        return "newer"
    if conversation.erased:
        return "erased"
    if conversation.channel is ChannelName.DRILL:
        return "exercise"
    return None if reopens(conversation, now) else "too_late"


async def reopen(house: House, officer: Officer, reference: str) -> Handoff:
    """Open a closed case again, as if its closing had not been: it waits, unowned; an emergency rings by the ladder, from its beginning.

    Raises Refused: ``unknown``, and what ``why_not`` says.
    """
    async with house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
        if found is None or not may_see(officer, found.lane, await tx.officers.all()):
            raise Refused("unknown")
        conversation = await tx.conversations.lock(found.conversation)
        now = house.clock.now()
        # What was found before the lock may have been opened by another hand meanwhile.
        held = conversation.handoff if conversation.handoff is not None and conversation.handoff.id == found.id else found
        if reason := why_not(conversation, held, now):
            raise Refused(reason)
        handoff = await _rung(tx, house, conversation, _opened(conversation, found, now))
        await tx.handoffs.save(handoff)
        await tx.audit.append(f"officer:{officer.id}", "reopened", reference, {"state": str(handoff.state)})
        await tx.commit()
    return handoff


def _opened(conversation: Conversation, found: Handoff, now: datetime) -> Handoff:
    again = Change(
        cls=found.cls,
        kind=found.kind,
        state=State.WAITING,
        reason="reopened",
        lane=found.lane,
        once=found.is_emergency and conversation.shut_out_at is not None,
    )
    result = changed(conversation, again, now, found.id, found.reference)
    assert result is not None  # noqa: S101 - for this reason there is always one
    return result.handoff


async def _rung(tx: Transaction, house: House, conversation: Conversation, handoff: Handoff) -> Handoff:
    opened = replace(conversation, handoff=handoff)
    if not handoff.is_emergency:
        await alert.notify(tx, house, opened, handoff)
        return handoff
    # The person does not know that it was closed by mistake: nothing is said to them of its ringing either.
    return replace(await alert.ring(tx, house, opened, handoff), ladder_told=True)
