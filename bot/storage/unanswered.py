"""What waits for an answer while nobody may be answered: read, and left as it is."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from bot.domain.ids import ConversationId
from bot.domain.message import Message
from bot.storage.base import Work
from bot.storage.inbox import SqlInbox
from bot.storage.tables import conversations, inbox

_WAITING = (inbox.c.state == "waiting", inbox.c.party == "defender")


class SqlUnanswered:
    """The port ``Unanswered``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def latest(self, now: datetime) -> Mapping[ConversationId, int]:
        """By what is due; who waits longest first."""
        of = select(inbox.c.conversation_id, func.max(inbox.c.seq).label("seq")).join(conversations)
        due = of.where(*_WAITING, conversations.c.due_at <= now).group_by(inbox.c.conversation_id, conversations.c.due_at)
        return {
            ConversationId(row["conversation_id"]): int(row["seq"]) for row in await self._work.rows(due.order_by(conversations.c.due_at))
        }

    async def read(self, conversation: ConversationId, after: int) -> list[Message]:
        """In order."""
        mine = select(inbox).where(*_WAITING, inbox.c.conversation_id == conversation, inbox.c.seq > after).order_by(inbox.c.seq)
        rows = await self._work.rows(mine)
        sealer = (await self._work.person(conversation)).sealer
        return [SqlInbox(self._work).message(row, sealer) for row in rows]
