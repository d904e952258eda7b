"""Erased from the disk too: no ciphertext in database, write-ahead log or temporary file, and no key that would open one."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from bot.crypto import MasterKey
from bot.storage.database import SqlStore
from bot.storage.tables import contacts
from bot.workers.janitor import Janitor
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.promises.search import folder, hits
from tests.promises.test_erasure import KESTREL, QUESTION, ciphertexts_of, people


@pytest.fixture
async def lived_in(sqlite_template: Path, master: MasterKey, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Home]:
    """A house on SQLite with many people in it, its log full."""
    path = tmp_path / "data" / "defender-line.db"
    path.parent.mkdir()
    path.write_bytes(sqlite_template.read_bytes())
    store = await SqlStore.open(f"sqlite:///{path}", master, data_dir=path.parent, clock=clock)
    house = Home(store, clock)
    for number in range(20):
        for words in (QUESTION, "a long story " * 230, f"hello {number}"):
            await house.writes(words, sender=f"{KESTREL}{number}")
    await house.settles()
    yield house
    await store.close()


async def test_after_forgetting_no_ciphertext_is_left_in_any_file(lived_in: Home, tmp_path: Path) -> None:
    odd = {address: talk for address, talk in (await people(lived_in)).items() if int(address.removeprefix(KESTREL)) % 2}
    gone = [blob for talk in odd.values() for blob in await ciphertexts_of(lived_in.house.store, talk)]
    assert len(gone) > 100
    assert len(hits(gone, folder(tmp_path / "data"))) >= len(gone)
    for address in odd:
        await lived_in.says("/forget", sender=address)
    await Janitor(lived_in.house).round()
    assert hits(_pieces(gone), folder(tmp_path / "data")) == []


def _pieces(blobs: list[bytes]) -> list[bytes]:
    """Any 24 bytes of a ciphertext would be a remainder of it."""
    return [blob[start : start + 24] for blob in blobs for start in range(0, max(1, len(blob) - 23), 24)]


async def test_control_without_the_truncation_the_ciphertext_is_still_there(lived_in: Home, tmp_path: Path) -> None:
    address, talk = next(iter((await people(lived_in)).items()))
    gone = await ciphertexts_of(lived_in.house.store, talk)
    await lived_in.says("/forget", sender=address)
    assert len({found for _, found in hits(gone, folder(tmp_path / "data"))}) > len(gone) // 2


@pytest.fixture
async def on_postgres(postgres: str, master: MasterKey, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Home]:
    """A house on a PostgreSQL database of its own."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE erasing TEMPLATE migrated")
    store = await SqlStore.open(postgres.replace("/postgres?", "/erasing?"), master, data_dir=tmp_path, clock=clock)
    yield Home(store, clock)
    await store.close()
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE erasing")


async def _table_files(home: Home) -> dict[str, bytes]:
    """PostgreSQL's files of this database, as they are on the disk."""
    async with home.house.store._engine.connect() as connection:
        free = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await free.exec_driver_sql("CHECKPOINT")
        root = (await free.exec_driver_sql("SHOW data_directory")).scalar_one()
        number = (await free.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar_one()
    return folder(Path(root) / "base" / str(number))


async def _wrapped(home: Home) -> list[bytes]:
    async with home.house.store._engine.connect() as connection:
        return [bytes(key) for key in (await connection.execute(select(contacts.c.wrapped_key))).scalars()]


async def test_on_postgresql_no_key_of_the_forgotten_is_left_in_the_tables(on_postgres: Home) -> None:
    """Control and proof in one: before the janitor came every key is still there."""
    senders = [f"{KESTREL}{number}" for number in range(10)]
    for sender in senders:
        await on_postgres.says(QUESTION, sender=sender)
    keys = await _wrapped(on_postgres)
    for sender in senders:
        await on_postgres.says("/forget", sender=sender)
    assert len({found for _, found in hits(keys, await _table_files(on_postgres))}) == len(keys) == 10
    await Janitor(on_postgres.house).round()
    assert hits(_pieces(keys), await _table_files(on_postgres)) == []


async def test_on_postgresql_a_reader_in_the_way_delays_the_erasure_and_nobody_else(on_postgres: Home, postgres: str) -> None:
    janitor = Janitor(on_postgres.house)
    with psycopg.connect(postgres.replace("/postgres?", "/erasing?")) as reader:
        reader.execute("SELECT count(*) FROM contacts")
        await janitor.round()
        assert (await on_postgres.counted())["erasure_waits_for_reader"] == 1
        assert await on_postgres.says("thanks") != []
    await janitor.round()
    assert (await on_postgres.counted())["erasure_waits_for_reader"] == 1


def _naive(path: Path, *, truncate: bool) -> int:
    """Plain texts, deleted with ``secure_delete`` on: how many of a thousand are still in the files."""
    texts = [f"kestrel number {number:04} is hiding" for number in range(1_000)]
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE kept (words TEXT)")
    connection.executemany("INSERT INTO kept VALUES (?)", [(each,) for each in texts])
    connection.execute("DELETE FROM kept")
    if truncate:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    held = b"".join(each.read_bytes() for each in path.parent.iterdir())
    connection.close()
    return sum(each.encode() in held for each in texts)


def test_control_secure_delete_alone_leaves_every_row_in_the_log(tmp_path: Path) -> None:
    assert _naive(tmp_path / "naive.db", truncate=False) == 1_000


def test_control_with_the_truncation_the_same_delete_leaves_none(tmp_path: Path) -> None:
    assert _naive(tmp_path / "better.db", truncate=True) == 0
