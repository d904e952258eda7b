"""A browser without a screen: pages, forms and cookies over ASGI, as far as a person without JavaScript has them."""

import re
from html.parser import HTMLParser

import httpx

from bot.desk.app import build
from bot.desk.proofs import DeskProofs
from bot.desk.proxies import NO_PROXIES, Proxies
from bot.ports import ContentBook
from bot.usecases.house import House
from tests.desk.people import PASSWORD, Person

HOST = "127.0.0.1"


class Browser:
    """One browser with its cookies."""

    def __init__(
        self,
        house: House,
        proofs: DeskProofs,
        *,
        secure: bool = False,
        at: str = "192.0.2.1",
        proxies: Proxies = NO_PROXIES,
        book: ContentBook | None = None,
    ) -> None:
        app = build(house, proofs, frozenset({HOST}), address="https://desk.example", secure=secure, proxies=proxies, book=book)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(at, 1))
        self.http = httpx.AsyncClient(transport=transport, base_url=f"{'https' if secure else 'http'}://{HOST}")

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path)

    async def post(self, path: str, *, on: str, **fields: str) -> httpx.Response:
        """Open the page ``on``, fill its form in, and send it."""
        return await self.http.post(path, data={"form_token": token_of((await self.get(on)).text)} | fields)

    async def enters(self, person: Person, **more: str) -> httpx.Response:
        """Sign in."""
        given = {"name": person.name, "password": PASSWORD} | more
        return await self.post("/sign-in", on="/sign-in", **({"code": person.code()} | given if "code" not in given else given))

    async def does(self, reference: str, act: str, **fields: str) -> httpx.Response:
        """An act on a conversation, from its page."""
        page = f"/conversation/{reference}"
        return await self.post(f"{page}/{act}", on=page, **fields)


def token_of(page: str) -> str:
    """What the page's forms carry; empty where it has none."""
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    return found[1] if found else ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(page: str) -> tuple[list[tuple[str, dict[str, str | None]]], str]:
    """A page's elements with their attributes, and everything that is read on it."""
    reader = _Reader()
    reader.feed(page)
    return reader.tags, " ".join(" ".join(reader.text).split())
