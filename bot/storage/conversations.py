"""Conversations with their contact, read for update."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, String, Table, bindparam, case, cast, func, select, update

from bot.crypto import Sealer
from bot.domain.conversation import Conversation, Memory
from bot.domain.errors import Refused
from bot.domain.files import FileState
from bot.domain.handoff import Handoff, Spoken
from bot.domain.ids import ContactId, ConversationId, OfficerId, new_id
from bot.domain.message import ACTS, ChannelName
from bot.storage.base import Work, opened, opened_piece, readable, sealed
from bot.storage.erasing import Eraser
from bot.storage.files import attachments_of
from bot.storage.filetables import attachments, exports
from bot.storage.handoffs import handoff_of
from bot.storage.kept import files_of
from bot.storage.tables import contacts, conversations, handoffs, inbox, notes, observers, outbox
from bot.storage.takeback import TAKEN_BACK, may_go_again, never_taken

_OF: BindParameter[str] = bindparam("of")
#: The open one first, then the one closed last; held, so that no claim slips in between reading and writing.
_HANDOFFS = (
    select(handoffs)
    .where(handoffs.c.conversation_id == _OF)
    .order_by(case((handoffs.c.state == "closed", 1), else_=0), handoffs.c.closed_at.desc())
    .limit(2)
    .with_for_update()
)
_SAVE = update(conversations).where(conversations.c.id == _OF).values(locale=bindparam("to_locale"), memory_sealed=bindparam("memory"))
_UNREADABLE = "unreadable"


def _number(table: Table, *more: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(table).where(table.c.conversation_id == _OF, *more).scalar_subquery()


_OPEN = select(
    handoffs.c.reference + handoffs.c.state + handoffs.c.cls + handoffs.c.kind + func.coalesce(handoffs.c.holder_id, "")
    + func.coalesce(cast(handoffs.c.acknowledged_at, String), "") + func.coalesce(handoffs.c.offered_to, "")
    + func.coalesce(cast(handoffs.c.offered_at, String), "")
    + cast(select(func.count()).where(observers.c.handoff_id == handoffs.c.id).scalar_subquery(), String)
).where(handoffs.c.conversation_id == _OF, handoffs.c.state != "closed").scalar_subquery()  # fmt: skip
_EXPORTS = [
    select(func.count(column)).join_from(exports, attachments).where(attachments.c.conversation_id == _OF).scalar_subquery()
    for column in (exports.c.id, exports.c.agreed_at)
]
_STAMP = select(
    conversations.c.in_seq, conversations.c.out_seq, contacts.c.key_held_at, _number(notes),
    _number(inbox, inbox.c.deleted_at.is_not(None)),
    *(_number(attachments, attachments.c.state == state) for state in FileState), *_EXPORTS,
    *(_number(outbox, outbox.c.state == state) for state in ("taken", "held", "sent", "given_up", "cancelled")), _OPEN,
).join_from(conversations, contacts, conversations.c.contact_id == contacts.c.id).where(conversations.c.id == _OF)  # fmt: skip


class SqlConversations:
    """The port ``Conversations``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def lock(self, conversation: ConversationId) -> Conversation:
        """The conversation, held; its handoffs are read after the lock, so they are what they are."""
        person = await self._work.person(conversation)
        row = person.row
        found = [handoff_of(each) for each in await self._work.rows(_HANDOFFS, {"of": conversation})]
        open_: list[Handoff] = [each for each in found if each.is_open]
        closed: list[Handoff] = [each for each in found if not each.is_open]
        return Conversation(
            id=conversation,
            contact=ContactId(row["id"]),
            channel=ChannelName(row["channel"]),
            locale=row["locale"],
            muted=row["muted"],
            erased=row["erased_at"] is not None,
            do_not_write_first=row["do_not_write_first"],
            memory=self._memory(conversation, person.sealer, row["memory_sealed"]),
            question_sent_at=row["question_sent_at"],
            handoff=open_[0] if open_ else None,
            closed_handoff=closed[0] if closed else None,
            last_message_at=row["last_message_at"],
            shut_out_at=row["shut_out_at"],
            key_changed_at=row["key_held_at"],
            file_untold=bool(row["file_untold"]),
        )

    def _memory(self, conversation: ConversationId, sealer: Sealer | None, blob: bytes | None) -> Memory:
        """A damaged memory is no memory: the person is asked again rather than not answered."""
        text = readable(sealer, blob, "conversations", "memory_sealed", conversation)
        if text is None:
            self._work.counted["unsealable_memory"] += 1
        return Memory.from_json(json.loads(text)) if text else Memory()

    async def save(self, conversation: Conversation) -> None:
        """Write back what the dialogue may change."""
        person = await self._work.person(conversation.id)
        memory = json.dumps(conversation.memory.to_json())
        blob = None if person.sealer is None else sealed(person.sealer, memory, "conversations", "memory_sealed", conversation.id)
        await self._work.run(_SAVE, {"of": conversation.id, "to_locale": conversation.locale, "memory": blob})
        marks = {"muted": conversation.muted, "do_not_write_first": conversation.do_not_write_first}
        if any(person.row[name] != mark for name, mark in marks.items()):
            await self._work.run(update(contacts).where(contacts.c.id == conversation.contact).values(**marks))
            self._work.people.pop(conversation.id)

    async def read(self, conversation: ConversationId, last: int | None = None, *, only: int | None = None) -> list[Spoken]:
        """The whole talk, oldest first; what the sender deleted is marked, and still there only while it must be."""
        sealer = (await self._work.person(conversation)).sealer
        if only is not None:
            return await self._heard(conversation, sealer, only)
        spoken = [*await self._heard(conversation, sealer), *await self._said(conversation, sealer)]
        spoken += await self._noted(conversation, sealer)
        spoken.sort(key=lambda line: line.at)
        return spoken[-last:] if last else spoken

    async def _heard(self, conversation: ConversationId, sealer: Sealer | None, only: int | None = None) -> list[Spoken]:
        lines, files = [], await files_of(self._work, conversation, sealer)
        mine = (inbox.c.conversation_id == conversation, *(() if only is None else (inbox.c.seq == only,)))
        for row in await self._work.rows(select(inbox).where(*mine).order_by(inbox.c.seq)):
            text = readable(sealer, row["text_sealed"], "inbox", "text_sealed", row["id"])
            state = "deleted_by_sender" if row["deleted_at"] else "kept"
            kind = _UNREADABLE if text is None else row["kind"]
            ends = row["deleted_at"] or row["expires_at"]
            said = {"at": row["received_at"], "text": text or "", "kind": kind, "state": state, "hidden_from": ends, "seq": row["seq"]}
            said |= {"id": row["id"], "forwarded": row["forwarded"]}
            lines.append(Spoken(who="defender", attachments=attachments_of(sealer, row), files=files.get(row["id"], {}), **said))
        return lines

    async def _said(self, conversation: ConversationId, sealer: Sealer | None) -> list[Spoken]:
        mine = outbox.c.conversation_id == conversation
        lines = []
        for row in await self._work.rows(select(outbox).where(mine, outbox.c.name.not_in(ACTS)).order_by(outbox.c.seq)):
            piece = opened_piece(sealer, row)
            text, kind = (piece.words, row["name"]) if piece else ("", _UNREADABLE)
            fate = {"state": row["state"], "sent_at": row["sent_at"], "failure": row["failure"] or "", "never_taken": never_taken(row)}
            fate["may_go_again"] = may_go_again(row)
            if row["failure"] == TAKEN_BACK:
                fate |= {"state": TAKEN_BACK, "failure": ""}
            by = None if row["author_id"] is None else OfficerId(row["author_id"])
            lines.append(Spoken(id=row["id"], who=row["speaker"], at=row["created_at"], text=text, kind=kind, by=by, **fate))
        return lines

    async def _noted(self, conversation: ConversationId, sealer: Sealer | None) -> list[Spoken]:
        lines = []
        for row in await self._work.rows(select(notes).where(notes.c.conversation_id == conversation).order_by(notes.c.at)):
            text = readable(sealer, row["text_sealed"], "notes", "text_sealed", row["id"])
            by = None if row["officer_id"] is None else OfficerId(row["officer_id"])
            kind = "text" if text is not None else _UNREADABLE
            lines.append(Spoken(id=row["id"], who="note", at=row["at"], text=text or "", kind=kind, by=by))
        return lines

    async def stamp(self, conversation: ConversationId) -> str:
        """Numbers and states; nothing that a reading changes."""
        return " ".join(map(str, (await self._work.connection.execute(_STAMP, {"of": conversation})).one()))

    async def address(self, conversation: ConversationId) -> tuple[ChannelName, str]:
        """Where the contact is reached; an empty address after an erasure."""
        person = await self._work.person(conversation)
        address = opened(person.sealer, person.row["address_sealed"], "contacts", "address_sealed", person.row["id"])
        return ChannelName(person.row["channel"]), address

    async def shut_out(self, conversation: ConversationId, at: datetime | None) -> None:
        """A mark of the contact."""
        person = await self._work.person(conversation)
        await self._work.run(update(contacts).where(contacts.c.id == person.row["id"]).values(shut_out_at=at))
        self._work.people.pop(conversation)

    async def trust(self, conversation: ConversationId) -> int:
        """Held rows go out."""
        person = await self._work.person(conversation)
        await self._work.run(update(contacts).where(contacts.c.id == person.row["id"]).values(key_held_at=None))
        self._work.people.pop(conversation)
        held = (outbox.c.conversation_id == conversation) & (outbox.c.state == "held")
        return await self._work.run(update(outbox).where(held).values(state="waiting"))

    async def note(self, conversation: ConversationId, officer: OfficerId | None, text: str, now: datetime) -> None:
        """Keep a note, sealed with the contact's key, so that it goes when the person is erased."""
        person = await self._work.person(conversation)
        if person.is_damaged:
            raise Refused("damaged")
        if (sealer := person.sealer) is None:
            raise LookupError("the contact was erased")
        row = new_id()
        blob = sealed(sealer, text, "notes", "text_sealed", row)
        values = {"id": row, "conversation_id": conversation, "officer_id": officer, "at": now, "text_sealed": blob}
        await self._work.run(notes.insert().values(values))

    async def erase(self, conversation: ConversationId, now: datetime, *, keep_address: bool) -> None:
        """Texts, notes, keys and memory go, and the contact's data key with them; backups made before keep what they hold."""
        await Eraser(self._work).whole(conversation, now, keep_address=keep_address)
