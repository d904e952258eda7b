"""Hours of a week in a zone: when officers read what is no emergency and when they begin again; when others answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLOSED = "closed"
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")

Span = tuple[time, time]


def parse_span(text: str) -> Span | None:
    """``08:00-16:30`` as two times; None for ``closed``.  Raises ValueError for anything else."""
    if text == CLOSED:
        return None
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError("hours look like 08:00-16:30, or are closed")
    begin, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    if begin >= end:
        raise ValueError("hours end after they begin")
    return begin, end


def parse_shift(text: str) -> Span | None:
    """Like ``parse_span``, but a shift may end the next day: ``22:00-06:00``; ``00:00-00:00`` is day and night."""
    if text == CLOSED:
        return None
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError("hours look like 08:00-16:30 or 22:00-06:00, or are closed")
    return time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))


@dataclass(frozen=True, kw_only=True)
class Hours:
    """A week's hours in a time zone."""

    week: tuple[Span | None, ...]  #: Monday first; None: closed all day
    zone: ZoneInfo

    @classmethod
    def of(cls, days: Mapping[str, str], zone: ZoneInfo, parse: Callable[[str], Span | None] = parse_span) -> "Hours":
        """From the words of a file, a day each."""
        return cls(week=tuple(parse(days[day]) for day in DAYS), zone=zone)

    def next_opening(self, now: datetime) -> datetime | None:
        """When somebody reads again; None while the mission is open, or when it never opens."""
        local = now.astimezone(self.zone)
        for ahead in range(8):
            day = local.date() + timedelta(days=ahead)
            span = self.week[day.weekday()]
            if span is None:
                continue
            begin, end = (datetime.combine(day, each, tzinfo=self.zone) for each in span)
            if begin <= local < end:
                return None
            if local < begin:
                return begin
        return None

    def is_open(self, now: datetime) -> bool:
        """Whether somebody is there at this moment; a shift that ends before it begins ends the next day."""
        local = now.astimezone(self.zone)
        return any(self._covers(local, back) for back in (0, 1))

    def _covers(self, local: datetime, back: int) -> bool:
        """Whether the shift that began ``back`` days ago is still on."""
        day = local.date() - timedelta(days=back)
        span = self.week[day.weekday()]
        if span is None:
            return False
        over = timedelta(days=1 if span[1] <= span[0] else 0)
        begin, end = datetime.combine(day, span[0], tzinfo=self.zone), datetime.combine(day + over, span[1], tzinfo=self.zone)
        # Two times of one zone are compared as a clock on the wall shows them, which is what opening hours mean.
        return begin <= local < end
