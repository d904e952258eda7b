"""Reading one message: a command, the rules, bare words, then the model; the same code for live messages and for ``understand``."""

import asyncio

from bot.dialogue.commands import slash_command, without_slash
from bot.dialogue.policy import Heard
from bot.dialogue.understand import no_model, with_kind, with_model, without_model
from bot.domain.errors import NluUnavailable
from bot.domain.message import Message
from bot.domain.understanding import RuleHit, Understanding
from bot.usecases.house import House

#: The model reads no more than this; the rules read everything.
MODEL_READS = 4_000
#: An emergency that a rule found does not wait longer than this (seconds) for the model's word on its kind.
NAMES_KIND_WITHIN = 0.4


def rule_hits(house: House, message: Message) -> tuple[RuleHit, ...]:
    """What the emergency rules say; a slash command alone is not searched, one with text after it is."""
    return () if slash_command(message.text) else house.rules.match(message.text)


def needs_model(house: House, message: Message) -> bool:
    """Whether neither a command nor a rule nor a bare word settles it."""
    return without_model(message.text, message.kind, rule_hits(house, message)) is None


async def understand(house: House, message: Message, *, ask_model: bool = True) -> Understanding:
    """What one message sets off, before the conversation's state; never raises for the model's sake."""
    settled = without_model(message.text, message.kind, rule_hits(house, message))
    if settled is not None:
        return await _kind_named(house, message, settled)
    if not ask_model:
        return no_model(message.kind)
    try:
        reading = await house.nlu.read(_for_model(message.text))
    except NluUnavailable:
        return no_model(message.kind)
    return with_model(reading, house.classes, house.thresholds)


async def _kind_named(house: House, message: Message, settled: Understanding) -> Understanding:
    """Rules decide that it is an emergency; the model may say which, if it can say so at once."""
    if not settled.rules or house.nlu.is_starting():
        return settled
    try:
        async with asyncio.timeout(NAMES_KIND_WITHIN):
            reading = await house.nlu.read(_for_model(message.text))
    except (NluUnavailable, TimeoutError):
        return settled
    return with_kind(settled, reading, house.classes)


def _for_model(text: str) -> str:
    """The beginning and the end of a very long text, never beginning with a slash."""
    text = without_slash(text)
    if len(text) <= MODEL_READS:
        return text
    return f"{text[: MODEL_READS // 2]} {text[-MODEL_READS // 2 :]}"


async def hear(house: House, message: Message, *, ask_model: bool = True) -> Heard:
    """The message with its meaning, as the policy hears it."""
    digit = message.text.strip()
    return Heard(
        understanding=await understand(house, message, ask_model=ask_model),
        kind=message.kind,
        received_at=message.received_at,
        number=int(digit) if digit in {"1", "2", "3", "4"} else None,
    )
