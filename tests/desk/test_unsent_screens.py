"""In Chromium, with JavaScript: a note leaves the half-written answer alone, and a supervisor's word comes through the proof."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.crypto import MasterKey
from bot.domain.account import IDLE, PROVED, Role
from tests.desk.people import PASSWORD, Person
from tests.desk.screens import Screens, picture, screens
from tests.desk.test_handing_screens import faults, fits, takes

pytestmark = pytest.mark.asyncio(loop_scope="module")
DRAFT, NOTE = "Stay inside. I am calling your lawyer.", "her sister rang"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, master: MasterKey) -> AsyncIterator[Screens]:
    async with screens(tmp_path_factory.mktemp("unsent"), sqlite_template, master) as found:
        yield found


@pytest.fixture(autouse=True)
def quiet(desk: Screens) -> None:
    desk.trouble.clear()


async def half_written(page: Page) -> None:
    await page.locator("#text").fill(DRAFT)
    await page.locator("#note-text").fill(NOTE)


async def proves(page: Page, person: Person, *, name: bool = False) -> None:
    if name:
        await page.get_by_label("Name").fill(person.name)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("Code of the authenticator").fill(person.code())
    await page.get_by_role("button", name="Sign in" if name else "Go on", exact=True).click()


async def test_keeping_a_note_and_loading_the_page_again_leave_the_answer_in_its_box(desk: Screens) -> None:
    page = await desk.page(desk.people[Role.OFFICER])
    reference = await takes(desk, page, "one")
    await half_written(page)
    await page.get_by_role("button", name="Keep the note").click()
    await expect(page.locator("#note-text")).to_have_value("")
    await expect(page.locator("#text")).to_have_value(DRAFT)
    await expect(page.locator("#thread")).to_contain_text(NOTE)
    await page.reload()
    await expect(page.locator("#text")).to_have_value(DRAFT)
    await page.locator("#note-text").fill("half a note")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator("#thread")).to_contain_text(DRAFT)
    await expect(page.locator("#text")).to_have_value("")
    await expect(page.locator("#note-text")).to_have_value("half a note")
    assert await faults(page) == []
    assert await fits(page, f"{desk.address}/conversation/{reference}") == []
    assert desk.trouble == []
    await page.context.close()


async def test_an_answer_that_was_sent_too_late_stands_there_after_signing_in(desk: Screens) -> None:
    ana = desk.people[Role.OFFICER]
    page = await desk.page(ana)
    reference = await takes(desk, page, "two")
    await half_written(page)
    desk.home.clock.move(seconds=IDLE.total_seconds())
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("your words were not sent")
    assert await faults(page) == []
    await picture(page, "words-wait")
    await proves(page, ana, name=True)
    await expect(page.locator("#text")).to_have_value(DRAFT)
    await expect(page.locator("#note-text")).to_have_value(NOTE)
    assert page.url == f"{desk.address}/conversation/{reference}"
    desk.trouble[:] = [each for each in desk.trouble if "401" not in each]  # what the page asked for by itself meanwhile
    assert desk.trouble == []
    await page.context.close()


async def test_a_supervisors_word_comes_through_the_proof(desk: Screens) -> None:
    ana, bo = await desk.page(desk.people[Role.OFFICER]), await desk.page(desk.people[Role.SUPERVISOR])
    reference = await takes(desk, ana, "three")
    await bo.goto(f"{desk.address}/conversation/{reference}")
    await bo.get_by_text("Hand over at once, as a supervisor").click()
    form = bo.locator(f'form[action="/conversation/{reference}/force"]')
    await form.get_by_label("Officer", exact=True).select_option(label="Bo")
    await form.get_by_label("Why").fill("a fever")
    desk.home.clock.move(seconds=PROVED.total_seconds())
    await form.get_by_role("button").click()
    await expect(bo.get_by_text("Not done yet, and not lost")).to_be_visible()
    assert await faults(bo) == []
    await proves(bo, desk.people[Role.SUPERVISOR])
    await expect(bo.get_by_role("heading", name="Hand over at once, as a supervisor")).to_be_visible()
    await expect(bo.locator("dl")).to_contain_text("a fever")
    assert await faults(bo) == []
    await picture(bo, "kept-act")
    here = bo.url
    await bo.get_by_role("button", name="Do it now").click()
    await expect(bo.get_by_role("heading", name="Answer")).to_be_visible()
    assert desk.trouble == []
    await bo.goto(here)
    await expect(bo.get_by_role("alert").filter(has_text="it was done, or ten minutes are over")).to_be_visible()
    assert await faults(bo) == []
    for page in (ana, bo):
        await page.context.close()
