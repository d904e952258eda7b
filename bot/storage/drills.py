"""Exercises: what was begun, and what the tables say became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, case, delete, exists, func, select

from bot.domain.drill import Drill, Report, Ringing
from bot.domain.handoff import State
from bot.domain.ids import ConversationId, OfficerId, new_id
from bot.domain.message import ChannelName, Lane, Speaker
from bot.storage.base import Work, opened
from bot.storage.tables import audit, contacts, conversations, drills, handoffs, officers, outbox

_FACTS = (
    "reference", "state", "opened_at", "first_rung_at", "first_acknowledged_at", "first_claimed_at", "first_words_at", "closed_at",
)  # fmt: skip
_DRILLS = select(
    drills,
    officers.c.name_sealed,
    *(handoffs.c[name] for name in _FACTS),
    handoffs.c.id.label("handoff_id"),
).select_from(
    drills.outerjoin(handoffs, handoffs.c.conversation_id == drills.c.conversation_id).outerjoin(
        officers, officers.c.id == drills.c.started_by
    )
)  # fmt: skip
#: A case of an exercise: what is counted leaves it out.
EXERCISE = exists().where(
    conversations.c.id == handoffs.c.conversation_id, contacts.c.id == conversations.c.contact_id, contacts.c.channel == ChannelName.DRILL
)


class SqlDrills:
    """The port ``Drills``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def begin(self, conversation: ConversationId, officer: OfficerId | None, now: datetime) -> str:
        """Note it down."""
        name = new_id()
        await self._work.run(drills.insert().values(id=name, conversation_id=conversation, started_by=officer, started_at=now))
        return name

    async def latest(self, last: int) -> list[Drill]:
        """The latest first."""
        return [self._drill(row) for row in await self._work.rows(_DRILLS.order_by(drills.c.started_at.desc()).limit(last))]

    def _drill(self, row: RowMapping) -> Drill:
        return Drill(
            id=row["id"],
            conversation=ConversationId(row["conversation_id"]),
            started_at=row["started_at"],
            started_by=self._name(row, row["started_by"]) if row["name_sealed"] is not None else None,
            reference=row["reference"],
            state=None if row["state"] is None else State(row["state"]),
        )

    def _name(self, row: RowMapping, officer: str) -> str:
        return opened(self._work.kinds["officers"], row["name_sealed"], "officers", "name_sealed", officer)

    async def report(self, drill: str) -> Report | None:
        """Everything of it that has happened."""
        row = await self._work.one(_DRILLS.where(drills.c.id == drill).order_by(handoffs.c.opened_at))
        if row is None:
            return None
        said = select(func.min(outbox.c.sent_at)).where(outbox.c.conversation_id == row["conversation_id"], outbox.c.speaker == Speaker.BOT)
        rung = [await self._rung(each, row) for each in await self._work.rows(_rings(row["handoff_id"]))]
        return Report(
            drill=self._drill(row),
            opened_at=row["opened_at"],
            replied_at=await self._work.value(said),
            alerted_at=row["first_rung_at"],
            acknowledged_at=row["first_acknowledged_at"],
            claimed_at=row["first_claimed_at"],
            words_at=row["first_words_at"],
            closed_at=row["closed_at"],
            rung=sorted(rung, key=lambda each: each.name),
        )

    async def _rung(self, each: RowMapping, row: RowMapping) -> Ringing:
        """An acknowledgement is in the audit; a claim says that they have heard, too."""
        acts = audit.c.event.in_(("acknowledged", "claimed"))
        mine = and_(audit.c.subject == row["reference"], audit.c.actor == f"officer:{each['id']}", audit.c.at >= row["started_at"])
        return Ringing(
            name=self._name(each, each["id"]),
            channel=each["channel"],
            alerts=int(each["alerts"]),
            first_sent_at=each["first_sent_at"],
            failure=each["failure"],
            acknowledged_at=await self._work.value(select(func.min(audit.c.at)).where(mine, acts)),
        )

    async def forget(self, before: datetime) -> int:
        """Those begun before then, whose conversations have no text any more either."""
        return await self._work.run(delete(drills).where(drills.c.started_at < before))


def _rings(handoff: str | None) -> Any:
    """One row for each officer who was rung."""
    mine = and_(outbox.c.handoff_id == handoff, outbox.c.lane == Lane.ALERT)
    return (
        select(
            officers.c.id,
            officers.c.name_sealed,
            outbox.c.channel,
            func.count().label("alerts"),
            func.min(outbox.c.sent_at).label("first_sent_at"),
            func.max(case((outbox.c.state == "given_up", outbox.c.failure))).label("failure"),
        )
        .join_from(outbox, officers, officers.c.id == outbox.c.officer_id)
        .where(mine)
        .group_by(officers.c.id, officers.c.name_sealed, outbox.c.channel)
    )
