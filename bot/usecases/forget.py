"""Forgetting a person on request: everything at once, or all but the address while an emergency is open."""

from dataclasses import replace
from datetime import datetime

from bot.dialogue.aside import woken
from bot.domain.conversation import Conversation, Memory
from bot.domain.handoff import FIRST_WORDS, HELD, Handoff, State
from bot.domain.ids import ConversationId
from bot.domain.message import ChannelName, Draft, emptying
from bot.ports import Transaction
from bot.usecases.house import House

#: The Telegram keys of one deletion call.
ERASE_AT_ONCE = 100


async def erase(tx: Transaction, house: House, conversation: Conversation, handoff: Handoff | None) -> list[Draft]:
    """Erase everywhere; the rows that delete our messages in the chat itself are returned, to be queued first.

    The address stays until they are sent; the janitor then takes it too, unless ``handoff`` is an open emergency.
    """
    keys = await tx.outbox.sent_keys(conversation.id) if conversation.channel is not ChannelName.CONSOLE else []
    spoke_at = await tx.outbox.officer_spoke_at(conversation.id)
    await tx.conversations.erase(conversation.id, house.clock.now(), keep_address=True)
    if handoff is not None and handoff.is_open and handoff.is_emergency:
        # It stays open; who holds the phone now shall not learn that.
        await tx.conversations.save(replace(conversation, memory=Memory(hidden=handoff.id)))
    lost = await tx.outbox.officer_spoke_at(conversation.id) != spoke_at
    if handoff is not None and handoff.is_open and not handoff.is_emergency:
        over = replace(handoff, state=State.CLOSED, closed_at=house.clock.now(), next_ring_at=None, claim_until=None, wake_at=None)
        await tx.handoffs.save(over)
    elif handoff is not None and handoff.state in HELD and lost:
        await tx.handoffs.save(_due_again(handoff, house.clock.now()))
    return [emptying(keys[start : start + ERASE_AT_ONCE]) for start in range(0, len(keys), ERASE_AT_ONCE)]


def _due_again(handoff: Handoff, now: datetime) -> Handoff:
    """An officer's words went with the rest before they were sent: in an emergency others are owed, or the claim ends."""
    until = now + FIRST_WORDS
    held = woken(handoff, now)
    return replace(held, claim_until=min(held.claim_until or until, until))


async def forget(house: House, conversation: ConversationId) -> bool:
    """The operator's act; whether the address is kept because an emergency is open."""
    async with house.store.begin() as tx:
        held = await tx.conversations.lock(conversation)
        rows = await erase(tx, house, held, held.handoff)
        await tx.outbox.queue(conversation, rows, house.clock.now())
        await tx.audit.append("operator", "erased", conversation)
        await tx.commit()
    return held.handoff is not None and held.handoff.is_emergency
