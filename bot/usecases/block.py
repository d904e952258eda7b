"""Blocking a contact: what they write is kept and answered by nobody; an emergency rings once, marked, and waits in the queue."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from bot.dialogue.truth import is_unanswered
from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.handoff import CLAIMABLE, FIRST_WORDS, HELD, Handoff, State
from bot.ports import Officer, Transaction
from bot.usecases.handoff import carry_out, holding
from bot.usecases.house import House
from bot.usecases.sight import may_see


def may_block(officer: Officer, handoff: Handoff) -> bool:
    """Whoever holds the case, and supervisors."""
    return officer.leads or (handoff.state in HELD and handoff.holder == officer.id)


async def block(house: House, officer: Officer, reference: str, reason: str) -> Handoff:
    """Block the contact of an open case; why is kept as a note.  What rings goes on ringing: the case stays as it is.

    Raises Refused: ``not_holder``, or ``blocked`` already.
    """

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        if not may_block(officer, handoff):
            await holding(tx, officer, handoff)
        if conversation.shut_out_at is not None:
            raise Refused("blocked")
        now = house.clock.now()
        mark = house.words(house.officer_locale).gettext("Blocked: {reason}", reason=reason)
        with suppress(LookupError):  # of somebody whose key is destroyed nothing can be kept
            await tx.conversations.note(conversation.id, officer.id, mark, now)
        await tx.conversations.shut_out(conversation.id, now)
        return handoff

    return await carry_out(house, officer, reference, "contact_blocked", act)


async def unblock(house: House, officer: Officer, reference: str) -> None:
    """Let the contact of a case, open or closed, be as anybody's; an emergency of theirs that nobody has taken begins to ring.

    Raises Refused: ``unknown``, or ``not_blocked``.
    """
    async with house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
        if found is None or not may_see(officer, found.lane, await tx.officers.all()):
            raise Refused("unknown")
        conversation = await tx.conversations.lock(found.conversation)
        if conversation.shut_out_at is None:
            raise Refused("not_blocked")
        now = house.clock.now()
        await tx.conversations.shut_out(conversation.id, None)
        if conversation.handoff is not None:
            await tx.handoffs.save(_rings_on(house, _answer_due(conversation, conversation.handoff, now), now))
        await tx.audit.append(f"officer:{officer.id}", "contact_unblocked", reference)
        await tx.commit()


def _answer_due(conversation: Conversation, handoff: Handoff, now: datetime) -> Handoff:
    """What they wrote while they were blocked began no clock: its holder owes an answer from now on, or the claim ends."""
    if handoff.state is not State.CLAIMED or handoff.claim_until is not None or not is_unanswered(conversation):
        return handoff
    return replace(handoff, claim_until=now + FIRST_WORDS)


def _rings_on(house: House, handoff: Handoff, now: datetime) -> Handoff:
    """With a ladder from now on: at once, or, where somebody has heard it, when they should have taken it."""
    if not handoff.rings_once:
        return handoff
    ladder = replace(handoff, rings_once=False)
    if not handoff.is_emergency or handoff.state not in CLAIMABLE:
        return ladder
    return replace(ladder, next_ring_at=now if handoff.acknowledged_at is None else now + house.ladder.claim_within)
