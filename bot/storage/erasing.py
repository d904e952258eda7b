"""Erasing one conversation: its texts, or everything with the key that opened it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update

from bot.crypto import Sealer
from bot.domain.ids import ConversationId
from bot.domain.message import ERASE_FILES, TRUST_KEY
from bot.storage.base import Person, Work, opened, readable, sealed
from bot.storage.files import discard_files
from bot.storage.kept import reseal
from bot.storage.passing import erase_passing
from bot.storage.tables import contacts, conversations, handoffs, inbox, notes, outbox

#: What an erased message of the inbox holds.
ERASED: dict[str, Any] = {
    "text_sealed": None,
    "extra_sealed": None,
    "language_hint": None,
    "expires_at": None,
    "misread_at": None,
    "misread_intent": None,
}
PENDING = ("waiting", "taken", "held")
_NOTHING_LEFT: dict[str, Any] = {
    "wrapped_key": None,
    "address_index": None,
    "called_index": None,
    "address_sealed": None,
    "account_sealed": None,
    "blocked_at": None,
    "shut_out_at": None,
}


def unread_alarm() -> ColumnElement[bool]:
    """An alarm is open that this inbox row may belong to, and no officer has opened it since the message came."""
    return exists().where(
        handoffs.c.conversation_id == inbox.c.conversation_id,
        handoffs.c.state != "closed",
        handoffs.c.cls.in_(("E1", "unclear")),
        or_(handoffs.c.opened_by_person_at.is_(None), handoffs.c.opened_by_person_at < inbox.c.received_at),
    )


class Eraser:
    """Overwrites with nothing, so that no ciphertext is left in the tables; the log is truncated after the commit."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def texts(self, conversation: str, now: datetime, until: datetime | None = None, *, spare: Sequence[str] = ()) -> None:
        """What was said until then (or all of it), by anybody; what was still to be said then is cancelled.

        ``spare``: messages whose files stay, because they are put back.
        """
        self._work.counted["erasures"] += 1
        heard, noted = [inbox.c.conversation_id == conversation], []
        said = [outbox.c.conversation_id == conversation, outbox.c.name != ERASE_FILES]
        if until is not None:
            heard.append(inbox.c.received_at <= until)
            said.append(outbox.c.created_at <= until)
            noted.append(notes.c.at <= until)
        await discard_files(self._work, now, *heard, inbox.c.id.not_in(list(spare)))
        await self._work.run(update(inbox).where(*heard).values(**ERASED))
        # An officer's word on a changed safety number carries nothing that was said, and what is held waits for it.
        words = (*said, outbox.c.name != TRUST_KEY, outbox.c.state.in_(PENDING))
        await self._work.run(update(outbox).where(*words).values(state="cancelled", token=None))
        await self._work.run(update(outbox).where(*said).values(text_sealed=None, key_sealed=None))
        await erase_passing(self._work, conversation, until)
        await self._work.run(delete(notes).where(notes.c.conversation_id == conversation, *noted))

    async def memory(self, conversation: str) -> None:
        """What the dialogue remembers."""
        mine = conversations.c.id == conversation
        await self._work.run(update(conversations).where(mine).values(memory_sealed=None, question_sent_at=None))

    async def whole(self, conversation: ConversationId, now: datetime, *, keep_address: bool) -> None:
        """Everything, and the contact's key; the address may stay, under a new key.  Backups made before keep what they hold.

        With the address stays what arrived too late to be answered before: nothing that was kept is lost.
        """
        person = await self._work.person(conversation)
        keep_address = keep_address and not person.is_damaged  # nobody can read that address any more
        late = await self._late(conversation, person) if keep_address else []
        await self.texts(conversation, now, spare=[row for row, _, _ in late])
        await self.memory(conversation)
        values = _NOTHING_LEFT
        if keep_address:
            sealer = Sealer.new()
            values = self._resealed(person, sealer)
            for row, words, extra in late:
                await self._put_back(sealer, row, words, extra)
            await reseal(self._work, [row for row, _, _ in late], person.sealer, sealer)
        else:
            await self._nothing_due(conversation)
        contact = person.row["id"]
        await self._work.run(update(contacts).where(contacts.c.id == contact).values(erased_at=now, **values))
        self._work.people.pop(conversation)

    async def _late(self, conversation: str, person: Person) -> list[tuple[str, str, str]]:
        waiting = and_(inbox.c.conversation_id == conversation, inbox.c.state == "waiting")
        return [
            (
                row["id"],
                readable(person.sealer, row["text_sealed"], "inbox", "text_sealed", row["id"]) or "",
                readable(person.sealer, row["extra_sealed"], "inbox", "extra_sealed", row["id"]) or "",
            )
            for row in await self._work.rows(select(inbox.c.id, inbox.c.text_sealed, inbox.c.extra_sealed).where(waiting))
        ]

    async def _put_back(self, sealer: Sealer, row: str, words: str, extra: str) -> None:
        values = {
            "text_sealed": sealed(sealer, words, "inbox", "text_sealed", row),
            "extra_sealed": sealed(sealer, extra, "inbox", "extra_sealed", row) if extra else None,
        }
        await self._work.run(update(inbox).where(inbox.c.id == row).values(**values))

    def _resealed(self, person: Person, sealer: Sealer) -> dict[str, Any]:
        """Where the contact is reached, under a new key; the old key is overwritten."""
        contact = person.row["id"]
        values: dict[str, Any] = {"wrapped_key": self._work.master.wrap(sealer, f"contacts|wrapped_key|{contact}"), "called_index": None}
        for column in ("address_sealed", "account_sealed"):
            plain = opened(person.sealer, person.row[column], "contacts", column, contact)
            values[column] = sealed(sealer, plain, "contacts", column, contact)
        return values

    async def _nothing_due(self, conversation: str) -> None:
        """Nobody is left to be answered."""
        waiting = and_(inbox.c.conversation_id == conversation, inbox.c.state == "waiting")
        await self._work.run(update(inbox).where(waiting).values(state="done"))
        mine = conversations.c.id == conversation
        await self._work.run(update(conversations).where(mine).values(due_at=None, claim_token=None, claim_until=None))
