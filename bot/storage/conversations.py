"""Conversations with their contact, read for update; erasing them."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, select, update

from bot.crypto import Sealer
from bot.domain.conversation import Conversation, Memory
from bot.domain.handoff import Spoken
from bot.domain.ids import ContactId, ConversationId, OfficerId, new_id
from bot.domain.message import ChannelName
from bot.storage.base import Work, opened, sealed
from bot.storage.handoffs import handoff_of
from bot.storage.tables import contacts, conversations, handoffs, inbox, notes, outbox


class SqlConversations:
    """The port ``Conversations``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def lock(self, conversation: ConversationId) -> Conversation:
        """The conversation, held; its handoffs are read after the lock, so they are what they are."""
        mine = select(conversations).where(conversations.c.id == conversation)
        row = await self._work.one(self._work.locked(mine))
        if row is None:
            raise LookupError("no such conversation")
        contact = await self._contact(row["contact_id"])
        memory = opened(self._work.sealer(contact), row["memory_sealed"], "conversations", "memory_sealed", row["id"])
        held = select(handoffs).where(handoffs.c.conversation_id == conversation)
        open_ = await self._work.one(held.where(handoffs.c.state != "closed"))
        closed = await self._work.one(held.where(handoffs.c.state == "closed").order_by(handoffs.c.closed_at.desc()).limit(1))
        return Conversation(
            id=conversation,
            contact=ContactId(contact["id"]),
            channel=ChannelName(contact["channel"]),
            locale=row["locale"],
            muted=contact["muted"],
            erased=contact["erased_at"] is not None,
            do_not_write_first=contact["do_not_write_first"],
            memory=Memory.from_json(json.loads(memory)) if memory else Memory(),
            question_sent_at=row["question_sent_at"],
            handoff=None if open_ is None else handoff_of(open_),
            closed_handoff=None if closed is None else handoff_of(closed),
            last_message_at=row["last_message_at"],
        )

    async def _contact(self, contact: str) -> RowMapping:
        row = await self._work.one(select(contacts).where(contacts.c.id == contact))
        if row is None:
            raise LookupError("no such contact")
        return row

    async def save(self, conversation: Conversation) -> None:
        """Write back what the dialogue may change."""
        contact = await self._contact(conversation.contact)
        sealer = self._work.sealer(contact)
        memory = json.dumps(conversation.memory.to_json())
        values: dict[str, Any] = {"locale": conversation.locale}
        if sealer is not None:
            values["memory_sealed"] = sealed(sealer, memory, "conversations", "memory_sealed", conversation.id)
        await self._work.run(update(conversations).where(conversations.c.id == conversation.id).values(**values))
        marks = {"muted": conversation.muted, "do_not_write_first": conversation.do_not_write_first}
        if (contact["muted"], contact["do_not_write_first"]) != tuple(marks.values()):
            await self._work.run(update(contacts).where(contacts.c.id == conversation.contact).values(**marks))

    async def read(self, conversation: ConversationId, last: int | None = None) -> list[Spoken]:
        """The whole talk, oldest first; what the sender deleted is marked, and still there only while it must be."""
        sealer = await self._work.sealer_of(conversation)
        spoken = [*await self._heard(conversation, sealer), *await self._said(conversation, sealer)]
        spoken += await self._noted(conversation, sealer)
        spoken.sort(key=lambda line: line.at)
        return spoken[-last:] if last else spoken

    async def _heard(self, conversation: ConversationId, sealer: Sealer | None) -> list[Spoken]:
        rows = await self._work.rows(select(inbox).where(inbox.c.conversation_id == conversation).order_by(inbox.c.seq))
        return [
            Spoken(
                who="defender",
                at=row["received_at"],
                text=opened(sealer, row["text_sealed"], "inbox", "text_sealed", row["id"]),
                kind=row["kind"],
                state="deleted_by_sender" if row["deleted_at"] else "kept",
            )
            for row in rows
        ]

    async def _said(self, conversation: ConversationId, sealer: Sealer | None) -> list[Spoken]:
        mine = outbox.c.conversation_id == conversation
        rows = await self._work.rows(select(outbox).where(mine, outbox.c.name != "erase_chat").order_by(outbox.c.seq))
        return [
            Spoken(
                who=row["speaker"],
                at=row["created_at"],
                text=opened(sealer, row["text_sealed"], "outbox", "text_sealed", row["id"]),
                kind=row["name"],
                state=row["state"],
            )
            for row in rows
        ]

    async def _noted(self, conversation: ConversationId, sealer: Sealer | None) -> list[Spoken]:
        rows = await self._work.rows(select(notes).where(notes.c.conversation_id == conversation).order_by(notes.c.at))
        return [
            Spoken(who="note", at=row["at"], text=opened(sealer, row["text_sealed"], "notes", "text_sealed", row["id"])) for row in rows
        ]

    async def address(self, conversation: ConversationId) -> tuple[ChannelName, str]:
        """Where the contact is reached; an empty address after an erasure."""
        joined = select(contacts).join(conversations, conversations.c.contact_id == contacts.c.id)
        row = await self._work.one(joined.where(conversations.c.id == conversation))
        if row is None:
            raise LookupError("no such conversation")
        address = opened(self._work.sealer(row), row["address_sealed"], "contacts", "address_sealed", row["id"])
        return ChannelName(row["channel"]), address

    async def trust(self, conversation: ConversationId) -> int:
        """Held rows go out."""
        mine = select(conversations.c.contact_id).where(conversations.c.id == conversation).scalar_subquery()
        await self._work.run(update(contacts).where(contacts.c.id == mine).values(key_held_at=None))
        held = (outbox.c.conversation_id == conversation) & (outbox.c.state == "held")
        return await self._work.run(update(outbox).where(held).values(state="waiting"))

    async def note(self, conversation: ConversationId, officer: OfficerId | None, text: str, now: datetime) -> None:
        """Keep a note, sealed with the contact's key, so that it goes when the person is erased."""
        sealer = await self._work.sealer_of(conversation)
        if sealer is None:
            raise LookupError("the contact was erased")
        row = new_id()
        blob = sealed(sealer, text, "notes", "text_sealed", row)
        values = {"id": row, "conversation_id": conversation, "officer_id": officer, "at": now, "text_sealed": blob}
        await self._work.run(notes.insert().values(values))

    async def erase(self, conversation: ConversationId, now: datetime, *, keep_address: bool) -> None:
        """Texts, notes, keys and memory go; the contact's data key is destroyed, so old backups are mute too."""
        row = await self._work.one(select(conversations).where(conversations.c.id == conversation))
        if row is None:
            raise LookupError("no such conversation")
        channel_address = await self.address(conversation)
        await self._erase_texts(conversation)
        values = await self._new_seal(row["contact_id"], channel_address[1]) if keep_address else _NOTHING_LEFT
        await self._work.run(update(contacts).where(contacts.c.id == row["contact_id"]).values(erased_at=now, **values))
        mine = conversations.c.id == conversation
        await self._work.run(update(conversations).where(mine).values(memory_sealed=None, question_sent_at=None))

    async def _erase_texts(self, conversation: ConversationId) -> None:
        mine = outbox.c.conversation_id == conversation
        pending = outbox.c.state.in_(("waiting", "taken", "held"))
        await self._work.run(update(outbox).where(mine, pending).values(state="cancelled", token=None))
        await self._work.run(update(outbox).where(mine).values(text_sealed=None, key_sealed=None))
        await self._work.run(delete(notes).where(notes.c.conversation_id == conversation))
        gone = {"text_sealed": None, "extra_sealed": None, "expires_at": None, "deleted_at": None}
        await self._work.run(update(inbox).where(inbox.c.conversation_id == conversation).values(**gone))

    async def _new_seal(self, contact: str, address: str) -> dict[str, Any]:
        """The address under a new key; the old key is overwritten."""
        old = await self._contact(contact)
        account = opened(self._work.sealer(old), old["account_sealed"], "contacts", "account_sealed", contact)
        sealer = Sealer.new()
        return {
            "wrapped_key": self._work.master.wrap(sealer, f"contacts|wrapped_key|{contact}"),
            "address_sealed": sealed(sealer, address, "contacts", "address_sealed", contact),
            "account_sealed": sealed(sealer, account, "contacts", "account_sealed", contact),
        }


_NOTHING_LEFT: dict[str, Any] = {
    "wrapped_key": None,
    "address_index": None,
    "address_sealed": None,
    "account_sealed": None,
    "blocked_at": None,
}
