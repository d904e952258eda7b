"""Blocking a contact at the desk: who may, with which reason, where it shows, and how it ends; how a case ended is said in words."""

import pytest

from bot.desk.proofs import DeskProofs
from bot.domain.account import PROVED, Role
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.desk.test_pages import DANGER, desk_of
from tests.journeys.house import Home

WHY = "writes insults every night"


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


async def held(home: Home, proofs: DeskProofs, ana: Person) -> tuple[Browser, str]:
    """Somebody asked for a person; Ana has it at the desk."""
    browser = await desk_of(home, proofs, ana)
    await home.says("/human")
    reference = await home.reference()
    await browser.does(reference, "claim")
    return browser, reference


async def shown(browser: Browser, path: str) -> str:
    return read((await browser.get(path)).text)[1]


async def test_a_contact_is_blocked_with_a_reason_and_that_stands_on_the_card_the_queue_and_the_search(
    home: Home, proofs: DeskProofs, ana: Person
) -> None:
    browser, reference = await held(home, proofs, ana)
    asked = await browser.does(reference, "block", reason=" ")
    assert (asked.status_code, "Say why." in asked.text) == (400, True)
    assert (await browser.does(reference, "block", reason=WHY)).status_code == 303
    page = await shown(browser, f"/conversation/{reference}")
    assert "blocked contact: the program answers nothing but an emergency, which rings once" in page
    assert f"Blocked: {WHY}" in page
    assert "blocked contact" in await shown(browser, "/")
    found = read((await browser.post("/search", on="/search", blocked="yes")).text)[1]
    assert (reference in found, "blocked contact" in found) == (True, True)
    await browser.does(reference, "unblock")
    page = await shown(browser, f"/conversation/{reference}")
    assert ("End the block" in page, "Block this contact" in page) == (False, True)
    assert reference not in read((await browser.post("/search", on="/search", blocked="yes")).text)[1]


async def test_the_block_is_ended_from_a_closed_case_too(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await held(home, proofs, ana)
    await browser.does(reference, "block", reason=WHY)
    await browser.does(reference, "close", outcome="not_ours")
    await home.settles()
    assert await home.says("hello") == []
    assert "End the block" in await shown(browser, f"/conversation/{reference}")
    await browser.does(reference, "unblock")
    assert "End the block" not in await shown(browser, f"/conversation/{reference}")
    assert await home.says("hello") != []


async def test_whoever_does_not_hold_the_case_blocks_nobody_but_a_supervisor_may(
    home: Home, proofs: DeskProofs, root: Person, ana: Person
) -> None:
    _, reference = await held(home, proofs, ana)
    other = await desk_of(home, proofs, await joined(home.house, proofs, root, "Ben"))
    assert "Block this contact" not in await shown(other, f"/conversation/{reference}")
    assert (await other.does(reference, "block", reason=WHY)).status_code == 409
    supervisor = await desk_of(home, proofs, await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR))
    assert "Block this contact" in await shown(supervisor, f"/conversation/{reference}")
    assert (await supervisor.does(reference, "block", reason=WHY)).status_code == 303


async def test_without_a_proof_of_this_hour_nobody_is_blocked(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await held(home, proofs, ana)
    home.clock.move(seconds=PROVED.total_seconds())
    asked = await browser.does(reference, "block", reason=WHY)
    assert asked.headers["location"].startswith("/prove?then=/kept/")
    assert "End the block" not in await shown(browser, f"/conversation/{reference}")


async def test_an_emergency_of_a_blocked_contact_is_marked_in_the_queue(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await held(home, proofs, ana)
    await browser.does(reference, "block", reason=WHY)
    await browser.does(reference, "close", outcome="not_ours")
    home.clock.move(hours=30)
    await home.says(DANGER)
    await browser.enters(ana)
    queue = await shown(browser, "/")
    assert queue.index("Ringing emergencies 1") < queue.index("blocked contact") < queue.index("Unclear")


async def test_how_a_case_ended_is_said_on_its_page_in_the_queue_in_the_search_and_in_the_export(
    home: Home, proofs: DeskProofs, ana: Person
) -> None:
    browser, reference = await held(home, proofs, ana)
    words = "not reached any more"
    assert words not in await shown(browser, "/")
    await browser.does(reference, "close", outcome="not_reached")
    for place in ("/", f"/conversation/{reference}"):
        assert words in await shown(browser, place), place
    assert words in read((await browser.post("/search", on="/search", reference=reference)).text)[1]
    async with home.house.store.begin() as tx:
        (line,) = [each async for each in tx.handoffs.export()]
    assert line["outcome"] == "not_reached"
