"""On a case's page: a wrong close is undone, and words that could not be sent are sent once more."""

from datetime import timedelta

import pytest

from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.ports import Officer
from bot.usecases import troubles
from tests.desk.browser import Browser, token_of
from tests.desk.people import Person, joined
from tests.desk.test_pages import desk_of, emergency
from tests.desk.test_troubles import heard, undelivered
from tests.desk.test_unsent import boxes
from tests.journeys.house import Home

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana", Role.SUPERVISOR)


async def officer_of(home: Home, person: Person) -> Officer:
    assert person.account is not None
    assert person.account.officer is not None
    async with home.house.store.begin() as tx:
        return await tx.officers.get(person.account.officer)


async def closed(home: Home, browser: Browser) -> str:
    reference = await emergency(home)
    await browser.does(reference, "claim")
    await browser.does(reference, "close", outcome="no_danger")
    return reference


async def test_a_case_that_was_closed_by_mistake_is_open_again_on_its_page(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser = await desk_of(home, proofs, ana)
    reference = await closed(home, browser)
    assert "Open it again" in (await browser.get(f"/conversation/{reference}")).text
    answer = await browser.does(reference, "reopen")
    assert answer.headers["location"] == f"/conversation/{reference}"
    page = (await browser.get(f"/conversation/{reference}")).text
    assert "opened it again" in page, "in the list of who did what"
    assert [word in page for word in ("Take it", "Open it again", "nobody in danger", "This case is closed")] == [True, False, False, False]
    assert reference in (await browser.get("/")).text
    twice = await browser.does(reference, "reopen")
    assert (twice.status_code, "it is open already" in twice.text) == (409, True)


async def test_after_a_day_there_is_no_such_button_and_nothing_behind_it(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser = await desk_of(home, proofs, ana)
    reference = await closed(home, browser)
    home.clock.move(seconds=timedelta(hours=24, seconds=1).total_seconds())
    await browser.enters(ana)
    assert "Open it again" not in (await browser.get(f"/conversation/{reference}")).text
    late = await browser.does(reference, "reopen")
    assert (late.status_code, "more than 24 hours ago" in late.text) == (409, True)


async def test_words_that_could_not_be_sent_are_sent_once_more_from_the_talk(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await undelivered(home, await officer_of(home, ana))
    browser = await desk_of(home, proofs, ana)
    path = f"/conversation/{reference}"
    page = (await browser.get(path)).text
    row = page.split(f'formaction="{path}/again" formnovalidate name="row" value="')[1].partition('"')[0]
    assert "I am here" not in heard(home)
    fields = {"row": row, "text": "half an answer", "note": "half a note"}
    assert (await browser.does(reference, "again", **fields)).headers["location"] == f"{path}#end"
    await home.settles()
    assert heard(home).count("I am here") == 1
    assert await boxes(browser, reference) == ("half an answer", "half a note", None)
    assert f"{path}/again" not in (await browser.get(path)).text
    assert (await browser.does(reference, "again", row=row)).status_code == 409
    await home.settles()
    assert heard(home).count("I am here") == 1, "twice clicked is once sent"


async def test_after_a_long_silence_one_is_asked_first_and_comes_back_to_the_case(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await undelivered(home, await officer_of(home, ana))
    browser, path = await desk_of(home, proofs, ana), f"/conversation/{reference}"
    home.clock.move(minutes=11)
    row = (await browser.get(path)).text.split('name="row" value="')[1].partition('"')[0]
    asked = await browser.does(reference, "again", row=row)
    assert (asked.status_code, f'action="{path}/again"' in asked.text, f'href="{path}"' in asked.text) == (409, True, True)
    await home.settles()
    assert "I am here" not in heard(home)
    await browser.does(reference, "again", row=row, silence="known")
    await home.settles()
    assert "I am here" in heard(home)


async def test_who_does_not_hold_it_and_what_somebody_sees_to_have_no_such_button(
    home: Home, proofs: DeskProofs, root: Person, ana: Person
) -> None:
    officer = await officer_of(home, ana)
    reference = await undelivered(home, officer)
    other = await desk_of(home, proofs, await joined(home.house, proofs, root, "Cy"))
    path = f"/conversation/{reference}"
    assert f"{path}/again" not in (await other.get(path)).text
    mine = await desk_of(home, proofs, ana)
    page = (await mine.get(path)).text
    row = page.split('name="row" value="')[1].partition('"')[0]
    refused = await other.http.post(f"{path}/again", data={"form_token": token_of((await other.get(path)).text), "row": row})
    assert refused.status_code == 409
    await troubles.seen(home.house, officer, next(each.id for each in (await troubles.look(home.house))[0].undelivered))
    assert f"{path}/again" not in (await mine.get(path)).text


async def test_acts_beside_the_answer_take_its_words_with_them(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser = await desk_of(home, proofs, ana)
    reference = await emergency(home)
    path = f"/conversation/{reference}"
    assert f'<form method="post" action="{path}/acknowledge">' in (await browser.get(path)).text, "the control: nobody writes yet"
    await browser.does(reference, "claim")
    home.clock.move(minutes=3)
    await home.says("they are breaking the door, they have guns")
    assert f'<button form="answer" formaction="{path}/acknowledge" formnovalidate>' in (await browser.get(path)).text
