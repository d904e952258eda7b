"""Each messenger's sending side beside what it speaks to, so that one suite can look at both ends."""

import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, redirect_stdout
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from telegram import Bot

from bot.channels.console import ConsoleChannel
from bot.channels.signal import SignalChannel
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_request import AiohttpRequest
from bot.domain.ids import OutboxId
from bot.domain.message import Button, Care, ChannelName, Lane, Outgoing, Piece, Speaker
from bot.ports import Channel
from tests.fakes import FakeChannel
from tests.standins.signal import ACCOUNT, PERSON, SignalStandIn
from tests.standins.telegram import TOKEN, TelegramStandIn

#: So long (seconds) an answer is waited for: tests have less time than people.
PATIENCE = 0.4


@dataclass(frozen=True, kw_only=True)
class Line:
    """A channel, and the far end of it."""

    channel: Channel
    address: str
    arrived: Callable[[], list[str]]  #: the texts that got there, in order
    faulty: Callable[[Any], None]  #: what the far end does next instead of its work
    cut: Callable[[], Any]  #: nobody is there any more
    files: dict[str, bytes]  #: what the messenger keeps, by handle


@asynccontextmanager
async def fake() -> AsyncIterator[Line]:
    """The fake, which fails as it is told."""
    channel = FakeChannel(ChannelName.TELEGRAM)
    yield Line(
        channel=channel,
        address="42",
        arrived=lambda: [sent.piece.text for sent in channel.sent],
        faulty=channel.failures.append,
        cut=lambda: None,
        files=channel.files,
    )


@asynccontextmanager
async def console() -> AsyncIterator[Line]:
    """Standard output."""
    screen = io.StringIO()
    with redirect_stdout(screen):
        yield Line(
            channel=ConsoleChannel(),
            address="me",
            arrived=lambda: screen.getvalue().split("\n\n")[:-1],
            faulty=lambda _: None,
            cut=screen.close,
            files={},
        )


class ProxiedTelegram(TelegramStandIn):
    """A Bot API behind a proxy that may answer in its own words."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[tuple[int, str]] = []

    async def _do_sendmessage(self, values: dict[str, Any]) -> web.Response:
        if not self.pages:
            return await super()._do_sendmessage(values)
        status, page = self.pages.pop(0)
        return web.Response(status=status, text=page, content_type="text/html")

    def fault(self, fault: Any) -> None:
        """A page of the proxy, or what the Bot API itself does."""
        if isinstance(fault, tuple) and isinstance(fault[1], str):
            self.pages.append(fault)
        else:
            self.faults["sendMessage"].append(fault)


@asynccontextmanager
async def telegram() -> AsyncIterator[Line]:
    """Telegram, with a Bot API on loopback."""
    api = ProxiedTelegram()
    await api.start()
    request = AiohttpRequest(connections=4, read_timeout=PATIENCE, connect_timeout=PATIENCE)
    bot = Bot(TOKEN, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot", request=request)
    await bot.initialize()
    yield Line(channel=TelegramChannel(bot), address="42", arrived=api.texts, faulty=api.fault, cut=api.stop, files=api.files)
    await bot.shutdown()
    await api.stop()


@asynccontextmanager
async def signal() -> AsyncIterator[Line]:
    """Signal, with a REST API on loopback."""
    api = await SignalStandIn().start()
    channel = SignalChannel(api.url, ACCOUNT, send_timeout=PATIENCE)
    yield Line(channel=channel, address=PERSON, arrived=api.texts, faulty=api.faults.append, cut=api.stop, files=api.files)
    await channel.close()
    await api.stop()


LINES = {"fake": fake, "console": console, "telegram": telegram, "signal": signal}


def outgoing(line: Line, text: str, *, styled: bool = False, buttons: tuple[Button, ...] = (), speaker: Speaker = Speaker.BOT) -> Outgoing:
    """A row that the courier took."""
    return Outgoing(
        id=OutboxId("o"), token="t", channel=line.channel.name, account="us", address=line.address, speaker=speaker, care=Care.ONCE,
        piece=Piece(text=text, styled=styled, buttons=buttons), lane=Lane.REPLY, name="x", attempts=0, ambiguous=0,
    )  # fmt: skip
