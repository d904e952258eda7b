"""Half requests do not hold the door: a connection on which no whole head comes in time is closed."""

import asyncio
import socket

import pytest
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.wiring import desk


async def _app(scope: dict[str, object], receive: object, send: object) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]  # ASGI's
    await send({"type": "http.response.body", "body": b"ok"})  # type: ignore[operator]


async def _half(protocol: type[asyncio.Protocol]) -> bool:
    """Whether a connection with half a head is closed by the server within two seconds; a whole one is answered meanwhile."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(_app, http=protocol, lifespan="off", ws="none", log_config=None, access_log=False))
    serving = asyncio.ensure_future(server.serve([listening]))
    try:
        where = listening.getsockname()
        reader, writer = await asyncio.open_connection(*where)
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n")
        whole, asking = await asyncio.open_connection(*where)
        asking.write(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        assert b"\r\nok\r\n" in await whole.read()
        try:
            async with asyncio.timeout(2):
                return await reader.read() == b""
        except TimeoutError:
            return False
        finally:
            writer.close()
            asking.close()
    finally:
        server.should_exit = True
        await serving


async def test_a_connection_without_a_whole_head_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "_HEAD_WITHIN", 0.3)
    assert await _half(desk._Prompt)


async def test_control_the_servers_own_way_holds_it_open() -> None:
    assert not await _half(H11Protocol)
