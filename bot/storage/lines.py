"""The port ``Lines``: the open cases as pages list them, some under each heading, without reading them all."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, or_, select, text

from bot.domain.handoff import DutyLane, HandoffClass, HandoffLine, State
from bot.domain.ids import OfficerId
from bot.domain.queue import RINGING_TOLD, Group, Section
from bot.storage.base import Work, opened
from bot.storage.tables import contacts, conversations, handoffs, officers

LINES = select(
    handoffs, conversations.c.last_message_at, conversations.c.locale, contacts.c.channel, officers.c.name_sealed.label("holder_sealed")
).select_from(
    handoffs.join(conversations, conversations.c.id == handoffs.c.conversation_id)
    .join(contacts, contacts.c.id == conversations.c.contact_id)
    .outerjoin(officers, officers.c.id == handoffs.c.holder_id)
)
#: The condition of the partial indexes, written out so that they are used.
_OPEN = text("handoffs.state <> 'closed'")
#: Few contacts are exercises, and an index names them.
_EXERCISE = handoffs.c.conversation_id.in_(
    select(conversations.c.id).join(contacts, contacts.c.id == conversations.c.contact_id).where(text("contacts.channel = 'drill'"))
)
_CLAIMED = handoffs.c.state == State.CLAIMED
_CLASSES = {
    Group.EMERGENCIES: HandoffClass.E1,
    Group.UNCLEAR: HandoffClass.UNCLEAR,
    Group.REQUESTS: HandoffClass.E2,
    Group.OTHER: HandoffClass.OTHER,
}


def line_of(work: Work, row: RowMapping) -> HandoffLine:
    """A row of ``LINES``."""
    holder = row["holder_sealed"]
    return HandoffLine(
        reference=row["reference"],
        state=State(row["state"]),
        cls=HandoffClass(row["cls"]),
        kind=row["kind"],
        lane=DutyLane(row["lane"]),
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        claimed_at=row["claimed_at"],
        last_message_at=row["last_message_at"],
        holder_name=None if holder is None else opened(work.kinds["officers"], holder, "officers", "name_sealed", row["holder_id"]),
        acknowledged=row["acknowledged_at"] is not None,
        locale=row["locale"],
        channel=row["channel"],
    )


class SqlLines:
    """The port ``Lines``."""

    def __init__(self, work: Work) -> None:
        """On this connection."""
        self._work = work

    async def stamps(self) -> Mapping[str, str]:
        """Of each lane numbers that only grow while a case is open, and how many are."""
        grown = (func.count(), func.max(handoffs.c.opened_at), func.sum(handoffs.c.version))
        talked = (func.sum(conversations.c.in_seq), func.sum(conversations.c.out_seq))
        joined = handoffs.join(conversations, conversations.c.id == handoffs.c.conversation_id)
        stamps = select(handoffs.c.lane, *grown, *talked).select_from(joined).where(_OPEN).group_by(handoffs.c.lane)
        return {lane: " ".join(map(str, numbers)) for lane, *numbers in (await self._work.connection.execute(stamps)).all()}

    async def ringing(self, lanes: Collection[str]) -> tuple[list[str], list[str], int]:
        """The latest that nobody has acknowledged; those of them that are exercises; how many are none."""
        unheard = (_OPEN, handoffs.c.cls == HandoffClass.E1, handoffs.c.acknowledged_at.is_(None), handoffs.c.lane.in_(sorted(lanes)))
        drilled = case((_EXERCISE, 1), else_=0).label("drilled")
        latest = select(handoffs.c.reference, drilled).where(*unheard).order_by(handoffs.c.opened_at.desc()).limit(RINGING_TOLD)
        rows = await self._work.rows(latest)
        number = await self._work.value(select(func.count()).select_from(handoffs).where(*unheard, ~_EXERCISE))
        return [row["reference"] for row in rows], [row["reference"] for row in rows if row["drilled"]], int(number)

    async def sections(self, lanes: Collection[str], officer: OfficerId, most: Mapping[Group, int]) -> list[Section]:
        """Each heading with its first cases: class, then returned ones, then waiting time; of the closed ones the latest."""
        numbers = await self._numbers(lanes, officer)
        found = []
        for group in Group:
            lines = await self.some(lanes, officer, group, 0, most[group]) if numbers.get(group, 1) else []
            found.append(Section(group=group, number=numbers.get(group, len(lines)), lines=lines))
        return found

    async def _numbers(self, lanes: Collection[str], officer: OfficerId) -> dict[Group, int]:
        """How many are under each heading of open cases."""
        group = case(*((_under(each, officer), each) for each in Group if each is not Group.CLOSED), else_="")
        counted = select(group.label("name"), func.count().label("number")).where(_OPEN, handoffs.c.lane.in_(sorted(lanes)))
        rows = await self._work.rows(counted.group_by(text("1")))
        return dict.fromkeys(set(Group) - {Group.CLOSED}, 0) | {Group(row["name"]): int(row["number"]) for row in rows if row["name"]}

    async def some(self, lanes: Collection[str], officer: OfficerId, group: Group, skip: int, most: int) -> list[HandoffLine]:
        """The cases under one heading, after the first so many."""
        mine = (handoffs.c.lane.in_(sorted(lanes)), _under(group, officer))
        if group is Group.CLOSED:
            chosen: Select[Any] = LINES.where(*mine).order_by(handoffs.c.closed_at.desc())
        else:
            chosen = LINES.where(_OPEN, *mine).order_by(*_order(group), handoffs.c.front.desc(), handoffs.c.opened_at)
        return [line_of(self._work, row) for row in await self._work.rows(chosen.limit(most).offset(skip))]


def _order(group: Group) -> Sequence[Any]:
    """Under a heading of one class there is nothing to order by class, and an index does the rest."""
    return () if group in _CLASSES else (case({str(cls): -cls.rank for cls in HandoffClass}, value=handoffs.c.cls),)


def _under(group: Group, officer: OfficerId) -> ColumnElement[bool]:
    """The condition of a heading; together they leave nothing out and name nothing twice."""
    mine = and_(_CLAIMED, handoffs.c.holder_id == officer)
    not_mine = or_(~_CLAIMED, handoffs.c.holder_id.is_(None), handoffs.c.holder_id != officer)
    if group is Group.CLOSED:
        return handoffs.c.state == State.CLOSED
    if group is Group.MINE:
        return mine
    if group is Group.EXERCISES:
        return and_(not_mine, _EXERCISE)
    if group is Group.THEIRS:
        return and_(_CLAIMED, not_mine, ~_EXERCISE)
    return and_(handoffs.c.cls == _CLASSES[group], ~_CLAIMED, ~_EXERCISE)
