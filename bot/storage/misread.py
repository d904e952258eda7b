"""Marks on messages that the model misread: two columns of the message's own row, so they end when its text does."""

from datetime import datetime

from sqlalchemy import RowMapping, and_, select, update

from bot.domain.handoff import DutyLane
from bot.domain.ids import ConversationId, MessageId
from bot.domain.message import Kind
from bot.ports import Misread
from bot.storage.base import Work, readable
from bot.storage.tables import conversations, handoffs, inbox

#: Words that the person still wants to be there: not deleted, and not meant to disappear.
_THERE = and_(
    inbox.c.party == "defender",
    inbox.c.kind.not_in((Kind.BUTTON, Kind.GROUP)),
    inbox.c.text_sealed.is_not(None),
    inbox.c.deleted_at.is_(None),
    inbox.c.expires_at.is_(None),
)
_MARKED = and_(_THERE, inbox.c.misread_at.is_not(None))


class SqlMisreads:
    """The port ``Misreads``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def mark(self, conversation: ConversationId, number: int | None, intent: str | None, now: datetime) -> int | None:
        """Mark that message, or the latest with words."""
        mine = [inbox.c.conversation_id == conversation, *([] if number is None else [inbox.c.seq == number])]
        for row in await self._work.rows(select(inbox).where(_THERE, *mine).order_by(inbox.c.seq.desc())):
            if (await self._text(row)).strip():
                await self._work.change(inbox, row["id"], misread_at=now, misread_intent=intent)
                return int(row["seq"])
        return None

    async def _text(self, row: RowMapping) -> str:
        """Its words; empty where they are damaged."""
        sealer = (await self._work.person(row["conversation_id"])).sealer
        return readable(sealer, row["text_sealed"], "inbox", "text_sealed", row["id"]) or ""

    async def all(self) -> list[MessageId]:
        """What is marked, in the order of marking."""
        rows = await self._work.rows(select(inbox.c.id).where(_MARKED).order_by(inbox.c.misread_at, inbox.c.id))
        return [MessageId(row["id"]) for row in rows]

    async def read(self, message: MessageId) -> Misread | None:
        """The message with what a reviewer must know of its conversation."""
        joined = inbox.join(conversations, conversations.c.id == inbox.c.conversation_id)
        row = await self._work.one(select(inbox, conversations.c.locale).select_from(joined).where(_MARKED, inbox.c.id == message))
        if row is None:
            return None
        cases = select(handoffs).where(handoffs.c.conversation_id == row["conversation_id"]).order_by(handoffs.c.opened_at.desc())
        found = await self._work.rows(cases)
        return Misread(
            message=message,
            text=await self._text(row),
            intent=row["misread_intent"],
            locale=row["locale"],
            reference=found[0]["reference"],
            lanes=frozenset(DutyLane(each["lane"]) for each in found),
        )

    async def unmark(self, message: MessageId) -> bool:
        """Take the mark away, if it is still there."""
        taken = update(inbox).where(_MARKED, inbox.c.id == message).values(misread_at=None, misread_intent=None)
        return await self._work.run(taken) > 0
