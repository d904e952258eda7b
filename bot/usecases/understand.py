"""Reading one message: a command, the rules, bare words, then the model; the same code for live messages and for ``understand``."""

import asyncio
from collections.abc import Sequence

from bot.dialogue import choices
from bot.dialogue.chosen import by_label, placed
from bot.dialogue.commands import slash_command, without_slash
from bot.dialogue.policy import Heard
from bot.dialogue.understand import in_doubt, no_model, spoken, with_kind, with_marks, with_model, without_model
from bot.domain.errors import NluUnavailable
from bot.domain.message import SILENT_KINDS, Incoming, Kind, Message
from bot.domain.polite import without_politeness
from bot.domain.text import clean
from bot.domain.understanding import Action, Reading, RuleHit, Understanding
from bot.usecases.house import House

#: The model reads no more than this; the rules read everything.
MODEL_READS = 4_000
#: An emergency that a rule found does not wait longer than this (seconds) for the model's word on its kind.
NAMES_KIND_WITHIN = 0.4
#: What waited together is read within this time (seconds); what is unread then counts as unsure.  A little longer than the model's own
#: deadline, or a model that hangs would never be found out.
READ_WITHIN = 1.6
#: Several messages that waited together are read within this time: an emergency may come right behind them, and it has two seconds.
SEVERAL_READ_WITHIN = 1.1


def rule_hits(house: House, message: Message) -> tuple[RuleHit, ...]:
    """What the emergency rules say; a slash command alone is not searched, one with text after it is."""
    if slash_command(message.text) or (message.kind is Kind.BUTTON and choices.read(message.text)):
        return ()  # our own words, none of the person's
    return house.rules.match(message.text)


def needs_model(house: House, message: Message) -> bool:
    """Whether neither a command nor a rule nor a bare word settles it."""
    return without_model(message.text, message.kind, rule_hits(house, message)) is None


def expect(house: House, incoming: Incoming) -> None:
    """Let the model begin with a message that is being kept; what needs no model is not shown to it."""
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
    text = without_slash(without_politeness(without_slash(text)))
    if len(text) <= MODEL_READS:
        return text
    return f"{text[: MODEL_READS // 2]} {text[-MODEL_READS // 2 :]}"


async def hear_all(house: House, messages: Sequence[Message]) -> list[Heard]:
    """Messages that waited together, each with its meaning.

    However many they are, the model delays them once: an emergency may be among them, or come right behind them.
    """
    found = [rule_hits(house, message) for message in messages]
    known = any(not hit.asks for hits in found for hit in hits)
    until = _in(NAMES_KIND_WITHIN if known else SEVERAL_READ_WITHIN if len(messages) > 1 else READ_WITHIN)
    each = zip(messages, found, strict=True)
    return [_heard(house, message, await understand(house, message, hits, ask_model=not known, until=until)) for message, hits in each]


async def hear(house: House, message: Message) -> Heard:
    """One message with its meaning, as the policy hears it."""
    return _heard(house, message, await understand(house, message, rule_hits(house, message)))


def _heard(house: House, message: Message, meaning: Understanding) -> Heard:
    speaks_of = house.rules.marks(message.text) if meaning.action is Action.ALERT else frozenset[str]()
    marked = with_marks(meaning, speaks_of, house.classes)
    return Heard(
        understanding=spoken(marked, message.kind),
        kind=message.kind,
        received_at=message.received_at,
        text=message.text,
        deleted=message.deleted,
        seq=message.seq,
    )
