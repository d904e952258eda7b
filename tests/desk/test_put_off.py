"""Putting a case off at the desk: until when, where it stands meanwhile, and how it comes back."""

import re

from bot.desk.proofs import DeskProofs
from bot.domain.handoff import State
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.desk.test_pages import desk_of, emergency
from tests.journeys.house import Home
from tests.promises.case import found


async def held(home: Home, proofs: DeskProofs, root: Person) -> tuple[Browser, str]:
    """Somebody asked for a person; Ana has it at the desk."""
    browser = await desk_of(home, proofs, await joined(home.house, proofs, root, "Ana"))
    await home.says("/human")
    reference = await home.reference()
    await browser.does(reference, "claim")
    return browser, reference


def heading_of(page: str, reference: str) -> list[str]:
    """Under which headings of the queue it stands."""
    sections = re.findall(r'<section aria-labelledby="(\w+)"(.*?)</section>', page, re.DOTALL)
    return [name for name, section in sections if reference in section]


async def test_a_case_that_is_put_off_stands_apart_with_its_time_and_its_holder_goes_on_with_it(
    home: Home, proofs: DeskProofs, root: Person
) -> None:
    browser, reference = await held(home, proofs, root)
    done = await browser.does(reference, "snooze", until="60")
    assert (done.status_code, done.headers["location"]) == (303, "/")
    queue = (await browser.get("/")).text
    assert heading_of(queue, reference) == ["snoozed"]
    assert re.search(r"put off until \d\d:\d\d", queue)
    _, page = read((await browser.get(f"/conversation/{reference}")).text)
    assert re.search(r"State put off · until \d\d:\d\d", page)
    assert "Words to the defender" not in page
    await browser.does(reference, "wake")
    assert heading_of((await browser.get("/")).text, reference) == ["mine"]


async def test_only_the_moments_that_the_page_offers_can_be_chosen(home: Home, proofs: DeskProofs, root: Person) -> None:
    browser, reference = await held(home, proofs, root)
    page = (await browser.get(f"/conversation/{reference}")).text
    assert re.findall(r'<option value="(\d+)">for', page) == ["15", "60", "240"]
    for until in ("", "61", "-1", "opening"):
        refused = await browser.does(reference, "snooze", until=until)
        assert (refused.status_code, "Say until when." in refused.text) == (400, True)
    assert (await found(home, reference)).state is State.CLAIMED


async def test_an_emergency_is_put_off_for_an_hour_at_most_and_only_after_an_answer(home: Home, proofs: DeskProofs, root: Person) -> None:
    browser = await desk_of(home, proofs, await joined(home.house, proofs, root, "Ana"))
    reference = await emergency(home)
    await browser.does(reference, "claim")
    page = (await browser.get(f"/conversation/{reference}")).text
    assert re.findall(r'<option value="(\d+)">for', page) == ["15", "60"]
    refused = await browser.does(reference, "snooze", until="15")
    assert (refused.status_code, "somebody in danger waits for your answer" in refused.text) == (409, True)
    await browser.does(reference, "reply", text="I am here.", silence="known")
    assert (await browser.does(reference, "snooze", until="15")).status_code == 303
