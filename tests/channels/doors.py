"""A webhook of each messenger on a free port, with somebody behind it who keeps, and fails as the test tells."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from bot.channels import signal, telegram
from bot.channels.keeping import LONG, SHORT
from bot.channels.webhooks import Webhook, serve
from bot.domain.message import Arrival, Incoming
from bot.workers.sockets import loopback, port_of
from tests.channels.captured import ACCOUNTS

SECRET = "s" * 32
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Keeper:
    """Keeps what a webhook hands over, and counts."""

    def __init__(self) -> None:
        self.kept: list[Arrival] = []
        self.events: list[str] = []
        self.failures = 0  #: so many calls fail from now on
        self.unstorable = False  #: messages fail always, poison never
        self.tries = 0

    async def keep(self, arrivals: Sequence[Arrival]) -> None:
        self.tries += 1
        self.failures -= 1
        if self.failures >= 0 or (self.unstorable and any(isinstance(each, Incoming) for each in arrivals)):
            raise OSError
        self.kept += arrivals

    async def count(self, event: str) -> None:
        self.events.append(event)


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where to post, and with what."""

    name: str
    keeper: Keeper
    root: str
    path: str
    headers: dict[str, str]

    @property
    def url(self) -> str:
        """The right address."""
        return self.root + self.path

    @property
    def port(self) -> int:
        """The port of the right address."""
        return int(self.root.rsplit(":", 1)[1])

    async def posts(self, data: bytes, **headers: str) -> int:
        """A post with the right secret; the answer's status."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=data, headers={"Content-Type": "application/json"} | self.headers | headers) as answer,
        ):
            return answer.status


def webhook(name: str, keeper: Keeper, pauses: Sequence[float] | None = None) -> Webhook:
    """The endpoint of a messenger."""
    in_path = name == "signal"
    arrival = signal.webhook_arrival if in_path else telegram.webhook_arrival
    return Webhook(
        name=name, path=f"/{name}", account=ACCOUNTS[name], secret=SECRET, in_path=in_path, arrival=arrival, keep=keeper.keep,
        count=keeper.count, pauses=pauses,
    )  # fmt: skip


@asynccontextmanager
async def open_door(name: str) -> AsyncIterator[Door]:
    """A webhook that is served, with its pauses a thousandth as long."""
    keeper, listening = Keeper(), loopback()
    in_path = name == "signal"
    runner = await serve(webhook(name, keeper, [pause / 1_000 for pause in (LONG if in_path else SHORT)]), listening)
    path = f"/{name}/{SECRET}" if in_path else f"/{name}"
    root = f"http://127.0.0.1:{port_of(listening)}"
    try:
        yield Door(name=name, keeper=keeper, root=root, path=path, headers={} if in_path else {HEADER: SECRET})
    finally:
        await runner.cleanup()
