"""aiosqlite with two visits to its thread for each transaction: one to begin it and one to end it.

SQLAlchemy's own cursor makes four visits for each statement, which is most of a statement's time.  Only waiting for the one writer and
writing through to the disk take long enough for a thread; what comes between them, in a transaction that is the one writer, is done
here, in microseconds.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor, AsyncAdapt_aiosqlite_dbapi
from sqlalchemy.util import await_only


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """Executes, fetches everything and closes in one go."""

    def __init__(self, connection: AsyncAdapt_aiosqlite_connection) -> None:
        self._adapt_connection = connection
        self._connection = connection._connection
        self._rows = deque[Any]()
        self._done: sqlite3.Cursor | None = None

    @property
    def description(self) -> Any:
        return None if self._done is None else self._done.description

    @property
    def rowcount(self) -> int:
        return -1 if self._done is None else self._done.rowcount

    @property
    def lastrowid(self) -> Any:
        return None if self._done is None else self._done.lastrowid

    def execute(self, operation: Any, parameters: Any = None) -> None:
        self._visit(False, operation, parameters or ())

    def executemany(self, operation: Any, seq_of_parameters: Sequence[Any]) -> None:
        self._visit(True, operation, seq_of_parameters)

    def _visit(self, many: bool, operation: str, parameters: Any) -> None:
        driver: Any = self._connection
        adapted: Any = self._adapt_connection
        begins, adapted.begins = adapted.begins, False
        try:
            where = _here if driver.in_transaction and not begins else driver._execute
            self._done, rows = await_only(where(_all_at_once, driver, begins, many, operation, parameters))
        except Exception as error:
            self._adapt_connection._handle_exception(error)
        self._rows = deque(rows)

    async def _async_soft_close(self) -> None:
        """Nothing is open."""

    def close(self) -> None:
        self._rows.clear()


async def _here(work: Callable[..., Any], *arguments: Any) -> Any:
    """Without the thread."""
    return work(*arguments)


def _all_at_once(driver: Any, begins: bool, many: bool, operation: str, parameters: Any) -> tuple[sqlite3.Cursor, list[Any]]:
    """A fetched cursor holds no lock any more."""
    cursor: sqlite3.Cursor = driver._conn.cursor()
    if begins:
        cursor.execute("BEGIN IMMEDIATE")
    if many:
        cursor.executemany(operation, parameters)
    else:
        cursor.execute(operation, parameters)
    return cursor, cursor.fetchall() if cursor.description else []


class _Connection(AsyncAdapt_aiosqlite_connection):
    _cursor_cls = _Cursor  # type: ignore[assignment]  # it is one in all that is called
    #: The next statement begins a writing transaction; until then there is nothing to be kept from others.
    begins = False

    def commit(self) -> None:
        self._end(super().commit)

    def rollback(self) -> None:
        """Nothing is written through to the disk, so no thread is needed."""
        self._end(lambda: self._connection._conn.rollback())

    def _end(self, end: Callable[[], None]) -> None:
        """Nothing to do where nothing has begun, which the pool asks for each time."""
        self.begins = False
        if self._connection.in_transaction:
            end()


class _Dbapi(AsyncAdapt_aiosqlite_dbapi):
    def connect(self, *arguments: Any, **named: Any) -> _Connection:
        adapted = super().connect(*arguments, **named)
        return _Connection(self, adapted._connection)


def begin_with_next(connection: Any) -> None:
    """A writing transaction from the next statement on: it saves a visit."""
    connection.begins = True


def dbapi() -> AsyncAdapt_aiosqlite_dbapi:
    """To be handed to ``create_async_engine`` as ``module``."""
    return _Dbapi(aiosqlite, sqlite3)
