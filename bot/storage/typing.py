"""Officers who are writing now: rows that live for seconds."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, select, update

from bot.domain.ids import ConversationId
from bot.domain.message import ChannelName
from bot.storage.base import Work, opened, upsert
from bot.storage.tables import contacts, conversations, handoffs, typing

#: A messenger shows it for about so long, and is told so often at most.
EVERY = timedelta(seconds=5)
#: What is older is not true any more.
FRESH = timedelta(seconds=6)
_FORGOTTEN = timedelta(minutes=1)


class SqlTyping:
    """The port ``Typing``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def wish(self, conversation: ConversationId, now: datetime) -> bool:
        """Keep it, unless one was kept a moment ago."""
        row = {"conversation_id": conversation, "wished_at": now, "taken": False}
        new = upsert(typing).values(row)
        again = new.on_conflict_do_update(
            index_elements=["conversation_id"], set_={"wished_at": now, "taken": False}, where=typing.c.wished_at <= now - EVERY
        )
        return (await self._work.one(again.returning(typing.c.conversation_id))) is not None

    async def take(self, now: datetime) -> list[tuple[ChannelName, str]]:
        """What is fresh, with where it is to be shown; each is taken once, and none late."""
        waiting = and_(typing.c.taken.is_(False), typing.c.wished_at > now - FRESH)
        rows = await self._work.rows(select(contacts, typing.c.conversation_id).select_from(_JOINED).where(waiting, _ALLOWED))
        for row in rows:
            await self._work.run(update(typing).where(typing.c.conversation_id == row["conversation_id"]).values(taken=True))
        if rows:
            await self._work.run(delete(typing).where(typing.c.wished_at < now - _FORGOTTEN))
        return [(ChannelName(row["channel"]), self._address(row)) for row in rows]

    def _address(self, row: Any) -> str:
        return opened(self._work.sealer(row), row["address_sealed"], "contacts", "address_sealed", row["id"])


_JOINED = (
    typing.join(conversations, conversations.c.id == typing.c.conversation_id)
    .join(contacts, contacts.c.id == conversations.c.contact_id)
    .join(handoffs, and_(handoffs.c.conversation_id == conversations.c.id, handoffs.c.state == "claimed"))
)
#: Looked at once more: the person may have asked for silence, or gone, since the officer typed.
_ALLOWED = and_(
    contacts.c.wrapped_key.is_not(None), contacts.c.erased_at.is_(None), contacts.c.blocked_at.is_(None), contacts.c.key_held_at.is_(None),
    contacts.c.muted.is_(False), contacts.c.do_not_write_first.is_(False),
)  # fmt: skip
