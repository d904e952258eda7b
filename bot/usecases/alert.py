"""Ringing officers: content-free, repeated until acknowledged, and never ended by what the phone says."""

from dataclasses import replace

import structlog

from bot.dialogue.aside import woken
from bot.dialogue.danger import reply_name
from bot.dialogue.decision import Say
from bot.dialogue.emptied import is_unmentioned
from bot.dialogue.escalation import tick_by
from bot.dialogue.truth import may_write_first
from bot.domain.conversation import Conversation
from bot.domain.handoff import CLAIMABLE, Handoff, HandoffClass, State
from bot.domain.message import Care
from bot.ports import Officer, Transaction
from bot.usecases.careful import count_missing
from bot.usecases.house import House
from bot.usecases.rounds import send_round, tell_officer
from bot.usecases.speak import drafts, facts_of, notice
from bot.usecases.unclear import ring_unclear

log = structlog.get_logger(__name__)


async def ring(tx: Transaction, house: House, conversation: Conversation, handoff: Handoff) -> Handoff:
    """Queue a round of alerts; the handoff with its next ringing (an emergency's never ends, an unclear one rings once)."""
    if not handoff.is_emergency:
        return await ring_unclear(tx, house, conversation, handoff)
    now = house.clock.now()
    step = handoff.ring_step + 1
    rung_now = await send_round(tx, house, conversation, handoff, step)
    # Where nobody could be rung it has not rung once.
    again = None if handoff.rings_once and rung_now else now + house.ladder.pause(step)
    rung = replace(handoff, ring_step=step, next_ring_at=again, acknowledged_at=None, acknowledged_by=None)
    # Said only when it is true: everybody was rung before, and an alert really went out.
    through = house.ladder.is_through(step) and handoff.rung_at is not None and not handoff.ladder_told
    if not through or not may_write_first(conversation, handoff):
        return rung
    await tx.outbox.queue(conversation.id, notice(house, conversation, "ladder_through", handoff), now)
    return replace(rung, ladder_told=True)


async def notify(tx: Transaction, house: House, conversation: Conversation, handoff: Handoff) -> None:
    """Tell officers once, outside the ladder: somebody asked for a person, or a claim came back."""
    await send_round(tx, house, conversation, handoff, 0)


async def tick(house: House) -> int:
    """Carry out what the clocks of handoffs ask for; how many were due.  One that fails is tried again, and holds no other one up."""
    async with house.store.begin() as tx:
        due = await tx.handoffs.due(house.clock.now())
    for handoff in due:
        try:
            await _one(house, handoff)
        except Exception:
            log.exception("alarm_failed", handoff=handoff.id)
        house.pulses.turned()
    return len(due)


async def _one(house: House, seen: Handoff) -> None:
    async with house.store.begin() as tx:
        conversation = await tx.conversations.lock(seen.conversation)
        handoff = conversation.handoff
        if handoff is None or handoff.id != seen.id:
            return
        now = house.clock.now()
        event = "rung"
        if handoff.state is State.SNOOZED and handoff.wake_at is not None and handoff.wake_at <= now:
            handoff, event = await tell_woken(tx, house, conversation, woken(handoff, now)), "woken"
        elif handoff.state is State.CLAIMED and handoff.claim_until is not None and handoff.claim_until <= now:
            handoff = await _end_claim(tx, house, conversation, handoff)
        elif handoff.next_ring_at is not None and handoff.next_ring_at <= now:
            handoff = await ring(tx, house, conversation, handoff)
            if not handoff.is_emergency:
                # A ring of silence counts for "at most once an hour for one contact" too.
                await tx.conversations.save(conversation.remembering(unclear_rung_at=now))
        else:
            return
        await tx.handoffs.save(handoff)
        await count_missing(tx, house.responses)
        await tx.audit.append("bot", event, handoff.reference, {"step": handoff.ring_step, "state": str(handoff.state)})
        await tx.commit()


async def tell_woken(tx: Transaction, house: House, conversation: Conversation, handoff: Handoff) -> Handoff:
    """What was put aside is in its holder's hands again, who is told; with one whom nothing reaches the claim ends at once."""
    holder = next((each for each in await tx.officers.all() if each.id == handoff.holder), None)
    reached = await tx.officers.reached()
    has_phone = holder is not None and holder.is_person and not (holder.id in reached and reached[holder.id].failed)
    if holder is not None and has_phone:
        await tell_officer(tx, house, holder.id, "officer_woken", handoff, conversation)
    if has_phone or handoff.next_ring_at is not None or (holder is not None and holder.at_desk):
        return handoff
    return replace(handoff, claim_until=house.clock.now())


async def _end_claim(tx: Transaction, house: House, conversation: Conversation, handoff: Handoff) -> Handoff:
    """The holder did not act: the handoff goes to the front, others are rung, and the defender is told where that is allowed."""
    free = freed(handoff)
    now = house.clock.now()
    if may_write_first(conversation, handoff):
        await tx.outbox.queue(conversation.id, notice(house, conversation, "connection_broke", handoff), now)
    await tx.counts.add("claims_ended")
    if free.cls.rank < HandoffClass.UNCLEAR.rank:
        await notify(tx, house, conversation, free)
        return free
    rung = await ring(tx, house, replace(conversation, handoff=free), replace(free, ring_step=0))
    replied = reply_name(free.kind, authority=conversation.memory.authority) in conversation.memory.told
    # What was told is not known any more of a phone that was emptied, and nothing there may speak of the case.
    if free.is_emergency and not replied and not is_unmentioned(conversation):
        await _reply_to_emergency(tx, house, conversation, rung)
    return rung


def freed(handoff: Handoff) -> Handoff:
    """Back in the queue, in front of its class, with nobody's name on it."""
    return replace(
        handoff,
        state=State.WAITING,
        holder=None,
        claimed_at=None,
        claim_until=None,
        on_phone_at=None,
        wake_at=None,
        front=True,
        acknowledged_at=None,
        acknowledged_by=None,
        lane=handoff.lane_when_free,
    ).unoffered()


async def _reply_to_emergency(tx: Transaction, house: House, conversation: Conversation, handoff: Handoff) -> None:
    """The emergency inside the claim was met with silence: now it gets the reply that it is still owed, once."""
    say = Say(name=reply_name(handoff.kind, authority=conversation.memory.authority), care=Care.MUST)
    facts = await facts_of(tx, house, conversation, handoff)
    await tx.outbox.queue(conversation.id, drafts(house, conversation, [say], facts), house.clock.now())
    remembered = conversation.remembering(
        told=(*conversation.memory.told, say.name), kind_asked=say.name == "emergency_unknown", confirmed_at=house.clock.now()
    )  # fmt: skip
    await tx.conversations.save(remembered)


def acknowledged(handoff: Handoff, officer: Officer, house: House) -> Handoff:
    """A named person has heard: ringing stops, and starts again if nobody takes an emergency within the mission's time for that."""
    now = house.clock.now()
    rings = handoff.is_emergency and handoff.state in CLAIMABLE and not handoff.phone_says_over and not handoff.rings_once
    again = now + house.ladder.claim_within if rings else None
    again = again or tick_by(handoff, now)
    mine = handoff.holder == officer.id
    return replace(
        handoff, acknowledged_at=now, acknowledged_by=officer.id, next_ring_at=again, claim_until=None if mine else handoff.claim_until
    )  # fmt: skip
