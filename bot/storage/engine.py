"""Engines: SQLite with one writer and everything on the disk, or PostgreSQL."""

from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.domain.errors import RefuseToStart
from bot.storage.driver import begin_with_next, dbapi
from bot.storage.patience import Patience, arguments, obey

#: Milliseconds that a writer waits for its turn on SQLite.
_BUSY = 5_000
#: Options of a connection that only reads: on SQLite it begins nothing, so that it waits for no writer and runs in the driver's thread.
READS = {"only_reads": True}


def engine_url(url: str) -> URL:
    """The URL with an async driver.  Raises RefuseToStart for any database but SQLite and PostgreSQL."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise RefuseToStart("DL_DATABASE_URL: this is not the address of a database") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return parsed.set(drivername="sqlite+aiosqlite")
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise RefuseToStart("DL_DATABASE_URL: only sqlite and postgresql are supported")


def build_engine(url: str, patience: Patience | None = None) -> AsyncEngine:
    """An engine whose errors never carry parameters; ``patience``: how long PostgreSQL is waited for."""
    parsed = engine_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    patience = patience or Patience()
    engine = create_async_engine(
        parsed,
        connect_args=arguments(patience, parsed.query),
        hide_parameters=True,
        pool_size=12,
        max_overflow=8,
        pool_pre_ping=True,
        pool_timeout=patience.turn,
    )
    obey(engine.sync_engine, patience)
    return engine


def _sqlite(url: URL) -> AsyncEngine:
    """The driver in autocommit, and every transaction begun as a writer.

    Without it aiosqlite sends no BEGIN before the first write, so that a claim slips in between reading and writing.
    """
    engine = create_async_engine(
        url,
        module=dbapi(),
        hide_parameters=True,
        connect_args={"isolation_level": None, "check_same_thread": False},
        pool_size=12,
        max_overflow=8,
        # Whoever wrote last has its pages, its statements and its thread still warm.
        pool_use_lifo=True,
    )
    event.listen(engine.sync_engine, "connect", _on_connect)
    event.listen(engine.sync_engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", f"busy_timeout={_BUSY}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    if not connection.get_execution_options().get("only_reads"):
        begin_with_next(connection.connection.dbapi_connection)
