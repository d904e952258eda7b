"""After a rotation the old master key opens nothing, everything that was kept can be read, and no cut in between loses either."""

import asyncio
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.crypto import MasterKey, Unsealable
from bot.domain.errors import RefuseToStart
from bot.settings import Settings, load
from bot.storage import rekeying
from bot.storage.database import SqlStore
from bot.wiring import rotate_key
from tests.fakes import FakeClock
from tests.promises.search import folder, hits
from tests.storage.test_store import incoming, kept

WORDS = "two men are asking which flat is mine"


def quiet(_: int, __: int) -> None:
    """No progress is shown."""


@pytest.fixture
def settings(store_url: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Of a house with the key with which the tests' databases are made."""
    key_file = tmp_path / "keys" / "master.key"
    key_file.parent.mkdir()
    shutil.copyfile(next(iter(tmp_path_factory.getbasetemp().glob("key*/master.key"))), key_file)
    key_file.chmod(0o600)
    named = {"DL_DATA_DIR": str(tmp_path / "run"), "DL_DATABASE_URL": store_url, "DL_MASTER_KEY_FILE": str(key_file)}
    return load(named, dotenv=None)


@pytest.fixture
async def filled(store: SqlStore, clock: FakeClock) -> list[bytes]:
    """The keys as the old master key had sealed them; nobody has the database open any more."""
    for number in range(12):
        await kept(store, clock, incoming(f"{WORDS} {number}", sender=str(number)))
    async with store.begin() as tx:
        rows = await tx._work.rows(text("SELECT wrapped_key FROM contacts UNION ALL SELECT wrapped_key FROM sealing"))
    await store.close()
    return [bytes(row["wrapped_key"]) for row in rows]


async def words(settings: Settings, master: MasterKey) -> list[str]:
    store = await SqlStore.open(settings.database, master, data_dir=settings.data_dir)
    try:
        async with store.begin() as tx:
            talks = [row["id"] for row in await tx._work.rows(text("SELECT id FROM conversations"))]
            return sorted([line.text for talk in talks for line in await tx.conversations.read(talk)])
    finally:
        await store.close()


async def test_the_new_key_opens_everything_and_the_old_one_nothing(
    settings: Settings, filled: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekeying, "_CHUNK", 5)
    before, old = MasterKey.load(settings.key_file), tmp_path / "old.key"
    assert len(await words(settings, before)) == 12
    assert await rotate_key(settings, old, quiet) == len(filled)
    after = MasterKey.load(settings.key_file)
    assert len(await words(settings, after)) == 12
    with pytest.raises(RefuseToStart, match="not the key"):
        await words(settings, before)
    assert (len(after.sealers), after.sealers[0].id != before.sealers[0].id, after.index_secret == before.index_secret) == (1, True, True)
    assert MasterKey.load(old) == before
    assert {stat.S_IMODE(path.stat().st_mode) for path in (old, settings.key_file)} == {0o600}
    with pytest.raises(Unsealable):
        after.open(filled[0], "contacts")


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_no_key_that_the_old_one_had_sealed_is_left_in_any_file(settings: Settings, filled: list[bytes], store_url: str) -> None:
    place = Path(store_url.removeprefix("sqlite:///")).parent
    assert len(hits(filled, folder(place))) >= len(filled), "control: they were there"
    await rotate_key(settings, None, quiet)
    assert hits(filled, folder(place)) == []


@pytest.mark.parametrize("at", ["before", "within", "after"])
async def test_cut_off_at_any_moment_nothing_is_lost_and_it_can_be_done_again(
    settings: Settings, filled: list[bytes], at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        if at == "before":
            broken.setattr(rekeying, "_all", cut)
        elif at == "after":
            broken.setattr(MasterKey, "newest", cut)
        with pytest.raises(KeyboardInterrupt):
            await rotate_key(settings, None, cut if at == "within" else quiet)
    assert len(await words(settings, MasterKey.load(settings.key_file))) == 12
    await rotate_key(settings, None, quiet)
    assert len(MasterKey.load(settings.key_file).sealers) == 1
    assert len(await words(settings, MasterKey.load(settings.key_file))) == 12


async def test_control_with_the_new_key_alone_from_the_beginning_a_cut_loses_everything(settings: Settings, filled: list[bytes]) -> None:
    both = MasterKey.load(settings.key_file).rotated()
    both.newest().replace(settings.key_file)
    with pytest.raises(RefuseToStart, match="not the key"):
        await words(settings, MasterKey.load(settings.key_file))


async def test_while_anything_has_the_database_open_nothing_is_rotated(settings: Settings, filled: list[bytes]) -> None:
    before = settings.key_file.read_bytes()
    other = await SqlStore.open(settings.database, MasterKey.load(settings.key_file), data_dir=settings.data_dir)
    try:
        async with other.look() as seen:
            await seen.officers()
            with pytest.raises(RefuseToStart, match="stop everything first"):
                await rotate_key(settings, None, quiet)
    finally:
        await other.close()
    assert settings.key_file.read_bytes() == before
    await rotate_key(settings, None, quiet)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_an_idle_connection_of_another_process_is_company_too(settings: Settings, filled: list[bytes], store_url: str) -> None:
    there = (
        "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\nc.execute('select 1 from contacts').fetchall()\nprint(flush=True)\ninput()"
    )
    process = await asyncio.create_subprocess_exec(
        "python3", "-c", there, store_url.removeprefix("sqlite:///"), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    with pytest.raises(RefuseToStart, match="stop everything first"):
        await rotate_key(settings, None, quiet)
    await process.communicate(b"\n")


async def test_the_old_key_is_written_over_no_file(settings: Settings, filled: list[bytes], tmp_path: Path) -> None:
    before, there = settings.key_file.read_bytes(), tmp_path / "there"
    there.write_text("mine")
    with pytest.raises(RefuseToStart, match="cannot be kept there"):
        await rotate_key(settings, there, quiet)
    assert (there.read_text(), settings.key_file.read_bytes()) == ("mine", before)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_damaged_row_stops_it_and_changes_nothing(settings: Settings, filled: list[bytes], store_url: str) -> None:
    with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE contacts SET wrapped_key = x'01' WHERE id = (SELECT min(id) FROM contacts)")
    connection.close()
    with pytest.raises(Unsealable):
        await rotate_key(settings, None, quiet)
    assert MasterKey.load(settings.key_file).sealers[1:] != ()
