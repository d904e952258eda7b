"""Backup and restore: consistent copies that are useless without the key, which is never in them."""

import asyncio
import os
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.crypto import MasterKey
from bot.domain.clock import SystemClock
from bot.domain.errors import RefuseToStart
from bot.ports import Clock
from bot.storage.base import Work
from bot.storage.database import checked, exists
from bot.storage.engine import build_engine, engine_url
from bot.storage.patience import PATIENT
from bot.storage.restored import Live, withdraw
from bot.storage.tables import metadata


async def backup(url: str, target: Path) -> None:
    """Copy the database to ``target``, also while it is written to.  Raises RefuseToStart: there is no database, or a file there."""
    if target.exists():
        raise RefuseToStart("backup: there is a file of that name already")
    if not await exists(url):
        raise RefuseToStart("DL_DATABASE_URL: there is no database to back up")
    parsed = engine_url(url)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # only its owner reads it, from its first byte on
    try:
        if parsed.get_backend_name() == "sqlite":
            await asyncio.to_thread(_copy_sqlite, Path(str(parsed.database)), target)
        else:
            await _postgres("pg_dump", "--format=custom", f"--file={target}", url=url)
    except BaseException:
        target.unlink()  # half a copy would be taken for one
        raise


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's online backup."""
    with sqlite3.connect(source) as reading, sqlite3.connect(target) as writing:
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode=DELETE")
        sound = writing.execute("PRAGMA integrity_check").fetchone()[0]
    writing.close()
    reading.close()
    if sound != "ok":
        raise RefuseToStart("backup: the copy is damaged")


async def restore(source: Path, url: str, master: MasterKey, clock: Clock | None = None) -> Live:
    """Put a backup where no database is, and withdraw what must not come back with it; who has a way in by it.

    Raises RefuseToStart: there is one, the copy is damaged, or the key is another's.
    """
    if await exists(url):
        raise RefuseToStart("DL_DATABASE_URL: there is a database already: restore into an empty place")
    parsed = engine_url(url)
    if parsed.get_backend_name() == "sqlite":
        await asyncio.to_thread(_place_sqlite, source, Path(str(parsed.database)))
    else:
        await _postgres("pg_restore", "--single-transaction", "--no-owner", str(source), url=url)
    engine = build_engine(url, PATIENT)
    try:
        kinds = await checked(engine, master)
        async with engine.begin() as connection:
            return await withdraw(Work(connection=connection, master=master, kinds=kinds), clock or SystemClock())
    except BaseException:
        await _take_back(engine)  # half restored would be open to whoever was shut out
        raise
    finally:
        await engine.dispose()


async def _take_back(engine: AsyncEngine) -> None:
    """Leave the place as empty as it was."""
    if engine.dialect.name == "sqlite":
        Path(str(engine.url.database)).unlink()
        return
    async with engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


def _place_sqlite(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    shutil.copyfile(source, target)
    try:
        with sqlite3.connect(target) as copied:
            sound = copied.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        copied.close()
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        target.unlink()
        raise RefuseToStart("restore: the backup is damaged")


async def _postgres(program: str, *arguments: str, url: str) -> None:
    """PostgreSQL's own tools; the address goes by the environment's side door, not into the process list."""
    found = shutil.which(program)
    if found is None:
        raise RefuseToStart(f"{program} is needed for this and was not found")
    plain = engine_url(url).set(drivername="postgresql")
    environment = {"PATH": os.defpath, "PGPASSWORD": str(plain.password or "")}
    address = plain.set(password=None).render_as_string(hide_password=False)
    where = ["--dbname", address]
    process = await asyncio.create_subprocess_exec(found, *where, *arguments, env=environment, stderr=asyncio.subprocess.DEVNULL)
    if await process.wait() != 0:
        raise RefuseToStart(f"{program} failed: is it of the server's version or newer, and the server reachable?")
