"""A connection to PostgreSQL that went silent: the alarm clock goes on over a new one."""

import asyncio
import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from bot.crypto import MasterKey
from bot.storage.database import SqlStore
from bot.storage.engine import build_engine
from bot.storage.patience import PATIENT, Patience
from bot.workers.janitor import watch_alarms
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.storage.swallowing import Swallowing

#: Nothing stands between us and a file.
pytestmark = pytest.mark.parametrize("store_url", ["postgres"], indirect=True)

#: As short as a loaded machine allows.
SHORT = Patience(idle=1.0, answer=3.0, turn=2.0)
#: How everything was before: it waits for ever.
ENDLESS = Patience(idle=10_000, answer=None, turn=10_000)


@pytest.fixture
def between(store_url: str) -> Swallowing:
    """A network before the database."""
    return Swallowing(store_url)


async def _home(between: Swallowing, master: MasterKey, where: Path, clock: FakeClock, patience: Patience) -> Home:
    home = Home(await SqlStore.open(between.url, master, data_dir=where, clock=clock, patience=patience), clock)
    await home.enrols()
    await asyncio.gather(*(home.writes("hello", sender=str(number)) for number in range(8)))
    return home


async def _turns(home: Home, seconds: float) -> int:
    """How often the alarm clock looks in so many seconds, in a loop as it runs."""
    before, stop = home.house.pulses.turns, asyncio.Event()
    loop = asyncio.create_task(watch_alarms(home.house, stop))
    await asyncio.sleep(seconds)
    stop.set()
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)
    return home.house.pulses.turns - before


@pytest.mark.parametrize(("patience", "goes_on"), [(SHORT, True), (ENDLESS, False)], ids=["short", "control: endless"])
async def test_the_alarm_clock_goes_on_and_messages_are_kept(
    between: Swallowing, master: MasterKey, tmp_path: Path, clock: FakeClock, patience: Patience, goes_on: bool
) -> None:
    home = await _home(between, master, tmp_path, clock, patience)
    between.swallow()
    assert (await _turns(home, 8.0) > 1) is goes_on
    try:
        async with asyncio.timeout(5):
            await home.writes("they are breaking the door", sender="77")
    except (TimeoutError, SQLAlchemyError):
        kept = False
    else:
        kept = True
    assert kept is goes_on


@pytest.fixture
def on_postgres(store_url: str) -> str:
    """Without a network between."""
    return store_url


async def test_a_statement_under_way_is_given_up_too(between: Swallowing) -> None:
    engine = build_engine(between.url, SHORT)
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
        between.swallow()
        begun = time.monotonic()
        with pytest.raises(OperationalError):
            await connection.execute(text("SELECT 2"))
        assert time.monotonic() - begun < 10
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT 3")) == 3
    await engine.dispose()


async def test_the_server_ends_what_takes_too_long_and_what_waits_for_nothing(on_postgres: str) -> None:
    engine = build_engine(on_postgres, Patience(statement=1, transaction=1))
    async with engine.connect() as connection:
        with pytest.raises(OperationalError, match="statement timeout"):
            await connection.execute(text("SELECT pg_sleep(5)"))
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
        await asyncio.sleep(2)
        with pytest.raises(DBAPIError):
            await connection.execute(text("SELECT 2"))
    await engine.dispose()


async def test_a_lock_is_not_waited_for_without_end(on_postgres: str) -> None:
    engine = build_engine(on_postgres, Patience(lock=1))
    async with engine.connect() as holder, engine.connect() as waiter:
        await holder.execute(text("LOCK TABLE contacts"))
        with pytest.raises(OperationalError, match="lock timeout"):
            await waiter.execute(text("LOCK TABLE contacts"))
    await engine.dispose()


async def test_a_connection_is_not_waited_for_without_end(on_postgres: str) -> None:
    engine = build_engine(on_postgres, Patience(turn=0.5))
    held = [await engine.connect() for _ in range(20)]
    with pytest.raises(SQLAlchemyError, match="QueuePool limit"):
        await engine.connect()
    for each in held:
        await each.close()
    await engine.dispose()


@pytest.mark.parametrize(("patience", "long"), [(None, False), (PATIENT, True)], ids=["ordinary", "migrations"])
async def test_migrations_take_as_long_as_they_take(on_postgres: str, patience: Patience | None, long: bool) -> None:
    engine = build_engine(on_postgres, patience)
    async with engine.connect() as connection:
        limit = await connection.scalar(text("SHOW statement_timeout"))
        assert (limit == "0") is long
        assert ((await connection.get_raw_connection()).driver_connection.patience is None) is long  # type: ignore[union-attr]  # connected
    await engine.dispose()


async def test_vacuuming_has_its_own_patience_and_leaves_none_behind(
    on_postgres: str, master: MasterKey, tmp_path: Path, clock: FakeClock
) -> None:
    store = await SqlStore.open(on_postgres, master, data_dir=tmp_path, clock=clock)
    assert await store.truncate_log()
    async with store.begin() as tx:
        assert await tx._work.value(text("SHOW statement_timeout")) == "25s"
    await store.close()
