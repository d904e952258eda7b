"""What the repositories share: one connection in one transaction, the keys, and small statements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Insert, RowMapping, Select, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import MasterKey, Sealer
from bot.domain.text import clean
from bot.storage.tables import contacts, conversations, sealing

#: Kinds of rows that belong to no contact, each with a key of its own.
KINDS = ("officers", "poison")


@dataclass(frozen=True, kw_only=True)
class Work:
    """One transaction's connection with the keys; never shared between tasks."""

    connection: AsyncConnection
    master: MasterKey = field(repr=False)
    kinds: Mapping[str, Sealer] = field(repr=False)

    @property
    def is_sqlite(self) -> bool:
        """SQLite has one writer, so it needs no row locks."""
        return self.connection.dialect.name == "sqlite"

    async def one(self, statement: Any) -> RowMapping | None:
        """The first row, or None."""
        return (await self.connection.execute(statement)).mappings().first()

    async def rows(self, statement: Any) -> list[RowMapping]:
        """All rows."""
        return list((await self.connection.execute(statement)).mappings().all())

    async def run(self, statement: Any) -> int:
        """Execute; how many rows it touched."""
        return int((await self.connection.execute(statement)).rowcount)

    def insert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """An insert that knows ``on_conflict_do_nothing`` on either database."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    async def insert_new(self, table: Table, row: Mapping[str, Any]) -> bool:
        """Insert a row unless one with the same key is there, also when another transaction writes it now; whether it is new."""
        statement = self.insert(table).values(row).on_conflict_do_nothing().returning(table.c.id)
        return (await self.connection.execute(statement)).first() is not None

    def locked(self, statement: Select[Any], *, skip: bool = False, of: Table | None = None) -> Select[Any]:
        """The rows held until the transaction ends (SQLite holds everything since its BEGIN IMMEDIATE)."""
        return statement if self.is_sqlite else statement.with_for_update(skip_locked=skip, of=of)

    def blind(self, column: str, value: str) -> bytes:
        """The keyed hash by which ``value`` is found in ``column``."""
        return self.master.blind(column, value)

    def sealer(self, contact: RowMapping) -> Sealer | None:
        """The contact's own key; None when it was destroyed."""
        wrapped = contact["wrapped_key"]
        return None if wrapped is None else self.master.unwrap(wrapped, f"contacts|wrapped_key|{contact['id']}")

    async def sealer_of(self, conversation: str) -> Sealer | None:
        """The key of a conversation's contact."""
        joined = select(contacts.c.id, contacts.c.wrapped_key).join(conversations, conversations.c.contact_id == contacts.c.id)
        row = await self.one(joined.where(conversations.c.id == conversation))
        return self.sealer(row) if row is not None else None


def sealed(sealer: Sealer, text: str, table: str, column: str, row: str) -> bytes:
    """A text for one place; what no database can hold (lone surrogates, NUL) is replaced first."""
    return sealer.seal_text(clean(text), f"{table}|{column}|{row}")


def opened(sealer: Sealer | None, blob: bytes | None, table: str, column: str, row: str) -> str:
    """The text of that place; empty when it was erased."""
    if sealer is None or blob is None:
        return ""
    return sealer.open_text(blob, f"{table}|{column}|{row}")


def new_kinds(master: MasterKey) -> tuple[Insert, list[dict[str, Any]]]:
    """The rows with which a new database begins: one wrapped key a kind.  They are also the check that a key fits."""
    rows = [{"kind": kind, "wrapped_key": master.wrap(Sealer.new(), f"sealing|wrapped_key|{kind}")} for kind in KINDS]
    return sealing.insert(), rows
