"""An officer's own messenger: suspended when its safety number changes, trusted again, or ended."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from bot.domain.handoff import CLAIMABLE, HELD, State
from bot.domain.ids import OfficerId
from bot.domain.message import TRUST_KEY, Care, Draft, Lane, Piece, Speaker
from bot.storage.base import Work
from bot.storage.rows import numbered, outbox_row
from bot.storage.tables import handoffs, officers, outbox

_PENDING = ("waiting", "taken")
_NOBODYS = ("channel", "address_index", "address_sealed", "account_sealed", "enrolled_at", "code_index", "code_until",
            "key_held_at", "timer_at", "draft_sealed", "draft_at")  # fmt: skip


class Messengers:
    """Part of the port ``Officers``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def suspend(self, officer: OfficerId, now: datetime) -> bool:
        """Not heard and not counted on any more; what they hold there rings others.  False: they were suspended already."""
        await self._let_go(officer)  # first: whoever rings holds a case and then numbers an officer's stream, in this order
        new = and_(officers.c.id == officer, officers.c.key_held_at.is_(None))
        if not await self._work.run(update(officers).where(new).values(key_held_at=now, timer_at=None)):
            return False
        await self._due_again(_only_there(officer))  # what is still on its way there fails, and rings others then
        return True

    async def _let_go(self, officer: OfficerId) -> None:
        """A claim that was held on that phone ends at once, as one does when nobody acts; what was put aside is not left there."""
        there = (handoffs.c.holder_id == officer, handoffs.c.state.in_(HELD), handoffs.c.on_phone_at.is_not(None))
        ending = {"state": State.CLAIMED, "wake_at": None, "claim_until": handoffs.c.claimed_at}
        await self._work.run(update(handoffs).where(*there).values(**ending))

    async def queue_trust(self, officer: OfficerId, now: datetime) -> bool:
        """In a stream of its own, so that it waits for nothing; one that still waits is not doubled."""
        held = and_(officers.c.id == officer, officers.c.key_held_at.is_not(None))
        row = await self._work.one(select(officers.c.channel).where(held))
        if row is None:
            return False
        mine = and_(outbox.c.officer_id == officer, outbox.c.name == TRUST_KEY, outbox.c.state.in_(_PENDING))
        if await self._work.one(select(outbox.c.id).where(mine)) is None:
            word = Draft(piece=Piece(text=""), speaker=Speaker.NOTICE, care=Care.MUST, name=TRUST_KEY)
            where = {
                "stream": f"trust:{officer}",
                "seq": await numbered(self._work, officers, officer, 1),
                "officer_id": officer,
                "channel": row["channel"],
                "state": "waiting",
            }
            self._work.wakes_only("courier")
            await self._work.run(outbox.insert().values(outbox_row(word, self._work.kinds["officers"], now) | where))
        return True

    async def trust(self, officer: OfficerId) -> None:
        """Heard and rung again."""
        await self._work.run(update(officers).where(officers.c.id == officer).values(key_held_at=None, timer_at=None))

    async def end(self, officer: OfficerId) -> bool:
        """No address any more; what waited for it is cancelled, and an emergency that was to ring there rings the others now."""
        await self._let_go(officer)
        there = and_(officers.c.id == officer, officers.c.enrolled_at.is_not(None))
        if not await self._work.run(update(officers).where(there).values(dict.fromkeys(_NOBODYS))):
            return False
        await self.ring_others(officer)
        waiting = and_(outbox.c.officer_id == officer, outbox.c.state.in_(_PENDING))
        await self._work.run(update(outbox).where(waiting).values(state="cancelled", token=None, text_sealed=None))
        return True

    async def ring_others(self, officer: OfficerId) -> None:
        """LAW: an alarm that was on its way to whoever is there no more is due again now, also one that rings but once.

        So is one that has reached nobody but them: who has that phone now may be the only one who heard it.
        """
        coming = handoffs.c.id.in_(select(outbox.c.handoff_id).where(outbox.c.officer_id == officer, outbox.c.state.in_(_PENDING)))
        not_rung = or_(handoffs.c.cls == "E1", handoffs.c.rung_at.is_(None))
        await self._due_again(or_(and_(coming, not_rung), _only_there(officer)))

    async def _due_again(self, which: ColumnElement[bool]) -> None:
        unheard = (which, handoffs.c.state != "closed", handoffs.c.acknowledged_at.is_(None))
        unclear = and_(handoffs.c.cls == "unclear", handoffs.c.state.in_(CLAIMABLE))
        alarms = update(handoffs).where(*unheard, or_(handoffs.c.cls == "E1", unclear))
        await self._work.run(alarms.values(next_ring_at=handoffs.c.opened_at))


def _only_there(officer: OfficerId) -> ColumnElement[bool]:
    """Of cases: alerts went to this officer, and went or go to nobody else whose phone is theirs."""
    alert = and_(outbox.c.handoff_id == handoffs.c.id, outbox.c.lane == Lane.ALERT)
    heard = select(officers.c.id).where(officers.c.id != officer, officers.c.enrolled_at.is_not(None), officers.c.key_held_at.is_(None))
    elsewhere = exists().where(alert, outbox.c.officer_id.in_(heard), outbox.c.state.in_(("sent", *_PENDING)))
    return and_(exists().where(alert, outbox.c.officer_id == officer, outbox.c.state == "sent"), ~elsewhere)
