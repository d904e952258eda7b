"""What becomes of a call to Telegram that fails: surely not accepted, or maybe.  A wrong guess loses words, or says them twice."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.error import NetworkError

from bot.channels import telegram_request
from bot.channels.telegram import TelegramChannel, build_bot
from bot.channels.telegram_request import AiohttpRequest
from bot.domain.errors import Ambiguous, SendFailed, TryLater
from tests.channels.test_telegram import outgoing
from tests.standins.telegram import TOKEN

#: What the other side says to a request, and what that means; None: nothing at all.
ANSWERS: dict[str, tuple[bytes | None, type[SendFailed], str]] = {
    "hangs": (None, Ambiguous, "timed_out"),
    "hangs up": (b"", Ambiguous, "broken"),
    "hangs up in the middle": (b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{", Ambiguous, "broken"),
    "speaks no HTTP": (b"SMTP 220\r\n\r\n", Ambiguous, "broken"),
    "is out of order": (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>", TryLater, "server"),
    "is a proxy that waited": (b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n", Ambiguous, "timed_out"),
}


class Wire:
    """A server that reads one request and says what it was told."""

    def __init__(self, says: bytes | None) -> None:
        self.says = says
        self.requests: list[bytes] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), 0)
        self.requests.append(head + await reader.readexactly(length))
        if self.says is None:
            await reader.read()
        else:
            writer.write(self.says)
        writer.close()


async def at(port: int) -> AsyncIterator[Bot]:
    made = build_bot(TOKEN, f"http://127.0.0.1:{port}")
    made._request = made._request[0], AiohttpRequest(connections=2, read_timeout=0.5)
    async with made._request[1]:
        yield made


@pytest.mark.parametrize("how", ANSWERS)
async def test_what_may_have_been_accepted_is_ambiguous_and_what_surely_was_not_is_tried_again(how: str) -> None:
    says, kind, reason = ANSWERS[how]
    wire = Wire(says)
    async with await asyncio.start_server(wire.talk, "127.0.0.1", 0) as server:
        async for bot in at(server.sockets[0].getsockname()[1]):
            with pytest.raises(kind) as failure:
                await TelegramChannel(bot).send(outgoing())
            assert failure.value.reason == reason
            assert TOKEN not in repr(failure.value) + str(failure.value.__cause__) + str(failure.value.__context__)
    assert len(wire.requests) == 1, "nobody sends words a second time by themselves"


async def test_where_nobody_listens_nothing_was_accepted() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        port = taken.getsockname()[1]
    async for bot in at(port):
        with pytest.raises(TryLater) as failure:
            await TelegramChannel(bot).send(outgoing())
        assert failure.value.reason == "connect"


async def test_before_it_is_initialised_it_refuses() -> None:
    with pytest.raises(NetworkError):
        await AiohttpRequest(connections=1, read_timeout=1).do_request("http://127.0.0.1:1/", "GET")


async def test_a_file_goes_out_as_one() -> None:
    wire = Wire(b'HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n{"ok":true,"result":true}\n')
    async with await asyncio.start_server(wire.talk, "127.0.0.1", 0) as server:
        async for bot in at(server.sockets[0].getsockname()[1]):
            await bot.set_webhook("https://example.org", certificate=b"kestrel of the mission")
    assert b"multipart/form-data" in wire.requests[0]
    assert b"kestrel of the mission" in wire.requests[0]


@pytest.mark.parametrize("proxied", [True, False])
async def test_a_proxy_of_the_environment_is_used(proxied: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(b'HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{"ok":true,"result":true}')
    async with await asyncio.start_server(wire.talk, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        if proxied:
            monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        request = AiohttpRequest(connections=1, read_timeout=2)
        async with request:
            where = "api.telegram.test" if proxied else f"127.0.0.1:{port}"
            assert await request.post(f"http://{where}/bot/close") is True
    assert wire.requests[0].startswith(b"POST http://api.telegram.test" if proxied else b"POST /bot/close")


async def test_a_proxy_that_opens_no_way_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ordinary answers are not said twice where it is not known whether they arrived: here it is known, so they are tried again."""
    wire = Wire(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
    async with await asyncio.start_server(wire.talk, "127.0.0.1", 0) as server:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        made = build_bot(TOKEN, "https://api.telegram.test")
        async with made._request[1]:
            with pytest.raises(TryLater) as failure:
                await TelegramChannel(made).send(outgoing())
    assert failure.value.reason == "connect"
    assert wire.requests[0].startswith(b"CONNECT api.telegram.test:443")
    assert TOKEN.encode() not in wire.requests[0]


async def _drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An answer that never ends, and never stops for long."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("naive", [False, True])
async def test_an_answer_that_drips_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch, naive: bool) -> None:
    """Naive: only the pause between two bytes is limited."""
    monkeypatch.setattr(telegram_request, "_total", lambda _: None if naive else 1.0)
    server = await asyncio.start_server(_drips, "127.0.0.1", 0)
    async for bot in at(server.sockets[0].getsockname()[1]):
        with pytest.raises(TimeoutError if naive else Ambiguous):
            await asyncio.wait_for(TelegramChannel(bot).send(outgoing()), 4.0)
    server.close()
