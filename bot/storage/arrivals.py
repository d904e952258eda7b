"""Whose message it is: an officer's, or a defender's with contact and conversation (made where they are new)."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from bot.crypto import Sealer
from bot.domain.ids import ConversationId, new_id
from bot.domain.message import Incoming, Kind
from bot.storage.base import Work, sealed
from bot.storage.tables import contacts, conversations, officers, outbox

_NOT_CODE = re.compile(r"[^0-9A-Za-z]")


def canonical_code(text: str) -> str:
    """An enrolment code as it is looked up: letters and digits, upper case."""
    return _NOT_CODE.sub("", text).upper()


class Arrivals:
    """Finds, or makes, the place of a message."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def officer(self, incoming: Incoming, now: datetime) -> str | None:
        """The officer who wrote it: known by address, or holding a pending enrolment code."""
        address = self._work.blind("officers.address", f"{incoming.channel}|{incoming.sender}")
        known = officers.c.address_index == address
        code = canonical_code(incoming.text) if incoming.kind is Kind.TEXT and len(incoming.text) <= 64 else ""
        if code:
            pending = (officers.c.code_index == self._work.blind("officers.code", code)) & (officers.c.code_until > now)
            known = or_(known, pending)
        row = await self._work.one(select(officers.c.id).where(known).order_by(officers.c.enrolled_at.is_(None)).limit(1))
        return None if row is None else str(row["id"])

    async def place(self, incoming: Incoming, now: datetime) -> tuple[ConversationId, Sealer, int]:
        """The conversation, its contact's key, and the message's number in it."""
        index = self._work.blind("contacts.address", f"{incoming.channel}|{incoming.sender}")
        contact = await self._contact(index) or await self._make(incoming, index, now)
        sealer = self._work.sealer(contact)
        if sealer is None:
            raise LookupError("a contact with an address has a key")
        await self._mark(incoming, contact, now)
        counted = (
            update(conversations)
            .where(conversations.c.contact_id == contact["id"])
            .values(in_seq=conversations.c.in_seq + 1, last_message_at=now, due_at=now)
            .returning(conversations.c.id, conversations.c.in_seq)
        )
        row = (await self._work.connection.execute(counted)).mappings().one()
        return ConversationId(row["id"]), sealer, int(row["in_seq"])

    async def _contact(self, index: bytes) -> Any:
        return await self._work.one(select(contacts).where(contacts.c.address_index == index))

    async def _make(self, incoming: Incoming, index: bytes, now: datetime) -> Any:
        """A new contact with its own key; when another process was quicker, theirs."""
        contact, sealer = new_id(), Sealer.new()
        row = {
            "id": contact,
            "channel": incoming.channel,
            "address_index": index,
            "address_sealed": sealed(sealer, incoming.sender, "contacts", "address_sealed", contact),
            "account_sealed": sealed(sealer, incoming.account, "contacts", "account_sealed", contact),
            "wrapped_key": self._work.master.wrap(sealer, f"contacts|wrapped_key|{contact}"),
            "created_at": now,
        }
        if await self._work.insert_new(contacts, row):
            beginning = {"id": new_id(), "contact_id": contact, "locale": "en", "last_message_at": now}
            await self._work.run(conversations.insert().values(beginning))
        return await self._contact(index)

    async def _mark(self, incoming: Incoming, contact: Any, now: datetime) -> None:
        """Blocked, erased and untrusted are facts about the person that a message changes."""
        changes: dict[str, Any] = {}
        blocked = now if incoming.kind is Kind.BLOCKED else None
        if (contact["blocked_at"] is None) != (blocked is None):
            changes["blocked_at"] = blocked
        if contact["erased_at"] is not None:
            changes["erased_at"] = None
        if incoming.key_changed and contact["key_held_at"] is None:
            changes["key_held_at"] = now
            mine = select(conversations.c.id).where(conversations.c.contact_id == contact["id"]).scalar_subquery()
            waiting = (outbox.c.conversation_id == mine) & outbox.c.state.in_(("waiting", "taken"))
            await self._work.run(update(outbox).where(waiting).values(state="held", token=None))
        if changes:
            await self._work.run(update(contacts).where(contacts.c.id == contact["id"]).values(**changes))
