"""What an officer sees at a glance: what rings stands first and says so, whose answer is due and until when, who has heard what."""

import re

import pytest

from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.domain.queue import Group
from bot.ports import Officer
from bot.storage.database import SqlStore
from bot.usecases import board, handoff
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.desk.test_board import FEW, officer_of
from tests.desk.test_pages import DANGER, desk_of, emergency
from tests.journeys.house import Home

REQUEST = "/human"


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


@pytest.fixture
async def bo(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)


async def shown(browser: Browser, path: str = "/") -> str:
    return " ".join(read((await browser.get(path)).text)[1].split())


def part(page: str, heading: str) -> str:
    """The rows under a heading."""
    found = re.search(rf'<section aria-labelledby="{heading}".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


async def request_with_an_alarm_in_it(home: Home, ana: Person) -> str:
    """Ana took a request three hours ago; then the same person is in danger."""
    await home.says(REQUEST, sender="7")
    async with home.house.store.begin() as tx:
        reference = (await tx.handoffs.queue())[-1].reference
    ana_herself = await officer_of(home, ana)
    await handoff.claim(home.house, ana_herself, reference)
    await handoff.reply(home.house, ana_herself, reference, "Yes. When?")
    home.clock.move(hours=3)
    await home.says(DANGER, sender="7")
    return reference


async def test_an_alarm_inside_a_claimed_case_stands_in_front_of_all_and_is_marked_where_its_holder_looks(
    home: Home, proofs: DeskProofs, ana: Person, bo: Person
) -> None:
    reference = await request_with_an_alarm_in_it(home, ana)
    browsers = [(await desk_of(home, proofs, ana), "mine"), (await desk_of(home, proofs, bo), "theirs")]
    home.clock.move(seconds=60)
    for browser, heading in browsers:
        page = (await browser.get("/")).text
        for place in ("ringing", heading):
            assert reference in part(page, place)
            assert re.search("RINGING for [12] minute", part(page, place)), "by the alarm's time, not the case's of three hours"
        assert '<a href="#ringing">1 emergency that nobody has acknowledged</a>' in page
        assert re.search("RINGING for [12] minute", await shown(browser, f"/conversation/{reference}"))
    await (await desk_of(home, proofs, ana)).does(reference, "acknowledge")
    page = (await (await desk_of(home, proofs, bo)).get("/")).text
    assert part(page, "ringing") == ""
    assert (reference in part(page, "theirs"), "RINGING" in page) == (True, False), "control: what is acknowledged is not marked"


async def test_what_rings_is_first_under_mine_too_and_pages_agree(home: Home, store: SqlStore, ana: Person) -> None:
    me = await officer_of(home, ana)
    await home.says(DANGER, sender="8")
    early = await home.reference()
    await handoff.claim(home.house, me, early)
    await handoff.reply(home.house, me, early, "I am here.")
    reference = await request_with_an_alarm_in_it(home, ana)
    async with store.look() as seen:
        sections = (await seen.lines.common(frozenset({"general"}), FEW)).sections_for(me.name, 3)
    mine = next(section for section in sections if section.group is Group.MINE)
    assert [line.reference for line in mine.lines] == [reference, early], "control: by class and age alone the older one would be first"
    assert [line.reference for line in await some(home, me, Group.MINE)] == [reference, early]
    assert [section.group for section in sections][:3] == [Group.RINGING, Group.MINE, Group.EMERGENCIES]


async def some(home: Home, officer: Officer, group: Group) -> list[handoff.HandoffLine]:
    return await board.some(home.house, officer, group, 0, 10)


async def test_whoever_owes_an_answer_reads_until_when(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    reference = await emergency(home)
    browser, other = await desk_of(home, proofs, ana), await desk_of(home, proofs, bo)
    await browser.does(reference, "claim")
    home.clock.move(seconds=120)
    until = "(3 minutes), else others are rung"
    for path in ("/", f"/conversation/{reference}", "/queue/more?of=mine"):
        page = await shown(browser, path)
        assert ("waits for your answer" in page, until in page) == (True, True), path
    for path in ("/", f"/conversation/{reference}"):
        page = await shown(other, path)
        assert ("waits for your answer" in page, until in page) == (False, True), f"control: it is not Bo's answer, {path}"
    home.clock.move(seconds=240)
    assert "the answer was due" in await shown(browser), "an end that has passed is not shown as one to come"
    await browser.does(reference, "reply", text="I am here.")
    for path in ("/", f"/conversation/{reference}"):
        page = await shown(browser, path)
        assert ("waits for your answer" in page, "others are rung" in page) == (False, False), f"control: nothing is owed, {path}"


async def test_who_has_acknowledged_and_when_it_rings_again_stands_on_row_and_card(
    home: Home, proofs: DeskProofs, ana: Person, bo: Person
) -> None:
    reference = await emergency(home)
    browser = await desk_of(home, proofs, bo)
    assert "acknowledged by" not in await shown(browser), "control"
    await (await desk_of(home, proofs, ana)).does(reference, "acknowledge")
    words = home.house.words("en")
    now = home.clock.now()
    again = words.moment(now + home.house.ladder.claim_within, now)
    said = f"acknowledged by Ana {words.moment(now, now)}, rings again {again}"
    for path in ("/", f"/conversation/{reference}"):
        assert said in await shown(browser, path), path


async def test_the_queue_takes_a_case_by_a_plain_form_without_a_script(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    reference = await emergency(home)
    await home.says(REQUEST, sender="7")
    browser = await desk_of(home, proofs, ana)
    page = (await browser.get("/")).text
    actions = re.findall(r'<button form="take" formaction="([^"]+)"', page)
    assert actions == [f"/conversation/{reference}/claim"], "an emergency has one, a request has none"
    assert '<form id="take" method="post"><input type="hidden" name="form_token"' in page
    taken = await browser.post(actions[0], on="/")
    assert taken.headers["location"] == f"/conversation/{reference}"
    assert 'form="take"' not in (await browser.get("/")).text
    late = await (await desk_of(home, proofs, bo)).post(actions[0], on="/")
    assert (late.status_code, "it is held by Ana" in late.text) == (409, True)


async def test_rows_that_are_written_once_for_all_carry_nobodys_token(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    await emergency(home)
    pages = [(await (await desk_of(home, proofs, person)).get("/")).text for person in (ana, bo)]
    rows = [part(page, "ringing") for page in pages]
    assert rows[0] == rows[1] != ""
    assert "form_token" not in rows[0]
    tokens = {re.search(r'id="take" method="post"><input type="hidden" name="form_token" value="([^"]+)"', page) for page in pages}
    assert len({found[1] for found in tokens if found}) == 2
