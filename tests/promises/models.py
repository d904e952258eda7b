"""Models that fail, each a real server on the loopback: silent, hung, slow, or answering rubbish."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

#: What a server may answer instead of a reading.
RUBBISH: Mapping[str, tuple[int, str, str]] = {
    "a page of HTML": (200, "text/html", "<html><body>Welcome to nginx!</body></html>"),
    "HTML called JSON": (200, "application/json", "<html>"),
    "an empty object": (200, "application/json", "{}"),
    "nothing": (200, "application/json", ""),
    "a list": (200, "application/json", "[1, 2]"),
    "null": (200, "application/json", "null"),
    "a ranking that is a word": (200, "application/json", '{"intent_ranking": "greet"}'),
    "an empty ranking": (200, "application/json", '{"intent_ranking": []}'),
    "NaN": (200, "application/json", '{"intent_ranking": [{"name": "greet", "confidence": NaN}]}'),
    "infinity": (200, "application/json", '{"intent_ranking": [{"name": "greet", "confidence": Infinity}]}'),
    "a negative confidence": (200, "application/json", '{"intent_ranking": [{"name": "greet", "confidence": -0.5}]}'),
    "only zeros": (200, "application/json", json.dumps({"intent_ranking": [{"name": n, "confidence": 0.0} for n in ("greet", "thanks")]})),
    "several certainties": (
        200, "application/json", json.dumps({"intent_ranking": [{"name": n, "confidence": 1.0} for n in ("greet", "thanks", "goodbye")]}),
    ),
    "one certainty twice": (
        200, "application/json", json.dumps({"intent_ranking": [{"name": "greet", "confidence": c} for c in (0.9, 0.1)]}),
    ),
    "an intent outside the contract": (200, "application/json", '{"intent_ranking": [{"name": "order_pizza", "confidence": 1.0}]}'),
    "an unknown intent first": (
        200, "application/json",
        '{"intent_ranking": [{"name": "nlu_fallback", "confidence": 0.9}, {"name": "greet", "confidence": 0.1}]}',
    ),
    "no names": (200, "application/json", '{"intent_ranking": [{"confidence": 1.0}]}'),
    "a name that is null": (200, "application/json", '{"intent_ranking": [{"name": null, "confidence": 1.0}]}'),
    "500": (500, "application/json", '{"intent_ranking": [{"name": "greet", "confidence": 1.0}]}'),
    "204": (204, "application/json", ""),
    "a redirect to itself": (302, "text/html", ""),
}  # fmt: skip


@asynccontextmanager
async def served(handler: Any) -> AsyncIterator[str]:
    """A server that answers every path with ``handler``; its address."""
    app = web.Application(client_max_size=10_000_000)
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def rubbish(what: str) -> AsyncIterator[str]:
    """It answers at once, and wrongly."""
    status, content_type, body = RUBBISH[what]

    async def answer(request: web.Request) -> web.Response:
        headers = {"Location": str(request.url)} if status == 302 else {}
        return web.Response(status=status, text=body or None, content_type=content_type, headers=headers)

    async with served(answer) as url:
        yield url


@asynccontextmanager
async def hung() -> AsyncIterator[str]:
    """It takes every message and never answers."""
    ended = asyncio.Event()

    async def answer(_: web.Request) -> web.Response:
        await ended.wait()
        return web.Response(status=503)

    async with served(answer) as url:
        yield url
        ended.set()


@asynccontextmanager
async def dripping() -> AsyncIterator[str]:
    """It begins to answer, a byte at a time, and never ends."""
    ended = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while not ended.is_set():
            await response.write(b" ")
            await asyncio.sleep(0.1)
        return response

    async with served(answer) as url:
        yield url
        ended.set()


@asynccontextmanager
async def slow_rubbish() -> AsyncIterator[str]:
    """Each answer comes just within the deadline, and is none."""

    async def answer(_: web.Request) -> web.Response:
        await asyncio.sleep(1.2)
        return web.Response(text="<html>", content_type="text/html")

    async with served(answer) as url:
        yield url


@asynccontextmanager
async def hung_socket() -> AsyncIterator[str]:
    """A listening socket that nobody accepts from."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@asynccontextmanager
async def dead() -> AsyncIterator[str]:
    """A port on which nobody listens: it is bound, so that nobody else takes it."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@asynccontextmanager
async def recording(asked: list[str]) -> AsyncIterator[str]:
    """A sound model that is sure of a greeting and keeps what it was asked."""

    async def answer(request: web.Request) -> web.Response:
        asked.append((await request.json())["text"])
        return web.json_response({"intent_ranking": [{"name": "greet", "confidence": 0.9}, {"name": "thanks", "confidence": 0.1}]})

    async with served(answer) as url:
        yield url


SILENT = {"dead": dead, "hung": hung, "dripping": dripping, "a socket that nobody reads": hung_socket, "slow rubbish": slow_rubbish}
