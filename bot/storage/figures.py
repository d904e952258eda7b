"""The port ``FiguresOf``: counted and timed by the database itself, the same on both kinds."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, func, literal, or_, select, type_coerce

from bot.domain.figures import AGES, Case, Holding, Load, Span, Step, Tally, Waiting, week_of
from bot.domain.handoff import HELD, HandoffClass
from bot.domain.message import ChannelName
from bot.storage.base import Work, opened
from bot.storage.tables import contacts, conversations, handoffs, microseconds, officers

#: So many references are named; how many there are is said.
_NAMED = 20
#: So many cases are read at a time for a file: no reader stands in the way of an erasure for long.
_PAGE = 2_000
_MICROSECOND = timedelta(microseconds=1)
_WEEK, _DAY = timedelta(weeks=1) // _MICROSECOND, timedelta(days=1) // _MICROSECOND
_DONE_AT: Mapping[Step, Any] = {
    Step.ALERT: handoffs.c.first_rung_at,
    Step.ACKNOWLEDGED: handoffs.c.first_acknowledged_at,
    Step.CLAIMED: handoffs.c.first_claimed_at,
    Step.WORDS: handoffs.c.first_words_at,
}
_PEOPLE = handoffs.join(conversations, conversations.c.id == handoffs.c.conversation_id).join(
    contacts, contacts.c.id == conversations.c.contact_id
)


def _number(column: Any) -> Any:
    """A moment as the number that it is kept as."""
    return type_coerce(column, BigInteger)


#: 1 January 1970 was a Thursday: weeks begin three days before.
_WEEK_NUMBER = (_number(handoffs.c.opened_at) + 3 * _DAY) // _WEEK
_BEGAN = func.coalesce(_number(handoffs.c.asked_at), _number(handoffs.c.opened_at))


class SqlFigures:
    """The port ``FiguresOf``."""

    def __init__(self, work: Work) -> None:
        """On this connection."""
        self._work = work

    async def load(self, lanes: Collection[str], now: datetime, unticked_before: datetime) -> Load:
        """What is open."""
        return Load(
            waiting=await self._waiting(lanes, now),
            holding=await self._holding(lanes),
            **await self._unticked(lanes, unticked_before),
        )

    async def _waiting(self, lanes: Collection[str], now: datetime) -> list[Waiting]:
        free = handoffs.c.state.not_in(HELD)
        ends = [None, *(now - age for age in AGES), None]
        bands = [
            func.sum(case((and_(free, *_between(older, younger)), 1), else_=0)).label(f"age_{place}")
            for place, (younger, older) in enumerate(pairwise(ends))
        ]
        held = func.sum(case((free, 0), else_=1)).label("held")
        oldest = func.min(case((free, handoffs.c.opened_at))).label("oldest")
        grouped = _of(select(handoffs.c.cls, *bands, held, oldest), lanes).where(_OPEN).group_by(handoffs.c.cls)
        rows = [
            Waiting(
                cls=HandoffClass(row["cls"]),
                by_age=tuple(int(row[f"age_{place}"]) for place in range(len(bands))),
                held=int(row["held"]),
                oldest=row["oldest"],
            )
            for row in await self._work.rows(grouped)
        ]
        return sorted(rows, key=lambda each: -each.cls.rank)

    async def _holding(self, lanes: Collection[str]) -> list[Holding]:
        urgent = func.sum(case((handoffs.c.cls == HandoffClass.E1, 1), else_=0)).label("emergencies")
        holder = (handoffs.c.holder_id, officers.c.name_sealed)
        counted = select(*holder, func.count().label("cases"), urgent, func.min(handoffs.c.claimed_at).label("since"))
        mine = _of(counted, lanes, _PEOPLE.join(officers, officers.c.id == handoffs.c.holder_id))
        rows = await self._work.rows(mine.where(handoffs.c.state.in_(HELD), _OPEN).group_by(*holder))
        key = self._work.kinds["officers"]
        found = [
            Holding(
                name=opened(key, row["name_sealed"], "officers", "name_sealed", row["holder_id"]),
                cases=int(row["cases"]),
                emergencies=int(row["emergencies"]),
                since=row["since"],
            )
            for row in rows
        ]
        return sorted(found, key=lambda each: (-each.cases, each.name))

    async def _unticked(self, lanes: Collection[str], before: datetime) -> dict[str, Any]:
        old = (handoffs.c.cls == HandoffClass.UNCLEAR, handoffs.c.state.not_in(HELD), handoffs.c.opened_at < before, _OPEN)
        number = await self._work.value(_of(select(func.count()), lanes).where(*old))
        first = _of(select(handoffs.c.reference), lanes).where(*old).order_by(handoffs.c.opened_at).limit(_NAMED)
        return {"unticked": [row["reference"] for row in await self._work.rows(first)], "unticked_in_all": int(number)}

    async def tallies(self, lanes: Collection[str], since: datetime, now: datetime, targets: Mapping[Step, timedelta]) -> list[Tally]:
        """How many of each sort; of the open emergencies how many are overdue at which step."""
        same = (
            _WEEK_NUMBER.label("week"), handoffs.c.cls, contacts.c.channel, conversations.c.locale,
            func.coalesce(handoffs.c.outcome, "").label("outcome"),
        )  # fmt: skip
        late = [func.sum(case((_overdue(step, now, target), 1), else_=0)).label(step) for step, target in targets.items()]
        grouped = _of(select(*same, func.count().label("number"), *late), lanes).where(handoffs.c.opened_at >= since)
        return [
            Tally(
                week=week_of(int(row["week"])),
                cls=HandoffClass(row["cls"]),
                channel=row["channel"],
                locale=row["locale"],
                outcome=row["outcome"],
                number=int(row["number"]),
                overdue={step: int(row[step]) for step in targets if row[step]},
            )
            for row in await self._work.rows(grouped.group_by(*same))
        ]

    async def spans(self, step: Step, lanes: Collection[str], since: datetime, target: timedelta, *, weekly: bool) -> list[Span]:
        """How long that step took, by week and class, or by class alone (then under the week of ``since``)."""
        week = _WEEK_NUMBER if weekly else literal((microseconds(since) + 3 * _DAY) // _WEEK, BigInteger)
        took = _number(_DONE_AT[step]) - _BEGAN
        done = (handoffs.c.opened_at >= since, _DONE_AT[step].is_not(None))
        base = _of(select(week.label("week"), handoffs.c.cls, took.label("took")), lanes).where(*done).cte("base")
        same: dict[str, Any] = {"partition_by": (base.c.week, base.c.cls)}
        place = func.row_number().over(order_by=base.c.took, **same).label("place")
        ranked = select(*base.c, place, func.count().over(**same).label("number")).cte("ranked")
        number, took = ranked.c.number, ranked.c.took
        grouped = select(
            ranked.c.week,
            ranked.c.cls,
            func.max(number).label("number"),
            func.max(case((ranked.c.place == (number + 1) // 2, took))).label("median"),
            func.max(case((ranked.c.place == (number * 9 + 9) // 10, took))).label("p90"),
            func.max(took).label("worst"),
            func.sum(case((took <= target // _MICROSECOND, 1), else_=0)).label("within"),
        ).group_by(ranked.c.week, ranked.c.cls)
        return [
            Span(
                week=week_of(int(row["week"])),
                cls=HandoffClass(row["cls"]),
                number=int(row["number"]),
                within=int(row["within"]),
                **{name: max(timedelta(0), int(row[name]) * _MICROSECOND) for name in ("median", "p90", "worst")},
            )
            for row in await self._work.rows(grouped)
        ]

    async def cases(self, lanes: Collection[str], since: datetime, after: tuple[datetime, str] | None) -> list[Case]:
        """The next cases in the order in which they began; ``after``: time and reference of the last one read."""
        steps = [(_number(at) - _BEGAN).label(step) for step, at in _DONE_AT.items()]
        wanted = _of(select(handoffs, contacts.c.channel, conversations.c.locale, *steps), lanes).where(handoffs.c.opened_at >= since)
        if after is not None:
            later = or_(handoffs.c.opened_at > after[0], and_(handoffs.c.opened_at == after[0], handoffs.c.reference > after[1]))
            wanted = wanted.where(handoffs.c.opened_at >= after[0], later)
        ordered = wanted.order_by(handoffs.c.opened_at, handoffs.c.reference).limit(_PAGE)
        return [
            Case(
                **{name: row[name] for name in ("reference", "opened_at", "closed_at", "kind", "reason", "channel", "locale")},
                cls=HandoffClass(row["cls"]),
                outcome=row["outcome"] or "",
                seconds={step: max(0, int(row[step]) // 1_000_000) for step in Step if row[step] is not None},
            )
            for row in await self._work.rows(ordered)
        ]


_OPEN = handoffs.c.state != "closed"


def _of(chosen: Select[Any], lanes: Collection[str], people: Any = _PEOPLE) -> Select[Any]:
    """Of those lanes; an exercise is in no figure."""
    return chosen.select_from(people).where(handoffs.c.lane.in_(sorted(lanes)), contacts.c.channel != ChannelName.DRILL)


def _between(older: datetime | None, younger: datetime | None) -> Sequence[ColumnElement[bool]]:
    """Opened after the one and no later than the other."""
    since = [] if older is None else [handoffs.c.opened_at > older]
    return [*since, *([] if younger is None else [handoffs.c.opened_at <= younger])]


def _overdue(step: Step, now: datetime, target: timedelta) -> ColumnElement[bool]:
    """An open emergency in which that is not done, though its time is over."""
    return and_(_OPEN, handoffs.c.cls == HandoffClass.E1, _DONE_AT[step].is_(None), microseconds(now - target) > _BEGAN)
