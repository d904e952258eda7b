"""Figures of the work, for supervisors: how much waits, who holds what, and how quick everybody was.  Numbers and times, no content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.handoff import HandoffClass
from bot.domain.hours import Hours

#: Weeks begin on Monday, 00:00 UTC; the first one of all holds 1 January 1970.
FIRST_MONDAY = date(1969, 12, 29)
#: What has waited for less than this, and no less than the one before; the last group has no end.
AGES = (timedelta(minutes=10), timedelta(hours=1), timedelta(days=1))


class Step(StrEnum):
    """What is timed, from the moment when the message was received that made the case as urgent as it is."""

    ALERT = "alert"  #: a messenger took the first alert
    ACKNOWLEDGED = "acknowledged"  #: a named person heard it
    CLAIMED = "claimed"
    WORDS = "words"  #: a messenger took an officer's first words


#: How soon each step of an emergency is wanted.
TARGETS: Mapping[Step, timedelta] = {
    Step.ALERT: timedelta(seconds=10),
    Step.ACKNOWLEDGED: timedelta(minutes=2),
    Step.CLAIMED: timedelta(minutes=10),
    Step.WORDS: timedelta(minutes=15),
}


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Open cases of one class."""

    cls: HandoffClass
    by_age: tuple[int, ...]  #: those that nobody holds, by ``AGES``
    held: int
    oldest: datetime | None  #: since when the oldest of those waits that nobody holds

    @property
    def free(self) -> int:
        """How many nobody holds."""
        return sum(self.by_age)


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What one officer holds."""

    name: str = field(repr=False)
    cases: int
    emergencies: int
    since: datetime  #: the oldest claim


@dataclass(frozen=True, kw_only=True)
class Load:
    """What is open now."""

    waiting: Sequence[Waiting]
    holding: Sequence[Holding]
    unticked: Sequence[str]  #: references of unclear cases at which nobody has looked within a working day, the oldest first
    unticked_in_all: int


@dataclass(frozen=True, kw_only=True)
class Span:
    """How long one step took, of the cases of one class that began in one week."""

    week: date
    cls: HandoffClass
    number: int  #: cases in which it happened
    median: timedelta
    p90: timedelta
    worst: timedelta
    within: int  #: cases in which it happened within the target


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many cases have all this in common."""

    week: date
    cls: HandoffClass
    channel: str
    locale: str
    outcome: str  #: empty: not closed by an officer, or not said
    number: int
    overdue: Mapping[Step, int] = field(default_factory=dict)  #: open ones in which a step is not done and its target is over


@dataclass(frozen=True, kw_only=True)
class Line:
    """One class in one week, or in all of them."""

    week: date | None
    cls: HandoffClass
    number: int
    spans: Mapping[Step, Span]
    overdue: Mapping[Step, int]

    def share(self, step: Step) -> float | None:
        """Of the cases in which a step was done, or is overdue, the part in which it was done in time; None: there are none."""
        span = self.spans.get(step)
        due = (span.number if span else 0) + self.overdue.get(step, 0)
        return (span.within if span else 0) / due if due else None


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case without content; ``seconds`` of each step that was done."""

    reference: str
    opened_at: datetime
    closed_at: datetime | None
    cls: HandoffClass
    kind: str
    reason: str
    channel: str
    locale: str
    outcome: str
    seconds: Mapping[Step, int]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a supervisor reads."""

    since: datetime
    lines: Sequence[Line]  #: the latest week first, in it the most urgent class
    tallies: Sequence[Tally]

    def by(self, what: str) -> dict[str, int]:
        """Cases by ``channel``, ``locale`` or ``outcome``, the most frequent first."""
        found: dict[str, int] = {}
        for tally in self.tallies:
            found[getattr(tally, what)] = found.get(getattr(tally, what), 0) + tally.number
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def week_of(number: int) -> date:
    """The Monday of the week of that number."""
    return FIRST_MONDAY + timedelta(weeks=number)


def lines_of(tallies: Sequence[Tally], spans: Mapping[Step, Sequence[Span]]) -> list[Line]:
    """One line for each class of each week that had any."""
    numbers: dict[tuple[date, HandoffClass], int] = {}
    overdue: dict[tuple[date, HandoffClass], dict[Step, int]] = {}
    for tally in tallies:
        key = (tally.week, tally.cls)
        numbers[key] = numbers.get(key, 0) + tally.number
        late = overdue.setdefault(key, {})
        for step, number in tally.overdue.items():
            late[step] = late.get(step, 0) + number
    timed = {(span.week, span.cls, step): span for step, found in spans.items() for span in found}
    return [
        Line(
            week=week,
            cls=cls,
            number=numbers[week, cls],
            spans={step: timed[week, cls, step] for step in Step if (week, cls, step) in timed},
            overdue=overdue[week, cls],
        )
        for week, cls in sorted(numbers, key=lambda key: (key[0], key[1].rank), reverse=True)
    ]


def a_working_day_ago(now: datetime, hours: Hours | None) -> datetime:
    """What is older has waited for a whole working day of the mission; without hours that are known, for 24 hours.

    On a day off that is the beginning of the last working day: what came on it is due on the next one.
    """
    if hours is None or not any(hours.week):
        return now - timedelta(days=1)
    local = now.astimezone(hours.zone)
    works_today = hours.week[local.weekday()] is not None
    for back in range(1, 8):
        day = local - timedelta(days=back)
        if hours.week[day.weekday()] is not None:
            return day if works_today else day.replace(hour=0, minute=0, second=0, microsecond=0)
    return now - timedelta(days=7)
