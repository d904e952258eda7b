"""What the repositories share: one connection in one transaction, the keys, whose conversation it is, and small statements."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Insert, RowMapping, Table, bindparam, exists, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import MasterKey, Sealer, Unsealable
from bot.domain.message import Button, Piece
from bot.domain.text import clean
from bot.storage.filetables import UNTOLD, attachments
from bot.storage.tables import contacts, conversations, sealing

#: The name of a loop that there is not.
NOBODY = "-"
#: Kinds of rows that belong to no contact, each with a key of its own.
KINDS = ("officers", "poison")

_PERSON = select(
    contacts,
    conversations.c.id.label("conversation_id"),
    conversations.c.locale,
    conversations.c.memory_sealed,
    conversations.c.in_seq,
    conversations.c.question_sent_at,
    conversations.c.last_message_at,
    # A question of its own would cost every message a visit to the database.
    exists().where(attachments.c.conversation_id == conversations.c.id, UNTOLD).label("file_untold"),
).join_from(conversations, contacts, conversations.c.contact_id == contacts.c.id)
#: Locks are always taken in the order conversation, handoff, contact, outbox: two transactions never wait for each other in a circle.
_BY_CONVERSATION = _PERSON.where(conversations.c.id == bindparam("of")).with_for_update(of=[conversations, contacts])
_BY_ADDRESS = _PERSON.where(contacts.c.address_index == bindparam("of")).with_for_update(of=[conversations, contacts])


@dataclass(frozen=True, kw_only=True)
class Person:
    """A contact with its conversation, held until the transaction ends."""

    row: RowMapping = field(repr=False)
    sealer: Sealer | None = field(repr=False)  #: None when the key was destroyed, or is damaged

    @property
    def is_damaged(self) -> bool:
        """The key is there and opens nothing any more."""
        return self.sealer is None and self.row["wrapped_key"] is not None


@dataclass(frozen=True, kw_only=True)
class Work:
    """One transaction's connection with the keys; never shared between tasks."""

    connection: AsyncConnection
    master: MasterKey = field(repr=False)
    kinds: Mapping[str, Sealer] = field(repr=False)
    counted: Counter[str] = field(default_factory=Counter)  #: written when the transaction commits
    people: dict[str, Person] = field(default_factory=dict, repr=False)  #: held by this transaction, so they stay true
    wakes: set[str] = field(default_factory=set)  #: the loops that its commit wakes; empty: all

    def wakes_only(self, *loops: str) -> None:
        """The commit need not wake all loops, just these; what is not woken looks again within a quarter of a second anyway."""
        self.wakes.update(loops or (NOBODY,))

    @property
    def whom(self) -> set[str] | None:
        """Whom the commit wakes; None: everybody."""
        return self.wakes or None

    async def one(self, statement: Any, values: Mapping[str, Any] | None = None) -> RowMapping | None:
        """The first row, or None."""
        return (await self.connection.execute(statement, values)).mappings().first()

    async def rows(self, statement: Any, values: Mapping[str, Any] | None = None) -> list[RowMapping]:
        """All rows."""
        return list((await self.connection.execute(statement, values)).mappings().all())

    async def value(self, statement: Any, values: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, or None."""
        return (await self.connection.execute(statement, values)).scalar()

    async def run(self, statement: Any, values: Mapping[str, Any] | None = None) -> int:
        """Execute; how many rows it touched."""
        return int((await self.connection.execute(statement, values)).rowcount)

    async def insert_new(self, table: Table, row: Mapping[str, Any]) -> bool:
        """Insert a row unless one with the same key is there, also when another transaction writes it now; whether it is new."""
        return (await self.connection.execute(_insert_new(table), row)).first() is not None

    async def change(self, table: Table, row: str, **values: Any) -> int:
        """Change a row by its id; how many rows that touched."""
        return await self.run(
            _changed(table, tuple(sorted(values))), {"row": row} | {f"to_{name}": value for name, value in values.items()}
        )

    def blind(self, column: str, value: str) -> bytes:
        """The keyed hash by which ``value`` is found in ``column``."""
        return self.master.blind(column, value)

    def sealer(self, contact: RowMapping) -> Sealer | None:
        """The contact's own key; None when it was destroyed."""
        wrapped = contact["wrapped_key"]
        return None if wrapped is None else self.master.unwrap(wrapped, f"contacts|wrapped_key|{contact['id']}")

    async def person(self, conversation: str) -> Person:
        """Whose conversation it is, read for update.  Raises LookupError."""
        known = self.people.get(conversation)
        return known or self._met(await self.one(_BY_CONVERSATION, {"of": conversation}))

    async def person_at(self, address_index: bytes) -> Person | None:
        """Who writes from this address, read for update."""
        row = await self.one(_BY_ADDRESS, {"of": address_index})
        return None if row is None else self._met(row)

    def _met(self, row: RowMapping | None) -> Person:
        if row is None:
            raise LookupError("no such conversation")
        person = Person(row=row, sealer=sealer_of(self, row))
        self.people[row["conversation_id"]] = person
        return person


def sealer_of(work: Work, contact: RowMapping) -> Sealer | None:
    """A contact's own key; None too where it is damaged: that must hold up nobody else, nor that this one is erased or closed."""
    try:
        return work.sealer(contact)
    except Unsealable:
        return None


@cache
def _insert_new(table: Table) -> Any:
    """Made once for each table: making a statement takes longer than carrying it out."""
    return upsert(table).on_conflict_do_nothing().returning(table.c.id)


@cache
def _changed(table: Table, columns: tuple[str, ...]) -> Any:
    """Made once for each table and set of columns."""
    values = {name: bindparam(f"to_{name}", type_=table.c[name].type) for name in columns}
    return update(table).where(table.c.id == bindparam("row")).values(values)


def upsert(table: Table) -> postgresql.Insert:
    """An insert that knows ``ON CONFLICT``, which SQLite writes just like PostgreSQL."""
    return postgresql.insert(table)


def sealed(sealer: Sealer, text: str, table: str, column: str, row: str) -> bytes:
    """A text for one place; what no database can hold (lone surrogates, NUL) is replaced first."""
    return sealer.seal_text(clean(text), f"{table}|{column}|{row}")


def opened(sealer: Sealer | None, blob: bytes | None, table: str, column: str, row: str) -> str:
    """The text of that place; empty when it was erased.  Raises Unsealable."""
    if sealer is None or blob is None:
        return ""
    return sealer.open_text(blob, f"{table}|{column}|{row}")


def readable(sealer: Sealer | None, blob: bytes | None, table: str, column: str, row: str) -> str | None:
    """The text of that place; None when it is damaged, or its key is, or it is another's: one bad row stops nothing else."""
    if sealer is None and blob is not None:
        return None
    try:
        return opened(sealer, blob, table, column, row)
    except Unsealable:
        return None


def sealed_piece(sealer: Sealer, piece: Piece, row: str) -> bytes:
    """The text and the buttons of an outbox row as one sealed value."""
    return sealed(sealer, json.dumps([piece.text, *piece.buttons], ensure_ascii=False), "outbox", "text_sealed", row)


def opened_piece(sealer: Sealer | None, row: RowMapping) -> Piece | None:
    """The piece of an outbox row: empty when it was erased, None when it is damaged or another's."""
    text = readable(sealer, row["text_sealed"], "outbox", "text_sealed", row["id"])
    if not text:
        return None if text is None else Piece(text="")
    words = json.loads(text)
    return Piece(text=words[0], styled=row["styled"], buttons=tuple(map(_button, words[1:])))


def _button(kept: str | list[str]) -> Button:
    """Rows of an earlier version keep one word that is both label and meaning."""
    return Button(kept, kept) if isinstance(kept, str) else Button(*kept)


def new_kinds(master: MasterKey) -> tuple[Insert, list[dict[str, Any]]]:
    """The rows with which a new database begins: one wrapped key a kind.  They are also the check that a key fits."""
    rows = [{"kind": kind, "wrapped_key": master.wrap(Sealer.new(), f"sealing|wrapped_key|{kind}")} for kind in KINDS]
    return sealing.insert(), rows
