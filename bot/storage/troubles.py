"""What does not work, read by conditions that partial indexes carry: looking must cost nothing while everything works."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, case, func, or_, select, text, update

from bot.domain.files import AGREED_WITHIN
from bot.domain.handoff import DutyLane
from bot.domain.health import ALERTS_FAIL, Stored
from bot.domain.ids import OfficerId, OutboxId
from bot.domain.message import ACTS, ERASE_CHAT, Lane
from bot.domain.trouble import AskedFor, HeldBack, Pile, Service, Undelivered
from bot.storage.base import Work, upsert
from bot.storage.drills import EXERCISE
from bot.storage.filetables import attachments, exports
from bot.storage.health import UNTRUSTED
from bot.storage.officers import PEOPLE, reached
from bot.storage.tables import contacts, conversations, handoffs, inbox, officers, outbox
from bot.storage.troubletables import services

#: Written out, not bound: only so are the partial indexes of the same words used.
_UNSETTLED = text("outbox.state = 'given_up' AND outbox.settled_at IS NULL")
_HELD = text("outbox.state = 'held'")
_POISON = text("inbox.party = 'poison' AND inbox.settled_at IS NULL")
_OPEN = text("handoffs.state <> 'closed'")
_PENDING = text("outbox.state IN ('waiting', 'taken')")

_other = handoffs.alias("other")


def _latest(conversation: Any) -> Any:
    """A conversation's latest case, open or closed."""
    mine = select(_other.c.id).where(_other.c.conversation_id == conversation)
    return mine.order_by(_other.c.opened_at.desc(), _other.c.id).limit(1).correlate(conversation.table).scalar_subquery()


def _then(conversation: Any, at: Any) -> Any:
    """The case to which a moment of a conversation belongs: the first that had not ended by then, else the latest."""
    mine = select(_other.c.id).where(_other.c.conversation_id == conversation, or_(_other.c.closed_at.is_(None), _other.c.closed_at >= at))
    first = mine.order_by(_other.c.opened_at, _other.c.id).limit(1).correlate(conversation.table).scalar_subquery()
    return func.coalesce(first, _latest(conversation))


_PEOPLE = outbox.join(conversations, conversations.c.id == outbox.c.conversation_id).join(
    contacts, contacts.c.id == conversations.c.contact_id
)
_TALKS = _PEOPLE.outerjoin(handoffs, handoffs.c.id == _latest(outbox.c.conversation_id))
_SAID = _PEOPLE.outerjoin(handoffs, handoffs.c.id == _then(outbox.c.conversation_id, outbox.c.created_at))
_FILES = exports.join(attachments, attachments.c.id == exports.c.attachment_id).join(
    handoffs, handoffs.c.id == _then(attachments.c.conversation_id, attachments.c.wanted_at)
)
_CASE = (handoffs.c.reference, handoffs.c.lane, handoffs.c.state.label("case_state"))
_UNDELIVERED = (
    select(outbox.c.id, outbox.c.speaker, outbox.c.channel, outbox.c.created_at, outbox.c.failure, contacts.c.blocked_at, *_CASE)
    .select_from(_SAID)
    .where(_UNSETTLED, outbox.c.name.not_in(ACTS))
)

#: What rings officers, and no words of a case that pass to one who holds it.
_ALERTS = and_(outbox.c.officer_id.is_not(None), outbox.c.lane == Lane.ALERT)


class SqlTroubles:
    """The port ``TroubleBook``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def facts(self, now: datetime) -> Stored:
        """Those of which faults are made."""
        emergency = and_(_OPEN, handoffs.c.cls == "E1", ~EXERCISE)
        return Stored(
            waiting_since=await self._first(conversations.c.due_at, conversations.c.due_at <= now),
            unsent_since=await self._first(outbox.c.created_at, _PENDING, outbox.c.due_at <= now),
            untrusted=int(await self._work.value(UNTRUSTED)),
            unreached=sum(each.failed for each in (await reached(self._work, now - ALERTS_FAIL)).values()),
            unheard_since=await self._first(handoffs.c.opened_at, emergency, handoffs.c.acknowledged_at.is_(None)),
            officers=int(await self._work.value(select(func.count()).select_from(officers).where(PEOPLE))),
            last_alert_sent=await self._work.value(select(func.max(outbox.c.sent_at)).where(_ALERTS)),
        )

    async def _first(self, column: Any, *where: Any) -> datetime | None:
        found: datetime | None = await self._work.value(select(func.min(column)).where(*where))
        return found

    async def unheard(self) -> Mapping[DutyLane, datetime]:
        """The earliest of each lane."""
        since = func.min(handoffs.c.opened_at).label("since")
        unheard = (_OPEN, handoffs.c.cls == "E1", ~EXERCISE, handoffs.c.acknowledged_at.is_(None))
        rows = await self._work.rows(select(handoffs.c.lane, since).where(*unheard).group_by(handoffs.c.lane))
        return {DutyLane(row["lane"]): row["since"] for row in rows}

    async def services(self) -> list[Service]:
        """As the answering process last told."""
        return [Service(**row) for row in await self._work.rows(select(services).order_by(services.c.name))]

    async def tell(self, name: str, now: datetime, *, ok: bool, detail: str) -> None:
        """Since when stays, while it does."""
        self._work.wakes_only()
        before = await self._work.one(select(services).where(services.c.name == name))
        since = before["since"] if before is not None and before["ok"] == ok else now
        values = {"ok": ok, "since": since, "seen_at": now, "detail": detail}
        written = upsert(services).values(name=name, **values)
        await self._work.run(written.on_conflict_do_update(index_elements=[services.c.name], set_=values))

    async def undelivered(self, last: int) -> list[Undelivered]:
        """The latest first."""
        rows = _UNDELIVERED.order_by(outbox.c.created_at.desc(), outbox.c.id).limit(last)
        return [_undelivered(row) for row in await self._work.rows(rows)]

    async def find(self, row: OutboxId) -> Undelivered | None:
        """That one, while nobody has seen to it."""
        found = await self._work.one(_UNDELIVERED.where(outbox.c.id == row))
        return None if found is None else _undelivered(found)

    async def held(self, last: int) -> list[HeldBack]:
        """Those that wait longest first."""
        since = func.min(outbox.c.created_at).label("since")
        empties = func.sum(case((outbox.c.name == ERASE_CHAT, 1), else_=0)).label("empties")
        rows = select(func.count().label("number"), since, empties, *_CASE).select_from(_TALKS).where(_HELD)
        grouped = rows.group_by(outbox.c.conversation_id, handoffs.c.reference, handoffs.c.lane, handoffs.c.state)
        return [
            HeldBack(reference=row["reference"], number=row["number"], since=row["since"], empties=row["empties"] > 0, **_case(row))
            for row in await self._work.rows(grouped.order_by(since).limit(last))
        ]

    async def poison(self) -> list[Pile]:
        """One of each channel."""
        oldest, latest = func.min(inbox.c.received_at).label("oldest"), func.max(inbox.c.received_at).label("latest")
        rows = select(inbox.c.channel, func.count().label("number"), oldest, latest).where(_POISON).group_by(inbox.c.channel)
        return [Pile(**row) for row in await self._work.rows(rows.order_by(inbox.c.channel))]

    async def asked_for(self, now: datetime) -> list[AskedFor]:
        """Those that wait longest first."""
        wanted = (exports.c.agreed_by.is_(None), exports.c.asked_at > now - AGREED_WITHIN)
        asked = select(exports.c.number, exports.c.asked_by, exports.c.asked_at, handoffs.c.reference, handoffs.c.lane)
        rows = asked.select_from(_FILES).where(*wanted).order_by(exports.c.asked_at, exports.c.id)
        return [
            AskedFor(
                reference=row["reference"],
                lane=DutyLane(row["lane"]),
                number=row["number"],
                asked_by=OfficerId(row["asked_by"]),
                since=row["asked_at"],
            )
            for row in await self._work.rows(rows)
        ]

    async def requeue(self, row: OutboxId, now: datetime) -> bool:
        """In its old place of the conversation's order, as if it had never been tried; what was erased is not sent."""
        again = and_(outbox.c.id == row, outbox.c.state == "given_up", outbox.c.text_sealed.is_not(None))
        values = {"state": "waiting", "due_at": now, "attempts": 0, "ambiguous": 0, "failure": None, "token": None, "lease_until": None}
        self._work.wakes_only("courier")
        return await self._work.run(update(outbox).where(again).values(**values)) > 0

    async def settle(self, row: OutboxId, now: datetime) -> None:
        """It stays given up."""
        await self._work.change(outbox, row, settled_at=now)

    async def settle_poison(self, until: datetime, now: datetime) -> int:
        """They stay."""
        return await self._work.run(update(inbox).where(_POISON, inbox.c.received_at <= until).values(settled_at=now))


def _case(row: RowMapping) -> dict[str, Any]:
    """Of a conversation without any case."""
    return {"lane": DutyLane(row["lane"] or DutyLane.GENERAL), "is_open": row["case_state"] not in {None, "closed"}}


def _undelivered(row: RowMapping) -> Undelivered:
    return Undelivered(
        id=OutboxId(row["id"]),
        reference=row["reference"],
        speaker=row["speaker"],
        channel=row["channel"],
        at=row["created_at"],
        reason=row["failure"] or "",
        blocked=row["blocked_at"] is not None,
        **_case(row),
    )
