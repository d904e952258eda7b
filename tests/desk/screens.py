"""A desk that is really served, with people and cases, and one Chromium before it: both shared by the tests of a module."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright

from bot.crypto import MasterKey
from bot.desk.app import build
from bot.desk.auth import ADMINISTRATORS, READERS
from bot.desk.auth import Page as Route
from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.settings import load
from bot.storage.database import SqlStore
from bot.wiring.contentbook import FileBook
from tests.desk.conftest import CHROMIUM
from tests.desk.people import Person, enters, first, joined, quick_proofs
from tests.fakes import FakeClock
from tests.journeys.house import ROOT, Home

PICTURES = ROOT / "var" / "screenshots"


@dataclass(kw_only=True)
class Screens:
    """The desk at ``address``, and who may sit before it."""

    home: Home
    proofs: DeskProofs
    address: str
    chromium: Browser
    people: dict[Role, Person]
    trouble: list[str] = field(default_factory=list)  #: what any page has complained of, or asked of others

    async def sits(self, person: Person | None, **options: Any) -> BrowserContext:
        """A browser of its own, in which that person has signed in; None: a stranger's."""
        context = await self.chromium.new_context(viewport={"width": 1000, "height": 900}, **options)
        if person is not None:
            entered = await enters(self.home.house, self.proofs, person)
            for name, value in (("dl_session", entered.token), ("dl_device", entered.device)):
                await context.add_cookies([{"name": name, "value": value, "domain": "localhost", "path": "/"}])
        return context

    async def page(self, person: Person | None, **options: Any) -> Page:
        """A page that is watched."""
        return self.watched(await (await self.sits(person, **options)).new_page())

    def watched(self, page: Page) -> Page:
        """Its complaints and what it asks of others go to ``trouble``."""

        def asked(request: Request) -> None:
            if not request.url.startswith((self.address, "data:")):
                self.trouble.append(f"asked for {request.url}")

        page.on("console", lambda said: self.trouble.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("dialog", self._dialog)
        page.on("request", asked)
        return page

    async def _dialog(self, dialog: Any) -> None:
        self.trouble.append(f"dialog {dialog.message}")
        await dialog.dismiss()

    def of(self, route: Route) -> Person | None:
        """One for whom that route is."""
        if not route.roles:
            return None
        return self.people[
            Role.ADMINISTRATOR if route.roles == ADMINISTRATORS else Role.OFFICER if route.roles >= READERS else Role.SUPERVISOR
        ]


@asynccontextmanager
async def screens(folder: Path, template: Path, master: MasterKey) -> AsyncIterator[Screens]:
    """Everything, until the module's last test is over."""
    database = folder / "defender-line.db"
    database.write_bytes(template.read_bytes())
    clock, proofs = FakeClock(), quick_proofs()
    store = await SqlStore.open(f"sqlite:///{database}", master, data_dir=folder, clock=clock)
    home = Home(store, clock)
    root = await first(home.house, proofs, clock)
    people = {Role.ADMINISTRATOR: root}
    for role, name in ((Role.OFFICER, "Ana"), (Role.SUPERVISOR, "Bo")):
        people[role] = await joined(home.house, proofs, root, name, role)
    async with served(home, proofs) as address, _chromium() as chromium:
        yield Screens(home=home, proofs=proofs, address=address, chromium=chromium, people=people)
    await store.close()


@asynccontextmanager
async def served(home: Home, proofs: DeskProofs) -> AsyncIterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    here = f"http://localhost:{listening.getsockname()[1]}"
    settings = load({"DL_MISSION_FILE": str(ROOT / "missions" / "podgorica.toml")}, dotenv=None)
    book = FileBook(settings, home.house, ROOT)
    app = build(home.house, proofs, frozenset({"localhost"}), address=here, secure=False, book=book)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1))
    serving = asyncio.ensure_future(server.serve([listening]))
    yield here
    server.should_exit = True
    await serving


@asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def picture(page: Page, name: str) -> None:
    """Kept for whoever looks at what CI has seen."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    await page.evaluate("scrollTo(0, 0)")  # what sticks to the top of the window is drawn where the window is
    await page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


async def sticks_out(page: Page) -> Sequence[str]:
    """What runs off the side of the page; nothing where nothing does."""
    found: Sequence[str] = await page.evaluate(_STICKS_OUT)
    return found


_STICKS_OUT = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const wide = [...document.body.querySelectorAll('*')].filter((each) => {
    const box = each.getBoundingClientRect();
    return box.right > root.clientWidth + 1 || box.left < -1;
  });
  return wide.map((each) => `${each.tagName}.${each.className}`).slice(0, 5).concat(['the page is too wide']);
}"""
