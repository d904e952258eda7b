"""From the alert to the case in one tap: alerts end with the address under which the desk shows it, where officers' browsers reach one."""

from dataclasses import replace

import pytest

from bot.domain.message import Kind
from bot.storage.database import SqlStore
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.promises.case import CRY

DESK = "https://desk.example"


@pytest.fixture
def home(store: SqlStore, clock: FakeClock) -> Home:
    made = Home(store, clock)
    made.house = replace(made.house, desk_url=DESK)
    return made


async def test_an_alert_ends_with_the_address_of_its_case_and_of_nothing_else(home: Home) -> None:
    await home.enrols()
    await home.says(CRY)
    reference = await home.reference()
    await home.passes(minutes=2)
    welcome, *alerts = home.alerts()
    assert "http" not in welcome
    assert len(alerts) == 2
    for said in alerts:
        assert said.splitlines()[-1] == f"{DESK}/conversation/{reference}"
        assert said.count("http") == 1
        assert CRY not in said


async def test_without_an_address_none_is_made_up(home: Home) -> None:
    home.house = replace(home.house, desk_url=None)
    await home.enrols()
    await home.says(CRY)
    assert "http" not in home.alerts()[-1]


async def test_a_digest_names_the_queue(home: Home) -> None:
    await home.enrols()
    for number in range(7):
        await home.says("", sender=f"p{number}", kind=Kind.VOICE)
    await home.passes(minutes=6)
    digest = [said for said in home.alerts() if "one by one" in said]
    assert [said.splitlines()[-1] for said in digest] == [f"{DESK}/"]


async def test_an_answer_to_an_officer_is_no_alert(home: Home) -> None:
    await home.enrols()
    await home.says(CRY)
    await home.says(f"ack {await home.reference()}", sender="900")
    assert "http" not in home.alerts()[-1]
