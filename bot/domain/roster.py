"""The duty roster: weekly hours, days on which they do not count, and hours that somebody takes over.

Hours are those of a clock on the wall in their zone: a night shift stays a night shift when the clocks change.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.domain.hours import Span
from bot.domain.ids import OfficerId

_DAY = timedelta(days=1)
#: Weekly hours that ended in this time are looked at: there is one end of each among them.
LOOKS_BACK = timedelta(days=8)


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Hours of somebody in every week."""

    id: str
    officer: OfficerId
    weekday: int  #: Monday is 0
    hours: Span  #: an end that is not after the beginning is on the next day
    zone: str = ""  #: empty: the mission's

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """When the hours of that day begin and end, in UTC."""
        zone = _known(self.zone) or zone
        begin, end = self.hours
        last = day if end > begin else day + _DAY
        return datetime.combine(day, begin, zone).astimezone(UTC), datetime.combine(last, end, zone).astimezone(UTC)


def _known(name: str) -> ZoneInfo | None:
    """None for a zone that this system does not know (any more): hours by the wrong clock still ring somebody, an error rings nobody."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Days, the last one included, on which the weekly hours of somebody, or of everybody, do not count."""

    id: str
    officer: OfficerId | None  #: None: a holiday of the mission
    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Cover:
    """Somebody takes over the hours of one day."""

    id: str
    shift: str
    day: date
    by: OfficerId
    accepted: bool  #: until then nothing changes


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Somebody's hours on one day."""

    shift: str
    day: date
    officer: OfficerId
    begin: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Everything that decides who is on duty."""

    shifts: Sequence[Shift] = ()
    absences: Sequence[Absence] = ()
    covers: Sequence[Cover] = ()

    @cached_property
    def _taken_over(self) -> Mapping[tuple[str, date], OfficerId]:
        return {(cover.shift, cover.day): cover.by for cover in self.covers if cover.accepted}

    def turns(self, first: date, days: int, zone: ZoneInfo) -> Iterator[Turn]:
        """Whose hours begin on these days, day by day; nobody's where somebody is absent and nobody took over."""
        for day in (first + timedelta(days=number) for number in range(days)):
            for shift in self.shifts:
                holder = self._holder(shift, day) if shift.weekday == day.weekday() else None
                if holder is not None:
                    begin, end = shift.on(day, zone)
                    yield Turn(shift=shift.id, day=day, officer=holder, begin=begin, end=end)

    def _holder(self, shift: Shift, day: date) -> OfficerId | None:
        taken = self._taken_over.get((shift.id, day))
        if taken is not None:
            return taken
        away = any(each.officer in {None, shift.officer} and each.first <= day <= each.last for each in self.absences)
        return None if away else shift.officer

    def on_duty(self, now: datetime, zone: ZoneInfo) -> frozenset[OfficerId]:
        """Who is on duty at this moment."""
        # A day of another zone, or a night that began yesterday, is at most two days away.
        around = now.astimezone(zone).date() - 2 * _DAY
        return frozenset(turn.officer for turn in self.turns(around, 5, zone) if turn.begin <= now < turn.end)

    def ended(self, officer: OfficerId, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When the last hours of theirs ended; None when none did lately, and while they have others."""
        first = now.astimezone(zone).date() - LOOKS_BACK - 2 * _DAY
        mine = [turn for turn in self.turns(first, LOOKS_BACK.days + 5, zone) if turn.officer == officer and turn.begin <= now]
        if any(now < turn.end for turn in mine):
            return None
        return max((turn.end for turn in mine if turn.end > now - LOOKS_BACK), default=None)

    def gaps(self, now: datetime, until: datetime, zone: ZoneInfo, among: Set[OfficerId] | None = None) -> list[tuple[datetime, datetime]]:
        """The times from now on in which nobody, or nobody of these, is on duty."""
        first = now.astimezone(zone).date() - 2 * _DAY
        turns = self.turns(first, (until - now).days + 5, zone)
        spans = sorted((turn.begin, turn.end) for turn in turns if among is None or turn.officer in among)
        gaps, covered = list[tuple[datetime, datetime]](), now
        for begin, end in (*spans, (until, until)):
            if covered < min(begin, until):
                gaps.append((covered, min(begin, until)))
            covered = max(covered, end)
        return gaps
