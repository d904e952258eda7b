"""The same path inside one process, so that the moments between its stages can be noted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp

from benchmarks.door import Door
from bot.domain.clock import SystemClock
from bot.domain.understanding import Reading
from bot.nlu import HttpNlu
from bot.settings import load
from bot.storage.base import Work
from bot.storage.database import SqlStore
from bot.wiring.house import build_house, prepare
from bot.wiring.messengers import open_messengers
from bot.workers import sockets
from bot.workers.work import work

#: Moments of one message, in order; the first commit keeps and claims it, the second answers it and takes the reply.
COMMITS = ("kept", "committed")
STAGES = (
    ("kept and claimed", "posted", "kept"),
    ("understood", "kept", "understood"),
    ("decided, committed, taken", "understood", "committed"),
    ("sent", "committed", "arrived"),
)


class Moments:
    """When what happened to the message that is on its way."""

    def __init__(self) -> None:
        self.commits: list[float] = []
        self.understood = 0.0

    def clear(self) -> None:
        self.commits.clear()

    def of(self, posted: float, arrived: float) -> dict[str, float]:
        noted = dict(zip(COMMITS, self.commits, strict=False))
        return {"posted": posted, "understood": self.understood, "arrived": arrived} | noted


class NotedStore(SqlStore):
    """A store that notes its commits."""

    moments: Moments

    async def _committed(self, work: Work) -> None:
        await super()._committed(work)
        self.moments.commits.append(perf_counter())


class NotedNlu(HttpNlu):
    """A model that notes when it has answered."""

    moments: Moments

    async def read(self, text: str) -> Reading:
        reading = await super().read(text)
        self.moments.understood = perf_counter()
        return reading


@asynccontextmanager
async def house_in_here(folder: Path, nlu_url: str, nlu_token: str) -> AsyncIterator[tuple[Door, Moments]]:
    """The worker's loops in this process, behind a stand-in of their own."""
    door, moments = Door(), Moments()
    await door.start()
    settings = load(door.settings(folder) | {"DL_NLU_URL": nlu_url, "DL_NLU_TOKEN": nlu_token}, dotenv=None)
    master = await prepare(settings)
    store = await NotedStore.open(settings.database, master, data_dir=settings.data_dir, clock=SystemClock())
    assert isinstance(store, NotedStore)
    nlu = NotedNlu(nlu_url, nlu_token)
    store.moments = nlu.moments = moments
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        stack.push_async_callback(nlu.close)
        stack.push_async_callback(door.stop)
        house = replace(build_house(settings, store, nlu), allow_unattended=True)
        await nlu.watch_start()
        listening = sockets.listen("benchmark", ("127.0.0.1", door.port))
        opened = await open_messengers(settings, house, {"telegram": listening.fileno()}, stack)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(work(house, opened.channels, opened.listeners, stop))
            await door.told.wait()
            yield door, moments
            stop.set()


async def stages(door: Door, moments: Moments, client: aiohttp.ClientSession, text: str, chat: int) -> dict[str, float]:
    """Seconds of each stage of one message."""
    moments.clear()
    posted, _, arrived = await door.ask(client, text, chat)
    noted: dict[str, Any] = moments.of(posted, arrived)
    return {name: noted[end] - noted[begin] for name, begin, end in STAGES}
