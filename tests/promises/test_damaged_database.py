"""A damaged database is a fault of ``check``, whichever page or row it is."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.crypto import MasterKey, Sealer
from bot.settings import Settings, load
from bot.storage.database import SqlStore
from bot.storage.soundness import audit_faults, faults_of
from bot.wiring import prepare
from bot.wiring.check import database
from bot.wiring.honoured import reviews_of
from tests.fakes import FakeClock
from tests.storage.test_store import incoming, kept

#: Bytes that are no beginning of a page.
NOISE = b"\xff" * 200
Root = tuple[str, int]


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """A database with a few people and audited acts in it."""
    made = load({"DL_DATA_DIR": str(tmp_path / "whole")}, dotenv=None)
    clock = FakeClock()
    store = await SqlStore.open(made.database, await prepare(made), data_dir=made.data_dir, clock=clock)
    for number in range(5):
        await kept(store, clock, incoming(str(number), sender=str(number)))
    async with store.begin() as tx:
        await tx.audit.append("janitor", "swept", "retention", {})
        await tx.commit()
    await store.close()
    return made


def copied(settings: Settings, name: str) -> tuple[Settings, Path]:
    """The data directory once more."""
    folder = settings.data_dir.parent / name
    shutil.copytree(settings.data_dir, folder)
    return load({"DL_DATA_DIR": str(folder)}, dotenv=None), folder / "defender-line.db"


async def faults(settings: Settings) -> list[str]:
    """Those of the database."""
    try:
        return await database(settings, None)
    except Exception as error:  # a crash would be another fault: the test says so by its name
        return [type(error).__name__] if type(error).__name__ != "RefuseToStart" else [str(error)]


async def test_control_a_whole_database_is_none_and_neither_is_an_empty_place(settings: Settings, tmp_path: Path) -> None:
    assert await database(settings, None) == []
    assert await database(load({"DL_DATA_DIR": str(tmp_path / "nothing")}, dotenv=None), None) == []
    assert not (tmp_path / "nothing").exists()


async def test_damage_in_the_first_page_of_any_table_or_index_is_a_fault(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.data_dir / "defender-line.db")) as whole:
        roots: list[Root] = whole.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0").fetchall()
        (size,) = whole.execute("PRAGMA page_size").fetchone()
    assert len(roots) > 50
    silent = []
    for name, page in roots:
        damaged, file = copied(settings, name)
        with file.open("r+b") as opened:
            opened.seek((page - 1) * size)
            opened.write(NOISE)
        said = await faults(damaged)
        if not any(fault.startswith("DL_DATABASE_URL: ") for fault in said):
            silent.append((name, said))
        await reviews_of(damaged)  # read before: must not end in a crash
        shutil.rmtree(damaged.data_dir)
    assert silent == []


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE contacts SET wrapped_key = randomblob(65) WHERE rowid = 2", "the keys of 1 contacts"),
        ("DELETE FROM contacts WHERE rowid = 2", "rows are missing that others name"),
        ("UPDATE audit SET detail = '{}x'", "the audit chain is broken at row 1"),
        ("UPDATE audit SET at = 'yesterday'", "the database is damaged"),
    ],
)
async def test_rows_that_are_not_as_they_should_be_are_a_fault(settings: Settings, damage: str, told: str) -> None:
    damaged, file = copied(settings, "rows")
    with closing(sqlite3.connect(file)) as opened:
        opened.execute(damage)
        opened.commit()
    (said,) = await faults(damaged)
    assert told in said


async def test_a_whole_database_of_either_kind_has_no_faults(store: SqlStore, store_url: str, master: MasterKey, clock: FakeClock) -> None:
    await kept(store, clock, incoming("hello"))
    assert await faults_of(store_url, master) == []
    assert await audit_faults(store, None) == []
    stranger = MasterKey(sealers=(Sealer.new(),), index_secret=master.index_secret)
    (said,) = await faults_of(store_url, stranger)
    assert "the keys of 1 contacts" in said, "control: with another key none opens"
