"""Who is rung when, and who is on duty when: pure tables."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.ids import OfficerId
from bot.domain.ladder import Circle, Ladder
from bot.domain.roster import Absence, Cover, Roster, Shift

ZONE = ZoneInfo("Europe/Podgorica")
ANA, BEN = OfficerId("ana"), OfficerId("ben")
DAY, NIGHT = (time(8), time(20)), (time(20), time(8))
#: A Monday.
MONDAY = date(2026, 11, 23)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """By the mission's clock."""
    return datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)


def test_rounds_come_after_2_5_and_10_minutes_and_then_every_5_without_end():
    ladder, when, times = Ladder(), timedelta(0), []
    for step in range(1, 9):
        times.append((when.total_seconds() / 60, ladder.circle(step)))
        when += ladder.pause(step)
    duty, wider, all_ = Circle.DUTY, Circle.SUPERVISORS, Circle.EVERYBODY
    assert times == [(0, duty), (2, duty), (5, wider), (10, all_), (15, all_), (20, all_), (25, all_), (30, all_)]
    assert [ladder.is_through(step) for step in (4, 5, 400)] == [False, True, True]
    assert ladder.pause(4_000) == timedelta(minutes=5)


def shift(officer: OfficerId, weekday: int, hours: tuple[time, time], **more: str) -> Shift:
    return Shift(id=f"{officer}{weekday}", officer=officer, weekday=weekday, hours=hours, **more)


WEEK = Roster(shifts=[shift(ANA, 0, DAY), shift(BEN, 0, NIGHT)])


@pytest.mark.parametrize(
    ("hour", "days", "who"),
    [(7, 0, set()), (8, 0, {ANA}), (19, 0, {ANA}), (20, 0, {BEN}), (7, 1, {BEN}), (8, 1, set()), (8, 7, {ANA})],
)
def test_who_is_on_duty_follows_the_week(hour: int, days: int, who: set[OfficerId]):
    assert WEEK.on_duty(at(MONDAY + timedelta(days=days), hour), ZONE) == who


def test_a_night_is_a_night_when_the_clocks_change():
    """On 25 October 2026 the clocks go back at three: the night lasts 13 hours of a stopwatch and none of the wall's more."""
    roster = Roster(shifts=[shift(BEN, 5, NIGHT)])
    saturday = date(2026, 10, 24)
    begin, end = at(saturday, 20), at(saturday + timedelta(days=1), 8)
    assert end - begin == timedelta(hours=13)
    assert roster.on_duty(begin, ZONE) == roster.on_duty(end - timedelta(seconds=1), ZONE) == {BEN}
    assert roster.on_duty(begin - timedelta(seconds=1), ZONE) == roster.on_duty(end, ZONE) == set()


def test_hours_of_another_zone_count_by_its_clock():
    roster = Roster(shifts=[shift(ANA, 0, DAY, zone="America/New_York")])
    assert roster.on_duty(datetime(2026, 11, 23, 13, 30, tzinfo=UTC), ZONE) == {ANA}
    assert roster.on_duty(datetime(2026, 11, 23, 9, 0, tzinfo=UTC), ZONE) == set()


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "Europe/Podgorica\0"])
def test_a_zone_that_the_system_does_not_know_rings_by_the_missions_clock(zone: str):
    roster = Roster(shifts=[shift(ANA, 0, DAY, zone=zone)])
    assert roster.on_duty(at(MONDAY, 9), ZONE) == {ANA}


def test_days_off_holidays_and_hours_taken_over():
    away = Absence(id="1", officer=ANA, first=MONDAY, last=MONDAY)
    holiday = Absence(id="2", officer=None, first=MONDAY, last=MONDAY + timedelta(days=1))
    asked = Cover(id="3", shift=f"{ANA}0", day=MONDAY, by=BEN, accepted=False)
    taken = Cover(id="3", shift=f"{ANA}0", day=MONDAY, by=BEN, accepted=True)
    noon = at(MONDAY, 12)
    assert Roster(shifts=WEEK.shifts, absences=[away]).on_duty(noon, ZONE) == set()
    assert Roster(shifts=WEEK.shifts, absences=[holiday]).on_duty(at(MONDAY, 21), ZONE) == set()
    assert Roster(shifts=WEEK.shifts, covers=[asked]).on_duty(noon, ZONE) == {ANA}, "asking changes nothing"
    assert Roster(shifts=WEEK.shifts, covers=[taken]).on_duty(noon, ZONE) == {BEN}
    assert Roster(shifts=WEEK.shifts, absences=[holiday], covers=[taken]).on_duty(noon, ZONE) == {BEN}


def test_hours_without_anybody_are_named():
    now, tuesday = at(MONDAY, 6), MONDAY + timedelta(days=1)
    assert WEEK.gaps(now, now + timedelta(days=2), ZONE) == [(now, at(MONDAY, 8)), (at(tuesday, 8), now + timedelta(days=2))]
    assert WEEK.gaps(now, now + timedelta(days=1), ZONE, {BEN}) == [(now, at(MONDAY, 20))]
    assert Roster().gaps(now, now + timedelta(days=1), ZONE) == [(now, now + timedelta(days=1))]
