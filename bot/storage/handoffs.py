"""The queue of handoffs."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, case, delete, func, or_, select, update

from bot.domain.errors import Refused
from bot.domain.handoff import CLAIMABLE, HELD, DutyLane, Handoff, HandoffClass, HandoffLine, State, Watcher
from bot.domain.ids import ConversationId, HandoffId, OfficerId
from bot.domain.message import ChannelName, Lane
from bot.domain.search import Sought
from bot.storage.base import Work, opened, upsert
from bot.storage.drills import EXERCISE
from bot.storage.lines import LINES, line_of
from bot.storage.milestones import milestones
from bot.storage.search import conditions
from bot.storage.tables import audit, contacts, handoffs, observers, officers, outbox

_PLAIN = (
    "reference", "kind", "reason", "opened_at", "closed_at", "claimed_at", "claim_until", "front", "next_ring_at", "ring_step", "rung_at",
    "acknowledged_at", "opened_by_person_at", "phone_says_over", "ladder_told", "version", "asked_at", "outcome",
    "offered_at", "offer_until", "on_phone_at", "wake_at",
)  # fmt: skip
_NO_OFFER = {"offered_to": None, "offered_at": None, "offer_until": None}
_EXPORTED = (
    "reference",
    "cls",
    "kind",
    "state",
    "lane",
    "reason",
    "opened_at",
    "rung_at",
    "acknowledged_at",
    "claimed_at",
    "closed_at",
    "outcome",
)


def handoff_of(row: RowMapping) -> Handoff:
    """The frozen value of a row."""
    return Handoff(
        id=HandoffId(row["id"]),
        conversation=ConversationId(row["conversation_id"]),
        state=State(row["state"]),
        cls=HandoffClass(row["cls"]),
        lane=DutyLane(row["lane"]),
        holder=None if row["holder_id"] is None else OfficerId(row["holder_id"]),
        acknowledged_by=None if row["acknowledged_by"] is None else OfficerId(row["acknowledged_by"]),
        previous=None if row["previous_id"] is None else HandoffId(row["previous_id"]),
        offered_to=None if row["offered_to"] is None else OfficerId(row["offered_to"]),
        rings_once=bool(row["rings_once"]),
        **{name: row[name] for name in _PLAIN},
    )


def _values(handoff: Handoff) -> dict[str, Any]:
    return {name: getattr(handoff, name) for name in _PLAIN} | {
        "conversation_id": handoff.conversation,
        "state": handoff.state,
        "cls": handoff.cls,
        "lane": handoff.lane,
        "holder_id": handoff.holder,
        "acknowledged_by": handoff.acknowledged_by,
        "previous_id": handoff.previous,
        "rings_once": handoff.rings_once or None,
        "offered_to": handoff.offered_to,
    }


class SqlHandoffs:
    """The port ``Handoffs``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def open(self, handoff: Handoff) -> None:
        """Insert it; a partial unique index refuses a second open one."""
        await self._work.run(handoffs.insert().values(id=handoff.id, **_values(handoff)))

    async def save(self, handoff: Handoff) -> None:
        """Write it; what couriers wrote meanwhile (``rung_at``) is kept.  LAW: the class only rises.

        An offer belongs to one claim, and ends with it; who looks on does so until it is closed.
        """
        row = await self._work.one(select(handoffs).where(handoffs.c.id == handoff.id))
        if row is None:
            raise LookupError("no such handoff")
        if HandoffClass(row["cls"]).rank > handoff.cls.rank:
            raise ValueError("a handoff's class only rises")
        if handoff.state is not State.CLAIMED or handoff.holder != row["holder_id"]:
            handoff = handoff.unoffered()
        if handoff.state is State.CLOSED:
            await self._work.run(delete(observers).where(observers.c.handoff_id == handoff.id))
        if handoff.state is State.SNOOZED and handoff.wake_at is None:
            raise ValueError("what is put aside has a time to wake")
        values = _values(handoff) | {"version": row["version"] + 1}
        if handoff.rung_at is None and handoff.ring_step > row["ring_step"]:
            values["rung_at"] = row["rung_at"]
        values |= milestones(row, handoff)
        await self._work.run(update(handoffs).where(handoffs.c.id == handoff.id).values(**values))

    async def claim(self, reference: str, officer: OfficerId, now: datetime) -> Handoff:
        """LAW: compare-and-set; one wins, the loser learns who has it."""
        free = and_(handoffs.c.reference == reference, handoffs.c.state.in_(CLAIMABLE))
        held = {"state": State.CLAIMED, "holder_id": officer, "claimed_at": now, "on_phone_at": None, "version": handoffs.c.version + 1}
        taken = update(handoffs).where(free).values(**(held | _NO_OFFER))
        row = (await self._work.connection.execute(taken.returning(handoffs))).mappings().first()
        if row is None:
            raise await self._refusal(reference)
        await self.unwatch(HandoffId(row["id"]), officer)
        return handoff_of(row)

    async def hand_over(self, handoff: HandoffId, holder: OfficerId, to: OfficerId, now: datetime, *, offered: bool) -> Handoff | None:
        """LAW: compare-and-set, as a claim is."""
        theirs = and_(handoffs.c.id == handoff, handoffs.c.state.in_(HELD), handoffs.c.holder_id == holder)
        if offered:
            theirs = and_(theirs, handoffs.c.offered_to == to, handoffs.c.offer_until > now)
        held: dict[str, Any] = {"state": State.CLAIMED, "wake_at": None, "holder_id": to, "claimed_at": now, "on_phone_at": None}
        held |= _NO_OFFER | {"version": handoffs.c.version + 1}
        row = (await self._work.connection.execute(update(handoffs).where(theirs).values(**held).returning(handoffs))).mappings().first()
        if row is None:
            return None
        await self.unwatch(handoff, to)
        return handoff_of(row)

    async def renew(self, holder: OfficerId) -> None:
        """By the version, of which the queue's stamp is made."""
        held = update(handoffs).where(handoffs.c.holder_id == holder, handoffs.c.state.in_(HELD))
        await self._work.run(held.values(version=handoffs.c.version + 1))

    async def offers_over(self, now: datetime) -> list[Handoff]:
        """By their clock."""
        return [handoff_of(row) for row in await self._work.rows(select(handoffs).where(handoffs.c.offer_until <= now))]

    async def watch(self, handoff: HandoffId, officer: OfficerId, now: datetime) -> None:
        """One row each."""
        row = {"handoff_id": handoff, "officer_id": officer, "since": now}
        await self._work.run(upsert(observers).on_conflict_do_nothing(), row)

    async def unwatch(self, handoff: HandoffId, officer: OfficerId) -> bool:
        """By handoff and officer."""
        mine = (observers.c.handoff_id == handoff) & (observers.c.officer_id == officer)
        return await self._work.run(delete(observers).where(mine)) == 1

    async def watching(self, handoff: HandoffId) -> list[Watcher]:
        """In the order in which they came."""
        rows = await self._work.rows(select(observers).where(observers.c.handoff_id == handoff).order_by(observers.c.since))
        return [Watcher(officer=OfficerId(row["officer_id"]), since=row["since"]) for row in rows]

    async def _refusal(self, reference: str) -> Refused:
        found = await self.find(reference)
        if found is None:
            return Refused("unknown")
        if found.state not in HELD:
            return Refused("closed" if found.state is State.CLOSED else "not_claimable")
        return Refused("taken", holder=await self._name(found.holder), since=found.claimed_at)

    async def _name(self, officer: OfficerId | None) -> str | None:
        row = await self._work.one(select(officers).where(officers.c.id == officer))
        return None if row is None else opened(self._work.kinds["officers"], row["name_sealed"], "officers", "name_sealed", row["id"])

    async def find(self, reference: str) -> Handoff | None:
        """The handoff of that name."""
        row = await self._work.one(select(handoffs).where(handoffs.c.reference == reference))
        return None if row is None else handoff_of(row)

    async def held_by(self, officer: OfficerId) -> list[Handoff]:
        """What an officer holds, the longest held first."""
        mine = select(handoffs).where(handoffs.c.holder_id == officer, handoffs.c.state.in_(HELD)).order_by(handoffs.c.claimed_at)
        return [handoff_of(row) for row in await self._work.rows(mine)]

    async def of(self, conversation: ConversationId) -> list[Handoff]:
        """All of a conversation, oldest first."""
        mine = select(handoffs).where(handoffs.c.conversation_id == conversation).order_by(handoffs.c.opened_at)
        return [handoff_of(row) for row in await self._work.rows(mine)]

    async def due(self, now: datetime) -> list[Handoff]:
        """What the clocks ask for."""
        clock = or_(handoffs.c.next_ring_at <= now, handoffs.c.claim_until <= now, handoffs.c.wake_at <= now)
        rows = await self._work.rows(select(handoffs).where(clock, handoffs.c.state != "closed").order_by(_URGENT, handoffs.c.opened_at))
        return [handoff_of(row) for row in rows]

    async def next_due(self) -> datetime | None:
        """The earliest of those times."""
        open_ = handoffs.c.state != "closed"
        times = select(*(func.min(each) for each in (handoffs.c.next_ring_at, handoffs.c.claim_until, handoffs.c.wake_at))).where(open_)
        row = (await self._work.connection.execute(times)).one()
        return min((at for at in row if at is not None), default=None)

    async def queue(self, states: Sequence[State] | None = None) -> list[HandoffLine]:
        """Open handoffs: class, then returned ones, then waiting time."""
        wanted = handoffs.c.state.in_(states) if states else handoffs.c.state != "closed"
        ordered = LINES.where(wanted).order_by(_URGENT, _EXERCISE, handoffs.c.front.desc(), handoffs.c.opened_at)
        return [line_of(self._work, row) for row in await self._work.rows(ordered)]

    async def search(self, sought: Sought, lanes: Sequence[DutyLane], last: int) -> list[HandoffLine]:
        """The latest first."""
        found = LINES.where(*conditions(self._work, sought, lanes)).order_by(handoffs.c.opened_at.desc(), handoffs.c.id.desc())
        return [line_of(self._work, row) for row in await self._work.rows(found.limit(last))]

    async def unclear_rung(self, since: datetime) -> tuple[int, datetime | None]:
        """Counted by the alerts that were queued."""
        recent = and_(outbox.c.lane == Lane.ALERT, outbox.c.created_at > since)
        alone = select(func.count(outbox.c.handoff_id.distinct())).join_from(outbox, handoffs, handoffs.c.id == outbox.c.handoff_id)
        number = await self._work.value(alone.where(recent, outbox.c.alert_step.is_not(None), handoffs.c.cls == HandoffClass.UNCLEAR))
        last: datetime | None = await self._work.value(select(func.max(outbox.c.created_at)).where(recent, outbox.c.name == "alert_digest"))
        return int(number), last

    async def export(self) -> AsyncIterator[Mapping[str, object]]:
        """Every handoff without content, oldest first."""
        for row in await self._work.rows(select(handoffs).where(~EXERCISE).order_by(handoffs.c.opened_at, handoffs.c.reference)):
            values = {name: row[name] for name in _EXPORTED}
            values["class"] = values.pop("cls")
            yield {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}

    async def last_holder_act(self, handoff: HandoffId) -> datetime | None:
        """When the holder last wrote or acknowledged, by the audit."""
        row = await self._work.one(select(handoffs).where(handoffs.c.id == handoff))
        if row is None or row["holder_id"] is None:
            return None
        mine = and_(audit.c.actor == f"officer:{row['holder_id']}", audit.c.subject == row["reference"])
        acts = audit.c.event.in_(("replied", "acknowledged", "claimed", "accepted"))
        latest = select(func.max(audit.c.at)).where(mine, acts)
        found: datetime | None = (await self._work.connection.execute(latest)).scalar_one_or_none()
        return found


#: An exercise stands behind everything real of its class.
_EXERCISE = case((contacts.c.channel == ChannelName.DRILL, 1), else_=0)
_URGENT = case({str(cls): -cls.rank for cls in HandoffClass}, value=handoffs.c.cls)
