"""Migrations: one head, the models are the head, up and down with data, and a key is made only where nothing is."""

import asyncio
import os
import stat
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Integer, Table, inspect, select
from sqlalchemy.exc import IntegrityError

from bot import wiring
from bot.crypto import MasterKey
from bot.domain.errors import RefuseToStart
from bot.domain.message import ChannelName
from bot.settings import load
from bot.storage.database import SqlStore, exists
from bot.storage.engine import build_engine
from bot.storage.schema import config, migrate
from bot.storage.tables import metadata
from tests.fakes import FakeClock
from tests.storage.test_store import answer, handoff, incoming, kept

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ScriptDirectory.from_config(config())
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]


async def _on(url: str, work: Any) -> Any:
    """Run something on a plain connection."""
    engine = build_engine(url)
    try:
        async with engine.connect() as connection:
            result = await connection.run_sync(work)
            await connection.commit()
            return result
    finally:
        await engine.dispose()


def test_there_is_one_head_and_the_history_is_a_line() -> None:
    assert len(SCRIPTS.get_heads()) == 1
    assert all(not isinstance(script.down_revision, tuple) for script in SCRIPTS.walk_revisions())


def _differences(connection: Connection, to: Any = metadata) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, to))


async def test_the_models_are_what_the_migrations_make(store_url: str) -> None:
    assert await _on(store_url, _differences) == []


async def test_control_a_forgotten_migration_shows(store_url: str) -> None:
    changed = type(metadata)(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(changed)
    Table("notes", changed, Column("colour", Integer), extend_existing=True)
    found = await _on(store_url, lambda connection: _differences(connection, changed))
    assert [each[0] for each in found] == ["add_column"]


def _constraints(connection: Connection) -> dict[str, Any]:
    """What ``compare_metadata`` does not compare: checks, and which indexes are unique and partial."""
    looking, found = inspect(connection), dict[str, Any]()
    for name in looking.get_table_names():
        checks = sorted(each["name"] or "?" for each in looking.get_check_constraints(name))
        indexes = sorted(
            (each["name"] or "?", bool(each["unique"]), bool(each.get("dialect_options"))) for each in looking.get_indexes(name)
        )
        found[name] = (checks, indexes)
    return found


async def test_checks_and_partial_indexes_are_those_of_the_models(store_url: str, tmp_path: Path) -> None:
    migrated = await _on(store_url, _constraints)
    migrated.pop("alembic_version")

    def made(connection: Connection) -> dict[str, Any]:
        metadata.create_all(connection)
        return _constraints(connection)

    if store_url.startswith("sqlite"):
        assert migrated == await _on(f"sqlite:///{tmp_path / 'made.db'}", made)
    assert {each for checks, _ in migrated.values() for each in checks} == {
        str(each.name).replace("ck_", f"ck_{table.name}_", 1) if not str(each.name).startswith("ck_") else str(each.name)
        for table in metadata.tables.values()
        for each in table.constraints
        if type(each).__name__ == "CheckConstraint"
    }


def _content(connection: Connection) -> dict[str, list[Any]]:
    return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in metadata.sorted_tables}


async def _filled(url: str, master: MasterKey, clock: FakeClock, tmp_path: Path) -> None:
    store = await SqlStore.open(url, master, data_dir=tmp_path, clock=clock)
    talk = await kept(store, clock, incoming("before the step"))
    async with store.begin() as tx:
        await tx.handoffs.open(handoff(talk, clock))
        await tx.outbox.queue(talk, [answer()], clock.now())
        await tx.conversations.note(talk, None, "a note", clock.now())
        await tx.officers.invite("Ana", ("general",), clock.now())
        await tx.counts.add("x")
        await tx.audit.append("bot", "handoff", "K7T-42M")
        await tx.commit()
    await store.close()


@pytest.mark.parametrize("revision", REVISIONS)
async def test_each_step_goes_down_and_up_again_and_keeps_what_both_know(
    store_url: str, master: MasterKey, clock: FakeClock, tmp_path: Path, revision: str
) -> None:
    await _filled(store_url, master, clock, tmp_path)
    before = await _on(store_url, _content)
    below = SCRIPTS.get_revision(revision).down_revision or "base"
    await _on(store_url, lambda connection: command.downgrade(config(connection), str(below)))
    if below == "base":
        assert await _on(store_url, lambda connection: inspect(connection).get_table_names()) == ["alembic_version"]
        await migrate(store_url, master)
        assert await exists(store_url)
        return
    await migrate(store_url, master)
    assert await _on(store_url, _content) == before


async def test_migrating_again_changes_nothing(store_url: str, master: MasterKey, clock: FakeClock, tmp_path: Path) -> None:
    await _filled(store_url, master, clock, tmp_path)
    before = await _on(store_url, _content)
    await migrate(store_url, master)
    assert await _on(store_url, _content) == before


async def test_two_migrations_at_once_make_one_database(postgres: str, master: MasterKey, tmp_path: Path) -> None:
    """Two processes start on an empty PostgreSQL: one migrates, the other waits and finds it done."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE twice")
    url = postgres.replace("/postgres?", "/twice?")
    await asyncio.gather(migrate(url, master), migrate(url, master))
    store = await SqlStore.open(url, master, data_dir=tmp_path)
    await store.close()
    with psycopg.connect(url.replace("postgresql+psycopg:", "postgresql:"), autocommit=True) as connection:
        kinds = connection.execute("SELECT count(*), count(DISTINCT kind) FROM sealing").fetchone()
    assert kinds == (2, 2), "written once"


async def test_a_database_of_another_version_is_refused(store_url: str, master: MasterKey, tmp_path: Path) -> None:
    await _on(store_url, lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'later'"))
    with pytest.raises(RefuseToStart, match="not at this version"):
        await SqlStore.open(store_url, master, data_dir=tmp_path)
    with pytest.raises(RefuseToStart, match="cannot be migrated"):
        await migrate(store_url, master)


async def test_a_database_without_its_keys_is_refused(store_url: str, master: MasterKey, tmp_path: Path) -> None:
    await _on(store_url, lambda connection: connection.exec_driver_sql("DELETE FROM sealing"))
    with pytest.raises(RefuseToStart, match="holds no keys"):
        await SqlStore.open(store_url, master, data_dir=tmp_path)


def _settings(root: Path) -> dict[str, str]:
    return {"DL_DATA_DIR": str(root / "data"), "DL_MASTER_KEY_FILE": str(root / "keys" / "master.key")}


async def _made(root: Path) -> None:
    """A key, a database and the lock file of an earlier start."""
    await wiring.prepare(load(_settings(root), dotenv=None))
    (root / "data" / "lock").touch(mode=0o600)


async def _bot(root: Path, *arguments: str) -> tuple[int, str]:
    """``python -m bot`` in a folder of its own; its exit code and standard error."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DL_")}
    env = kept | {"PYTHONPATH": str(ROOT)} | _settings(root)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=root, env=env, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await asyncio.wait_for(process.communicate(), 60)
    return int(process.returncode or 0), said.decode()


def _everything(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() if path.is_file() else b"" for path in root.rglob("*")}


async def test_migrate_makes_key_and_database_once_and_for_their_owner_only(tmp_path: Path) -> None:
    assert await _bot(tmp_path, "migrate") == (0, "")
    made = _everything(tmp_path)
    assert {"data/defender-line.db", "keys/master.key"} <= set(made)
    for path in tmp_path.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert await _bot(tmp_path, "migrate") == (0, "")
    assert _everything(tmp_path) == made


@pytest.mark.parametrize(
    "arguments", [("backup", "x"), ("officer", "list"), ("export", "handoffs", "--jsonl"), ("run",), ("migrate",), ("forget", "K7T-42M")]
)
async def test_with_a_database_and_no_key_every_command_refuses_and_writes_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    await _made(tmp_path)
    (tmp_path / "keys" / "master.key").unlink()
    before = _everything(tmp_path)
    code, said = await _bot(tmp_path, *arguments)
    if arguments[0] == "backup":
        assert code == 0  # a copy needs no key, and has none in it
        return
    assert code == 2
    assert said.startswith("refused to start: DL_MASTER_KEY_FILE")
    assert _everything(tmp_path) == before


@pytest.mark.parametrize("arguments", [("officer", "list"), ("run",), ("migrate",), ("forget", "K7T-42M")])
async def test_with_another_key_every_command_refuses_and_writes_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    await _made(tmp_path)
    (tmp_path / "keys" / "master.key").unlink()
    MasterKey.create(tmp_path / "keys" / "master.key")
    before = _everything(tmp_path)
    code, said = await _bot(tmp_path, *arguments)
    assert code == 2
    assert said.startswith("refused to start: DL_MASTER_KEY_FILE")
    assert _everything(tmp_path) == before


@pytest.mark.parametrize(
    "arguments", [("officer", "list"), ("export", "handoffs", "--jsonl"), ("backup", "x"), ("check",), ("queue", "list", "--as", "A")]
)
async def test_only_run_and_migrate_ever_make_a_key(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    await _bot(tmp_path, *arguments)
    assert not (tmp_path / "keys" / "master.key").exists()
    assert not (tmp_path / "data" / "defender-line.db").exists()


async def test_a_channel_more_leaves_every_row_and_the_check_and_goes_away_again(
    store_url: str, master: MasterKey, clock: FakeClock, tmp_path: Path
) -> None:
    """SQLite's check is changed in the schema's text: what it refuses is tried, and the file is looked through."""
    await _filled(store_url, master, clock, tmp_path)
    store = await SqlStore.open(store_url, master, data_dir=tmp_path, clock=clock)
    talk = await kept(store, clock, incoming("an exercise", sender="drill", channel=ChannelName.DRILL))
    async with store.begin() as tx:
        await tx.handoffs.open(handoff(talk, clock))
        await tx.commit()
    await store.close()

    def channels(connection: Connection) -> list[str]:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.exec_driver_sql("UPDATE contacts SET channel = 'pigeon'")
        return sorted(connection.execute(select(metadata.tables["contacts"].c.channel)).scalars())

    assert await _on(store_url, channels) == ["drill", "telegram"]
    await _on(store_url, lambda connection: command.downgrade(config(connection), "0004"))
    assert await _on(store_url, channels) == ["console", "telegram"]
    open_ = await _on(
        store_url, lambda connection: connection.exec_driver_sql("SELECT count(*) FROM handoffs WHERE state <> 'closed'").scalar_one()
    )
    assert open_ == 1, "an exercise is no open case of a database that does not know exercises"
    await migrate(store_url, master)
    assert await _on(store_url, channels) == ["console", "telegram"]
