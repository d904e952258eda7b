"""The desk in the system's Chromium, as an officer sits before it; collected only where there is one (``.ci/run`` installs it)."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Request, async_playwright, expect

from bot.desk.app import build
from bot.desk.proofs import DeskProofs
from bot.domain.message import Kind
from tests.desk.conftest import CHROMIUM
from tests.desk.people import PASSWORD, Person, joined
from tests.desk.test_pages import DANGER, HOSTILE
from tests.journeys.files import fetched, jpeg, sends
from tests.journeys.house import ROOT, Home

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
PICTURES = ROOT / "var" / "screenshots"


@pytest.fixture
async def address(home: Home, proofs: DeskProofs) -> AsyncIterator[str]:
    """The desk on a port of its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    here = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = build(home.house, proofs, frozenset({"127.0.0.1"}), address=here, secure=False)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1))
    serving = asyncio.ensure_future(server.serve([listening]))
    yield here
    server.should_exit = True
    await serving


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


async def opened(chromium: Browser, address: str, person: Person, trouble: list[str]) -> Page:
    """A browser in which somebody has signed in; whatever it complains of, or asks of others, is trouble."""
    page = await (await chromium.new_context(viewport={"width": 1000, "height": 900})).new_page()
    page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", lambda dialog: trouble.append(dialog.message))

    def asked(request: Request) -> None:
        if not request.url.startswith(address):
            trouble.append(request.url)

    page.on("request", asked)
    await page.goto(f"{address}/sign-in")
    await page.get_by_label("Name").fill(person.name)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_label("Code of the authenticator").fill(person.code())
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Queue", exact=True)).to_be_visible()
    return page


async def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    await page.evaluate("scrollTo(0, 0)")  # what sticks to the top of the window is drawn where the window is
    await page.screenshot(path=Path(PICTURES / f"{name}.png"), full_page=True)


async def test_an_alarm_appears_without_a_reload_and_is_taken_and_answered(
    home: Home, address: str, chromium: Browser, ana: Person
) -> None:
    trouble: list[str] = []
    page = await opened(chromium, address, ana, trouble)
    await home.says("can an officer call me about a grant", sender="7")
    await home.says(DANGER)
    alarm = page.get_by_role("alert").filter(has_text="nobody has acknowledged")
    await expect(alarm).to_be_visible(timeout=5000)
    assert (await page.title()).startswith("(1) ")
    await picture(page, "desk-queue")
    emergencies = page.get_by_role("region", name="Emergencies")
    await emergencies.get_by_role("link").click()
    await page.get_by_role("button", name="Take it").click()
    await page.get_by_label("Words to the defender").fill("I am an officer. Are you alone?")
    await picture(page, "desk-conversation")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("not sent yet")).to_be_visible()
    home.clock.move(seconds=5)
    await home.settles()
    assert "I am an officer. Are you alone?" in [sent.piece.text for channel in home.channels.values() for sent in channel.sent]
    await page.goto(address)
    await expect(page.get_by_role("region", name="Mine").get_by_role("link")).to_have_count(1)
    await expect(page.get_by_role("alert")).to_have_count(0)
    assert trouble == []


async def test_hostile_words_run_nothing_and_ask_nobody(home: Home, address: str, chromium: Browser, ana: Person) -> None:
    trouble: list[str] = []
    page = await opened(chromium, address, ana, trouble)
    await home.says(DANGER)
    for text in HOSTILE:
        await home.says(text)
    await page.goto(f"{address}/conversation/{await home.reference()}")
    await expect(page.locator("#thread").get_by_text("<script>document.title")).to_be_visible()
    assert await page.title() != "x"
    assert trouble == []


async def test_control_trouble_would_be_seen(address: str, chromium: Browser, ana: Person) -> None:
    trouble: list[str] = []
    page = await opened(chromium, address, ana, trouble)
    await page.evaluate("() => { const image = new Image(); image.src = 'http://127.0.0.2/x.png'; document.body.append(image); }")
    await asyncio.sleep(0.5)
    assert any("Content Security Policy" in said for said in trouble)


async def test_on_a_phone_nothing_runs_off_the_side_in_either_direction(home: Home, address: str, chromium: Browser, ana: Person) -> None:
    trouble: list[str] = []
    page = await opened(chromium, address, ana, trouble)
    await home.says(DANGER)
    await page.set_viewport_size({"width": 340, "height": 740})
    for path in ("/", f"/conversation/{await home.reference()}", "/sessions"):
        for direction in ("ltr", "rtl"):
            await page.goto(address + path)
            await page.evaluate("direction => { document.documentElement.dir = direction; }", direction)
            assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (path, direction)
    await page.goto(address)
    await picture(page, "desk-phone")


async def test_with_the_keyboard_alone_one_gets_from_the_queue_to_a_claim(home: Home, address: str, chromium: Browser, ana: Person) -> None:
    trouble: list[str] = []
    page = await opened(chromium, address, ana, trouble)
    await home.says(DANGER)
    reference = await home.reference()
    await page.goto(address)
    for name in (reference, "Take it"):
        for _ in range(30):
            await page.keyboard.press("Tab")
            if name == await page.evaluate("document.activeElement.textContent.trim()"):
                break
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
    await expect(page.get_by_text("by you")).to_be_visible()


async def test_an_open_case_renews_itself_and_takes_nothing_of_what_is_being_typed(
    home: Home, address: str, chromium: Browser, ana: Person
) -> None:
    trouble: list[str] = []
    page = await opened(chromium, address, ana, trouble)
    home.nlu.known["my colleague has not come home"] = "missing_person"
    await home.says("my colleague has not come home")
    await page.goto(f"{address}/conversation/{await home.reference()}")
    await page.get_by_role("button", name="Take it").click()
    box = page.get_by_label("Words to the defender")
    await expect(box).to_be_visible()
    # The box is there before the script that watches it.
    await page.wait_for_load_state("load")
    async with page.expect_response(lambda answer: answer.url.endswith("/typing")) as typing:
        await box.press_sequentially("I am re")
    assert (await typing.value).status == 204
    await page.locator(".told summary").first.click()
    await box.focus()
    await home.says("two men are outside", kind=Kind.TEXT)
    await expect(page.locator("#thread").get_by_text("two men are outside")).to_be_visible(timeout=5000)
    await expect(page.locator("#announce")).to_contain_text("The defender has written. two men are outside")
    await expect(box).to_have_value("I am re")
    await expect(box).to_be_focused()
    await expect(page.locator(".told details").first).to_have_attribute("open", "")
    assert trouble == []


async def test_a_prepared_reply_is_put_into_the_box_and_keys_work_once_they_are_turned_on(
    home: Home, address: str, chromium: Browser, ana: Person
) -> None:
    trouble: list[str] = []
    page = await opened(chromium, address, ana, trouble)
    await home.says(DANGER)
    await page.goto(f"{address}/conversation/{await home.reference()}")
    await page.get_by_role("button", name="Take it").click()
    box = page.get_by_label("Words to the defender")
    await box.fill("Good evening.")
    await page.get_by_text("Prepared answers").click()
    await page.get_by_role("button", name="Put it into the box").first.click()
    await expect(box).to_have_value("Good evening.\nCan you write now?")
    await picture(page, "desk-case")
    await page.locator("#card").focus()
    await page.keyboard.press("r")
    await expect(page.locator("#card")).to_be_focused()
    await page.keyboard.press("?")
    await page.get_by_label("Use these keys").check()
    await page.locator("#card").focus()
    await page.keyboard.press("r")
    await expect(box).to_be_focused()
    await page.keyboard.press("r")
    await expect(box).to_have_value("Good evening.\nCan you write now?r")
    results = await Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert trouble == []


@pytest.mark.parametrize("path", ["/search", "/conversation/REF"])
async def test_an_alarm_is_told_on_every_page_until_somebody_acknowledges(
    home: Home, address: str, chromium: Browser, ana: Person, path: str
) -> None:
    trouble: list[str] = []
    page = await opened(chromium, address, ana, trouble)
    home.nlu.known["my colleague has not come home"] = "missing_person"
    await home.says("my colleague has not come home", sender="p1")
    other = await home.reference()
    await page.goto(f"{address}/conversation/{other}")
    await page.get_by_role("button", name="Take it").click()
    await page.goto(f"{address}{path.replace('REF', other)}")
    await page.wait_for_load_state("load")
    await expect(page.locator("#bell")).to_be_hidden()
    await home.says(DANGER, sender="p2")
    async with home.house.store.begin() as tx:
        rung = next(line.reference for line in await tx.handoffs.queue() if line.reference != other)
    await expect(page.locator("#bell a")).to_have_text(f"Emergency {rung}", timeout=5000)
    await expect(page).to_have_title(re.compile(r"^\(1\) "))
    results = await Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    await page.locator("#bell a").click()
    await page.get_by_role("button", name="Acknowledge: stop the ringing").click()
    await expect(page.locator("#bell")).to_be_hidden()
    assert trouble == []


async def test_with_many_pages_open_at_once_each_still_comes(home: Home, address: str, chromium: Browser, ana: Person) -> None:
    """A browser opens six connections to one place: pages that are not looked at must not hold them all."""
    trouble: list[str] = []
    page = await opened(chromium, address, ana, trouble)
    for _ in range(8):
        another = await page.context.new_page()
        await another.goto(f"{address}/search", timeout=10_000)
        await expect(another.get_by_role("heading", name="Search").first).to_be_visible()
    assert trouble == []


#: How many different colours a picture on the page has, and how sharp its sharpest edge is: of two pixels side by side, in one channel.
LOOKED_AT = """async (image) => {
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let edge = 0;
  for (let at = 4; at < canvas.width * 4; at += 4) edge = Math.max(edge, Math.abs(data[at] - data[at - 4]));
  return [canvas.width, edge];
}"""


async def test_a_picture_is_blurred_until_it_is_opened_by_keyboard_and_nothing_clear_is_fetched_before(
    home: Home, chromium: Browser, address: str, ana: Person
) -> None:
    await home.says(DANGER)
    await sends(home, jpeg())
    await fetched(home)
    trouble: list[str] = []
    page = await opened(chromium, address, ana, trouble)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{address}/conversation/{await home.reference()}")
    blurred = page.get_by_role("img", name="A picture, blurred")
    await blurred.scroll_into_view_if_needed()
    width, edge = await blurred.evaluate(LOOKED_AT)
    assert (width, edge < 60) == (24, True)
    assert not any(url.endswith("/picture") for url in asked)
    await picture(page, "picture-blurred")
    await page.get_by_role("link", name="Show picture 2.1").focus()
    await page.keyboard.press("Enter")
    shown = page.get_by_role("img", name=re.compile("Picture 2.1, sent by the defender"))
    width, edge = await shown.evaluate(LOOKED_AT)
    assert (width, edge > 100) == (320, True), "control: red beside blue is sharp"
    await picture(page, "picture-shown")
    assert (await Axe().run(page)).response["violations"] == []
    assert trouble == []
