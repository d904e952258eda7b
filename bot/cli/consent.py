"""``python -m bot queue consent``: an officer asks the defender for a consent; and how triage is shown in ``queue show``."""

from functools import partial
from typing import Any

import click

from bot.cli import facts
from bot.cli.terminal import AS, REFERENCE, as_officer, now, terminal
from bot.domain.conversation import Conversation
from bot.domain.triage import CONSENTS, Fact, given, wants_nothing
from bot.usecases.consent import ask


@click.command()
@REFERENCE
@click.argument("consent", metavar="KIND", type=click.Choice(CONSENTS))
@AS
def consent(reference: str, consent: str, name: str | None) -> None:
    """Ask the defender for a consent: contact, inside, authorities (and organisations) or public.  You have to hold the case."""
    as_officer(name, lambda house, officer: ask(house, officer, reference, consent))
    terminal().say({"reference": reference, "asked": consent}, partial(facts.consent_asked, reference=reference, consent=consent))


def flags_of(conversation: Conversation) -> list[str]:
    """What stands above the case, in codes."""
    said = {
        "under_18": conversation.memory.minor,
        "us_citizen": conversation.memory.citizen,
        "wants_nothing": wants_nothing(conversation.memory.facts),
        "do_not_write_first": conversation.do_not_write_first,
    }
    return [flag for flag, stands in said.items() if stands]


def above(conversation: Conversation) -> dict[str, Any]:
    """Consents and flags for the first JSON line of a case; nothing where nothing was asked or marked."""
    consents, flags = given(conversation.memory.facts), flags_of(conversation)
    return ({"consents": consents} if consents else {}) | ({"flags": flags} if flags else {})


def say_facts(conversation: Conversation) -> None:
    """Flags and consents on top, then what was asked and answered, in order."""
    if flags := flags_of(conversation):
        _in_words_only(partial(facts.flags, codes=flags))
    for fact in conversation.memory.facts:
        terminal().say(_values(fact), partial(facts.fact_line, fact=fact, now=now()))


def _in_words_only(sentence: Any) -> None:
    if terminal().in_words:
        terminal().say({}, sentence)


def _values(fact: Fact) -> dict[str, Any]:
    said = {"question": fact.question, "asked_at": fact.asked_at, "answer": fact.answer, "answered_at": fact.answered_at}
    return said | ({"number": fact.message} if fact.message else {})
