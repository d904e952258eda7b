"""Ringing for unclear items: once each, and as one digest when many come at once, so that officers go on hearing emergencies."""

from dataclasses import replace
from datetime import timedelta

from bot.dialogue.escalation import tick_by
from bot.domain.conversation import Conversation
from bot.domain.handoff import Handoff
from bot.domain.ladder import Circle
from bot.ports import Transaction
from bot.usecases.house import House
from bot.usecases.ringing import to_ring
from bot.usecases.rounds import alert_drafts, send_round

#: More than so many unclear items in this time, over all contacts, become one digest.
FLOOD = 5
FLOOD_WITHIN = timedelta(minutes=10)


async def ring_unclear(tx: Transaction, house: House, conversation: Conversation, handoff: Handoff) -> Handoff:
    """Ring once for it, alone or in a digest; what came after a digest waits for the next one, so that none is passed over."""
    now = house.clock.now()
    rung, digest_at = await tx.handoffs.unclear_rung(now - FLOOD_WITHIN)
    if digest_at is not None and digest_at > now:
        digest_at = None  # the clock was put back: that digest stands for nothing that comes now
    if rung < FLOOD:
        await send_round(tx, house, conversation, handoff, handoff.ring_step + 1)
    elif digest_at is None:
        await _digest(tx, house, handoff)
    elif digest_at < (handoff.next_ring_at or now):
        return replace(handoff, next_ring_at=digest_at + FLOOD_WITHIN)
    return replace(handoff, ring_step=handoff.ring_step + 1, next_ring_at=tick_by(handoff, now))


async def _digest(tx: Transaction, house: House, handoff: Handoff) -> None:
    for officer in await to_ring(tx, house, handoff.lane, Circle.DUTY):
        for draft in alert_drafts(house, officer, "alert_digest", None, "en"):
            await tx.outbox.queue_alert(officer.id, None, draft, house.clock.now())
    await tx.counts.add("unclear_digest")
