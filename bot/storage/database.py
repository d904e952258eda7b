"""The database: opening it with the right key, one transaction at a time, waking who waits."""

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TextIO

import structlog
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.crypto import MasterKey, Sealer, Unsealable
from bot.domain.clock import SystemClock
from bot.domain.errors import RefuseToStart
from bot.ports import Clock
from bot.storage.base import KINDS, Work
from bot.storage.engine import READS, build_engine
from bot.storage.looking import SqlLooking
from bot.storage.patience import Patience
from bot.storage.schema import at_head
from bot.storage.tables import sealing
from bot.storage.transaction import SqlTransaction
from bot.storage.wake import ANY, Wake

log = structlog.get_logger(__name__)
DATA_DIR_UNUSABLE = "DL_DATA_DIR: this is no folder in which we can write"
_CHANNEL = "defender_line"
_NOTIFY = text("SELECT pg_notify(:channel, :word)")
#: So often (seconds) the connection on which PostgreSQL tells of commits is tried.
_EAR_TRIED_EVERY = 15.0
#: Vacuuming takes as long as it takes, but not for ever.
_VACUUM_WITHIN = 3_600.0
_VACUUMED = ("inbox", "outbox", "notes", "contacts", "conversations", "officers", "accounts", "attachments", "attachment_chunks", "exports")


class SqlStore:
    """The port ``Store``."""

    def __init__(self, engine: AsyncEngine, master: MasterKey, kinds: dict[str, Sealer], wake: Wake, clock: Clock) -> None:
        """Use ``open``."""
        self._engine = engine
        self._master = master
        self._kinds = kinds
        self._wake = wake
        self._clock = clock
        self._ear: asyncio.Task[None] | None = None
        self._turn: AbstractAsyncContextManager[object] = asyncio.Lock() if self.is_sqlite else nullcontext()

    @classmethod
    async def open(
        cls, url: str, master: MasterKey, *, data_dir: Path, clock: Clock | None = None, patience: Patience | None = None
    ) -> "SqlStore":
        """Open it for work.  Raises RefuseToStart, having written nothing: not at head, wrong key, not reachable."""
        engine = build_engine(url, patience)
        try:
            kinds = await checked(engine, master)
        except BaseException:
            await engine.dispose()
            raise
        is_sqlite = engine.dialect.name == "sqlite"
        wake = Wake(data_dir / "wake" if is_sqlite else None)
        wake.start()
        store = cls(engine, master, kinds, wake, clock or SystemClock())
        if not is_sqlite:
            store._ear = asyncio.get_running_loop().create_task(store._listen())
        return store

    @property
    def is_sqlite(self) -> bool:
        """Whether one machine holds it all."""
        return self._engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqlTransaction]:
        """A new transaction on a connection of its own; leaving it without ``commit`` rolls back.

        SQLite has one writer, and who finds it busy sleeps up to a tenth of a second: our own tasks take turns instead.
        """
        async with self._turn, self._engine.connect() as connection:
            await connection.begin()
            work = Work(connection=connection, master=self._master, kinds=self._kinds)
            yield SqlTransaction(work, self._clock, self._committed)

    @asynccontextmanager
    async def look(self) -> AsyncIterator[SqlLooking]:
        """Reading only; each question sees what was committed when it was asked."""
        async with self._engine.connect() as connection:
            await connection.execution_options(**READS)
            yield SqlLooking(Work(connection=connection, master=self._master, kinds=self._kinds))

    async def _committed(self, work: Work) -> None:
        """Commit, and wake whoever waits for it."""
        if not self.is_sqlite:
            await work.connection.execute(_NOTIFY, {"channel": _CHANNEL, "word": self._wake.word(work.whom)})
        await work.connection.commit()
        self._wake.call(work.whom)

    async def _listen(self) -> None:
        """PostgreSQL's NOTIFY; when the connection breaks, or goes silent, the short poll goes on alone until it is back."""
        while True:
            with contextlib.suppress(SQLAlchemyError, OSError):
                async with self._engine.connect() as connection:
                    raw = (await connection.get_raw_connection()).driver_connection
                    assert raw is not None  # noqa: S101 - it is connected
                    await raw.set_autocommit(True)
                    await raw.execute(f"LISTEN {_CHANNEL}")
                    while True:
                        async for notice in raw.notifies(timeout=_EAR_TRIED_EVERY):
                            self._wake.heard(notice.payload)
                        await raw.execute("SELECT 1")
            await asyncio.sleep(1.0)

    async def wait(self, seconds: float, name: str = ANY) -> None:
        """Until somebody commits what concerns ``name``, at most one short poll."""
        await self._wake.wait(seconds, name)

    async def truncate_log(self) -> bool:
        """SQLite: checkpoint and truncate, False while a reader is in the way.  PostgreSQL: vacuum what was erased from."""
        async with self._engine.connect() as connection:
            if self.is_sqlite:
                return await truncated(connection)
            return await _vacuumed(connection)

    async def close(self) -> None:
        """Let go of every connection."""
        if self._ear is not None:
            self._ear.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ear
        self._wake.stop()
        await self._engine.dispose()


async def truncated(connection: AsyncConnection) -> bool:
    """Checkpoint on the bare driver: a transaction of SQLAlchemy's would itself be in the way."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None  # noqa: S101 - it is connected
    cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    busy = (await cursor.fetchone())[0]
    await cursor.close()
    return int(busy) == 0


async def _vacuumed(connection: AsyncConnection) -> bool:
    """PostgreSQL leaves old bytes in its pages; the table with the keys is small, and written anew, so that what is left opens no more.

    False while somebody (a backup, say) reads it: everybody else would have to wait behind us.
    """
    free = await connection.execution_options(isolation_level="AUTOCOMMIT")
    driver: Any = (await free.get_raw_connection()).driver_connection
    driver.patience = _VACUUM_WITHIN
    try:
        await free.exec_driver_sql("SET statement_timeout = 0")
        await free.exec_driver_sql(f"VACUUM {', '.join(_VACUUMED)}")
        await free.exec_driver_sql("SET lock_timeout = '500ms'")
        return await _written_anew(free)
    finally:
        await free.invalidate()  # the next to use it would have our patience


async def _written_anew(free: AsyncConnection) -> bool:
    try:
        await free.exec_driver_sql("VACUUM FULL contacts")
    except OperationalError:
        return False
    return True


async def checked(engine: AsyncEngine, master: MasterKey) -> dict[str, Sealer]:
    """The kinds' keys, which only the right master key opens."""
    try:
        async with engine.connect() as connection:
            if not await connection.run_sync(at_head):
                raise RefuseToStart("DL_DATABASE_URL: the database is not at this version: run `python -m bot migrate`")
            rows = (await connection.execute(select(sealing))).mappings().all()
    except (SQLAlchemyError, OSError):
        raise RefuseToStart("DL_DATABASE_URL: the database cannot be opened") from None
    try:
        kinds = {row["kind"]: master.unwrap(row["wrapped_key"], f"sealing|wrapped_key|{row['kind']}") for row in rows}
    except Unsealable:
        raise RefuseToStart("DL_MASTER_KEY_FILE: this is not the key that the database was sealed with") from None
    if set(KINDS) - set(kinds):
        raise RefuseToStart("DL_DATABASE_URL: the database holds no keys: it was not made by `migrate`")
    return kinds


async def exists(url: str) -> bool:
    """Whether there is a database with tables of ours; opens nothing that is not there."""
    engine = build_engine(url)
    try:
        if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).exists():
            return False
        async with engine.connect() as connection:
            return await connection.run_sync(lambda sync: inspect(sync).has_table("sealing"))
    except (SQLAlchemyError, OSError):
        raise RefuseToStart("DL_DATABASE_URL: the database cannot be opened") from None
    finally:
        await engine.dispose()


def make_data_dir(data_dir: Path) -> None:
    """The folder for everything that is kept.  Raises RefuseToStart: it cannot be made."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise RefuseToStart(DATA_DIR_UNUSABLE) from None


def _lock_file(data_dir: Path) -> TextIO:
    try:
        return (data_dir / "lock").open("w")
    except OSError:
        raise RefuseToStart(DATA_DIR_UNUSABLE) from None


@contextmanager
def lock_data_dir(data_dir: Path) -> Iterator[None]:
    """Hold the data directory, made where there is none; a second start refuses."""
    make_data_dir(data_dir)
    with _lock_file(data_dir) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RefuseToStart("DL_DATA_DIR: another Defender Line is running on this data directory") from None
        yield
