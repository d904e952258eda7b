"""From Telegram's wire into the tables: whatever a batch holds, each update is kept once, none blocks, none is confirmed unkept."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from functools import partial
from typing import Any

import psycopg
import pytest
from sqlalchemy import select
from telegram import Bot

from bot.channels.poison import received
from bot.channels.telegram import build_bot, poll
from bot.channels.telegram_parse import parse
from bot.crypto import MasterKey
from bot.domain.message import Arrival, ChannelName, Ignored
from bot.storage.database import SqlStore
from bot.storage.tables import inbox
from bot.usecases.receive import receive
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.standins.telegram import TOKEN, TelegramStandIn, Update

CRY = "they are breaking the door"
Keep = Callable[[Sequence[Arrival]], Awaitable[None]]


class _Api(TelegramStandIn):
    """One to whom updates can come between two requests."""

    def __init__(self) -> None:
        super().__init__()
        self.between: list[Update] = []

    async def _do_getupdates(self, values: dict[str, Any]) -> Any:
        self.updates += self.between
        self.between = []
        return await super()._do_getupdates(values)


@pytest.fixture
async def api() -> AsyncIterator[_Api]:
    """A Bot API on loopback."""
    server = await _Api().start()
    yield server
    await server.stop()


@pytest.fixture
async def bot(api: _Api) -> AsyncIterator[Bot]:
    """A bot that talks to it."""
    made = build_bot(TOKEN, api.url)
    await made.initialize()
    yield made
    await made.shutdown()


class Witness:
    """Looks into the database from outside, as anybody else would: only what is committed counts."""

    def __init__(self, url: str, master: MasterKey) -> None:
        self._url = url
        self._master = master

    def has(self, update: Update) -> bool:
        """Whether an update is stored, or is one that is on purpose not kept."""
        arrival = received(update, "me", ChannelName.TELEGRAM, parse).arrival
        if isinstance(arrival, Ignored):
            return True
        index = self._master.blind("inbox.message", f"telegram|me|{arrival.key}")
        if self._url.startswith("sqlite"):
            with closing(sqlite3.connect(self._url.removeprefix("sqlite:///"))) as connection:
                return connection.execute("SELECT 1 FROM inbox WHERE message_index = ?", (index,)).fetchone() is not None
        with psycopg.connect(self._url) as other:
            return other.execute("SELECT 1 FROM inbox WHERE message_index = %s", (index,)).fetchone() is not None


@pytest.fixture
def witness(store_url: str, master: MasterKey, api: _Api) -> Witness:
    """The stand-in asks it before it lets an offset confirm anything."""
    seen = Witness(store_url, master)
    api.may_confirm = seen.has
    return seen


@asynccontextmanager
async def _polling(bot: Bot, keep: Keep) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.ensure_future(poll(bot, keep, stop, account="me"))
    try:
        yield
    finally:
        stop.set()
        await task


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


def _batch(api: _Api) -> list[Update]:
    """Shuffled, decreasing, redelivered, malformed, and what no database wants to hold."""
    cries = [api.message(CRY, chat=number) for number in (1, 2, 3, 4)]
    one, two, three, four = cries
    odd = [api.message(text, chat=5) for text in ("\x00", "\ud800", "x" * 65_536, "\u202e\u200b")]
    return [
        three | {"update_id": 903},
        {"update_id": 904, "message": {"chat": "nonsense"}},
        one | {"update_id": 902},
        {"update_id": 905},
        dict(one) | {"update_id": 902},
        {"update_id": 906, "message": None},
        two | {"update_id": 901},
        *(each | {"update_id": 910 + place} for place, each in enumerate(odd)),
        {"update_id": 907, "callback_query": {"id": []}},
        {"update_id": 908, "poll": {"id": "1"}},
        four | {"update_id": 900},
    ]


_CRIES, _ODD, _MALFORMED = 4, 4, 4


async def _kept(store: SqlStore) -> Counter[str]:
    async with store.begin() as tx:
        rows = await tx._work.rows(select(inbox.c.party))
        return Counter(str(row["party"]) for row in rows)


async def test_each_update_of_a_wild_batch_is_kept_once_and_none_blocks(
    store: SqlStore, clock: FakeClock, api: _Api, bot: Bot, witness: Witness
) -> None:
    home = Home(store, clock)
    api.arrives(*_batch(api))
    async with _polling(bot, partial(receive, store, clock)):
        await _until(lambda: not api.updates)
    assert api.violations == 0
    assert await _kept(store) == {"defender": _CRIES + _ODD, "poison": _MALFORMED}
    await home.settles()
    answered = {sent.address for sent in home.channels[ChannelName.TELEGRAM].sent}
    assert answered == {"1", "2", "3", "4", "5"}
    async with store.begin() as tx:
        assert [line.cls for line in await tx.handoffs.queue()].count("E1") == _CRIES


async def test_after_a_restart_the_same_batch_comes_again_and_changes_nothing(
    store: SqlStore, clock: FakeClock, api: _Api, bot: Bot, witness: Witness
) -> None:
    batch = _batch(api)
    for _ in range(2):
        api.arrives(*batch)
        async with _polling(bot, partial(receive, store, clock)):
            await _until(lambda: not api.updates)
    assert api.violations == 0
    assert await _kept(store) == {"defender": _CRIES + _ODD, "poison": _MALFORMED}


async def test_numbers_that_begin_anew_after_a_quiet_week_lose_nothing(
    store: SqlStore, clock: FakeClock, api: _Api, bot: Bot, witness: Witness
) -> None:
    api.arrives(api.message("one", chat=1) | {"update_id": 5_000})
    async with _polling(bot, partial(receive, store, clock)):
        await _until(lambda: len(api.offsets) > 3)
        api.between.append(api.message(CRY, chat=2) | {"update_id": 7})
        await _until(lambda: 7 in api.confirmed)
    assert api.violations == 0
    assert await _kept(store) == {"defender": 2}


async def test_a_database_that_fails_confirms_nothing_until_it_is_back(
    store: SqlStore, clock: FakeClock, api: _Api, bot: Bot, witness: Witness
) -> None:
    failures = 7

    async def keep(arrivals: Sequence[Arrival]) -> None:
        nonlocal failures
        if failures:
            failures -= 1
            raise OSError("disk full")
        await receive(store, clock, arrivals)

    api.arrives(*_batch(api))
    async with _polling(bot, keep):
        await _until(lambda: not api.updates)
    assert api.violations == 0
    assert await _kept(store) == {"defender": _CRIES + _ODD, "poison": _MALFORMED}


async def test_control_keeping_in_memory_first_confirms_what_is_not_stored(
    store: SqlStore, clock: FakeClock, api: _Api, bot: Bot, witness: Witness
) -> None:
    memory: list[Arrival] = []

    async def keep(arrivals: Sequence[Arrival]) -> None:
        memory.extend(arrivals)

    api.arrives(*_batch(api))
    async with _polling(bot, keep):
        await _until(lambda: api.violations > 0)
    assert await _kept(store) == {}


async def test_control_the_librarys_own_reading_is_blocked_by_one_malformed_update(api: _Api, bot: Bot) -> None:
    api.arrives(*_batch(api))
    for _ in range(3):
        with pytest.raises((TypeError, AttributeError, KeyError)):
            await bot.get_updates()


async def test_control_an_intake_without_keys_keeps_a_redelivery_twice(api: _Api) -> None:
    naive = [update["message"] for update in _batch(api) if isinstance(update.get("message"), dict)]
    assert len([message for message in naive if message.get("text") == CRY]) > _CRIES
