"""The roster on the desk: supervisors set hours, officers set their own days and ask colleagues, and who is rung follows."""

from datetime import timedelta

import pytest

from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.domain.errors import Refused
from bot.domain.ladder import Circle
from bot.usecases import roster
from bot.usecases.ringing import to_ring
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.desk.test_pages import desk_of
from tests.journeys.house import Home

ALL_DAY = {"begins": "00:00", "ends": "00:00", "zone": ""}


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


@pytest.fixture
async def bo(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)


def officer_of(person: Person) -> str:
    assert person.account is not None
    assert person.account.officer is not None
    return person.account.officer


async def shown(desk: Browser) -> str:
    return read((await desk.get("/duty")).text)[1]


async def all_week(home: Home, by: Browser, person: Person) -> None:
    for weekday in range(7):
        answer = await by.post("/duty/hours", on="/duty", officer=officer_of(person), weekday=str(weekday), **ALL_DAY)
        assert answer.headers.get("location") == "/duty", answer.text


async def test_a_supervisor_sets_hours_and_everybody_sees_who_is_on_duty(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    desk, officers = await desk_of(home, proofs, bo), await desk_of(home, proofs, ana)
    assert "Nobody is on duty" in await shown(officers)
    await all_week(home, desk, ana)
    seen = await shown(officers)
    assert "Nobody is on duty: an emergency" not in seen
    assert "There are none." in seen, "no hours without cover"
    assert "no messenger: hears an alarm only at an open desk" in seen


async def test_an_officer_changes_nobody_elses_hours(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    desk = await desk_of(home, proofs, ana)
    assert (await desk.post("/duty/hours", on="/duty", officer=officer_of(ana), weekday="0", **ALL_DAY)).status_code == 403
    days = {"first": "2026-12-24", "last": "2026-12-26"}
    assert (await desk.post("/duty/absence", on="/duty", officer=officer_of(bo), **days)).status_code == 403
    assert (await desk.post("/duty/absence", on="/duty", officer="everybody", **days)).status_code == 403
    assert (await desk.post("/duty/absence", on="/duty", officer=officer_of(ana), **days)).headers["location"] == "/duty"
    (absence,) = (await roster.duty(home.house)).roster.absences
    assert absence.officer == officer_of(ana)


async def test_who_was_asked_takes_over_once_and_only_then_is_rung(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    for person, sender in ((ana, "900"), (bo, "901")):
        async with home.house.store.begin() as tx:
            code = await tx.officers.new_code(officer_of(person), home.clock.now())  # type: ignore[arg-type]
            await tx.commit()
        await home.says(code, sender=sender)
    lead, hers = await desk_of(home, proofs, bo), await desk_of(home, proofs, ana)
    await all_week(home, lead, ana)
    turn = next(each for each in (await roster.duty(home.house)).turns if each.begin <= home.clock.now() < each.end)
    asked = await hers.post("/duty/ask", on="/duty", turn=f"{turn.shift}|{turn.day.isoformat()}", officer=officer_of(bo))
    assert asked.headers["location"] == "/duty"
    assert await rung(home) == ["Ana"], "asking changes nothing"
    (cover,) = (await roster.duty(home.house)).roster.covers
    assert (await hers.post("/duty/accept", on="/duty", cover=cover.id)).status_code == 400, "nobody else says yes for them"
    assert (await lead.post("/duty/accept", on="/duty", cover=cover.id)).headers["location"] == "/duty"
    assert await rung(home) == ["Bo"]
    assert (await lead.post("/duty/accept", on="/duty", cover=cover.id)).status_code == 400, "once"


async def rung(home: Home) -> list[str]:
    async with home.house.store.begin() as tx:
        return [officer.name for officer in await to_ring(tx, home.house, "general", Circle.DUTY)]


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/duty/hours", {"weekday": "9"} | ALL_DAY),
        ("/duty/hours", {"weekday": "1", "begins": "soon", "ends": "00:00"}),
        ("/duty/hours", {"weekday": "1"} | ALL_DAY | {"zone": "Mars/Olympus"}),
        ("/duty/hours", {"weekday": "1"} | ALL_DAY | {"officer": "nobody"}),
        ("/duty/absence", {"first": "2026-12-26", "last": "2026-12-24"}),
        ("/duty/absence", {"first": "", "last": ""}),
        ("/duty/ask", {"turn": "x|2026-12-24"}),
        ("/duty/ask", {"turn": "rubbish"}),
        ("/duty/hours/remove", {"shift": "x"}),
        ("/duty/absence/remove", {"absence": "x"}),
        ("/duty/decline", {"cover": "x"}),
    ],
)
async def test_what_is_no_day_time_or_person_changes_nothing_and_is_said(
    home: Home, proofs: DeskProofs, bo: Person, path: str, form: dict[str, str]
) -> None:
    desk = await desk_of(home, proofs, bo)
    answer = await desk.post(path, on="/duty", **({"officer": officer_of(bo)} | form))
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    kept = (await roster.duty(home.house)).roster
    assert (kept.shifts, kept.absences, kept.covers) == ((), (), ())


async def test_officers_say_what_they_speak_and_hours_without_a_language_are_shown(home: Home, proofs: DeskProofs, bo: Person) -> None:
    home.house.renew(locales=("en", "ru"))
    desk = await desk_of(home, proofs, bo)
    await all_week(home, desk, bo)
    assert "Nobody on duty has said that they speak Russian" in await shown(desk)
    await desk.post("/duty/languages", on="/duty", speaks_ru="1", speaks_en="1")
    assert "Nobody on duty has said" not in await shown(desk)
    assert bo.account is not None
    with pytest.raises(Refused):
        await roster.speak(home.house, bo.account, ["kl"])


async def test_a_holiday_leaves_a_gap_that_is_shown(home: Home, proofs: DeskProofs, bo: Person) -> None:
    desk = await desk_of(home, proofs, bo)
    await all_week(home, desk, bo)
    day = (home.clock.now() + timedelta(days=2)).date().isoformat()
    await desk.post("/duty/absence", on="/duty", officer="everybody", first=day, last=day)
    assert len((await roster.duty(home.house)).gaps) == 1
    (absence,) = (await roster.duty(home.house)).roster.absences
    await desk.post("/duty/absence/remove", on="/duty", absence=absence.id)
    assert (await roster.duty(home.house)).gaps == []
