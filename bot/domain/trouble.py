"""What does not work as it should, as officers are shown it: facts and numbers, nothing of anybody's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.handoff import DutyLane
from bot.domain.health import Stored
from bot.domain.ids import OfficerId, OutboxId

#: The process that answers people says so often that it is there; silence twice as long means that it is not.
REPORTS_WITHIN = timedelta(minutes=1)
GONE = timedelta(minutes=2, seconds=30)


@dataclass(frozen=True, kw_only=True)
class Service:
    """Something that the answering process needs, and how it last found it."""

    name: str  #: worker, model, telegram, signal, posts, disk, erasure, content, clock
    ok: bool
    since: datetime  #: when it became so
    seen_at: datetime  #: when it was last looked at
    detail: str = ""  #: a static word, or file, line and reason of a text that is not served


@dataclass(frozen=True, kw_only=True)
class Undelivered:
    """Something that was to be said and will not be."""

    id: OutboxId
    reference: str | None  #: of the conversation's latest case; None: it has none
    lane: DutyLane
    is_open: bool  #: that case
    speaker: str
    channel: str
    at: datetime
    reason: str
    blocked: bool  #: the person has blocked us


@dataclass(frozen=True, kw_only=True)
class HeldBack:
    """A conversation whose answers wait for an officer's word on a changed safety number."""

    reference: str | None
    lane: DutyLane
    is_open: bool
    number: int
    since: datetime
    empties: bool = False  #: among them what empties the chat of somebody who is to be forgotten


@dataclass(frozen=True, kw_only=True)
class Pile:
    """What came on one channel and could not be understood, and nobody has looked at yet."""

    channel: str
    number: int
    oldest: datetime
    latest: datetime


@dataclass(frozen=True, kw_only=True)
class AskedFor:
    """An original that somebody wants to take out of the house, for which a second person is wanted."""

    reference: str  #: of the case with which the file came
    lane: DutyLane
    number: str
    asked_by: OfficerId
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One thing that is wrong with the house."""

    name: str
    since: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Troubles:
    """Everything that a person must look at."""

    stored: Stored
    house: tuple[Trouble, ...] = ()
    undelivered: tuple[Undelivered, ...] = ()
    held: tuple[HeldBack, ...] = ()
    poison: tuple[Pile, ...] = ()
    asked_for: tuple[AskedFor, ...] = ()
    unheard: Mapping[DutyLane, datetime] = field(default_factory=dict)  #: by lane, since when an emergency is too long unheard

    @property
    def number(self) -> int:
        """How many things."""
        return len(self.house) + len(self.undelivered) + len(self.held) + len(self.poison) + len(self.asked_for)
