"""What supervisors see: true times from the message on, of the lanes that are theirs, and no content; the same on both databases."""

import csv
import io
import math
import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from bot.desk.figures import _cell
from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.domain.errors import Unreachable
from bot.domain.figures import TARGETS, Span, Step, a_working_day_ago, week_of
from bot.domain.handoff import HandoffClass
from bot.domain.hours import DAYS, Hours
from bot.domain.ids import new_id
from bot.domain.message import ChannelName
from bot.storage.database import SqlStore
from bot.storage.tables import contacts, conversations, handoffs
from bot.usecases import figures, handoff
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.desk.test_pages import DANGER, desk_of, emergency
from tests.fakes import FakeClock
from tests.journeys.house import Home

LANES = frozenset({"general", "security"})


@pytest.fixture
async def bo(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)


@pytest.fixture
async def browser(home: Home, proofs: DeskProofs, bo: Person) -> Browser:
    return await desk_of(home, proofs, bo)


async def spans(home: Home, step: Step, since: datetime) -> list[Span]:
    async with home.house.store.look() as seen:
        return await seen.figures.spans(step, LANES, since, TARGETS[step], weekly=True)


async def rows_of(browser: Browser, path: str) -> list[dict[str, str]]:
    answer = await browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    return list(csv.DictReader(io.StringIO(answer.text)))


async def test_each_step_is_timed_from_the_message_and_only_its_first_time_counts(home: Home, browser: Browser) -> None:
    ana = await home.enrols()
    began = home.clock.now()
    home.clock.move(seconds=1)
    await home.writes(DANGER)
    home.clock.move(seconds=4)
    await home.settles()  # four seconds later the alert goes out
    reference = await home.reference()
    home.clock.move(seconds=56)
    await handoff.acknowledge(home.house, ana, reference)
    home.clock.move(minutes=2)
    await handoff.claim(home.house, ana, reference)
    home.clock.move(minutes=1)
    await handoff.reply(home.house, ana, reference, "I am here")
    home.clock.move(seconds=7)
    await home.settles()
    await handoff.give_back(home.house, ana, reference)
    await home.passes(minutes=10)
    await handoff.claim(home.house, ana, reference)
    await handoff.reply(home.house, ana, reference, "again")
    await home.settles()
    await handoff.close(home.house, ana, reference, "helped")
    (case,) = await rows_of(browser, "/figures/cases.csv")
    assert [case[f"seconds_to_{step}"] for step in Step] == ["4", "60", "180", "247"]
    assert (case["outcome"], case["class"], case["channel"]) == ("helped", "E1", "signal")
    assert reference not in str(case)
    assert datetime.fromisoformat(case["opened_at"]) > began
    (named,) = await rows_of(browser, "/figures/cases.csv?references=1")
    assert named["reference"] == reference
    (week,) = await rows_of(browser, "/figures/weeks.csv")
    assert (week["alert_median_seconds"], week["words_worst_seconds"], week["claimed_within_target"]) == ("4.0", "247.0", "1")


async def test_control_the_clocks_of_the_queue_itself_would_tell_of_the_last_time_only(home: Home) -> None:
    ana = await home.enrols()
    reference = await emergency(home)
    await handoff.claim(home.house, ana, reference)
    first = home.clock.now()
    await handoff.give_back(home.house, ana, reference)
    await home.passes(minutes=10)
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
    assert found is not None
    assert found.claimed_at is None, "what the queue goes by is reset"
    (span,) = await spans(home, Step.CLAIMED, first - timedelta(days=1))
    assert span.number == 1


async def test_what_rises_to_an_emergency_is_timed_from_the_message_that_made_it_one(home: Home, proofs: DeskProofs, bo: Person) -> None:
    ana = await home.enrols()
    await home.says("/human")
    reference = await home.reference()
    await home.passes(hours=2)
    await handoff.acknowledge(home.house, ana, reference)
    await home.says(DANGER)
    await home.passes(minutes=1)
    await handoff.claim(home.house, ana, reference)
    (case,) = await rows_of(await desk_of(home, proofs, bo), "/figures/cases.csv")
    assert case["class"] == "E1"
    assert int(case["seconds_to_alert"]) < 10
    assert 60 <= int(case["seconds_to_acknowledged"]) == int(case["seconds_to_claimed"]) < 70


async def test_an_emergency_that_nobody_takes_is_overdue_and_lowers_the_share(home: Home, browser: Browser) -> None:
    await home.enrols()
    await emergency(home)
    await home.passes(minutes=11)
    (week,) = await rows_of(browser, "/figures/weeks.csv")
    assert (week["claimed_number"], week["claimed_overdue"], week["words_overdue"]) == ("0", "1", "0")
    _, page = read((await browser.get("/figures")).text)
    assert "1 overdue" in page
    assert "0 %" in page


async def test_the_page_says_what_waits_who_holds_what_and_what_nobody_has_looked_at(
    home: Home, proofs: DeskProofs, bo: Person, browser: Browser
) -> None:
    ana = await home.enrols()
    await emergency(home)
    await handoff.claim(home.house, ana, await home.reference())
    home.nlu.known["something odd"] = "unsure"
    await home.says("something odd", sender="43")
    async with home.house.store.begin() as tx:
        unclear = next(line.reference for line in await tx.handoffs.queue() if line.cls is HandoffClass.UNCLEAR)
    assert unclear not in (await browser.get("/figures")).text
    home.clock.move(hours=25)
    later = await desk_of(home, proofs, bo)
    _, page = read((await later.get("/figures")).text)
    assert "1 unclear case has waited for a working day" in page
    assert unclear in page
    assert "Ana 1 1 " in page


async def test_other_lanes_are_in_no_figure(home: Home, browser: Browser) -> None:
    await home.enrols("Sec", sender="901", duties=("security",))
    home.nlu.known["a bomb is in the embassy"] = "threat_to_mission"
    await home.says("a bomb is in the embassy")
    assert await rows_of(browser, "/figures/cases.csv") == []
    assert await rows_of(browser, "/figures/weeks.csv") == []
    _, page = read((await browser.get("/figures")).text)
    assert "Nobody is waiting." in page


async def test_no_words_names_or_addresses_of_anybody_are_in_page_or_file(home: Home, browser: Browser) -> None:
    await emergency(home)
    for path in ("/figures", "/figures/cases.csv?references=1", "/figures/weeks.csv"):
        text = (await browser.get(path)).text
        assert not any(word in text for word in ("door", "right now", ">42<", ",42,"))


async def test_taking_cases_out_is_audited(home: Home, browser: Browser) -> None:
    async with home.house.store.begin() as tx:
        assert await tx.audit.last("figures_exported", "cases") is None
    await browser.get("/figures/cases.csv")
    async with home.house.store.begin() as tx:
        assert await tx.audit.last("figures_exported", "cases") is not None


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert _cell(text) == f"'{text}"
    assert _cell("E1") == "E1"


def nearest(values: list[int], share: float) -> int:
    """The nearest rank, as the textbook has it."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


async def test_the_database_times_as_the_textbook_does(home: Home, store: SqlStore, clock: FakeClock) -> None:
    drawn, now = random.Random(5), clock.now()
    took: dict[tuple[object, str], list[int]] = {}
    people, talks, cases = [], [], []
    for place in range(400):
        channel = "drill" if place % 10 == 9 else "signal"
        cls, opened = drawn.choice(["E1", "E2"]), now - timedelta(seconds=drawn.randrange(40 * 86_400))
        contact, talk, seconds = new_id(), new_id(), drawn.randrange(2_000)
        people.append({"id": contact, "channel": channel, "created_at": opened})
        talks.append({"id": talk, "contact_id": contact, "locale": "en"})
        cases.append(
            {"id": new_id(), "reference": f"T{place:06}", "conversation_id": talk, "state": "closed", "cls": cls, "kind": "x",
             "lane": "general", "reason": "rule", "opened_at": opened, "closed_at": now,
             "first_claimed_at": None if place % 7 == 0 else opened + timedelta(seconds=seconds)}
        )  # fmt: skip
        if place % 7 and channel != "drill":
            took.setdefault((week_of(int((opened.timestamp() + 3 * 86_400) // (7 * 86_400))), cls), []).append(seconds)
    async with store.begin() as tx:
        for table, rows in ((contacts, people), (conversations, talks), (handoffs, cases)):
            await tx._work.connection.execute(insert(table), rows)
        await tx.commit()
    found = {
        (each.week, str(each.cls)): [each.number, *(int(at.total_seconds()) for at in (each.median, each.p90, each.worst)), each.within]
        for each in await spans(home, Step.CLAIMED, now - timedelta(days=50))
    }
    assert found == {
        key: [len(all_), nearest(all_, 0.5), nearest(all_, 0.9), max(all_), sum(each <= 600 for each in all_)] for key, all_ in took.items()
    }
    assert all(week.weekday() == 0 for week, _ in found)


async def test_a_file_longer_than_a_page_of_reading_holds_each_case_once(
    home: Home, store: SqlStore, clock: FakeClock, bo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.figures._PAGE", 3)
    for sender in range(8):
        await home.says(DANGER, sender=f"s{sender}")
    assert bo.account is not None
    assert bo.account.officer is not None
    async with store.begin() as tx:
        officer = await tx.officers.get(bo.account.officer)
        lines = await tx.handoffs.queue()
    found = [case.reference async for case in figures.cases(home.house, officer, bo.account, 4, named=True)]
    assert sorted(found) == sorted(line.reference for line in lines)


def hours(**days: str) -> Hours:
    week = dict.fromkeys(DAYS, "08:00-16:00") | {"saturday": "closed", "sunday": "closed"} | days
    return Hours.of(week, ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("now", "threshold"),
    [
        ("2026-11-25T10:00", "2026-11-24T10:00"),  # Wednesday
        ("2026-11-23T10:00", "2026-11-20T10:00"),  # Monday: since Friday
        ("2026-11-22T10:00", "2026-11-20T00:00"),  # Sunday: what came on Friday is due on Monday
    ],
)
def test_a_working_day_leaves_out_days_off(now: str, threshold: str) -> None:
    moment = datetime.fromisoformat(f"{now}:00+00:00")
    assert a_working_day_ago(moment, hours()) == datetime.fromisoformat(f"{threshold}:00+00:00")
    assert a_working_day_ago(moment, None) == moment - timedelta(days=1)


async def test_the_missions_own_targets_count(home: Home, browser: Browser) -> None:
    """The same four seconds are within one target and over the other."""
    await home.enrols()
    await home.writes(DANGER)
    home.clock.move(seconds=4)
    await home.settles()
    home.house.renew(targets={**TARGETS, Step.ALERT: timedelta(seconds=3)})
    assert (await rows_of(browser, "/figures/weeks.csv"))[0]["alert_within_target"] == "0"
    home.house.renew(targets=TARGETS)
    assert (await rows_of(browser, "/figures/weeks.csv"))[0]["alert_within_target"] == "1"


async def test_who_is_on_duty_who_is_not_reached_and_what_nobody_has_read(home: Home, browser: Browser) -> None:
    _, page = read((await browser.get("/figures")).text)
    assert "Nobody is on duty: an emergency rings everybody at once." in page
    assert "Hours without cover, in the next seven days 168 h" in page
    assert "Alarms do not reach Bo" in page  # no messenger: only an open desk
    await home.enrols("Cem", sender="903")
    home.channels[ChannelName.SIGNAL].refused = {"903": Unreachable("blocked")}
    await emergency(home)
    _, page = read((await browser.get("/figures")).text)
    assert "Alarms do not reach Bo , Cem" in page
