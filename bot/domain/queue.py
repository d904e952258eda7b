"""The queue as a page shows it: headings with the first cases under each and how many there are; what rings; when something changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.handoff import HandoffLine

#: So many references of unheard emergencies are told to open pages, the latest first; how many there are is told too.
RINGING_TOLD = 100


class Group(StrEnum):
    """Under which heading an officer looks for a case; each case is under one."""

    EMERGENCIES = "emergencies"
    UNCLEAR = "unclear"
    REQUESTS = "requests"
    OTHER = "other"
    EXERCISES = "exercises"
    MINE = "mine"
    THEIRS = "theirs"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Section:
    """One heading: its first cases, and how many there are in all."""

    group: Group
    number: int
    lines: Sequence[HandoffLine]


@dataclass(frozen=True, kw_only=True)
class Glance:
    """What some lanes come to at this moment; no text of anybody."""

    version: str  #: another word whenever something of it has changed
    ringing: Sequence[str] = ()  #: emergencies and exercises that nobody has acknowledged, the latest first
    exercises: Sequence[str] = ()  #: those of them that are exercises
    unheard: int = 0  #: how many emergencies nobody has acknowledged
