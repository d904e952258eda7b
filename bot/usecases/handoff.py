"""What officers do with a handoff: one state machine behind every door (desk, messengers, terminal)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.dialogue.aside import woken
from bot.dialogue.ended import answered
from bot.dialogue.escalation import tick_by
from bot.dialogue.truth import may_write_first, refuses_first_words
from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.handoff import FIRST_WORDS, HELD, Handoff, HandoffLine, Spoken, State
from bot.ports import Officer, Transaction
from bot.usecases import alert
from bot.usecases.house import House
from bot.usecases.sight import as_read, may_see, of_lanes, shown
from bot.usecases.speak import notice, officer_words, says_nothing

#: How a handoff can end.
OUTCOMES = ("helped", "passed_on", "not_reached", "not_ours", "no_danger")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A conversation as an officer opened it."""

    handoff: Handoff
    conversation: Conversation
    spoken: Sequence[Spoken]


async def queue(house: House, officer: Officer) -> list[HandoffLine]:
    """The open handoffs this officer may see, most urgent first, without any text."""
    async with house.store.begin() as tx:
        lines = await tx.handoffs.queue()
        everybody = await tx.officers.all()
    return [line for line in lines if may_see(officer, line.lane, everybody)]


async def _locked(tx: Transaction, officer: Officer, reference: str) -> Conversation:
    """The conversation of an open handoff, held; a lane that is not the officer's does not exist for them."""
    found = await tx.handoffs.find(reference)
    if found is None or not may_see(officer, found.lane, await tx.officers.all()):
        raise Refused("unknown")
    conversation = await tx.conversations.lock(found.conversation)
    if conversation.handoff is None or conversation.handoff.id != found.id:
        raise Refused("closed")
    return conversation


Act = Callable[[Transaction, Conversation, Handoff], Awaitable[Handoff]]
#: What happens together with an act or not at all: at a messenger, that the officer's message is done with, and its answer.
Within = Callable[[Transaction], Awaitable[None]]


async def alone(_: Transaction) -> None:
    """Nothing happens with the act."""


async def carry_out(
    house: House,
    officer: Officer,
    reference: str,
    event: str,
    act: Act,
    detail: Mapping[str, str] | None = None,
    *,
    within: Within = alone,
) -> Handoff:
    """Carry out one act of an officer in one commit, audited, and what belongs ``within`` it."""
    async with house.store.begin() as tx:
        conversation = await _locked(tx, officer, reference)
        assert conversation.handoff is not None  # noqa: S101 - _locked refuses otherwise; this is for the type checker
        handoff = await act(tx, conversation, conversation.handoff)
        await tx.handoffs.save(handoff)
        await within(tx)
        await tx.audit.append(f"officer:{officer.id}", event, reference, {"state": str(handoff.state), **(detail or {})})
        await tx.commit()
    return handoff


async def holding(tx: Transaction, officer: Officer, handoff: Handoff) -> None:
    """Raises Refused("not_holder"), with who holds it, unless this officer does, be it put aside or not."""
    if handoff.state in HELD and handoff.holder == officer.id:
        return
    holder = (await tx.officers.get(handoff.holder)).name if handoff.holder else None
    raise Refused("not_holder", holder=holder, since=handoff.claimed_at)


async def claim(house: House, officer: Officer, reference: str, *, within: Within = alone) -> Handoff:
    """Take it: compare-and-set, so one wins; the loser gets Refused("taken") with who has it and since when.

    LAW: the same transaction cancels every row of the bot that the courier has not taken.
    """

    async def act(tx: Transaction, conversation: Conversation, _: Handoff) -> Handoff:
        now = house.clock.now()
        claimed = await tx.handoffs.claim(reference, officer.id, now)
        await tx.counts.add("bot_rows_cancelled", await tx.outbox.cancel_bot_rows(conversation.id))
        await tell(tx, house, conversation, claimed, "officer_taken")
        return replace(
            claimed, claim_until=now + FIRST_WORDS, front=False, next_ring_at=None, acknowledged_at=now, acknowledged_by=officer.id
        )  # fmt: skip

    return await carry_out(house, officer, reference, "claimed", act, within=within)


Refusing = Callable[[Transaction, Refused], Awaitable[None]]


async def _refusing(_: Transaction, __: Refused) -> None:
    """Nothing happens with the refusal."""


async def reply(
    house: House,
    officer: Officer,
    reference: str,
    text: str,
    wait: timedelta = timedelta(0),
    *,
    within: Within = alone,
    refusing: Refusing = _refusing,
) -> Handoff:
    """Say something to the defender; refused for anybody who does not hold the handoff (any more).

    It goes out after ``wait``, whatever becomes of the case meanwhile; until then ``takeback.take_back`` takes it back.
    What is refused is not lost: it is kept as a note, marked as not sent, for the holder to decide on; ``refusing`` happens with that.
    Raises Refused: ``not_holder``, ``not_first``, ``empty`` (nothing that anybody could read: it would end the clock of the first words).
    """
    if says_nothing(text):
        raise Refused("empty")

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        await holding(tx, officer, handoff)
        now = house.clock.now()
        if refuses_first_words(conversation, now):
            raise Refused("not_first")
        await tx.outbox.queue(conversation.id, officer_words(text, officer.id), now, due=now + wait)
        await tx.conversations.save(answered(conversation, handoff, now))
        return _acted(handoff, officer, house)

    try:
        return await carry_out(house, officer, reference, "replied", act, within=within)
    except Refused as refusal:
        if refusal.reason in {"not_holder", "not_first"}:
            refused = refusal
            await _keep_unsent(house, officer, reference, text, lambda tx: refusing(tx, refused))
        raise


async def _keep_unsent(house: House, officer: Officer, reference: str, text: str, within: Within) -> None:
    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        mark = house.responses.line("note_not_sent", house.officer_locale, {"name": officer.name})
        await tx.conversations.note(conversation.id, officer.id, f"{mark}\n{text}", house.clock.now())
        return handoff

    await carry_out(house, officer, reference, "reply_not_sent", act, within=within)


def _acted(handoff: Handoff, officer: Officer, house: House) -> Handoff:
    """The holder acted: nothing is due from them, and nobody is rung on their account."""
    return replace(alert.acknowledged(woken(handoff, house.clock.now()), officer, house), claim_until=None)


async def acknowledge(house: House, officer: Officer, reference: str, *, within: Within = alone) -> Handoff:
    """Stop the ringing: a named person has heard it."""

    async def act(_: Transaction, __: Conversation, handoff: Handoff) -> Handoff:
        return alert.acknowledged(handoff, officer, house)

    return await carry_out(house, officer, reference, "acknowledged", act, within=within)


async def give_back(house: House, officer: Officer, reference: str, *, within: Within = alone) -> Handoff:
    """Return it to the queue, in front of its class; an emergency that nobody holds rings again."""

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        await holding(tx, officer, handoff)
        free = alert.freed(handoff)
        await tell(tx, house, conversation, free, "officer_returned")
        if not free.is_emergency:
            await alert.notify(tx, house, conversation, free)
            return replace(free, next_ring_at=tick_by(free, house.clock.now()))
        return await alert.ring(tx, house, replace(conversation, handoff=free), free)

    return await carry_out(house, officer, reference, "returned", act, within=within)


async def close(house: House, officer: Officer, reference: str, outcome: str | None = None, *, within: Within = alone) -> Handoff:
    """End it: the voice goes back to the bot.  Only the holder closes; an unclear item may be ticked off by anybody on duty.

    ``outcome``: one of ``OUTCOMES``, for the audit.
    """

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        if handoff.state is not State.UNCLEAR:
            await holding(tx, officer, handoff)
            await tell(tx, house, conversation, handoff, "officer_closed")
        await tx.conversations.save(conversation.remembering(told=(), kind_asked=False, question_open=False, waiting_for=None))
        return handoff.closed(house.clock.now(), outcome)

    return await carry_out(house, officer, reference, "closed", act, {"outcome": outcome} if outcome else None, within=within)


async def note(house: House, officer: Officer, reference: str, text: str, *, within: Within = alone) -> Handoff:
    """Keep a note for other officers, sealed; the defender never sees it.  Raises Refused("empty")."""
    if says_nothing(text):
        raise Refused("empty")

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        await tx.conversations.note(conversation.id, officer.id, text, house.clock.now())
        return handoff

    return await carry_out(house, officer, reference, "noted", act, within=within)


async def trust(house: House, officer: Officer, reference: str) -> int:
    """Confirm a changed safety number; how many answers are held: they go out when the messenger has been told."""
    held = 0

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        nonlocal held
        queued = await tx.outbox.queue_trust(conversation.id, house.clock.now())
        if queued is None:
            raise Refused("not_changed")
        held = queued
        return handoff

    await carry_out(house, officer, reference, "trusted", act)
    return held


#: What is done with what was read, in the transaction of the reading.
Passing = Callable[[Transaction, Opened], Awaitable[None]]


async def show(house: House, officer: Officer, reference: str, last: int | None = None, *, passing: Passing | None = None) -> Opened:
    """Read the conversation; every reading is audited, and the first one is a fact that the defender may be told.

    With ``passing`` it is read on the officer's own messenger, which only its holder does, and from now on holds it there.
    """
    opened: list[Opened] = []

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        read = as_read(handoff, house)
        if passing is not None:
            await holding(tx, officer, handoff)
            read = replace(read, on_phone_at=house.clock.now())
        lines = await of_lanes(tx, officer, conversation)
        spoken = [shown(line, handoff, officer, house) for line in (lines[-last:] if last else lines)]
        opened.append(Opened(handoff=read, conversation=conversation, spoken=spoken))
        return read

    async def within(tx: Transaction) -> None:
        if passing is not None:
            await passing(tx, opened[0])

    await carry_out(house, officer, reference, "read", act, within=within)
    return opened[0]


async def tell(tx: Transaction, house: House, conversation: Conversation, handoff: Handoff, name: str) -> None:
    """One line for the defender, where writing first is allowed (section 9)."""
    if may_write_first(conversation, handoff):
        await tx.outbox.queue(conversation.id, notice(house, conversation, name, handoff), house.clock.now())
