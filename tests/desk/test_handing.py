"""Handing a case over at the desk, without JavaScript: offers, looking on, a supervisor's word, the end of a shift."""

import re
from datetime import time, timedelta

import pytest

from bot.desk.proofs import DeskProofs
from bot.domain.account import PROVED, Role
from bot.domain.handoff import Handoff
from bot.domain.ids import new_id
from bot.domain.roster import Shift
from bot.ports import Officer
from tests.desk.browser import read
from tests.desk.people import Person, joined
from tests.desk.test_case import MISSING, page_of, taken
from tests.desk.test_pages import desk_of, emergency
from tests.journeys.house import Home
from tests.promises.case import found

WHY = "the kestrel matter cannot wait"


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


@pytest.fixture
async def cy(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Cy")


@pytest.fixture
async def bo(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)


async def named(home: Home, name: str) -> Officer:
    async with home.house.store.begin() as tx:
        officer = await tx.officers.by_name(name)
    assert officer is not None
    return officer


async def held_by(home: Home, reference: str) -> str:
    handoff: Handoff = await found(home, reference)
    async with home.house.store.begin() as tx:
        return (await tx.officers.get(handoff.holder)).name if handoff.holder else ""


async def test_an_offer_stands_on_top_of_the_queue_of_whom_it_is_for_and_is_accepted_there(
    home: Home, proofs: DeskProofs, ana: Person, cy: Person
) -> None:
    browser, reference = await taken(home, proofs, ana)
    other = await desk_of(home, proofs, cy)
    assert "asks you to take it over" not in (await other.get("/")).text
    offered = await browser.does(reference, "offer", to=(await named(home, "Cy")).id)
    assert offered.headers["location"] == f"/conversation/{reference}"
    assert "offered to Cy, until" in await page_of(browser, reference)
    queue = (await other.get("/")).text
    assert queue.index("Ana asks you to take it over, until") < queue.index('id="emergencies"')
    assert "asks you to take it over" not in (await browser.get("/")).text
    assert (await other.does(reference, "accept")).status_code == 303
    assert await held_by(home, reference) == "Cy"
    assert 'name="text"' in await page_of(other, reference)
    late = await browser.does(reference, "reply", text="and one more thing")
    assert (late.status_code, "it is held by Cy since" in late.text) == (409, True)


async def test_the_talk_names_which_officer_wrote_what_and_the_defender_reads_no_name(
    home: Home, proofs: DeskProofs, ana: Person, cy: Person
) -> None:
    browser, reference = await taken(home, proofs, ana)
    other = await desk_of(home, proofs, cy)
    await browser.does(reference, "reply", text="first words")
    await browser.does(reference, "offer", to=(await named(home, "Cy")).id)
    await other.does(reference, "accept")
    await other.does(reference, "reply", text="second words")
    home.clock.move(seconds=6)
    await home.settles()
    said = re.findall(
        r"<strong>officer</strong> (\w+) .*?<p class=\"words\" dir=\"auto\">(.*?)</p>", await page_of(other, reference), re.DOTALL
    )
    assert said == [("Ana", "first words"), ("Cy", "second words")]
    sent = [each.piece.text for channel in home.channels.values() for each in channel.sent]
    assert {"first words", "second words"} <= set(sent)
    assert not [text for text in sent if "Ana" in text or re.search(r"\bCy\b", text)]


async def test_whoever_declines_leaves_it_and_the_holder_sees_who_it_was(home: Home, proofs: DeskProofs, ana: Person, cy: Person) -> None:
    browser, reference = await taken(home, proofs, ana)
    other = await desk_of(home, proofs, cy)
    await browser.does(reference, "offer", to=(await named(home, "Cy")).id)
    assert ">Decline</button>" in await page_of(other, reference)
    await other.does(reference, "decline")
    assert "Cy did not take it over" in await page_of(browser, reference)
    assert await held_by(home, reference) == "Ana"
    late = await other.does(reference, "accept")
    assert (late.status_code, "it is held by Ana since" in late.text) == (409, True)
    await browser.does(reference, "offer", to=(await named(home, "Cy")).id)
    assert "did not take it over:" not in await page_of(browser, reference)
    await browser.does(reference, "take-back")
    assert ">Decline</button>" not in await page_of(other, reference)


async def test_who_may_take_it_is_offered_for_choice_on_duty_first_and_nobody_else(
    home: Home, proofs: DeskProofs, root: Person, ana: Person, bo: Person, cy: Person
) -> None:
    await joined(home.house, proofs, root, "Admin", Role.ADMINISTRATOR)
    async with home.house.store.begin() as tx:
        await tx.officers.invite("Invited", ("general",), home.clock.now())
        await tx.roster.add_shift(Shift(id=new_id(), officer=(await named_in(tx, "Cy")).id, weekday=1, hours=(time(0), time(0))))
        await tx.officers.speaks((await named_in(tx, "Cy")).id, ("sq",))
        await tx.commit()
    browser, reference = await taken(home, proofs, ana)
    form = re.search(r'<select id="offer-to".*?</select>', await page_of(browser, reference), re.DOTALL)
    assert form is not None
    assert [each.split("<")[0] for each in re.findall(r'value="\w{32}">(.*)', form[0])] == ["Cy · on duty · Albanian", "Bo"]


async def named_in(tx: object, name: str) -> Officer:
    officer: Officer | None = await tx.officers.by_name(name)  # type: ignore[attr-defined]  # a Transaction
    assert officer is not None
    return officer


async def test_who_looks_on_is_named_and_reads_but_has_no_box_for_words(home: Home, proofs: DeskProofs, ana: Person, cy: Person) -> None:
    browser, reference = await taken(home, proofs, ana)
    other = await desk_of(home, proofs, cy)
    assert (await other.does(reference, "watch")).status_code == 303
    page = await page_of(other, reference)
    assert (MISSING in page, 'id="text"' in page, ">Look on no more</button>" in page) == (True, False, True)
    _, shown = read(await page_of(browser, reference))
    assert re.search(r"Looking on:\s+Cy since \d\d:\d\d", shown)
    refused = await other.does(reference, "reply", text="I say something")
    assert (refused.status_code, "it is held by Ana" in refused.text) == (409, True)
    await other.does(reference, "unwatch")
    assert "Looking on:" not in await page_of(browser, reference)


async def test_a_supervisor_who_has_just_proved_who_they_are_hands_it_over_with_a_reason(
    home: Home, proofs: DeskProofs, ana: Person, bo: Person, cy: Person
) -> None:
    _, reference = await taken(home, proofs, ana)
    lead = await desk_of(home, proofs, bo)
    given = {"to": (await named(home, "Cy")).id, "holder": (await named(home, "Ana")).id, "reason": WHY}
    home.clock.move(seconds=PROVED.total_seconds() + 1)
    stale = await lead.does(reference, "force", **given)
    assert stale.headers["location"].startswith("/prove")
    assert await held_by(home, reference) == "Ana"
    lead = await desk_of(home, proofs, bo)
    assert (await lead.does(reference, "force", **given | {"reason": " "})).status_code == 409
    wrong = await lead.does(reference, "force", **given | {"holder": given["to"]})
    assert (wrong.status_code, "it is held by Ana" in wrong.text) == (409, True)
    assert (await lead.does(reference, "force", **given)).status_code == 303
    assert await held_by(home, reference) == "Cy"
    page = await page_of(lead, reference)
    assert WHY in page
    assert "Bo · handed it to another officer, as a supervisor" in read(page)[1]


async def test_an_officer_has_no_form_for_a_supervisors_word_and_no_way_in(home: Home, proofs: DeskProofs, ana: Person, cy: Person) -> None:
    browser, reference = await taken(home, proofs, ana)
    assert "/force" not in await page_of(browser, reference)
    given = {"to": (await named(home, "Cy")).id, "holder": (await named(home, "Ana")).id, "reason": WHY}
    assert (await browser.does(reference, "force", **given)).status_code == 403
    assert await held_by(home, reference) == "Ana"


async def test_a_case_of_another_lane_is_offered_to_nobody_who_may_not_see_it(
    home: Home, proofs: DeskProofs, root: Person, ana: Person
) -> None:
    guard = await joined(home.house, proofs, root, "Sec", duties=("security",))
    home.nlu.known["I will blow up your embassy"] = "threat_to_mission"
    reference = await emergency(home, "I will blow up your embassy")
    browser = await desk_of(home, proofs, guard)
    await browser.does(reference, "claim")
    assert (await browser.does(reference, "offer", to=(await named(home, "Ana")).id)).status_code == 409
    other = await desk_of(home, proofs, ana)
    for act in ("accept", "decline", "watch", "unwatch", "take-back"):
        assert (await other.does(reference, act)).status_code == 404, act


async def test_at_the_end_of_a_shift_holder_and_supervisors_see_what_is_held_and_offer_all_of_it(
    home: Home, proofs: DeskProofs, ana: Person, bo: Person, cy: Person
) -> None:
    browser, reference = await taken(home, proofs, ana)
    await browser.does(reference, "reply", text="I am here.")
    ends = (home.clock.now() + timedelta(minutes=5)).time().replace(second=0, microsecond=0)
    mine = (await named(home, "Ana")).id
    async with home.house.store.begin() as tx:
        await tx.roster.add_shift(Shift(id=new_id(), officer=mine, weekday=1, hours=(time(8), ends)))
        await tx.commit()
    assert "shift has ended" not in (await browser.get("/")).text
    home.clock.move(minutes=6)
    assert "Your shift has ended, and you hold 1 case" in (await browser.get("/")).text
    lead, other = await desk_of(home, proofs, bo), await desk_of(home, proofs, cy)
    assert "Ana: the shift has ended, with 1 case held" in (await lead.get("/")).text
    assert "shift has ended" not in (await other.get("/")).text
    given = {"of": mine, "to": (await named(home, "Cy")).id}
    assert (await other.post("/queue/offers", on="/", **given)).status_code == 403
    assert (await lead.post("/queue/offers", on="/", **given)).headers["location"] == "/"
    assert "Offered to you" in (await other.get("/")).text
    again = await browser.post("/queue/offers", on="/", **given)
    assert (again.status_code, reference in again.text) == (409, True)
    await other.does(reference, "accept")
    assert "shift has ended" not in (await browser.get("/")).text


async def test_on_the_page_with_every_form_no_name_stands_twice_so_that_each_label_is_of_its_own_field(
    home: Home, proofs: DeskProofs, ana: Person, bo: Person
) -> None:
    _, reference = await taken(home, proofs, ana)
    page = await page_of(await desk_of(home, proofs, bo), reference)
    assert ("Hand it over now" in page, ">Block</button>" in page) == (True, True), "control: both ask for a reason"
    names = re.findall(r'\sid="([^"]*)"', page)
    assert [each for each in names if names.count(each) > 1] == []
    labelled = re.findall(r'<label for="([^"]*)"', page)
    assert set(labelled) <= set(names)
