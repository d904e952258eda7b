"""Another master key: the keys that it seals are sealed anew; what they sealed stays as it is."""

import asyncio
import sqlite3
from collections.abc import Callable

from sqlalchemy import Table, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import MasterKey
from bot.domain.errors import RefuseToStart
from bot.storage.database import checked, truncated
from bot.storage.engine import build_engine
from bot.storage.patience import PATIENT
from bot.storage.tables import contacts, sealing

#: Where keys lie that the master key has sealed, with the column that names each row.
_WRAPPED = ((sealing, "kind"), (contacts, "id"))
_CHUNK = 1_000
_OTHERS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")

Progress = Callable[[int, int], None]


async def rewrap(url: str, master: MasterKey, progress: Progress) -> int:
    """Seal every data key with the newest key of ``master``, all in one transaction, and leave no trace of how they were; how many.

    ``progress`` is told how many are done, and of how many.  Raises RefuseToStart: somebody else has the database open, or this is not the
    key that opens it; raises Unsealable for a row that is damaged, and then nothing has changed.
    """
    engine = build_engine(url, PATIENT)
    try:
        await checked(engine, master)
        async with engine.begin() as connection:
            number = await _all(connection, master, progress)
        async with engine.connect() as connection:
            await _forget(connection)
        return number
    finally:
        await engine.dispose()


async def refuse_company(url: str) -> None:
    """Raises RefuseToStart while anybody else has the database open: whoever runs would go on with the key that it has read."""
    engine = build_engine(url)
    try:
        if engine.dialect.name == "sqlite":
            alone = await asyncio.to_thread(_has_file_alone, str(engine.url.database))
        else:
            async with engine.connect() as connection:
                alone = not (await connection.execute(_OTHERS)).scalar_one()
    finally:
        await engine.dispose()
    if not alone:
        raise RefuseToStart("DL_DATABASE_URL: another program has the database open: stop everything first")


def _has_file_alone(database: str) -> bool:
    """In this mode SQLite asks for the whole file, which nobody gets while another connection is open."""
    connection = sqlite3.connect(database, timeout=1.0, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True


async def _forget(connection: AsyncConnection) -> None:
    if connection.dialect.name == "sqlite":
        await truncated(connection)
        return
    free = await connection.execution_options(isolation_level="AUTOCOMMIT")
    for table, _ in _WRAPPED:
        await free.exec_driver_sql(f"VACUUM FULL {table.name}")


async def _all(connection: AsyncConnection, master: MasterKey, progress: Progress) -> int:
    numbers = [(await connection.execute(select(func.count(table.c.wrapped_key)))).scalar_one() for table, _ in _WRAPPED]
    done = 0
    for table, name in _WRAPPED:
        last: str | None = ""
        while last is not None:
            number, last = await _some(connection, master, table, name, last)
            done += number
            progress(done, sum(numbers))
    return done


async def _some(connection: AsyncConnection, master: MasterKey, table: Table, name: str, after: str) -> tuple[int, str | None]:
    """The next rows in the order of their names: how many, and the last one's name."""
    asked = select(table.c[name], table.c.wrapped_key).where(table.c.wrapped_key.is_not(None), table.c[name] > after)
    rows = (await connection.execute(asked.order_by(table.c[name]).limit(_CHUNK))).all()
    for of, wrapped in rows:
        if not master.is_sealed_by_newest(wrapped):
            place = f"{table.name}|wrapped_key|{of}"
            anew = master.wrap(master.unwrap(wrapped, place), place)
            await connection.execute(update(table).where(table.c[name] == of).values(wrapped_key=anew))
    return len(rows), rows[-1][0] if len(rows) == _CHUNK else None
