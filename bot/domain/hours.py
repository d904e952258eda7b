"""When officers read what is no emergency: the mission's own hours, and when they begin again."""

import re
from collections.abc import Mapping
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


@dataclass(frozen=True, kw_only=True)
class Hours:
    """A week's hours in the mission's time zone."""

    week: tuple[Span | None, ...]  #: Monday first; None: closed all day
    zone: ZoneInfo

    @classmethod
    def of(cls, days: Mapping[str, str], zone: ZoneInfo) -> "Hours":
        """From the words of the mission's file."""
        return cls(week=tuple(parse_span(days[day]) for day in DAYS), zone=zone)

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
