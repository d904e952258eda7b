"""Reading one message: a command, the rules, bare words, then the model; the same code for live messages and for ``understand``."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue import choices
from bot.dialogue.chosen import by_label, placed
from bot.dialogue.commands import slash_command, without_slash
from bot.dialogue.policy import Heard
from bot.dialogue.understand import in_doubt, no_model, spoken, with_kind, with_marks, with_model, without_model
from bot.domain.errors import NluUnavailable
from bot.domain.longtext import WHOLE, ends, is_long
from bot.domain.message import SILENT_KINDS, Incoming, Kind, Message
from bot.domain.polite import without_politeness
from bot.domain.text import clean
from bot.domain.understanding import Action, Reading, RuleHit, Understanding
from bot.usecases.house import House
from bot.usecases.longtexts import Searched

#: The model reads no more than this; the rules read everything, but of long texts without end.
MODEL_READS = 4_000
#: What decides about answers sees no more of a long text: it looks for short words, and for what stands at the beginning.
GIST = 2_000
#: An emergency that a rule found does not wait longer than this (seconds) for the model's word on its kind.
NAMES_KIND_WITHIN = 0.4
#: What waited together is read within this time (seconds); what is unread then counts as unsure.  A little longer than the model's own
#: deadline, or a model that hangs would never be found out.
READ_WITHIN = 1.6
#: Several messages that waited together are read within this time: an emergency may come right behind them, and it has two seconds.
SEVERAL_READ_WITHIN = 1.1


def rule_hits(house: House, message: Message) -> tuple[RuleHit, ...]:
    """What the emergency rules say; a slash command alone is not searched, one with text after it is.  Not for long texts."""
    if slash_command(message.text) or (message.kind is Kind.BUTTON and choices.read(message.text)):
        return ()  # our own words, none of the person's
    return house.rules.match(message.text)


def needs_model(house: House, message: Message) -> bool:
    """Whether neither a command nor a rule nor a bare word settles it.  Not for long texts."""
    return without_model(message.text, message.kind, rule_hits(house, message)) is None


def in_short(message: Message) -> Message:
    """The message; a long one with its beginning and end only, between which stands what makes it no command and no answer."""
    return replace(message, text=ends(message.text, GIST, " [...] ")) if is_long(message.text) else message


def expect(house: House, incoming: Incoming) -> None:
    """Let the model begin with a message that is being kept; what needs no model is not shown to it."""
    if is_long(incoming.text):
        return  # by then the rules may well have found something
    text = clean(incoming.text)
    if incoming.kind not in SILENT_KINDS and without_model(text, incoming.kind, ()) is None:
        house.nlu.expect(for_model(text))


async def understand(
    house: House, message: Message, hits: Sequence[RuleHit], *, ask_model: bool = True, until: float | None = None
) -> Understanding:
    """What one message, with the rules that hit, sets off before the conversation's state; never raises for the model's sake.

    The model is not waited for beyond ``until``, a moment of the loop's clock; None: only its own deadline counts.
    """
    settled = without_model(message.text, message.kind, hits)
    if settled is not None:
        return await _kind_named(house, message, placed(settled, house.classes), until)
    if label := house.responses.choice(message.text):
        return placed(by_label(label), house.classes)
    reading = await _read(house, message, until) if ask_model else None
    meaning = no_model(message.kind) if reading is None else with_model(reading, house.classes, house.thresholds)
    return in_doubt(meaning, hits, foreign=_is_foreign(house, message.text, meaning))


def _is_foreign(house: House, text: str, meaning: Understanding) -> bool:
    """Whether nobody here reads it; what the model knows a topic for must be surely so, or every name and slip of the keys would be."""
    unknown = meaning.intent == "out_of_scope" and house.languages.may_be_foreign(text)
    return unknown or house.languages.is_foreign(text)


async def _kind_named(house: House, message: Message, settled: Understanding, until: float | None) -> Understanding:
    """Rules decide that it is an emergency; the model may say which, if it can say so at once."""
    if not settled.rules or house.nlu.is_starting():
        return settled
    reading = await _read(house, message, until or _in(NAMES_KIND_WITHIN))
    return settled if reading is None else with_kind(settled, reading, house.classes)


async def _read(house: House, message: Message, until: float | None) -> Reading | None:
    """The model's word; None when it has none that makes sense, or not in time."""
    try:
        async with asyncio.timeout_at(until):
            return await house.nlu.read(for_model(message.text))
    except (NluUnavailable, TimeoutError):
        return None


def _in(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


def for_model(text: str) -> str:
    """The point of a text without politeness around it; the beginning and the end of a very long one; never beginning with a slash."""
    return ends(without_slash(without_politeness(without_slash(ends(text, WHOLE)))), MODEL_READS)


async def hear_all(house: House, messages: Sequence[Message]) -> list[Heard]:
    """Messages that waited together, each with its meaning.

    However many they are, the model delays them once: an emergency may be among them, or come right behind them.
    """
    found = [await _search(house, message, alone=len(messages) == 1) for message in messages]
    known = any(not hit.asks for searched in found for hit in searched.hits)
    until = _in(NAMES_KIND_WITHIN if known else SEVERAL_READ_WITHIN if len(messages) > 1 else READ_WITHIN)
    each = zip(messages, found, strict=True)
    return [await _heard(house, message, searched, ask_model=not known, until=until) for message, searched in each]


async def hear(house: House, message: Message) -> Heard:
    """One message with its meaning, as the policy hears it."""
    return await _heard(house, message, await _search(house, message, alone=True))


async def _search(house: House, message: Message, *, alone: bool) -> Searched:
    """What the rules say; after a long text, and between several, everybody else has a turn."""
    if is_long(message.text):
        return await house.long_texts.search(house.rules, message.conversation, message.text)
    hits = rule_hits(house, message)
    if not alone:
        await asyncio.sleep(0)
    return Searched(hits=hits, read=(message.text,))


async def _heard(house: House, message: Message, searched: Searched, *, ask_model: bool = True, until: float | None = None) -> Heard:
    if is_long(message.text):
        meaning = await _long(house, message, searched, ask_model=ask_model, until=until)
    else:
        meaning = await understand(house, message, searched.hits, ask_model=ask_model, until=until)
    speaks_of = await _marks(house, message, searched) if meaning.action is Action.ALERT else frozenset[str]()
    marked = with_marks(meaning, speaks_of, house.classes)
    return Heard(
        understanding=spoken(marked, message.kind),
        kind=message.kind,
        received_at=message.received_at,
        text=in_short(message).text,
        deleted=message.deleted,
        seq=message.seq,
    )


async def _marks(house: House, message: Message, searched: Searched) -> frozenset[str]:
    if is_long(message.text):
        return await house.long_texts.marks(house.rules, searched)
    return house.rules.marks(message.text)


async def _long(house: House, message: Message, searched: Searched, *, ask_model: bool, until: float | None) -> Understanding:
    """A long text is no command and no answer.  What nobody has read of it may be an emergency: it is asked about, and never harmless."""
    seen = in_short(message).text if searched.hits else searched.read[0]
    settled = without_model(seen, message.kind, searched.hits)
    if settled is not None and settled.action is Action.ALERT:
        return await _kind_named(house, message, settled, until)
    unsure = settled is not None and settled.action is Action.ASK_DANGER
    reading = await _read(house, message, until) if ask_model and not unsure else None
    meaning = no_model(message.kind) if reading is None else with_model(reading, house.classes, house.thresholds)
    meaning = in_doubt(meaning, searched.hits, foreign=_is_foreign(house, seen, meaning))
    if searched.is_whole or meaning.action is Action.ALERT:
        return meaning
    return replace(meaning, action=Action.ASK_DANGER, ring_if_silent=True)
