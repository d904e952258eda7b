"""Whether every question of ``responses/triage.toml`` can be asked in every language, with the numbers that it has there."""

import re
from collections.abc import Iterator, Mapping

from bot.dialogue.triage import text_of
from bot.domain.triage import CONSENT, CONSENTS
from bot.locales.names import ANSWERS, QUESTIONS
from bot.responses import Library

#: A number that is a choice: at the beginning of the text, of a line, or after a comma, a stop or a colon.
_NUMBER = re.compile(r"(?:^|[\n.,;:?]\s*)(\d)(?=\s)")


def triage_faults(library: Library, intents: Mapping[str, str]) -> Iterator[str]:
    """Faults of the plan and of its texts, one sentence each."""
    plan = library.plan
    for kind in plan.kinds:
        if intents.get(kind) != "E1" or kind == "threat_to_mission":
            yield f"responses/triage.toml: kinds.{kind} is no emergency in which anything may be asked"
    for consent in CONSENTS:
        if f"{CONSENT}{consent}" not in plan.choices:
            yield f"responses/triage.toml: choices has no {CONSENT}{consent}"
    for question, choices in plan.choices.items():
        if question not in QUESTIONS or set(choices.values()) - ANSWERS.keys():
            yield f"responses/triage.toml: choices.{question} or one of its answers has no word for officers (bot/locales/names.py)"
        if question.startswith(CONSENT) and min(choices) < 5:
            yield f"responses/triage.toml: choices.{question} has a number that answers the danger question or names a kind"
        yield from _text_faults(library, text_of(question), list(choices))


def _text_faults(library: Library, name: str, numbers: list[int]) -> Iterator[str]:
    if name not in library.policy["names"]:
        yield f"responses/policy.toml: names has no {name}, which responses/triage.toml asks for"
    for response in library.texts.values():
        if response.name == name and [int(number) for number in _NUMBER.findall(response.body)] != numbers:
            yield f"{response.file}: numbers other answers than {', '.join(map(str, numbers))}, as responses/triage.toml has them"
