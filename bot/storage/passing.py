"""Words of a case on their way to its holder's own messenger: sealed with the contact's key, in a stream of their own.

No alert ever waits behind them, and they go with the person: what was not sent yet is erased with everything else of theirs.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update

from bot.crypto import Sealer
from bot.domain.handoff import HELD
from bot.domain.ids import ConversationId, HandoffId, OfficerId
from bot.domain.message import OFFICER_CONTENT, SET_TIMER, Care, Draft, Piece, Speaker
from bot.storage.base import Work
from bot.storage.rows import numbered, outbox_row
from bot.storage.tables import contacts, conversations, handoffs, officers, outbox

#: A messenger is told again how long words stay when that was so long ago: the other side can change it too.
_TOLD_AGAIN = timedelta(hours=1)
_PENDING = ("waiting", "taken")
#: What such a row becomes when it must not be sent.
DROPPED: dict[str, Any] = {"state": "cancelled", "text_sealed": None, "token": None}


class Passing:
    """Queues, takes and drops them."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def queue(
        self,
        officer: OfficerId,
        conversation: ConversationId,
        handoff: HandoffId,
        drafts: Sequence[Draft],
        now: datetime,
        timer: timedelta | None,
    ) -> None:
        """After the word on the timer, where one is asked for and the messenger was not told lately."""
        sealer = (await self._work.person(conversation)).sealer
        if sealer is None:
            return
        if timer is not None:
            await self._timer(officer, timer, now)
        for draft in drafts:
            await self._insert(officer, draft, sealer, now, handoff)

    async def _timer(self, officer: OfficerId, timer: timedelta, now: datetime) -> None:
        told = await self._work.value(select(officers.c.timer_at).where(officers.c.id == officer))
        mine = and_(outbox.c.officer_id == officer, outbox.c.name == SET_TIMER, outbox.c.state.in_(_PENDING))
        if (told is not None and now - told < _TOLD_AGAIN) or await self._work.one(select(outbox.c.id).where(mine)) is not None:
            return
        word = Draft(piece=Piece(text=str(int(timer.total_seconds()))), speaker=Speaker.NOTICE, care=Care.MUST, name=SET_TIMER)
        await self._insert(officer, word, self._work.kinds["officers"], now, None)

    async def _insert(self, officer: OfficerId, draft: Draft, sealer: Sealer, now: datetime, handoff: HandoffId | None) -> None:
        channel = await self._work.value(select(officers.c.channel).where(officers.c.id == officer))
        where = {
            "stream": f"t:{officer}",
            "seq": await numbered(self._work, officers, officer, 1),
            "officer_id": officer,
            "handoff_id": handoff,
            "channel": channel,
            "state": "waiting",
        }
        self._work.wakes_only("courier")
        await self._work.run(outbox.insert().values(outbox_row(draft, sealer, now) | where))

    async def sealer(self, handoff: str) -> Sealer | None:
        """The key of the person whose case it is; None when it was destroyed.  Read without a lock: nothing is changed."""
        whose = (
            select(contacts)
            .join(conversations, conversations.c.contact_id == contacts.c.id)
            .join(handoffs, handoffs.c.conversation_id == conversations.c.id)
            .where(handoffs.c.id == handoff)
        )
        row = await self._work.one(whose)
        return None if row is None else self._work.sealer(row)

    async def is_theirs(self, handoff: str, officer: str) -> bool:
        """Whether this officer holds the case now, on a messenger that is theirs beyond doubt."""
        theirs = select(handoffs.c.id).join(officers, officers.c.id == handoffs.c.holder_id)
        where = (handoffs.c.id == handoff, handoffs.c.state.in_(HELD), officers.c.id == officer, officers.c.key_held_at.is_(None))
        return await self._work.one(theirs.where(*where)) is not None

    async def drop(self, officer: OfficerId) -> int:
        """What waits for this officer."""
        return await self._work.run(update(outbox).where(_waiting(), outbox.c.officer_id == officer).values(**DROPPED))


def _waiting() -> ColumnElement[bool]:
    return and_(outbox.c.name == OFFICER_CONTENT, outbox.c.state.in_(_PENDING))


async def erase_passing(work: Work, conversation: str, until: datetime | None) -> None:
    """With everything else that was said in this conversation until then."""
    theirs = outbox.c.handoff_id.in_(select(handoffs.c.id).where(handoffs.c.conversation_id == conversation))
    mine = [theirs, outbox.c.name == OFFICER_CONTENT]
    if until is not None:
        mine.append(outbox.c.created_at <= until)
    await work.run(update(outbox).where(*mine, outbox.c.state.in_(_PENDING)).values(**DROPPED))
    await work.run(update(outbox).where(*mine).values(text_sealed=None))
