"""The port ``Lines``: the open cases as pages list them, some under each heading, without reading them all."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, case, func, or_, select, text

from bot.domain.handoff import DutyLane, HandoffClass, HandoffLine, State
from bot.domain.ids import OfficerId
from bot.domain.queue import RINGING_TOLD, Common, Group, Section
from bot.storage.base import Work, opened
from bot.storage.tables import contacts, conversations, handoffs, officers

_heard_by = officers.alias("heard_by")
LINES = select(
    handoffs,
    conversations.c.last_message_at,
    conversations.c.locale,
    contacts.c.channel,
    contacts.c.shut_out_at,
    officers.c.name_sealed.label("holder_sealed"),
    _heard_by.c.name_sealed.label("heard_by_sealed"),
).select_from(
    handoffs.join(conversations, conversations.c.id == handoffs.c.conversation_id)
    .join(contacts, contacts.c.id == conversations.c.contact_id)
    .outerjoin(officers, officers.c.id == handoffs.c.holder_id)
    .outerjoin(_heard_by, _heard_by.c.id == handoffs.c.acknowledged_by)
)
#: The condition of the partial indexes, written out so that they are used.
_OPEN = text("handoffs.state <> 'closed'")
#: Few contacts are exercises, and an index names them.
_EXERCISE = handoffs.c.conversation_id.in_(
    select(conversations.c.id).join(contacts, contacts.c.id == conversations.c.contact_id).where(text("contacts.channel = 'drill'"))
)
_CLAIMED = handoffs.c.state == State.CLAIMED
#: As ``domain.ringing.rings`` has it, of open cases; an exercise rings under its own heading.
_RINGS = and_(
    handoffs.c.cls == HandoffClass.E1,
    handoffs.c.acknowledged_at.is_(None),
    or_(handoffs.c.next_ring_at.is_not(None), handoffs.c.rings_once.is_not(True)),
    ~_EXERCISE,
)
#: Not under their class's heading.
_APART = (Group.RINGING, Group.THREATS, Group.SNOOZED)
_SNOOZED = handoffs.c.state == State.SNOOZED
_THREAT = handoffs.c.lane == DutyLane.SECURITY
_CLASSES = {
    Group.EMERGENCIES: HandoffClass.E1,
    Group.UNCLEAR: HandoffClass.UNCLEAR,
    Group.REQUESTS: HandoffClass.E2,
    Group.OTHER: HandoffClass.OTHER,
}

#: Class, then returned ones, then waiting time; under a heading of one class an index does it.
_IN_CLASS = (handoffs.c.front.desc(), handoffs.c.opened_at)
_BY_CLASS = (case({str(cls): -cls.rank for cls in HandoffClass}, value=handoffs.c.cls), *_IN_CLASS)
_BY_ALARM = (case((_RINGS, 0), else_=1), *_BY_CLASS)
#: What has rung for longest is first.
_OLDEST_ALARM = (func.coalesce(handoffs.c.asked_at, handoffs.c.opened_at), handoffs.c.opened_at)


def line_of(work: Work, row: RowMapping) -> HandoffLine:
    """A row of ``LINES``."""
    return HandoffLine(
        reference=row["reference"],
        state=State(row["state"]),
        cls=HandoffClass(row["cls"]),
        kind=row["kind"],
        lane=DutyLane(row["lane"]),
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        claimed_at=row["claimed_at"],
        wake_at=row["wake_at"],
        shut_out=row["shut_out_at"] is not None,
        outcome=row["outcome"],
        last_message_at=row["last_message_at"],
        holder_name=_name(work, row["holder_sealed"], row["holder_id"]),
        acknowledged=row["acknowledged_at"] is not None,
        acknowledged_at=row["acknowledged_at"],
        acknowledged_by=_name(work, row["heard_by_sealed"], row["acknowledged_by"]),
        claim_until=row["claim_until"],
        next_ring_at=row["next_ring_at"],
        asked_at=row["asked_at"],
        rings_once=bool(row["rings_once"]),
        locale=row["locale"],
        channel=row["channel"],
        holder=None if row["holder_id"] is None else OfficerId(row["holder_id"]),
        offered_to=None if row["offered_to"] is None else OfficerId(row["offered_to"]),
        offer_until=row["offer_until"],
    )


def _name(work: Work, name: bytes | None, officer: str) -> str | None:
    return None if name is None else opened(work.kinds["officers"], name, "officers", "name_sealed", officer)


class SqlLines:
    """The port ``Lines``."""

    def __init__(self, work: Work) -> None:
        """On this connection."""
        self._work = work

    async def pulse(self) -> str:
        """Another word whenever ``stamps`` may have changed; read at a glance."""
        grown = select(func.count(), func.max(handoffs.c.opened_at), func.sum(handoffs.c.version)).where(_OPEN)
        talked = select(func.max(conversations.c.last_message_at))
        return f"{(await self._work.connection.execute(grown)).one()} {await self._work.value(talked)}"

    async def stamps(self) -> Mapping[str, str]:
        """Of each lane numbers that only grow while a case is open, and how many are."""
        grown = (func.count(), func.max(handoffs.c.opened_at), func.sum(handoffs.c.version))
        talked = (func.sum(conversations.c.in_seq),)
        joined = handoffs.join(conversations, conversations.c.id == handoffs.c.conversation_id)
        stamps = select(handoffs.c.lane, *grown, *talked).select_from(joined).where(_OPEN).group_by(handoffs.c.lane)
        return {lane: " ".join(map(str, numbers)) for lane, *numbers in (await self._work.connection.execute(stamps)).all()}

    async def ringing(self, lanes: Collection[str]) -> tuple[list[str], list[str], int]:
        """The latest that nobody has acknowledged, real ones first, then waiting time; the exercises of them; how many are none."""
        unheard = (_OPEN, handoffs.c.cls == HandoffClass.E1, handoffs.c.acknowledged_at.is_(None), handoffs.c.lane.in_(sorted(lanes)))
        drilled = case((_EXERCISE, 1), else_=0).label("drilled")
        since = func.coalesce(handoffs.c.asked_at, handoffs.c.opened_at)
        latest = select(handoffs.c.reference, drilled).where(*unheard).order_by(drilled, since.desc()).limit(RINGING_TOLD)
        # However many there are, a new one is told: the latest are chosen, and of these who waits longest is first.
        rows = sorted(reversed(await self._work.rows(latest)), key=lambda row: int(row["drilled"]))
        number = await self._work.value(select(func.count()).select_from(handoffs).where(*unheard, ~_EXERCISE))
        return [row["reference"] for row in rows], [row["reference"] for row in rows if row["drilled"]], int(number)

    async def common(self, lanes: Collection[str], most: Mapping[Group, int]) -> Common:
        """What is the same for everybody who sees these lanes."""
        numbers, nobody = await self._numbers(lanes), OfficerId("")
        sections = []
        for group in (*_APART, *_CLASSES, Group.CLOSED):
            lines = await self.some(lanes, nobody, group, 0, most[group]) if numbers.get(group, 1) else []
            sections.append(Section(group=group, number=numbers.get(group, len(lines)), lines=lines))
        claimed = await self._chosen((_OPEN, handoffs.c.lane.in_(sorted(lanes)), _CLAIMED), _BY_ALARM)
        drilled = await self._chosen((_OPEN, handoffs.c.lane.in_(sorted(lanes)), _EXERCISE), _BY_CLASS)
        return Common(sections=sections, claimed=claimed, exercises=drilled)

    async def _numbers(self, lanes: Collection[str]) -> Counter[Group]:
        """How many nobody holds under each heading; what stands apart from its class, which is little, is taken off again."""
        seen = (_OPEN, handoffs.c.lane.in_(sorted(lanes)))
        free = (*seen, ~_CLAIMED)
        counted = select(handoffs.c.cls, func.count().label("number")).where(*free).group_by(handoffs.c.cls)
        of = {str(cls): group for group, cls in _CLASSES.items()}
        found = Counter(dict.fromkeys(_CLASSES, 0))
        for row in await self._work.rows(counted):
            found[of[row["cls"]]] += int(row["number"])
        for row in await self._work.rows(counted.where(or_(_EXERCISE, _SNOOZED, _THREAT, _RINGS))):
            found[of[row["cls"]]] -= int(row["number"])
        for group in _APART:
            apart = select(func.count()).select_from(handoffs).where(*seen, _under(group, OfficerId("")))
            found[group] = int(await self._work.value(apart))
        return found

    async def some(self, lanes: Collection[str], officer: OfficerId, group: Group, skip: int, most: int) -> list[HandoffLine]:
        """The cases under one heading, after the first so many."""
        mine = (handoffs.c.lane.in_(sorted(lanes)), _under(group, officer))
        if group is Group.CLOSED:
            return await self._chosen(mine, (handoffs.c.closed_at.desc(),), skip, most)
        order = _IN_CLASS if group in _CLASSES else _OLDEST_ALARM if group is Group.RINGING else _BY_ALARM
        return await self._chosen((_OPEN, *mine), order, skip, most)

    async def _chosen(self, where: Sequence[Any], order: Sequence[Any], skip: int = 0, most: int | None = None) -> list[HandoffLine]:
        """Chosen before anything is joined to them: else thousands would be joined to be sorted."""
        chosen = select(handoffs.c.id).where(*where).order_by(*order).limit(most).offset(skip)
        rows = await self._work.rows(LINES.where(handoffs.c.id.in_(chosen)).order_by(*order))
        return [line_of(self._work, row) for row in rows]


def _under(group: Group, officer: OfficerId) -> ColumnElement[bool]:
    """The condition of a heading; together they leave nothing out, and name twice only what rings while somebody holds it."""
    mine = and_(_CLAIMED, handoffs.c.holder_id == officer)
    not_mine = or_(~_CLAIMED, handoffs.c.holder_id.is_(None), handoffs.c.holder_id != officer)
    if group is Group.CLOSED:
        return handoffs.c.state == State.CLOSED
    if group is Group.RINGING:
        return _RINGS
    if group is Group.MINE:
        return mine
    if group is Group.EXERCISES:
        return and_(not_mine, _EXERCISE)
    if group is Group.THEIRS:
        return and_(_CLAIMED, not_mine, ~_EXERCISE)
    if group is Group.SNOOZED:
        return and_(_SNOOZED, ~_EXERCISE)
    waits = and_(~_CLAIMED, ~_SNOOZED, ~_EXERCISE, ~_RINGS)
    if group is Group.THREATS:
        return and_(_THREAT, waits)
    return and_(handoffs.c.cls == _CLASSES[group], ~_THREAT, waits)
