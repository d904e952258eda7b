"""The driver of SQLite: two visits to its thread a transaction, and nothing left behind by a task that was cancelled."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.crypto import MasterKey
from bot.storage.database import SqlStore
from bot.storage.engine import build_engine
from tests.fakes import FakeClock


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> Path:
    path = tmp_path / "defender-line.db"
    path.write_bytes(sqlite_template.read_bytes())
    return path


async def test_a_task_cancelled_while_it_waits_for_the_writer_leaves_no_transaction_behind(
    database: Path, master: MasterKey, tmp_path: Path
) -> None:
    store = await SqlStore.open(f"sqlite:///{database}", master, data_dir=tmp_path, clock=FakeClock())

    async def look() -> int:
        async with store.begin() as tx:
            return await tx.inbox.waiting()

    with sqlite3.connect(database, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.ensure_future(look())
        await asyncio.sleep(0.2)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        other.execute("COMMIT")
    assert await asyncio.wait_for(look(), timeout=4) == 0
    with sqlite3.connect(database, isolation_level=None, timeout=2) as other:
        other.execute("BEGIN IMMEDIATE")  # raises when a writer was left behind
        other.execute("ROLLBACK")
    other.close()
    await store.close()


async def test_statements_of_a_transaction_see_each_other_and_a_rollback_undoes_them(database: Path) -> None:
    engine = build_engine(f"sqlite:///{database}")
    async with engine.connect() as connection:
        await connection.begin()
        await connection.execute(text("INSERT INTO counts (event, number) VALUES ('x', 1)"))
        assert (await connection.execute(text("SELECT number FROM counts"))).scalar_one() == 1
        await connection.rollback()
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM counts"))).scalar_one() == 0
    await engine.dispose()


async def test_an_error_of_a_statement_is_an_error_of_the_library_and_the_transaction_goes_on(database: Path) -> None:
    engine = build_engine(f"sqlite:///{database}")
    async with engine.connect() as connection:
        await connection.begin()
        await connection.execute(text("INSERT INTO counts (event, number) VALUES ('x', 1)"))
        with pytest.raises(Exception, match="IntegrityError"):
            await connection.execute(text("INSERT INTO counts (event, number) VALUES ('x', 1)"))
        await connection.commit()
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT number FROM counts"))).scalar_one() == 1
    await engine.dispose()
