"""What the forms of a case's page offer: consents that may be asked for, messages that may be marked as misread, *do not write first*."""

from collections.abc import Sequence

from bot.dialogue.consent import wishes_silence
from bot.domain.handoff import Spoken
from bot.domain.message import Kind
from bot.domain.triage import CONSENTS
from bot.ports import Officer
from bot.usecases.block import may_block
from bot.usecases.casefile import Case

#: So many messages are offered, the latest first, each by so many of its letters.
_MOST, _LETTERS = 20, 60
#: The model reads none of them.
_UNREAD = frozenset({Kind.BUTTON, Kind.GROUP})


def marks_of(officer: Officer, case: Case) -> dict[str, object]:
    """Each is looked at again when it is done."""
    opened = case.opened
    return {
        "consents": CONSENTS,
        "misreadable": _misreadable(opened.spoken),
        "misread": sum(entry.event == "misread_marked" for entry in case.entries),
        "may_bar": may_block(officer, opened.handoff),
        "their_wish": wishes_silence(opened.conversation.memory.facts),
    }


def _misreadable(spoken: Sequence[Spoken]) -> list[tuple[Spoken, str]]:
    """The person's messages with words that they want to be there, and how each begins."""
    there = [line for line in spoken if line.who == "defender" and line.state == "kept" and line.hidden_from is None]
    found = [line for line in there if line.text.strip() and line.kind not in _UNREAD]
    return [(line, _beginning(line.text)) for line in found[: -_MOST - 1 : -1]]


def _beginning(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LETTERS else words[:_LETTERS].rstrip() + "…"
