"""What a defender writes while an officer holds the case on their own messenger: passed on there, if words may pass there."""

from collections.abc import Iterator, Sequence

from bot.domain.conversation import Conversation
from bot.domain.handoff import HELD, Handoff
from bot.domain.message import (
    OFFICER_CONTENT,
    SILENT_KINDS,
    Care,
    ChannelName,
    Draft,
    Kind,
    Message,
    Outgoing,
    Piece,
    Speaker,
)
from bot.locales import names
from bot.ports import Officer, Transaction
from bot.usecases.house import House
from bot.usecases.rounds import alert_drafts
from bot.usecases.sight import may_see
from bot.usecases.speak import PIECE

#: Words that stand for themselves.
_PLAIN = frozenset({Kind.TEXT, Kind.BUTTON})


async def pass_on(tx: Transaction, house: House, conversation: Conversation, handoff: Handoff | None, messages: Sequence[Message]) -> None:
    """Queue them for the holder, in their order, in the transaction that answers them."""
    if handoff is None or handoff.state not in HELD or handoff.holder is None or handoff.on_phone_at is None:
        return
    told = [message for message in messages if message.kind not in SILENT_KINDS and not message.deleted]
    if not told:
        return
    everybody = await tx.officers.all()
    officer = next(each for each in everybody if each.id == handoff.holder)
    if not officer.is_person or not may_see(officer, handoff.lane, everybody):
        return  # a phone that is nobody's, or not surely theirs, or whose owner may not read this any more: it waits at the desk
    if house.doors.open_to(officer.channel):
        drafts = [draft for message in told for draft in content(_lines(house, handoff.reference, message))]
        await queue_content(tx, house, officer, conversation, handoff, drafts)
        return
    for draft in alert_drafts(house, officer, "officer_news", None, "en", 0, reference=handoff.reference):
        await tx.outbox.queue_alert(officer.id, None, draft, house.clock.now())


async def queue_content(
    tx: Transaction, house: House, officer: Officer, conversation: Conversation, handoff: Handoff, drafts: Sequence[Draft]
) -> None:
    """On Signal they follow the word on the timer of that chat."""
    timer = house.doors.disappearing if officer.channel is ChannelName.SIGNAL else None
    await tx.outbox.queue_content(officer.id, conversation.id, handoff.id, drafts, house.clock.now(), timer)


def content(texts: Iterator[str] | Sequence[str]) -> list[Draft]:
    """Exactly as they are."""
    pieces = [Piece(text=text) for text in texts if text]
    return [Draft(piece=piece, speaker=Speaker.ALERT, care=Care.MUST, name=OFFICER_CONTENT) for piece in pieces]


def _lines(house: House, reference: str, message: Message) -> Iterator[str]:
    """Each with the reference first, so that an answer that quotes it finds its way."""
    named = "" if message.kind in _PLAIN else f"[{said_kind(house, message.kind)}] "
    text = f"{named}{message.text}".strip()
    yield from (f"{reference}: {text[start : start + PIECE]}" for start in range(0, max(len(text), 1), PIECE))


def said_kind(house: House, kind: str) -> str:
    """What a message is besides words, in the officers' language."""
    return house.words(house.officer_locale).named(names.MESSAGES, kind) or kind


async def tell_holder(tx: Transaction, house: House, taken: Outgoing, name: str) -> None:
    """Words of an officer who works on their own messenger did not get through (yet): they hear so there, without content."""
    if taken.speaker is not Speaker.OFFICER or taken.conversation is None:
        return
    handoff = (await tx.conversations.lock(taken.conversation)).handoff
    if handoff is None or handoff.holder is None or handoff.on_phone_at is None:
        return
    officer = await tx.officers.get(handoff.holder)
    for draft in alert_drafts(house, officer, name, None, "en", 0, reference=handoff.reference):
        await tx.outbox.queue_alert(officer.id, None, draft, house.clock.now())


async def timer_failed(tx: Transaction, house: House, taken: Outgoing) -> None:
    """The messenger would not say that words disappear: none go there, and the officer hears so, without content."""
    if taken.officer is None:
        return
    await tx.officers.timed(taken.officer, None)
    await tx.counts.add("officer_content_dropped", await tx.outbox.drop_content(taken.officer))
    officer = await tx.officers.get(taken.officer)
    for draft in alert_drafts(house, officer, "officer_timer_failed", None, "en", 0):
        await tx.outbox.queue_alert(officer.id, None, draft, house.clock.now())
