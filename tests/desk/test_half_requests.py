"""Half requests do not hold the door: a connection on which no whole request comes in time is closed, and nobody holds them all."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.desk.proxies import Proxies
from bot.wiring import connections
from bot.wiring.connections import Open, Prompt


async def _app(scope: dict[str, object], receive: Callable[[], Awaitable[dict[str, object]]], send: Callable[..., Awaitable[None]]) -> None:
    """Reads what is sent, and answers; one page goes on for three seconds."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(30 if scope["path"] == "/on" else 0):
        await send({"type": "http.response.body", "body": b".", "more_body": True})
        await asyncio.sleep(0.1)
    await send({"type": "http.response.body", "body": b"ok"})


HEAD = b"POST / HTTP/1.1\r\nhost: x\r\n"
BODY = HEAD + b"content-length: 100\r\n\r\nx"
TWICE = b"GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / HT"
WHOLE = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"


@asynccontextmanager
async def _serving(protocol: object) -> AsyncIterator[tuple[str, int]]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        _app,
        http=protocol,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=1,
    )  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    serving = asyncio.ensure_future(server.serve([listening]))
    try:
        yield listening.getsockname()
    finally:
        server.should_exit = True
        await serving


async def _answers(where: tuple[str, int]) -> bool:
    try:
        whole, asking = await asyncio.open_connection(*where)
        asking.write(WHOLE)
        answered = b"\r\nok\r\n" in await whole.read()
        asking.close()
    except OSError:
        return False
    return answered


async def _ends(reader: asyncio.StreamReader) -> bool:
    """Whether the server closes it within two seconds."""
    try:
        async with asyncio.timeout(2):
            while await reader.read(1_000):
                pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


async def _half(protocol: object, sent: bytes) -> bool:
    """Whether a connection with half a request is closed by the server; a whole one is answered meanwhile."""
    async with _serving(protocol) as where:
        reader, writer = await asyncio.open_connection(*where)
        writer.write(sent)
        assert await _answers(where)
        try:
            return await _ends(reader)
        finally:
            writer.close()


@pytest.mark.parametrize("sent", [HEAD, BODY, TWICE])
async def test_a_connection_without_a_whole_request_is_closed(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(connections, "COMES_WITHIN", 0.3)
    assert await _half(Prompt, sent)


@pytest.mark.parametrize("sent", [HEAD, BODY, TWICE])
async def test_control_the_servers_own_way_holds_it_open(sent: bytes) -> None:
    assert not await _half(H11Protocol, sent)


async def test_an_answer_that_goes_on_is_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """An open page listens without end."""
    monkeypatch.setattr(connections, "COMES_WITHIN", 0.3)
    async with _serving(Prompt) as where:
        reader, writer = await asyncio.open_connection(*where)
        writer.write(b"GET /on HTTP/1.1\r\nhost: x\r\n\r\n")
        assert not await _ends(reader)
        writer.close()


@pytest.mark.parametrize(("proxies", "shut"), [("192.0.2.1", True), ("127.0.0.1", False)])
async def test_one_address_holds_so_many_and_not_all(proxies: str, shut: bool) -> None:
    """Control: a proxy of ours brings everybody, and is not counted."""
    opened = Open(Proxies([ipaddress.ip_network(proxies)]), each=5)
    async with _serving(partial(Prompt, opened=opened)) as where:
        held = [await asyncio.open_connection(*where) for _ in range(5)]
        for _, writer in held:
            writer.write(BODY)
        await asyncio.sleep(0.1)
        assert await _answers(where) is not shut
        held[0][1].close()
        await asyncio.sleep(0.1)
        assert await _answers(where)
        for _, writer in held:
            writer.close()


def test_an_address_of_ipv6_is_its_network() -> None:
    opened = Open(each=1)
    assert not opened.is_too_many(opened.enters("2001:db8::1"))
    assert opened.is_too_many(opened.enters("2001:db8::2"))
    assert not opened.is_too_many(opened.enters("2001:db8:0:1::1"))
