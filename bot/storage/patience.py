"""How long PostgreSQL is waited for: a connection that went silent must stop nobody for longer than that."""

from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection, OperationalError
from psycopg.errors import _WaitTimeout
from sqlalchemy import Engine, event


@dataclass(frozen=True, kw_only=True)
class Patience:
    """Seconds.  The server's own limits come first: ours are for a server, or a network, that says nothing any more."""

    connect: int = 10
    #: A connection that lay idle is tried before it is used; whoever needs it waits for that.
    idle: float = 5.0
    #: For one statement, its answer and all its rows.
    answer: float | None = 30.0
    #: For one of the connections, when all are in use.
    turn: float = 10.0
    #: Longer than any statement of ours takes, and any wait of one transaction for another.
    statement: float = 25.0
    lock: float = 20.0
    #: A transaction whose process says nothing is ended, and what it held is free: none of ours waits for anything but the database.
    transaction: float = 60.0


#: Migrations and keys that are sealed anew take as long as they take.
PATIENT = Patience(answer=None, statement=0, lock=0, transaction=0)
#: A host that is gone is noticed within half a minute, also where nothing is being sent.
_KEEPALIVES = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}
_SERVERS_KEEPALIVES = {"tcp_keepalives_idle": 10, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3}


class Connection(AsyncConnection[Any]):
    """One that is given up when it has not answered in time: then it is closed, and whoever waited hears of a broken connection."""

    patience: float | None = None

    async def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ASYNC109 - the signature is psycopg's
        """Every wait for the server comes by here."""
        try:
            return await super().wait(gen, interval, self.patience if timeout is None else timeout)
        except _WaitTimeout:
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise OperationalError("the server did not answer in time") from None


def arguments(patience: Patience, given: Any) -> dict[str, Any]:
    """For the driver; what the operator wrote into the address (``given``) wins."""
    wanted = {"connect_timeout": patience.connect} | _KEEPALIVES
    return {name: value for name, value in wanted.items() if name not in given} | {"async_creator_fn": Connection.connect}


def obey(engine: Engine, patience: Patience) -> None:
    """Tell each connection how long to wait, and the server how long to work."""

    def begun(connection: Any, _: Any) -> None:
        connection.driver_connection.patience = patience.idle
        cursor = connection.cursor()
        for name, seconds in _limits(patience).items():
            cursor.execute(f"SET {name} = {int(seconds)}")
        cursor.close()
        connection.commit()

    def used(connection: Any, *_: Any) -> None:
        connection.driver_connection.patience = patience.answer

    def back(connection: Any, _: Any) -> None:
        if connection is not None:  # it was broken
            connection.driver_connection.patience = patience.idle

    event.listen(engine, "connect", begun)
    event.listen(engine, "checkout", used)
    event.listen(engine, "checkin", back)


def _limits(patience: Patience) -> dict[str, float]:
    """The server's settings, in milliseconds but for the keepalives."""
    own = {
        "statement_timeout": patience.statement,
        "lock_timeout": patience.lock,
        "idle_in_transaction_session_timeout": patience.transaction,
    }
    return {name: seconds * 1000 for name, seconds in own.items()} | _SERVERS_KEEPALIVES
