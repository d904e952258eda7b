"""Whether a database is whole: SQLite's pages, the references between its rows, and the key of every person in it."""

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import MasterKey, Unsealable
from bot.storage.database import SqlStore
from bot.storage.engine import READS, build_engine
from bot.storage.tables import contacts

_DAMAGED = "DL_DATABASE_URL: the database is damaged: restore a backup"
_UNREAD = "DL_DATABASE_URL: the database cannot be read to its end"


async def faults_of(url: str, master: MasterKey) -> list[str]:
    """A sentence each; empty: it is whole.  Reads everything: seconds for each gigabyte."""
    engine = build_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.execution_options(**READS)
            return [fault async for fault in _faults(connection, master)]
    except SQLAlchemyError:  # SQLite stops at a page that is none; a server may also just be away
        return [_DAMAGED if engine.dialect.name == "sqlite" else _UNREAD]
    finally:
        await engine.dispose()


async def audit_faults(store: SqlStore, head: tuple[int, str] | None) -> list[str]:
    """Whether its audit chain is whole, up to a head that was kept elsewhere."""
    try:
        async with store.begin() as tx:
            broken = await tx.audit.verify(head)
    except (SQLAlchemyError, ValueError, TypeError):  # not only SQLite's own: a value that is none of its column's
        return [_DAMAGED if store.is_sqlite else _UNREAD]
    return [] if broken is None else [f"the audit chain is broken at row {broken}"]


async def _faults(connection: AsyncConnection, master: MasterKey) -> AsyncIterator[str]:
    if connection.dialect.name == "sqlite":
        if (await connection.exec_driver_sql("PRAGMA integrity_check(1)")).scalar_one() != "ok":
            yield _DAMAGED
            return
        if (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first() is not None:
            yield "DL_DATABASE_URL: rows are missing that others name: restore a backup"
    if damaged := await _closed(connection, master):
        yield f"DL_DATABASE_URL: the keys of {damaged} contacts cannot be opened: what they wrote is lost, unless a backup has it"


async def _closed(connection: AsyncConnection, master: MasterKey) -> int:
    """How many contacts have a key that the master key does not open."""
    number, keys = 0, select(contacts.c.id, contacts.c.wrapped_key).where(contacts.c.wrapped_key.is_not(None))
    for contact, wrapped in await connection.execute(keys):
        try:
            master.unwrap(wrapped, f"contacts|wrapped_key|{contact}")
        except Unsealable:
            number += 1
    return number
