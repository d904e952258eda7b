"""Every page in Chromium: no violation that axe-core knows, nothing off the side of a phone in either direction, own files only."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import BrowserContext, Page, Request

from bot.crypto import MasterKey
from bot.desk.auth import Page as Route
from bot.desk.routes import pages
from bot.domain.account import Role
from bot.domain.errors import Refused
from bot.domain.handoff import HandoffClass
from bot.locales import Locales
from bot.ports import Officer
from bot.usecases import accounts, export, handoff
from tests.content.pseudo import pseudo_words
from tests.desk.screens import Screens, picture, screens, sticks_out
from tests.desk.test_pages import DANGER
from tests.desk.test_sounds import voice
from tests.journeys.files import fetched, jpeg, sends

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Bytes of the first page with everything that it needs.
FIRST_PAGE = 100_000
#: What is asked for by scripts, or is no page; what waits for a proof is looked at in ``test_unsent_screens``.
NO_PAGES = {
    "/kept/{token}",
    "/static/{name}", "/events", "/queue/lines", "/conversation/{reference}/live", "/conversation/{reference}/ages",
    *(f"/conversation/{{reference}}/attachment/{{number}}/{each}" for each in ("preview", "picture", "sound", "original")),
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, master: MasterKey) -> AsyncIterator[Screens]:
    async with screens(tmp_path_factory.mktemp("pages"), sqlite_template, master) as found:
        await filled(found)
        yield found


async def filled(desk: Screens) -> None:
    """Cases of every class, taken and closed ones, with notes and answers in several scripts."""
    home, ana = desk.home, await officer(desk, Role.OFFICER)
    for sender, text in enumerate(("can an officer call me about a grant", "что-то странное происходит у дома", "tungjatjeta", DANGER)):
        await home.says(text, sender=str(50 + sender))
    async with home.house.store.begin() as tx:
        lines = await tx.handoffs.queue()
    mine = next(line.reference for line in lines if line.cls is HandoffClass.E1)
    await handoff.claim(home.house, ana, mine)
    await sends(home, jpeg(), b"MZ", voice(), sender="53", claimed="image/jpeg; name=" + "x" * 60)
    await fetched(home)
    await export.ask(home.house, ana, mine, "2.1", "for her lawyer\nשלום")
    await handoff.reply(home.house, ana, mine, "I am an officer. Вы одна?")
    await handoff.note(home.house, ana, mine, "speaks שלום\nand more")
    await home.says("they are still here", sender="53")
    await home.says(DANGER, sender="60")
    async with home.house.store.begin() as tx:
        closed = next(line.reference for line in await tx.handoffs.queue() if line.reference != mine and line.cls is HandoffClass.E1)
    other = await officer(desk, Role.SUPERVISOR)
    await handoff.claim(home.house, other, closed)
    await handoff.close(home.house, other, closed, "helped")


async def officer(desk: Screens, role: Role) -> Officer:
    account = desk.people[role].account
    assert account is not None
    assert account.officer is not None
    async with desk.home.house.store.begin() as tx:
        return await tx.officers.get(account.officer)


async def address_of(desk: Screens, route: Route) -> str:
    """The route's path, with what there is in its braces."""
    async with desk.home.house.store.begin() as tx:
        mine = next(line.reference for line in await tx.handoffs.queue() if line.holder_name == "Ana")
    by = desk.people[Role.ADMINISTRATOR].account
    assert by is not None
    path = route.path.replace("{reference}", mine).replace("{locale}", "en").replace("{text}", "thanks").replace("{number}", "2.1")
    if "{token}" in path:
        try:
            token = await accounts.invite(desk.home.house, desk.proofs, by, "Cy", Role.OFFICER, ())
        except Refused:
            token = "x" * 43
        path = path.replace("{token}", token)
    return desk.address + path


def html_routes(desk: Screens) -> list[Route]:
    return [route for route in pages(desk.home.house) if route.method == "GET" and route.path not in NO_PAGES]


async def contexts_of(desk: Screens, **options: object) -> dict[Role | None, BrowserContext]:
    people = {None: None, **{role: person for role, person in desk.people.items()}}
    return {role: await desk.sits(person, **options) for role, person in people.items()}


VARIANTS = {
    "en-light": (False, {"color_scheme": "light"}, 1000),
    "rtl-dark-phone": (True, {"color_scheme": "dark"}, 360),
}


@pytest.mark.parametrize("variant", VARIANTS)
async def test_every_page_is_without_a_barrier_and_nothing_runs_off_its_side(desk: Screens, variant: str) -> None:
    mirrored, options, width = VARIANTS[variant]
    words = desk.home.house.catalogues
    if mirrored:
        desk.home.house.renew(catalogues=Locales({"en": pseudo_words()}))
    contexts, found, seen = await contexts_of(desk, **options), [], 0
    desk.trouble.clear()
    for route in html_routes(desk):
        person = desk.of(route)
        role = next((each for each, its in desk.people.items() if its is person), None)
        page = desk.watched(await contexts[role].new_page())
        await page.set_viewport_size({"width": width, "height": 800})
        address = await address_of(desk, route)
        answer = await page.request.get(address) if route.path.endswith(".csv") else await page.goto(address)
        assert answer is not None
        if not answer.headers.get("content-type", "").startswith("text/html"):
            await page.close()
            continue
        assert page.url == address, (route.path, page.url)
        seen += 1
        found += [(route.path, each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in await violations(page)]
        found += [(route.path, "runs off the side", list(out)) for out in [await sticks_out(page)] if out]
        if mirrored:
            await picture(page, f"rtl{route.path.replace('/', '-').replace('{', '').replace('}', '')}")
        await page.close()
    for context in contexts.values():
        await context.close()
    desk.home.house.renew(catalogues=words)
    assert found == []
    assert desk.trouble == []
    assert seen >= 11


async def violations(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await Axe().run(page)).response["violations"]
    return found


BARRIERS = """() => {
  document.querySelector('label').remove();
  const wide = document.createElement('p');
  wide.style.cssText = 'inline-size: 3000px; color: #777; background: #888';
  wide.textContent = 'grey words on grey';
  document.querySelector('main').append(wide);
}"""


async def test_control_a_barrier_and_a_thing_too_wide_are_seen(desk: Screens) -> None:
    page = await desk.page(None)
    await page.goto(f"{desk.address}/sign-in")
    await page.evaluate(BARRIERS)
    assert {each["id"] for each in await violations(page)} >= {"label", "color-contrast"}
    assert await sticks_out(page)
    await page.context.close()


async def loaded(page: Page, address: str) -> list[Request]:
    """All that the browser has fetched for a page."""
    finished: list[Request] = []
    page.on("requestfinished", lambda request: finished.append(request))
    await page.goto(address)
    await page.wait_for_load_state("load")
    return finished


async def test_the_first_page_is_small_and_of_our_own_files_only(desk: Screens) -> None:
    for person, path in ((None, "/sign-in"), (desk.people[Role.OFFICER], "/")):
        desk.trouble.clear()
        page = await desk.page(person)
        sizes = [await each.sizes() for each in await loaded(page, desk.address + path)]
        assert len(sizes) >= 3, "page, style and script"
        assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) < FIRST_PAGE
        assert desk.trouble == []
        await page.context.close()


async def test_a_recording_is_played_by_a_key_and_its_page_has_no_barrier(desk: Screens) -> None:
    route = next(each for each in html_routes(desk) if each.path.endswith("/attachment/{number}"))
    page = await desk.page(desk.people[Role.OFFICER])
    desk.trouble.clear()
    await page.goto((await address_of(desk, route)).replace("/2.1", "/2.3"))
    assert (await violations(page), await sticks_out(page)) == ([], [])
    await page.locator("audio").focus()
    await page.keyboard.press("Space")
    for _ in range(100):
        if await page.evaluate("document.querySelector('audio').currentTime") > 0.2:
            break
        await page.wait_for_timeout(100)
    else:
        raise AssertionError("it does not play")
    assert await page.evaluate("document.querySelector('audio').duration") == pytest.approx(2, abs=0.1)
    assert desk.trouble == [], "the page may play what comes from this house"
    await picture(page, "recording")
    await page.context.close()
