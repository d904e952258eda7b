"""Answer the waiting messages of one conversation: claim, understand, decide, and write everything in one commit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.dialogue.commands import asks_to_forget
from bot.dialogue.consent import news
from bot.dialogue.decision import Change, Decision
from bot.dialogue.escalation import Changed, changed
from bot.dialogue.policy import Heard, decide
from bot.dialogue.shutout import decide_shut_out
from bot.domain.conversation import Conversation, Memory
from bot.domain.errors import LostClaim
from bot.domain.handoff import DutyLane, Handoff, State
from bot.domain.ids import ConversationId, HandoffId, new_id, new_reference
from bot.domain.longtext import is_long
from bot.domain.message import SILENT_KINDS, Draft, Kind, Lane, Message, Outgoing, way
from bot.domain.understanding import Action
from bot.ports import Claimed, Transaction
from bot.usecases.alert import notify, ring, tell_woken
from bot.usecases.careful import count_missing
from bot.usecases.deliver import LEASE_SECONDS as COURIER_LEASE_SECONDS
from bot.usecases.forget import erase
from bot.usecases.house import House
from bot.usecases.passing import pass_on
from bot.usecases.references import note_claimed_references
from bot.usecases.refused import with_refusals
from bot.usecases.rounds import tell_security
from bot.usecases.speak import drafts, facts_of
from bot.usecases.understand import hear_all, in_short, needs_model, rule_hits

#: Longer than the model's deadline for a full batch; a worker that died holds its conversation so long.
LEASE_SECONDS = 60.0
#: A failure inside the house is tried again after so long.
RETRY_AFTER = timedelta(seconds=15)
#: How often a message looks whether the model has started.
MODEL_STARTS = timedelta(milliseconds=300)


async def claim(house: House) -> Claimed | None:
    """The next conversation that waits, under a lease; None when none does, or when nobody may be answered yet."""
    async with house.store.begin() as tx:
        if not await house.attended(tx):
            return None
        claimed = await tx.inbox.claim(house.clock.now(), LEASE_SECONDS)
        if claimed is not None:
            await tx.commit()
    return claimed


async def respond(house: House, claimed: Claimed) -> None:
    """Answer a claimed conversation; on any failure its messages wait again, and the failure is raised."""
    try:
        if _must_wait(house, claimed):
            await _give_back(house, claimed, MODEL_STARTS, "waited_for_model")
        else:
            await _answer(house, claimed)
    except LostClaim:
        return
    except BaseException:
        await _give_back(house, claimed, RETRY_AFTER, "respond_failed")
        raise


def _must_wait(house: House, claimed: Claimed) -> bool:
    """While the model starts for the first time, what no rule knows waits; an emergency that arrives after it must not."""
    if not house.nlu.is_starting() or any(is_long(message.text) for message in claimed.messages):
        return False  # the rules read long texts once, not again and again until the model has started
    if any(not hit.asks for message in claimed.messages for hit in rule_hits(house, message)):
        return False
    return any(needs_model(house, message) for message in claimed.messages)


async def _give_back(house: House, claimed: Claimed, pause: timedelta, event: str) -> None:
    async with house.store.begin() as tx:
        await tx.inbox.release(claimed, house.clock.now() + pause)
        await tx.counts.add(event)
        await tx.commit()


def _until_forgotten(claimed: Claimed) -> Claimed:
    """What was written after the wish to be forgotten is not forgotten with it: it waits, and is answered next."""
    wishes = [place for place, message in enumerate(claimed.messages, 1) if asks_to_forget(in_short(message).text)]
    return replace(claimed, messages=claimed.messages[: wishes[0]]) if wishes else claimed


async def _answer(house: House, claimed: Claimed) -> None:
    claimed = _until_forgotten(claimed)
    await note_claimed_references(house, claimed)
    heard = await hear_all(house, [message for message in claimed.messages if message.kind not in SILENT_KINDS])
    async with house.sending.place() as courier:
        async with house.store.begin() as tx:
            conversation = house.in_language(await tx.conversations.lock(claimed.conversation), list(map(in_short, claimed.messages)))
            await tx.inbox.finish(claimed, house.clock.now())
            taken = None
            if heard:
                decision = decided(house, conversation, heard)
                if conversation.shut_out_at is not None:
                    await tx.counts.add("blocked_contact_message", len(heard))
                taken = await carry_out(tx, house, conversation, decision, claimed.messages, take=courier.free)
            await tx.commit()
        courier.fill(taken)


def decided(house: House, conversation: Conversation, heard: Sequence[Heard]) -> Decision:
    """What is to be done about it, also for a contact who is blocked."""
    now = house.clock.now()
    shut_out = conversation.shut_out_at is not None
    return decide_shut_out(conversation, heard, now) if shut_out else decide(conversation, heard, now, house.plan)


async def carry_out(
    tx: Transaction, house: House, before: Conversation, decision: Decision, messages: Sequence[Message], *, take: bool = False
) -> Outgoing | None:
    """Write state, handoff, alerts, replies and audit; the audit comes last (it locks its chain).

    With ``take``, and where nothing else waits in this conversation, the first reply is taken for a courier in the same transaction,
    which has read the holder as the courier would.
    """
    handoff = await apply_change(tx, house, before, decision.change, min((message.received_at for message in messages), default=None))
    after = replace(decision.conversation, memory=_settled(decision, handoff))
    await tx.conversations.save(after)
    says = await with_refusals(tx, house, decision, handoff or before.handoff)
    rows = drafts(house, after, says, await facts_of(tx, house, after, handoff or before.handoff))
    if not decision.erase:
        await pass_on(tx, house, after, handoff or before.handoff, messages)
    await _ring_for_unasked(tx, house, after, decision, handoff or before.handoff, rows)
    if decision.erase or before.erased:
        # They asked for the erasure, or wrote again after it: the answer goes out all the same.
        rows = [replace(row, is_erasure=True) for row in rows]
    if decision.erase:
        rows = [*await erase(tx, house, before, handoff or before.handoff), *rows]
    at_once = take and not decision.erase and not house.sending.crowded(way(before.channel, Lane.REPLY))
    lease = COURIER_LEASE_SECONDS if at_once else None
    taken = await tx.outbox.queue(before.id, rows, house.clock.now(), lease)
    for event in (f"action_{decision.action}", *decision.events):
        await tx.counts.add(event)
    if any(message.kind is Kind.GROUP for message in messages):
        await tx.counts.add("group_refused")
    await count_missing(tx, house.responses)
    await _audit(tx, before.id, decision, handoff)
    if held := handoff or before.handoff:
        for event, told in news(before.memory, after.memory):
            await tx.audit.append("defender" if event == "consent_answered" else "bot", event, held.reference, told)
    return taken


async def _ring_for_unasked(
    tx: Transaction, house: House, conversation: Conversation, decision: Decision, handoff: Handoff | None, rows: Sequence[Draft]
) -> None:
    """The danger question could not be put, for want of its text: then a person has to look at once."""
    asked = any(row.is_question for row in rows) or not any(say.is_question for say in decision.says)
    if not asked and handoff is not None and not decision.rings:
        await notify(tx, house, conversation, handoff)


def _settled(decision: Decision, handoff: Handoff | None) -> Memory:
    """What was told in one emergency is forgotten when no emergency is open any more."""
    memory = decision.conversation.memory
    return memory if handoff is None or handoff.is_open else replace(memory, told=(), truths=0, kind_asked=False)


async def apply_change(
    tx: Transaction, house: House, conversation: Conversation, change: Change | None, received_at: datetime | None
) -> Handoff | None:
    """The handoff after a change, written, with the officers rung as it asks; None when there is none.  ``received_at``: of the cause."""
    if change is None:
        return None
    now = house.clock.now()
    reference = "" if conversation.handoff else await _free_reference(tx)
    result = changed(conversation, change, now, HandoffId(new_id()), reference)
    if result is None:
        return None
    handoff = result.handoff
    before = conversation.handoff or (None if result.is_new else conversation.closed_handoff)
    if before is None or handoff.cls is not before.cls:
        handoff = replace(handoff, asked_at=received_at)
    if result.is_new:
        await tx.handoffs.open(handoff)
    handoff = await _rung(tx, house, conversation, replace(result, handoff=handoff), change)
    if before is not None and before.state is State.SNOOZED and handoff.state is State.CLAIMED:
        handoff = await tell_woken(tx, house, conversation, handoff)
    await tx.handoffs.save(handoff)
    return handoff


async def _rung(tx: Transaction, house: House, conversation: Conversation, result: Changed, change: Change) -> Handoff:
    """With officers rung, or told once; the security duty hears of a threat even where the ladder does not begin anew."""
    handoff = result.handoff
    rings = handoff.next_ring_at is not None and handoff.next_ring_at <= house.clock.now()
    if change.lane is DutyLane.SECURITY and not (rings and conversation.memory.threat):
        await tell_security(tx, house, conversation, handoff)
    if rings:
        return await ring(tx, house, conversation, handoff)
    if result.notify:
        await notify(tx, house, conversation, handoff)
    return handoff


async def _free_reference(tx: Transaction) -> str:
    """There are 4.8 million: of a hundred thousand cases every fiftieth new one would meet an old one's, and its alarm wait for a retry."""
    while await tx.handoffs.find(reference := new_reference()) is not None:
        pass
    return reference


async def _audit(tx: Transaction, conversation: ConversationId, decision: Decision, handoff: Handoff | None) -> None:
    """Only what matters later: a handoff that was opened or raised, an erasure."""
    if decision.erase:
        await tx.audit.append("defender", "erased", conversation)
    if handoff is not None and decision.action in {Action.ALERT, Action.QUEUE, Action.ASK_DANGER}:
        await note_handoff(tx, handoff)


async def note_handoff(tx: Transaction, handoff: Handoff) -> None:
    """The audit row of a handoff that was opened or raised."""
    detail = {"class": handoff.cls, "kind": handoff.kind, "reason": handoff.reason, "state": handoff.state}
    await tx.audit.append("bot", "handoff", handoff.reference, {name: str(value) for name, value in detail.items()})
