"""Handing a case over in Chromium: the offer appears on an open page, is accepted there, and the old holder's page says so."""

from collections.abc import AsyncIterator
from datetime import time, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from bot.crypto import MasterKey
from bot.domain.account import Role
from bot.domain.ids import new_id
from bot.domain.roster import Shift
from bot.usecases import transfer
from tests.desk.screens import Screens, picture, screens, sticks_out

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, master: MasterKey) -> AsyncIterator[Screens]:
    async with screens(tmp_path_factory.mktemp("handing"), sqlite_template, master) as found:
        yield found


@pytest.fixture(autouse=True)
def quiet(desk: Screens) -> None:
    desk.trouble.clear()


async def faults(page: Page) -> list[str]:
    """What a tool finds that would keep somebody out."""
    found = await Axe().run(page)
    return [each["id"] for each in found.response["violations"]]


async def takes(desk: Screens, page: Page, sender: str) -> str:
    """A request of somebody's, taken on that page."""
    await desk.home.writes("/human", sender=sender)
    await desk.home.settles()
    await page.goto(desk.address)
    await page.get_by_role("region", name="Requests").get_by_role("link").first.click()
    await page.get_by_role("button", name="Take it", exact=True).click()
    await expect(page.get_by_role("heading", name="Answer")).to_be_visible()
    return page.url.rpartition("/")[2]


async def fits(page: Page, path: str) -> list[str]:
    """What runs off the side on a phone, in either direction."""
    await page.set_viewport_size({"width": 340, "height": 740})
    wide: list[str] = []
    for direction in ("ltr", "rtl"):
        await page.goto(path)
        await page.evaluate("direction => { document.documentElement.dir = direction; }", direction)
        wide += await sticks_out(page)
    return wide


async def test_an_offer_appears_on_an_open_page_and_is_accepted_there(desk: Screens) -> None:
    ana, bo = [await desk.page(desk.people[role]) for role in (Role.OFFICER, Role.SUPERVISOR)]
    await bo.goto(desk.address)
    reference = await takes(desk, ana, "one")
    await ana.get_by_text("Hand over", exact=True).click()
    await ana.get_by_label("Officer", exact=True).select_option(label="Bo")
    await ana.get_by_role("button", name="Offer it").click()
    await expect(ana.get_by_text("offered to Bo, until")).to_be_visible()
    offers = bo.get_by_role("region", name="Offered to you")
    await expect(offers).to_contain_text(reference, timeout=10_000)
    assert await faults(bo) == []
    await picture(bo, "offered")
    await offers.get_by_role("button", name=f"Take over {reference}").click()
    await expect(bo.get_by_role("heading", name="Answer")).to_be_visible()
    await expect(ana.get_by_text("What may be done here has changed.")).to_be_visible(timeout=10_000)
    await picture(ana, "handed-over")
    await desk.home.settles()
    assert "officer_transferred" in [sent.name for channel in desk.home.channels.values() for sent in channel.sent if sent.address == "one"]
    assert desk.trouble == []
    await ana.context.close()
    await bo.context.close()


async def test_whoever_looks_on_appears_on_the_holders_open_page(desk: Screens) -> None:
    ana, bo = [await desk.page(desk.people[role]) for role in (Role.OFFICER, Role.SUPERVISOR)]
    reference = await takes(desk, ana, "two")
    await bo.goto(f"{desk.address}/conversation/{reference}")
    await bo.get_by_role("button", name="Look on", exact=True).click()
    await expect(ana.get_by_text("Looking on:")).to_contain_text("Bo since", timeout=10_000)
    await bo.get_by_text("Hand over at once, as a supervisor").click()
    assert await faults(bo) == []
    await picture(bo, "looking-on")
    assert await fits(bo, bo.url) == []
    assert desk.trouble == []
    await ana.context.close()
    await bo.context.close()


async def test_a_supervisor_hands_it_over_at_once_after_a_reason(desk: Screens) -> None:
    ana, bo = [await desk.page(desk.people[role]) for role in (Role.OFFICER, Role.SUPERVISOR)]
    reference = await takes(desk, ana, "three")
    await bo.goto(f"{desk.address}/conversation/{reference}")
    await bo.get_by_text("Hand over at once, as a supervisor").click()
    form = bo.get_by_role("region", name="Hand over at once, as a supervisor")
    await form.get_by_label("Officer", exact=True).select_option(label="Bo")
    await form.get_by_label("Why, for officers only").fill("her phone is off")
    await form.get_by_role("button", name="Hand it over now").click()
    await expect(bo.get_by_role("heading", name="Answer")).to_be_visible()
    await expect(bo.locator("#thread").get_by_text("her phone is off")).to_be_visible()
    assert desk.trouble == []
    await ana.context.close()
    await bo.context.close()


async def test_the_end_of_a_shift_is_offered_in_one_step_on_a_phone_in_the_dark(desk: Screens) -> None:
    ana = await desk.page(desk.people[Role.OFFICER], color_scheme="dark")
    reference = await takes(desk, ana, "four")
    now = desk.home.clock.now()
    ends = (now + timedelta(minutes=2)).time().replace(second=0, microsecond=0)
    async with desk.home.house.store.begin() as tx:
        mine, bo = [await tx.officers.by_name(name) for name in ("Ana", "Bo")]
        assert mine is not None
        assert bo is not None
        hours = time(8), ends
        await tx.roster.add_shift(Shift(id=new_id(), officer=mine.id, weekday=now.weekday(), hours=hours))
        await tx.commit()
    desk.home.clock.move(minutes=3)
    await ana.goto(desk.address)
    await expect(ana.get_by_role("heading", name="Your shift has ended, and you hold")).to_be_visible()
    assert await faults(ana) == []
    assert await fits(ana, desk.address) == []
    await picture(ana, "shift-ended")
    await ana.get_by_label("Offer all of it to").select_option(label="Bo")
    await ana.get_by_role("button", name="Offer it").click()
    await expect(ana).to_have_url(f"{desk.address}/")
    held = await transfer.accept(desk.home.house, bo, reference)
    assert held.holder == bo.id
    assert desk.trouble == []
    await ana.context.close()
