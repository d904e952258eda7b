"""The schema's versions: bringing a database to this one, and knowing whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.crypto import MasterKey, Unsealable
from bot.domain.errors import RefuseToStart
from bot.storage.base import new_kinds
from bot.storage.engine import build_engine
from bot.storage.patience import PATIENT
from bot.storage.tables import sealing

#: PostgreSQL: two migrations never run at once.
_ADVISORY_LOCK = 7_263_401


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, made here: no ini file."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.attributes["connection"] = connection
    return made


def at_head(connection: Connection) -> bool:
    """Whether the database is at this version."""
    current = MigrationContext.configure(connection).get_current_heads()
    return set(current) == set(ScriptDirectory.from_config(config()).get_heads())


async def migrate(url: str, master: MasterKey) -> None:
    """Bring the database to this version; a new one gets its keys.  Raises RefuseToStart when the key is another's."""
    engine = build_engine(url, PATIENT)
    try:
        if engine.dialect.name == "sqlite":
            Path(str(engine.url.database)).touch(mode=0o600)  # its log takes the same mode: no other user reads either
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade, master)
    except (SQLAlchemyError, CommandError, OSError) as error:
        raise RefuseToStart(f"DL_DATABASE_URL: the database cannot be migrated ({type(error).__name__})") from None
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, master: MasterKey) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET lock_timeout = '30s'"))
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _ADVISORY_LOCK})
        connection.commit()
    _refuse_wrong_key(connection, master)
    connection.rollback()
    command.upgrade(config(connection), "head")
    connection.rollback()
    with connection.begin():
        if connection.execute(select(sealing.c.kind)).first() is None:
            statement, rows = new_kinds(master)
            connection.execute(statement, rows)


def _refuse_wrong_key(connection: Connection, master: MasterKey) -> None:
    if not connection.dialect.has_table(connection, "sealing"):
        return
    for row in connection.execute(select(sealing)).mappings():
        try:
            master.unwrap(row["wrapped_key"], f"sealing|wrapped_key|{row['kind']}")
        except Unsealable:
            raise RefuseToStart("DL_MASTER_KEY_FILE: this is not the key that the database was sealed with") from None
