"""Times that lie ahead: after the clock was put back none of them may be further away than the longest pause of its kind."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, case, func, literal, select, text, update

from bot.domain.files import FileState
from bot.domain.handoff import HandoffClass, State
from bot.domain.message import Care
from bot.ports import Pauses
from bot.storage.base import Work
from bot.storage.filetables import attachments
from bot.storage.tables import Moment, audit, conversations, handoffs, inbox, outbox
from bot.storage.troubletables import services

_WRITTEN = (
    select(audit.c.at).order_by(audit.c.seq.desc()).limit(1),
    select(func.max(services.c.seen_at)).where(services.c.name == "worker"),
)
_OPEN = handoffs.c.state != State.CLOSED
_OFFICERS = text("inbox.party = 'officer' AND inbox.state <> 'done'")


class SqlClocks:
    """The port ``Clocks``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def written(self) -> datetime | None:
        """By the two rows that are always written last: one clock that once ran ahead is forgotten by the next of them."""
        found = [await self._work.value(each) for each in _WRITTEN]
        return max((at for at in found if at is not None), default=None)

    async def pull(self, now: datetime, pauses: Pauses) -> int:
        """Locks are taken in the usual order: conversations, handoffs, what came, what is to be said."""
        moved = await self._talks(now, pauses) + await self._cases(now, pauses)
        moved += await self._not_after(inbox, "lease_until", now + pauses.lease, _OFFICERS)
        moved += await self._sayings(now, pauses)
        wanted = attachments.c.state == FileState.WANTED
        return moved + await self._not_after(attachments, "due_at", now + pauses.file, wanted)

    async def _talks(self, now: datetime, pauses: Pauses) -> int:
        moved = await self._not_after(conversations, "due_at", now + pauses.retry)
        return moved + await self._not_after(conversations, "claim_until", now + pauses.lease)

    async def _cases(self, now: datetime, pauses: Pauses) -> int:
        emergency = handoffs.c.cls == HandoffClass.E1
        rings = and_(_OPEN, emergency, handoffs.c.acknowledged_at.is_(None))
        moved = await self._not_after(handoffs, "next_ring_at", _by_step(now, pauses), rings)
        moved += await self._not_after(handoffs, "next_ring_at", now + pauses.claim_within, _OPEN, emergency)
        moved += await self._not_after(handoffs, "next_ring_at", now + pauses.unclear, _OPEN, ~emergency)
        moved += await self._not_after(handoffs, "claim_until", now + pauses.first_words, _OPEN)
        moved += await self._not_after(handoffs, "wake_at", now + pauses.aside_emergency, _OPEN, emergency)
        moved += await self._not_after(handoffs, "wake_at", now + pauses.aside, _OPEN)
        moved += await self._not_after(handoffs, "offer_until", now + pauses.offer, _OPEN)
        # What cannot have happened yet would keep new words from ringing, and the bot's answers from being sent.
        for fact in ("acknowledged_at", "claimed_at"):
            moved += await self._not_after(handoffs, fact, now, _OPEN)
        return moved

    async def _sayings(self, now: datetime, pauses: Pauses) -> int:
        waiting = text("outbox.state IN ('waiting', 'taken')")
        urgent = outbox.c.care != Care.ONCE
        moved = await self._not_after(outbox, "due_at", now + pauses.urgent, waiting, urgent)
        moved += await self._not_after(outbox, "due_at", now + pauses.ordinary, waiting)
        return moved + await self._not_after(outbox, "lease_until", now + pauses.courier, waiting)

    async def _not_after(self, table: Table, column: str, latest: datetime | ColumnElement[Any], *where: Any) -> int:
        values: dict[str, Any] = {column: latest}
        if table is handoffs:
            values["version"] = handoffs.c.version + 1
        return await self._work.run(update(table).where(table.c[column] > latest, *where).values(**values))


def _by_step(now: datetime, pauses: Pauses) -> ColumnElement[Any]:
    """The next rung of the ladder for each case, by how often it has rung."""

    def at(pause: timedelta) -> ColumnElement[Any]:
        return literal(now + pause, Moment())

    *steps, last = pauses.rings
    known = [(handoffs.c.ring_step == number, at(pause)) for number, pause in enumerate(steps, 1)]
    return case((handoffs.c.ring_step < 1, literal(now, Moment())), *known, else_=at(last))
