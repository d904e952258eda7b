"""Officers' ways through the desk in Chromium, from the door to the defender's phone, and what goes wrong on the way."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import CDPSession, Page, expect

from bot.crypto import MasterKey
from bot.domain.account import Role
from bot.domain.message import ChannelName
from bot.usecases import alert
from bot.usecases.takeback import WAIT
from tests.contracts.channels import Line, signal, telegram
from tests.desk.people import PASSWORD, Person
from tests.desk.screens import Screens, picture, screens
from tests.desk.test_pages import DANGER

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, master: MasterKey) -> AsyncIterator[Screens]:
    async with screens(tmp_path_factory.mktemp("journeys"), sqlite_template, master) as found:
        yield found


@pytest.fixture(autouse=True)
def quiet(desk: Screens) -> None:
    desk.trouble.clear()


async def case(desk: Screens, sender: str, channel: ChannelName = ChannelName.SIGNAL) -> str:
    """A new emergency of somebody's."""
    async with desk.home.house.store.begin() as tx:
        before = {line.reference for line in await tx.handoffs.queue()}
    await desk.home.writes(DANGER, sender=sender, channel=channel)
    await desk.home.settles()
    async with desk.home.house.store.begin() as tx:
        (found,) = {line.reference for line in await tx.handoffs.queue()} - before
    return found


async def types_in(page: Page, desk: Screens, person: Person, code: str | None = None) -> None:
    """Name, password and code, and Enter."""
    await page.goto(f"{desk.address}/sign-in")
    await page.get_by_label("Name").fill(person.name)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_label("Code of the authenticator").fill(code or person.code())
    await page.keyboard.press("Enter")


async def test_with_password_and_code_one_is_in_and_with_a_used_code_one_is_not(desk: Screens) -> None:
    ana = desk.people[Role.OFFICER]
    page, code = await desk.page(None), ana.code()
    await types_in(page, desk, ana, code)
    await expect(page.get_by_role("heading", name="Queue", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await types_in(page, desk, ana, code)
    await expect(page.get_by_role("alert").filter(has_text="Name, password or code is wrong.")).to_be_visible()
    assert [each for each in desk.trouble if "403" not in each] == []
    await page.context.close()


async def test_of_two_who_take_a_case_one_wins_and_the_other_is_told_who(desk: Screens) -> None:
    reference = await case(desk, "race")
    pages = [await desk.page(desk.people[role]) for role in (Role.OFFICER, Role.SUPERVISOR)]
    for page in pages:
        # The two are quicker than what tells an open page that another has taken the case.
        await page.route(re.compile("/events|/live"), lambda route: route.abort())
        await page.goto(f"{desk.address}/conversation/{reference}")
    await asyncio.gather(*(page.get_by_role("button", name="Take it").click() for page in pages))
    told = [await page.locator("main").inner_text() for page in pages]
    winners = [index for index, text in enumerate(told) if "by you" in text]
    assert len(winners) == 1
    loser, winner = 1 - winners[0], ("Ana", "Bo")[winners[0]]
    assert f"it is held by {winner} since" in told[loser]
    await picture(pages[loser], "claim-lost")
    for page in pages:
        await page.context.close()


@pytest.mark.parametrize(("channel", "stands_in"), [(ChannelName.TELEGRAM, telegram), (ChannelName.SIGNAL, signal)])
async def test_an_answer_arrives_on_the_defenders_messenger_and_the_case_is_closed(
    desk: Screens, channel: ChannelName, stands_in: Callable[[], AbstractAsyncContextManager[Line]]
) -> None:
    async with stands_in() as line:
        fakes = dict(desk.home.channels)
        desk.home.channels[channel] = line.channel  # type: ignore[assignment]  # the real one
        try:
            reference = await case(desk, line.address, channel)
            page = await desk.page(desk.people[Role.OFFICER])
            await page.goto(f"{desk.address}/conversation/{reference}")
            await page.get_by_role("button", name="Take it").click()
            await page.get_by_label("Words to the defender").fill("I am an officer. Jeste li sami? Вы одна?")
            await page.get_by_role("button", name="Send", exact=True).click()
            await expect(page.get_by_role("button", name="Undo")).to_be_visible()
            desk.home.clock.move(seconds=WAIT.total_seconds())
            await desk.home.settles()
            assert "I am an officer. Jeste li sami? Вы одна?" in line.arrived()
            await page.reload()
            await page.get_by_label("How it ended").select_option("helped")
            await page.get_by_role("button", name="Close: the program answers again").click()
            await expect(page.get_by_role("region", name="Closed lately")).to_contain_text(reference)
        finally:
            desk.home.channels.update(fakes)
    assert desk.trouble == []
    await page.context.close()


async def test_undo_puts_an_answer_back_into_the_box_and_nothing_of_it_arrives(desk: Screens) -> None:
    async with telegram() as line:
        fakes = dict(desk.home.channels)
        desk.home.channels[ChannelName.TELEGRAM] = line.channel  # type: ignore[assignment]  # the real one
        try:
            reference = await case(desk, line.address, ChannelName.TELEGRAM)
            page = await desk.page(desk.people[Role.OFFICER])
            await page.goto(f"{desk.address}/conversation/{reference}")
            await page.get_by_role("button", name="Take it").click()
            await page.get_by_label("Words to the defender").fill("Come to the back door.")
            await page.get_by_role("button", name="Send", exact=True).click()
            await expect(page.locator(".left")).to_have_text(re.compile("[1-5]"))
            await page.get_by_label("Words to the defender").fill("Not yet written")
            await page.get_by_role("button", name="Undo").click()
            await expect(page.get_by_label("Words to the defender")).to_have_value("Come to the back door.\nNot yet written")
            await expect(page.get_by_text("taken back by the officer: not sent")).to_be_visible()
            desk.home.clock.move(minutes=1)
            await desk.home.settles()
            assert "Come to the back door." not in line.arrived()
            await page.get_by_role("button", name="Send", exact=True).click()
            await expect(page.get_by_role("button", name="Undo")).to_be_visible()
            desk.home.clock.move(seconds=WAIT.total_seconds())
            await desk.home.settles()
            assert "Come to the back door.\nNot yet written" in line.arrived(), "control: what is sent again arrives"
        finally:
            desk.home.channels.update(fakes)
    assert desk.trouble == []
    await page.context.close()


async def test_what_is_put_off_comes_back_on_the_open_page_without_a_reload(desk: Screens) -> None:
    page = await desk.page(desk.people[Role.OFFICER])
    await desk.home.writes("/human", sender="patient")
    await desk.home.settles()
    await page.goto(desk.address)
    await page.get_by_role("region", name="Requests").get_by_role("link").first.click()
    reference = page.url.rpartition("/")[2]
    await page.get_by_role("button", name="Take it").click()
    await page.get_by_text("Put off", exact=True).click()
    await page.get_by_label("Until when").select_option("15")
    await picture(page, "put-off")
    await page.get_by_role("button", name="Put it off").click()
    await expect(page.get_by_role("region", name="Put off")).to_contain_text(reference)
    desk.home.clock.move(minutes=15)
    await alert.tick(desk.home.house)
    await expect(page.get_by_role("region", name="Mine")).to_contain_text(reference, timeout=10_000)
    await expect(page.get_by_role("region", name="Put off")).to_have_count(0)
    assert desk.trouble == []
    await page.context.close()


async def test_a_session_that_ends_is_said_on_the_open_page_and_leads_to_the_door(desk: Screens) -> None:
    page = await desk.page(desk.people[Role.OFFICER])
    await page.goto(desk.address)
    desk.home.clock.move(minutes=31)
    await expect(page.get_by_role("status").filter(has_text="Your session has ended")).to_be_visible(timeout=10_000)
    await picture(page, "session-ended")
    await page.reload()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await page.context.close()


async def test_in_cyrillic_an_officer_gets_from_the_queue_to_an_answer(desk: Screens) -> None:
    reference = await case(desk, "cyrillic")
    page = await desk.page(desk.people[Role.OFFICER])
    await page.goto(desk.address)
    await page.get_by_label("Language").select_option("sr_Cyrl_ME")
    await page.get_by_role("button", name="Change").click()
    assert await page.locator("html").get_attribute("lang") == "sr-Cyrl-ME"
    await expect(page.get_by_role("heading", name="Ред чекања", exact=True)).to_be_visible()
    await page.get_by_role("link", name=reference).click()
    await page.get_by_role("button", name="Преузми").click()
    await page.locator("#text").fill("Овдје сам.")
    await page.get_by_role("button", name="Пошаљи", exact=True).click()
    await expect(page.get_by_text("Овдје сам.")).to_be_visible()
    await picture(page, "conversation-cyrillic")
    assert desk.trouble == []
    await page.context.close()


@dataclass(frozen=True)
class Device:
    """A device with passkeys, as the browser's own tools make one."""

    tools: CDPSession
    id: str

    async def knows_its_person(self, knows: bool) -> None:
        """Whether finger, face or number are right from now on."""
        await self.tools.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": knows})


async def device_of(page: Page) -> Device:
    tools = await page.context.new_cdp_session(page)
    await tools.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    made = await tools.send("WebAuthn.addVirtualAuthenticator", {"options": kind | {"automaticPresenceSimulation": True}})
    return Device(tools, str(made["authenticatorId"]))


async def test_a_passkey_is_made_and_then_opens_the_desk_alone(desk: Screens) -> None:
    page = await desk.page(desk.people[Role.OFFICER])
    await device_of(page)
    await page.goto(f"{desk.address}/passkeys")
    await page.get_by_label("A name for it").fill("this laptop")
    await page.get_by_role("button", name="Make a passkey").click()
    await expect(page.get_by_role("listitem").filter(has_text="this laptop")).to_be_visible()
    await picture(page, "passkeys")
    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("heading", name="Queue", exact=True)).to_be_visible()
    desk.home.clock.move(minutes=11)
    await page.goto(f"{desk.address}/authenticator")
    await page.get_by_role("button", name="Prove it with a passkey").click()
    await expect(page.get_by_role("heading", name="Another authenticator")).to_be_visible()
    assert desk.trouble == []
    await page.context.close()


async def test_a_key_that_is_only_touched_opens_nothing_without_the_password(desk: Screens) -> None:
    page = await desk.page(desk.people[Role.SUPERVISOR])
    device = await device_of(page)
    await page.goto(f"{desk.address}/passkeys")
    await page.get_by_label("A name for it").fill("stick")
    await page.get_by_role("button", name="Make a passkey").click()
    await expect(page.get_by_role("listitem").filter(has_text="stick")).to_be_visible()
    await device.knows_its_person(False)
    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("alert").filter(has_text="Nothing came from the device")).to_be_visible()
    await page.get_by_label("Password").fill("wrong horse battery")
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("alert").filter(has_text="or the password is wrong")).to_be_visible()
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("heading", name="Queue", exact=True)).to_be_visible()
    await page.context.close()


async def test_without_the_script_the_authenticator_is_there_and_the_passkey_says_why_it_is_not(desk: Screens) -> None:
    page = await desk.page(desk.people[Role.ADMINISTRATOR], java_script_enabled=False)
    await page.goto(f"{desk.address}/passkeys")
    await expect(page.get_by_text("The authenticator works without it.")).to_be_visible()
    await expect(page.get_by_role("button", name="Make a passkey")).to_have_count(0)
    await page.context.close()
    page = await desk.page(None, java_script_enabled=False)
    await types_in(page, desk, desk.people[Role.ADMINISTRATOR])
    await expect(page.get_by_role("heading", name="Accounts", exact=True)).to_be_visible()
    await page.context.close()
