"""The facts of which health is made: ages and numbers, no content."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, exists, func, select

from bot.domain.health import ALERTS_FAIL, Stored
from bot.domain.message import TRUST_KEY
from bot.storage.base import Work
from bot.storage.drills import EXERCISE
from bot.storage.ledger import SqlCounts
from bot.storage.officers import PEOPLE, reached
from bot.storage.tables import contacts, conversations, handoffs, inbox, officers, outbox

_later = outbox.alias("later")
#: The last word of trust was given up, and what is held is held still.
UNTRUSTED = (
    select(func.count())
    .select_from(outbox)
    .join(conversations, conversations.c.id == outbox.c.conversation_id)
    .join(contacts, contacts.c.id == conversations.c.contact_id)
    .where(
        outbox.c.name == TRUST_KEY,
        outbox.c.state == "given_up",
        contacts.c.key_held_at.is_not(None),
        contacts.c.wrapped_key.is_not(None),
        ~exists().where(_later.c.stream == outbox.c.stream, _later.c.seq > outbox.c.seq),
    )
)


class SqlHealth:
    """The port ``Facts``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def stored(self, now: datetime) -> Stored:
        """Everything counted and the oldest of everything that waits."""
        is_open = (handoffs.c.state != "closed") & ~EXERCISE
        emergency = is_open & (handoffs.c.cls == "E1")
        pending = outbox.c.state.in_(("waiting", "taken"))
        return Stored(
            waiting=await self._number(inbox, inbox.c.state == "waiting", inbox.c.party == "defender"),
            waiting_since=await self._first(conversations.c.due_at, conversations.c.due_at <= now),
            unsent=await self._number(outbox, pending),
            unsent_since=await self._first(outbox.c.created_at, pending, outbox.c.due_at <= now),
            held=await self._number(outbox, outbox.c.state == "held"),
            given_up=await self._number(outbox, outbox.c.state == "given_up"),
            untrusted=int(await self._work.value(UNTRUSTED)),
            unreached=sum(each.failed for each in (await reached(self._work, now - ALERTS_FAIL)).values()),
            poison=await self._number(inbox, inbox.c.party == "poison"),
            emergencies=await self._number(handoffs, emergency),
            unheard_since=await self._first(handoffs.c.opened_at, emergency, handoffs.c.acknowledged_at.is_(None)),
            unclear=await self._number(handoffs, is_open, handoffs.c.cls == "unclear"),
            officers=await self._number(officers, PEOPLE),
            last_kept=await self._last_kept(),
            last_alert_sent=await self._work.value(select(func.max(outbox.c.sent_at)).where(outbox.c.lane == "alert")),
            events=await SqlCounts(self._work).all(),
        )

    async def _number(self, table: Table, *where: ColumnElement[bool]) -> int:
        return int(await self._work.value(select(func.count()).select_from(table).where(*where)))

    async def _first(self, column: Any, *where: ColumnElement[bool]) -> datetime | None:
        found: datetime | None = await self._work.value(select(func.min(column)).where(*where))
        return found

    async def _last_kept(self) -> dict[str, datetime]:
        latest = select(inbox.c.channel, func.max(inbox.c.received_at).label("at")).group_by(inbox.c.channel)
        return {row["channel"]: row["at"] for row in await self._work.rows(latest)}
