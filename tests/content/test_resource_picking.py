"""Which resources fit an answer, and who answers at this hour: pure, on made-up ones."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.hours import CLOSED, DAYS, Hours, parse_shift
from bot.domain.resources import MOST, Resource, answering, pick

ALWAYS = Hours.of(dict.fromkeys(DAYS, "00:00-00:00"), ZoneInfo("UTC"), parse_shift)
NEVER = Hours.of(dict.fromkeys(DAYS, CLOSED), ZoneInfo("UTC"), parse_shift)
#: A Friday.
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def resource(
    name: str,
    *groups: str,
    hours: Hours | None = None,
    languages: tuple[str, ...] = (),
    police: bool = False,
    confirmed: bool = True,
    inserted: frozenset[str] = frozenset(),
    numbers: tuple[str, ...] = ("+1 206 555 0100",),
) -> Resource:
    return Resource(
        id=name,
        file="responses/resources.yml",
        groups=groups,
        names={"en": name, "sq": f"{name} sq"},
        says={"en": "helps"},
        numbers=numbers,
        addresses=(),
        links=("https://helps.example/",),
        inserted=inserted,
        languages=languages,
        hours=hours,
        police=police,
        sources=("S1",),
        checked=date(2026, 11, 28),
        confirmed=confirmed,
    )


def picked(resources: list[Resource], *groups: str, locale: str = "en", **more: object) -> list[str]:
    return [each.id for each in pick(resources, groups, locale, NOW, **more)]  # type: ignore[arg-type]  # passed on as they came


PRESS = [resource(f"press{number}", "journalist") for number in range(6)]
LAWYER = resource("lawyer", "lawyer")
BOTH = resource("both", "journalist", "lawyer")

TABLE = {
    "only those who are for such people": ([LAWYER, PRESS[0]], ("journalist",), ["press0"]),
    "nobody where nobody fits": ([LAWYER], ("exile",), []),
    "nobody for an answer that asks for none": ([LAWYER], (), []),
    "at most four, in the order of the file": (PRESS, ("journalist",), ["press0", "press1", "press2", "press3"]),
    "one of each group before a second of the first": (
        [*PRESS, LAWYER],
        ("journalist", "lawyer"),
        ["press0", "lawyer", "press1", "press2"],
    ),
    "the groups in the order in which they are asked for": ([*PRESS[:1], LAWYER], ("lawyer", "journalist"), ["lawyer", "press0"]),
    "nobody twice": ([BOTH, LAWYER, PRESS[0]], ("journalist", "lawyer"), ["both", "lawyer", "press0"]),
    "one that is open before one whose hours nobody knows, a closed one last": (
        [resource("closed", "hurt", hours=NEVER), resource("dark", "hurt"), resource("open", "hurt", hours=ALWAYS)],
        ("hurt",),
        ["open", "dark", "closed"],
    ),
    "one that speaks the language first, one that speaks others only last": (
        [resource("russian", "exile", languages=("ru",)), resource("dark", "exile"), resource("english", "exile", languages=("en", "fr"))],
        ("exile",),
        ["english", "dark", "russian"],
    ),
    "none that is not confirmed": ([resource("weak", "child", confirmed=False), resource("sure", "child")], ("child",), ["sure"]),
}


@pytest.mark.parametrize("what", TABLE)
def test_those_are_picked_that_fit(what: str) -> None:
    resources, groups, expected = TABLE[what]
    assert picked(resources, *groups) == expected


def test_the_police_are_left_out_where_they_are_the_danger_and_only_there() -> None:
    police, rights = resource("police", "danger", police=True), resource("rights", "danger")
    assert picked([police, rights], "danger", police=False) == ["rights"]
    assert picked([police, rights], "danger") == ["police", "rights"]


def test_a_number_that_the_text_shows_already_is_not_said_twice() -> None:
    ambulance = resource("ambulance", "hurt", inserted=frozenset({"country.ambulance"}))
    assert picked([ambulance, LAWYER], "hurt", "lawyer", named=["country.ambulance"]) == ["lawyer"]
    assert picked([ambulance, LAWYER], "hurt", "lawyer", named=["country.police"]) == ["ambulance", "lawyer"]


def test_an_answer_may_ask_for_fewer() -> None:
    assert MOST == 4
    assert picked(PRESS, "journalist", most=2) == ["press0", "press1"]
    assert picked(PRESS, "journalist", most=0) == []


def test_a_line_falls_back_to_the_base_locale_word_by_word() -> None:
    assert LAWYER.line("sq", "en") == "lawyer sq: helps. +1 206 555 0100, https://helps.example/"
    assert LAWYER.short("ru", "en") == "lawyer +1 206 555 0100"


NIGHT = {"friday": "22:00-06:00"}
DAY = {"friday": "09:00-17:00"}
#: The hours of a week in Podgorica (UTC+1 in November, UTC+2 in July), a moment in UTC, and whether somebody answers.
MOMENTS = {
    "a night shift before midnight": (NIGHT, "2026-11-27 22:30", True),
    "a night shift after midnight, on the next day": (NIGHT, "2026-11-28 04:59", True),
    "a night shift at the minute in which it ends": (NIGHT, "2026-11-28 05:00", False),
    "a night shift before it begins": (NIGHT, "2026-11-27 20:59", False),
    "the early hours of the day on which the shift begins": (NIGHT, "2026-11-27 02:00", False),
    "a day in winter": (DAY, "2026-11-27 08:00", True),
    "the same hour of UTC on another day": (DAY, "2026-11-26 08:00", False),
    "before the day in winter": (DAY, "2026-11-27 07:59", False),
    "the same minute in summer, an hour later on the wall": (DAY, "2026-07-24 07:59", True),
    "the zone's own Saturday while UTC still has Friday": ({"saturday": "00:00-01:00"}, "2026-11-27 23:30", True),
    "a Sunday night that ends on Monday": ({"sunday": "20:00-03:00"}, "2026-11-30 01:30", True),
    "day and night": ({"saturday": "00:00-00:00"}, "2026-11-28 22:59", True),
    "after a day and a night": ({"saturday": "00:00-00:00"}, "2026-11-28 23:00", False),
}


@pytest.mark.parametrize("what", MOMENTS)
def test_who_answers_now_is_told_across_midnight_and_zones(what: str) -> None:
    week, moment, expected = MOMENTS[what]
    hours = Hours.of(dict.fromkeys(DAYS, CLOSED) | week, ZoneInfo("Europe/Podgorica"), parse_shift)
    now = datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    found = answering([resource("line", "hurt", hours=hours)], ["hurt"], "en", now)
    assert bool(found) is expected


@pytest.mark.parametrize("text", ["24:00-06:00", "9-17", "22:00", ""])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hours look like"):
        parse_shift(text)


def test_nobody_is_said_to_answer_whose_hours_number_or_language_does_not_fit() -> None:
    fits = resource("fits", "hurt", hours=ALWAYS, languages=("en",))
    others = [
        resource("dark", "hurt"),
        resource("closed", "hurt", hours=NEVER),
        resource("strange", "hurt", hours=ALWAYS, languages=("fr",)),
        resource("mute", "hurt", hours=ALWAYS, numbers=()),
        resource("weak", "hurt", hours=ALWAYS, confirmed=False),
        resource("police", "hurt", hours=ALWAYS, police=True),
    ]
    assert [each.id for each in answering([*others, fits], ["hurt"], "en", NOW, police=False)] == ["fits"]
    assert [each.id for each in answering([*others, fits], ["hurt"], "fr", NOW, police=True)] == ["strange", "police"]
