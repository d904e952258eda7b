"""The page Messengers: a code shown once, a changed safety number confirmed by somebody else, and a phone that is ended."""

import re

import pytest

from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.domain.message import Kind
from bot.usecases import messengers
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.desk.test_pages import desk_of
from tests.journeys.house import Home

_CODE = re.compile("[A-Z2-9]{4}(-[A-Z2-9]{4}){3}")


@pytest.fixture
async def bo(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)


def _id(person: Person) -> str:
    assert person.account is not None
    return person.account.officer or ""


async def _shown(desk: Browser) -> str:
    return read((await desk.get("/messengers")).text)[1]


async def _enrolled(home: Home, desk: Browser, person: Person, sender: str) -> str:
    answer = await desk.post("/messengers/code", on="/messengers", officer=_id(person))
    code = _CODE.search(answer.text)
    assert code is not None
    await home.says(code[0], sender=sender)
    return code[0]


async def test_a_code_is_shown_once_and_enrols_that_officer(home: Home, proofs: DeskProofs, root: Person, bo: Person) -> None:
    desk = await desk_of(home, proofs, root)
    code = await _enrolled(home, desk, bo, "901")
    assert any("You are enrolled" in said for said in home.alerts("901"))
    page = await desk.get("/messengers")
    assert code not in page.text
    assert "Signal" in await _shown(desk)
    assert "901" not in re.sub(r'value="[0-9a-f]+"', "", page.text), "the page shows no address"
    answer = await desk.post("/messengers/code", on="/messengers", officer=_id(bo))
    assert answer.status_code == 400
    assert _CODE.search(answer.text) is None


async def test_a_changed_safety_number_is_confirmed_by_another_leader(home: Home, proofs: DeskProofs, root: Person, bo: Person) -> None:
    desk, own = await desk_of(home, proofs, root), await desk_of(home, proofs, bo)
    await _enrolled(home, desk, bo, "901")
    await home.says("", sender="901", kind=Kind.UNREADABLE, key_changed=True)
    assert "The safety number changed" in await _shown(desk)
    assert "their safety number changed" in read((await own.get("/duty")).text)[1]
    assert (await own.post("/messengers/confirm", on="/messengers", officer=_id(bo))).status_code == 400
    assert (await desk.post("/messengers/confirm", on="/messengers", officer=_id(bo))).headers["location"] == "/messengers"
    await home.settles()
    assert "The safety number changed" not in await _shown(desk)


async def test_a_phone_is_ended_and_the_account_stays(home: Home, proofs: DeskProofs, root: Person, bo: Person) -> None:
    desk, own = await desk_of(home, proofs, root), await desk_of(home, proofs, bo)
    await _enrolled(home, desk, bo, "901")
    assert (await desk.post("/messengers/end", on="/messengers", officer=_id(bo))).headers["location"] == "/messengers"
    assert "no messenger" in await _shown(desk)
    assert (await own.get("/duty")).status_code == 200
    assert [each.enrolled for each in (await messengers.phones(home.house)).officers] == [False]


async def test_an_officer_that_is_none_is_answered_plainly(home: Home, proofs: DeskProofs, root: Person) -> None:
    desk = await desk_of(home, proofs, root)
    for act in ("code", "confirm", "end"):
        assert (await desk.post(f"/messengers/{act}", on="/messengers", officer="nobody")).status_code == 400
