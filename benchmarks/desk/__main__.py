"""Measure and print.  The desk is a real process; emergencies are kept and answered here, as a worker would, by the rules alone."""

import argparse
import asyncio
import logging
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import aiohttp
import structlog

from benchmarks.desk.pages import Page
from benchmarks.desk.seeding import Seat, fill, seats
from benchmarks.door import ROOT
from benchmarks.stages import Moments, NotedStore
from bot.domain.clock import SystemClock
from bot.domain.ids import new_id
from bot.domain.message import ChannelName, Incoming, Kind
from bot.settings import Settings, load, process_environment
from bot.storage.database import SqlStore
from bot.usecases import receive, respond
from bot.usecases.house import House
from bot.wiring.house import build_house, model_of, prepare

#: Milliseconds at p95 that are wanted.
GOALS = {"queue page": 100.0, "claim": 100.0, "event to screen": 1_000.0}
#: Requests before the first one that counts.
WARM_UP = 10


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much of everything."""

    waiting: int
    closed: int
    desks: int
    asks: int
    events: int


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, number in (("waiting", 10_000), ("closed", 100_000), ("desks", 200), ("asks", 200), ("events", 20)):
        parser.add_argument(f"--{name}", type=int, default=number)
    sizes = Sizes(**vars(parser.parse_args()))
    # That no model answers is meant.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    empty = Sizes(waiting=sizes.asks + WARM_UP, closed=0, desks=sizes.desks, asks=sizes.asks, events=sizes.events)
    _print(sizes, asyncio.run(_measured(empty)), asyncio.run(_measured(sizes)))


async def _measured(sizes: Sizes) -> dict[str, list[float]]:
    """Seconds of each thing, on a database of its own."""
    with tempfile.TemporaryDirectory() as name:
        settings = load(_env(Path(name)), dotenv=None)
        master = await prepare(settings)
        store = await NotedStore.open(settings.database, master, data_dir=settings.data_dir, clock=SystemClock())
        assert isinstance(store, NotedStore)
        store.moments, now = Moments(), datetime.now(UTC)
        try:
            sitting = await seats(store, sizes.desks, now)
            began = perf_counter()
            free = await fill(store, master, sizes.waiting, sizes.closed, sitting, now)
            print(f"{sizes.waiting} waiting and {sizes.closed} closed written in {perf_counter() - began:.0f} s", file=sys.stderr)
            async with _desk(settings) as address:
                return await _open_pages(settings, store, sizes, sitting, free, address)
        finally:
            await store.close()


def _env(folder: Path) -> dict[str, str]:
    # The model is not what is measured: an address where nobody answers saves its start.
    return {"DL_DATA_DIR": str(folder), "DL_NLU_URL": "http://127.0.0.1:9", "DL_NLU_TOKEN": "nobody", "DL_LOG_LEVEL": "ERROR"}


@asynccontextmanager
async def _desk(settings: Settings) -> AsyncIterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    kept = {name: value for name, value in process_environment().items() if not name.startswith("DL_")}
    env = kept | _env(settings.data_dir) | {"DL_DESK_LISTEN": address, "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "desk", env=env, cwd=settings.data_dir)
    try:
        await _answers(f"http://{address}/sign-in")
        yield f"http://{address}"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _answers(url: str) -> None:
    async with aiohttp.ClientSession() as client:
        for _ in range(600):
            try:
                async with client.get(url) as answer:
                    await answer.read()
                return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
    raise SystemExit("the desk does not answer")


async def _open_pages(
    settings: Settings, store: SqlStore, sizes: Sizes, sitting: list[Seat], free: list[str], desk: str
) -> dict[str, list[float]]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client, asyncio.TaskGroup() as tasks:
        pages = [Page(seat=seat) for seat in sitting]
        listening = [tasks.create_task(page.listen(client, desk)) for page in pages]
        await asyncio.gather(*(page.listens.wait() for page in pages))
        asked = pages[: sizes.asks]
        found = {"queue page": [await _apart(page.asks(client, f"{desk}/")) for page in _turns(asked, WARM_UP + sizes.asks)][WARM_UP:]}
        claimed = zip(_turns(asked, WARM_UP + sizes.asks), free, strict=False)
        found["claim"] = [await _apart(page.claims(client, desk, reference)) for page, reference in claimed][WARM_UP:]
        house = build_house(settings, store, model_of(settings))
        found |= await _events(house, store, client, pages, desk, sizes.events)
        for task in listening:
            task.cancel()
    return found


def _turns(pages: Sequence[Page], number: int) -> list[Page]:
    return [pages[place % len(pages)] for place in range(number)]


async def _apart(asking: object) -> float:
    """One after the other, with a moment between them: what one sets off at two hundred pages is not the next one's wait."""
    taken: float = await asking  # type: ignore[misc]  # a coroutine
    await asyncio.sleep(0.05)
    return taken


async def _events(
    house: House, store: SqlStore, client: aiohttp.ClientSession, pages: list[Page], desk: str, number: int
) -> dict[str, list[float]]:
    """From the commit that opened an emergency: until each page was told, and until each had fetched its lines."""
    told, fetched = list[float](), list[float]()
    for _ in range(number):
        reference, at = await _emergency(house, store)
        told += [heard - at for heard in await asyncio.gather(*(page.hears(reference) for page in pages))]
        began = perf_counter()
        await asyncio.gather(*(page.asks(client, f"{desk}/queue/lines") for page in pages))
        fetched.append(perf_counter() - began)
        await asyncio.sleep(1.0)
    return {"event to screen": told, "lines fetched by all pages": fetched}


async def _emergency(house: House, store: SqlStore) -> tuple[str, float]:
    """A message that the rules ring for; its case, and when that was committed."""
    sender, text = new_id(), "police are at my door right now"
    message = Incoming(channel=ChannelName.CONSOLE, account="console", key=new_id(), sender=sender, kind=Kind.TEXT, text=text)
    await receive.receive(house.store, house.clock, [message])
    claimed = await respond.claim(house)
    assert claimed is not None
    await respond.respond(house, claimed)
    at = store.moments.commits[-1] if isinstance(store, NotedStore) else perf_counter()
    async with house.store.begin() as tx:
        handoff = (await tx.conversations.lock(claimed.conversation)).handoff
    assert handoff is not None
    return handoff.reference, at


def _print(sizes: Sizes, empty: dict[str, list[float]], full: dict[str, list[float]]) -> None:
    print(f"\n{sizes.waiting} waiting, {sizes.closed} closed, {sizes.desks} open pages; milliseconds, beside {sizes.asks} waiting\n")
    print("| | p50 | p95 | worst | p95 nearly empty | full / nearly empty | wanted p95 |\n| --- | --- | --- | --- | --- | --- | --- |")
    for name, seconds in full.items():
        p95, before = _p95(seconds), _p95(empty[name])
        goal = GOALS.get(name)
        kept = "" if goal is None else f"{goal:.0f}, {'kept' if p95 <= goal else 'MISSED'}"
        print(
            f"| {name} | {median(seconds) * 1e3:.0f} | {p95:.0f} | {max(seconds) * 1e3:.0f} | {before:.0f} | {p95 / before:.2f} | {kept} |"
        )


def _p95(seconds: Sequence[float]) -> float:
    return (quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]) * 1e3


if __name__ == "__main__":
    main()
