"""The queue at a glance in Chromium: taken by its own button, with a script and without; what rings is one tap from the number."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.crypto import MasterKey
from bot.domain.account import Role
from tests.desk.screens import Screens, picture, screens, sticks_out
from tests.desk.test_handing_screens import faults
from tests.desk.test_pages import DANGER

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, master: MasterKey) -> AsyncIterator[Screens]:
    async with screens(tmp_path_factory.mktemp("glance"), sqlite_template, master) as found:
        yield found


async def danger(desk: Screens, sender: str) -> None:
    await desk.home.writes(DANGER, sender=sender)
    await desk.home.settles()


@pytest.mark.parametrize("script", [True, False])
async def test_an_emergency_is_taken_from_the_queue_itself(desk: Screens, script: bool) -> None:
    desk.trouble.clear()
    await danger(desk, f"taken-{script}")
    page = await desk.page(desk.people[Role.OFFICER], java_script_enabled=script)
    await page.goto(desk.address)
    front = page.get_by_role("region", name="Ringing emergencies")
    reference = await front.get_by_role("link").first.inner_text()
    await front.get_by_role("button", name=f"Take {reference}").click()
    await expect(page.get_by_role("heading", name=reference)).to_be_visible()
    await expect(page.get_by_text("waits for your answer")).to_be_visible()
    await page.goto(desk.address)
    await expect(page.get_by_role("region", name="Mine")).to_contain_text("else others are rung")
    assert desk.trouble == []


async def test_on_a_phone_the_number_leads_to_what_rings_inside_a_taken_case(desk: Screens) -> None:
    desk.trouble.clear()
    await desk.home.writes("/human", sender="phone")
    await desk.home.settles()
    ana = await desk.page(desk.people[Role.OFFICER])
    await ana.goto(desk.address)
    await ana.get_by_role("region", name="Requests").get_by_role("link").first.click()
    await ana.get_by_role("button", name="Take it", exact=True).click()
    await expect(ana.get_by_role("heading", name="Answer")).to_be_visible()
    await danger(desk, "phone")
    bo = await desk.page(desk.people[Role.SUPERVISOR])
    await bo.set_viewport_size({"width": 360, "height": 640})
    await bo.goto(desk.address)
    await bo.get_by_role("link", name="nobody has acknowledged").click()
    assert bo.url.endswith("/#ringing")
    await expect(bo.get_by_role("region", name="Ringing emergencies")).to_be_in_viewport()
    for name in ("Ringing emergencies", "Taken by others"):
        await expect(bo.get_by_role("region", name=name)).to_contain_text("RINGING for")
    assert await sticks_out(bo) == []
    assert await faults(bo) == []
    await picture(bo, "desk-ringing-phone")
    await ana.goto(desk.address)
    await picture(ana, "desk-ringing")
    await ana.get_by_role("region", name="Mine").get_by_role("link").first.click()
    for folded in ("Ask for a consent", "Do not write first", "The program misread a message"):
        await ana.get_by_text(folded, exact=True).click()
    assert await faults(ana) == []
    await picture(ana, "desk-case-forms")
    assert desk.trouble == []
