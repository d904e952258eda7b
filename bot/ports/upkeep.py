"""What is written down, erased, measured, tried and looked after."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.content import Form, Overview, Review
from bot.domain.drill import Drill, Report
from bot.domain.figures import Case, Load, Span, Step, Tally
from bot.domain.handoff import DutyLane
from bot.domain.health import Stored
from bot.domain.ids import ConversationId, OfficerId, OutboxId
from bot.domain.trouble import AskedFor, HeldBack, Pile, Service, Undelivered


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A row of the audit: codes and ids, no content."""

    at: datetime
    actor: str  #: ``officer:ID``, ``account:ID``, ``bot``, ``defender``, ...
    event: str
    detail: Mapping[str, str | int] = field(default_factory=dict)


class Audit(Protocol):
    """Who did what when: hash-chained, without content."""

    async def append(self, actor: str, event: str, subject: str, detail: Mapping[str, str | int] | None = None) -> None:
        """Add a row at the chain's end; call it last in a transaction (it locks the chain)."""

    async def last(self, event: str, subject: str) -> datetime | None:
        """When that was last written of that subject."""

    async def of(self, subject: str, last: int) -> list[Entry]:
        """The latest ``last`` rows of one subject, oldest first."""

    async def head(self) -> tuple[int, str]:
        """Number of rows and the head hash, to be kept elsewhere."""

    async def verify(self, kept: tuple[int, str] | None = None) -> int | None:
        """The number of the first row that does not fit the chain, or a head that was ``kept`` elsewhere; None when all do."""


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """What the janitor may erase, and from when on."""

    text_before: datetime  #: conversations closed (or without a handoff and silent) since before this lose their text
    contact_before: datetime  #: contacts silent since before this are erased whole
    audit_before: datetime  #: audit rows older than this are cut off, leaving a chain anchor
    now: datetime


class Retention(Protocol):
    """Erasing by time."""

    async def sweep(self, sweep: Sweep) -> Mapping[str, int]:
        """Erase what is due (expired texts included), open emergencies exempt; how many of each kind, ``exempt`` too.

        A contact with an open case that waits for an officer (``cases_wait`` counts them) is never erased.
        """

    async def asked_for(self, now: datetime) -> Mapping[str, int]:
        """Only what was asked for and is due whatever the clock says: contacts erased on request."""


class Facts(Protocol):
    """What the database knows of how the house stands."""

    async def stored(self, now: datetime) -> Stored:
        """Numbers and the oldest of everything that waits; no content."""


class Drills(Protocol):
    """Exercises."""

    async def begin(self, conversation: ConversationId, officer: OfficerId | None, now: datetime) -> str:
        """Note one down; its name."""

    async def latest(self, last: int) -> list[Drill]:
        """Those that were begun last, the latest first."""

    async def report(self, drill: str) -> Report | None:
        """Everything of it that has happened; None when there is none."""

    async def forget(self, before: datetime) -> int:
        """Take away those that were begun before then; how many."""


class FiguresOf(Protocol):
    """Counted and timed cases of some lanes, without content; exercises are in none."""

    async def load(self, lanes: Collection[str], now: datetime, unticked_before: datetime) -> Load:
        """What is open; unclear cases opened before ``unticked_before`` that nobody holds are named."""

    async def tallies(self, lanes: Collection[str], since: datetime, now: datetime, targets: Mapping[Step, timedelta]) -> list[Tally]:
        """How many cases of each sort were opened since then."""

    async def spans(self, step: Step, lanes: Collection[str], since: datetime, target: timedelta, *, weekly: bool) -> list[Span]:
        """How long a step took, by week and class, or by class alone (then under the week of ``since``)."""

    async def cases(self, lanes: Collection[str], since: datetime, after: tuple[datetime, str] | None) -> list[Case]:
        """The next cases in the order of opening, after that time and reference; an empty list at the end."""


class TroubleBook(Protocol):
    """What does not work, and what of it somebody sees to already."""

    async def unheard(self) -> Mapping[DutyLane, datetime]:
        """By lane, since when an emergency has been open that nobody has acknowledged; exercises are none."""

    async def facts(self, now: datetime) -> Stored:
        """Of ``Stored`` what faults are made of; quick however much is kept."""

    async def services(self) -> list[Service]:
        """How the answering process last found what it needs."""

    async def tell(self, name: str, now: datetime, *, ok: bool, detail: str) -> None:
        """How that process finds a service now."""

    async def undelivered(self, last: int) -> list[Undelivered]:
        """What was to be said to defenders, was given up, and nobody has seen to; the latest first."""

    async def find(self, row: OutboxId) -> Undelivered | None:
        """One of those; None when it is none of them (any more)."""

    async def held(self, last: int) -> list[HeldBack]:
        """Conversations whose answers wait for a word on a changed safety number, the oldest first."""

    async def poison(self) -> list[Pile]:
        """What could not be understood and nobody sees to, by channel."""

    async def asked_for(self, now: datetime) -> list[AskedFor]:
        """Originals for which a second person is still wanted, the oldest first."""

    async def requeue(self, row: OutboxId, now: datetime) -> bool:
        """Queue what was given up once more, in its old place; False when it cannot be (its words are erased)."""

    async def settle(self, row: OutboxId, now: datetime) -> None:
        """Somebody knows that it was not delivered."""

    async def settle_poison(self, until: datetime, now: datetime) -> int:
        """Somebody sees to what came until then; how many."""


class Reviews(Protocol):
    """Who has read which text."""

    async def add(self, review: Review) -> None:
        """Keep somebody's word on a file as it is; a later one on the same state takes its place."""

    async def all(self) -> list[Review]:
        """Every one, of earlier states of the files too."""


class ContentBook(Protocol):
    """The prepared texts as pages show them; reading files takes long, and is done beside the event loop."""

    async def overview(self) -> Overview:
        """Everything, as it was read last."""

    async def forms(self, name: str, locale: str) -> tuple[Form, ...]:
        """An answer in every form that it has; empty: there is no such answer."""
