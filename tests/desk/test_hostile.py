"""A thousand hostile texts, names and files in the browser: none runs, none asks anybody, none breaks the page."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page

from bot.crypto import MasterKey
from bot.desk.pages import Pages
from bot.domain.account import Account, AccountId, Lock, NewPasskey, Role
from bot.domain.ids import new_id
from bot.domain.message import Attachment
from bot.ports import Officer
from bot.usecases import handoff
from tests.desk.hostile import ELSEWHERE, NAMES, PAYLOADS, RUN
from tests.desk.people import Person
from tests.desk.screens import Screens, screens, served, sticks_out
from tests.desk.test_pages import DANGER

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Written by one person; each message holds so many.
SENDER, IN_ONE = "42", 30


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, master: MasterKey) -> AsyncIterator[Screens]:
    async with screens(tmp_path_factory.mktemp("hostile"), sqlite_template, master) as found:
        yield found


async def reference_of(desk: Screens, text: str, sender: str) -> str:
    """A new case, opened by a harmless emergency."""
    async with desk.home.house.store.begin() as tx:
        before = {line.reference for line in await tx.handoffs.queue()}
    await desk.home.says(text, sender=sender)
    async with desk.home.house.store.begin() as tx:
        (found,) = {line.reference for line in await tx.handoffs.queue()} - before
    return found


async def written(desk: Screens) -> str:
    """One case with all of it: words, notes, what files claim to be."""
    reference, home = await reference_of(desk, DANGER, SENDER), desk.home
    for start in range(0, len(PAYLOADS), IN_ONE):
        files = [Attachment(content_type=PAYLOADS[start], handle="v1", size=1), Attachment(content_type="geo", handle=PAYLOADS[start + 1])]
        await home.writes("\n".join(PAYLOADS[start : start + IN_ONE]), sender=SENDER, attachments=tuple(files))
    ana = await officer_of(desk, desk.people[Role.OFFICER])
    await handoff.claim(home.house, ana, reference)
    for start in range(0, 600, IN_ONE):
        await handoff.note(home.house, ana, reference, "\n".join(PAYLOADS[start : start + IN_ONE]))
    await handoff.reply(home.house, ana, reference, "\n".join(PAYLOADS[:IN_ONE]))
    return reference


async def officer_of(desk: Screens, person: Person) -> Officer:
    assert person.account is not None
    assert person.account.officer is not None
    async with desk.home.house.store.begin() as tx:
        return await tx.officers.get(person.account.officer)


async def named(desk: Screens) -> None:
    """Officers who hold cases, accounts and passkeys with names of that kind."""
    home, root = desk.home, desk.people[Role.ADMINISTRATOR].account
    assert root is not None
    for number, name in enumerate(NAMES[:12]):
        async with home.house.store.begin() as tx:
            officer = await tx.officers.get(await tx.officers.make(name, ("general",), home.clock.now()))
            await tx.commit()
        await handoff.claim(home.house, officer, await reference_of(desk, DANGER, str(100 + number)))
    async with home.house.store.begin() as tx:
        for name in NAMES[12:60]:
            account = Account(id=AccountId(new_id()), name=name, role=Role.ADMINISTRATOR, invited_by=root.id)
            await tx.accounts.make(account, Lock(password="x", secret="x"), 0, [], home.clock.now())
        for name in NAMES[60:140]:
            await tx.passkeys.add(root.id, name, NewPasskey(credential=new_id(), public_key=b"x", count=0), home.clock.now())
        await tx.commit()


async def harm(page: Page) -> dict[str, object]:
    """What of it has got into the page."""
    found: dict[str, object] = await page.evaluate(
        """() => ({
            ran: window.ran ?? null,
            elements: [...document.querySelectorAll('script, iframe, object, img, video, audio, style, base, math, template, [style]')]
                .map((each) => each.outerHTML.slice(0, 80)).filter((each) => !each.includes('src="/static/')),
            listeners: [...document.querySelectorAll('*')].some((each) => [...each.attributes].some((one) => one.name.startsWith('on'))),
            foreign: [...document.querySelectorAll('form, a')].some((each) => !(each.action || each.href).startsWith(location.origin)),
        })"""
    )
    return found


HARMLESS = {"ran": None, "elements": [], "listeners": False, "foreign": False}


async def test_a_thousand_payloads_run_nothing_ask_nobody_and_break_no_page(desk: Screens) -> None:
    reference = await written(desk)
    await named(desk)
    assert len(PAYLOADS) > 1000
    shown_on = {
        f"/conversation/{reference}": (Role.OFFICER, PAYLOADS),
        "/": (Role.OFFICER, NAMES[:12]),
        "/accounts": (Role.ADMINISTRATOR, NAMES[12:60]),
        "/passkeys": (Role.ADMINISTRATOR, NAMES[60:140]),
    }
    for path, (role, wanted) in shown_on.items():
        desk.trouble.clear()
        page = await desk.page(desk.people[role])
        await page.set_viewport_size({"width": 360, "height": 800})
        await page.goto(desk.address + path)
        title = await page.title()
        await page.mouse.move(180, 400)
        assert await harm(page) == HARMLESS, path
        assert (page.url, await page.title(), desk.trouble) == (desk.address + path, title, []), path
        said = await page.evaluate("document.body.textContent")
        assert [each for each in wanted if each not in said] == [], path
        assert await sticks_out(page) == [], path
        if path.startswith("/conversation"):
            assert await mixed(page) == [], "what one person writes turns no line of another around"
        await page.context.close()


async def mixed(page: Page) -> list[str]:
    """Places where somebody's words are not kept apart from the line around them."""
    found: list[str] = await page.evaluate(
        """[...document.querySelectorAll('.words')].map((each) => getComputedStyle(each).unicodeBidi)
            .filter((each) => !/isolate|plaintext/.test(each))"""
    )
    return found


class Unescaped(Pages):
    """The desk with one word of its configuration wrong."""

    def __init__(self) -> None:
        super().__init__()
        self._templates.autoescape = False


@pytest.mark.parametrize("has_csp", [True, False])
async def test_control_without_escaping_they_run_and_with_the_policy_alone_they_are_held(
    desk: Screens, monkeypatch: pytest.MonkeyPatch, has_csp: bool
) -> None:
    reference = await reference_of(desk, DANGER, f"control-{has_csp}")
    await desk.home.writes(f"<img src=x onerror={RUN}><img src={ELSEWHERE}/x.png>", sender=f"control-{has_csp}")
    monkeypatch.setattr("bot.desk.app.Pages", Unescaped)
    desk.trouble.clear()
    async with served(desk.home, desk.proofs) as address:
        context = await desk.sits(desk.people[Role.OFFICER], bypass_csp=not has_csp)
        page = desk.watched(await context.new_page())
        await page.goto(f"{address}/conversation/{reference}")
        found = await harm(page)
        await context.close()
    assert len(found["elements"]) == 4  # type: ignore[arg-type]  # a list; in the talk, and where a misread message is chosen
    assert found["ran"] == (None if has_csp else 1)
    assert any("Content Security Policy" in each for each in desk.trouble) is has_csp
    assert any(ELSEWHERE in each for each in desk.trouble)
