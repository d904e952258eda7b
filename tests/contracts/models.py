"""The model's doors: the fake one, and the real client with a tiny server behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.nlu import HttpNlu
from bot.ports import Nlu
from bot.workers.sockets import loopback, port_of
from tests.fakes import FakeNlu

TOKEN = "a-token-of-the-test"
#: What each of the two knows.
KNOWN = {"who defends rights?": "hrd_definition", "hm": "unsure"}


@dataclass(frozen=True, kw_only=True)
class Door:
    """A model, and what was asked of it."""

    nlu: Nlu
    asked: Callable[[], list[str]]
    die: Callable[[], Any]


class TinyServer:
    """Answers ``/model/parse`` as the model's server does, or as the test says."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Any = None  #: instead of a reading: a status, a text or a JSON value
        self.dead = self.hangs = False
        self._fake = FakeNlu(KNOWN)

    async def parse(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401)
        text = (await request.json())["text"]
        self.asked.append(text)
        if self.hangs:
            await asyncio.sleep(3_600)
        if self.dead:
            return web.Response(status=503)
        if self.answer is not None:
            return _as_told(self.answer)
        reading = await self._fake.read(text)
        ranking = [{"name": ranked.intent, "confidence": ranked.confidence} for ranked in reading.ranking]
        return web.json_response({"intent": ranking[0], "intent_ranking": ranking[::-1]})

    async def health(self, _: web.Request) -> web.Response:
        return web.Response(status=503 if self.dead else 200)

    def die(self) -> None:
        self.dead = True


def _as_told(answer: Any) -> web.Response:
    if isinstance(answer, int):
        return web.Response(status=answer)
    return web.Response(text=answer, content_type="application/json") if isinstance(answer, str) else web.json_response(answer)


@asynccontextmanager
async def served(*, token: str = TOKEN, deadline: float = 1.0) -> AsyncIterator[tuple[HttpNlu, TinyServer]]:
    """The real client and its server."""
    server, listening = TinyServer(), loopback()
    app = web.Application()
    app.router.add_post("/model/parse", server.parse)
    app.router.add_get("/health", server.health)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    client = HttpNlu(f"http://127.0.0.1:{port_of(listening)}/", token, deadline=deadline, starts_within=5.0)
    yield client, server
    await client.close()
    await runner.cleanup()


@asynccontextmanager
async def real() -> AsyncIterator[Door]:
    """The real client."""
    async with served() as (client, server):
        yield Door(nlu=client, asked=lambda: server.asked, die=server.die)


@asynccontextmanager
async def fake() -> AsyncIterator[Door]:
    """The fake."""
    model = FakeNlu(KNOWN)
    yield Door(nlu=model, asked=lambda: model.asked, die=lambda: setattr(model, "dead", True))


DOORS = {"fake": fake, "real": real}
