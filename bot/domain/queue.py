"""The queue as a page shows it: headings with the first cases under each and how many there are; what rings; when something changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from bot.domain.handoff import HandoffLine

#: So many references of unheard emergencies are told to open pages, the latest ones; how many there are is told too.
RINGING_TOLD = 100


class Group(StrEnum):
    """Under which heading an officer looks for a case, in the order of the page; each is under one.

    What rings while somebody holds it is under two: it stands in front, and where its holder looks for it.
    """

    RINGING = "ringing"  #: emergencies that nobody has acknowledged, whoever holds them
    MINE = "mine"
    EMERGENCIES = "emergencies"  #: that somebody has heard, and nobody has taken
    THREATS = "threats"  #: to the mission: a lane of their own
    UNCLEAR = "unclear"
    REQUESTS = "requests"
    OTHER = "other"
    EXERCISES = "exercises"
    THEIRS = "theirs"
    SNOOZED = "snoozed"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Section:
    """One heading: its first cases, and how many there are in all."""

    group: Group
    number: int
    lines: Sequence[HandoffLine]


@dataclass(frozen=True, kw_only=True)
class Common:
    """What is the same for everybody who sees the same lanes; whose a claimed case is, each page says for itself."""

    sections: Sequence[Section]  #: what rings, one for each class of what nobody holds, and what was closed last
    claimed: Sequence[HandoffLine]  #: by anybody, exercises too
    exercises: Sequence[HandoffLine]

    def sections_for(self, name: str, most: int) -> list[Section]:
        """All headings, as the officer of that name looks for cases."""
        mine = [line for line in self.claimed if line.holder_name == name]
        under = {
            Group.MINE: mine,
            Group.THEIRS: [line for line in self.claimed if line.holder_name != name and not line.is_exercise],
            Group.EXERCISES: [line for line in self.exercises if line not in mine],
        }
        own = {group: Section(group=group, number=len(lines), lines=lines[:most]) for group, lines in under.items()}
        found = {section.group: section for section in self.sections} | own
        return [_own_first(found[group], name) if group is Group.SNOOZED else found[group] for group in Group]


def _own_first(section: Section, name: str) -> Section:
    """What the officer of that name put off stands before what others did, each in the order of waking."""
    last = datetime.max.replace(tzinfo=UTC)
    return replace(section, lines=sorted(section.lines, key=lambda line: (line.holder_name != name, line.wake_at or last)))


@dataclass(frozen=True, kw_only=True)
class Glance:
    """What some lanes come to at this moment; no text of anybody."""

    version: str  #: another word whenever something of it has changed
    ringing: Sequence[str] = ()  #: emergencies, then exercises, that nobody has acknowledged; who waits longest is first
    exercises: Sequence[str] = ()  #: those of them that are exercises
    unheard: int = 0  #: how many emergencies nobody has acknowledged


@dataclass(frozen=True, kw_only=True)
class News:
    """What one officer must hear of soon, though nothing rings for it; numbers that only grow, and no text of anybody."""

    words: Mapping[str, int] = field(default_factory=dict)  #: how often the person of a case that they hold has written
    offers: Sequence[str] = ()  #: cases that they are asked to take over
    failed: Mapping[str, int] = field(default_factory=dict)  #: how many answers of theirs could not be sent
