"""Erasing by time: texts with an end of their own, old texts, silent contacts, old alerts and audit rows."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update

from bot.domain.ids import ConversationId
from bot.domain.message import ERASE_CHAT, ERASE_FILES
from bot.ports import Clock, Sweep
from bot.storage.base import Work
from bot.storage.drills import SqlDrills
from bot.storage.erasing import ERASED, Eraser
from bot.storage.files import discard_files
from bot.storage.ledger import SqlAudit
from bot.storage.tables import contacts, conversations, handoffs, inbox, notes, officers, outbox

#: So many contacts or conversations a round: no transaction holds the writer for long.
CHUNK = 200
#: An erasure in the chat that waits for a word on a changed safety number keeps the address so long.
_HELD_WITHIN = timedelta(hours=24)
#: Longer than they wait for a word (``bot.usecases.officerturn.WAITS``).
_WAITED = timedelta(minutes=30)


def _alarm_open(*, unread: bool = False) -> ColumnElement[bool]:
    """An emergency (or, unread, an unclear item) of this conversation is open."""
    mine = [handoffs.c.conversation_id == conversations.c.id, handoffs.c.state != "closed"]
    mine.append(handoffs.c.cls.in_(("E1", "unclear")) if unread else handoffs.c.cls == "E1")
    return exists().where(*mine)


def _waits_for_officers() -> ColumnElement[bool]:
    """A case of this conversation is open that only a person may end; other business is none."""
    mine = (handoffs.c.conversation_id == conversations.c.id, handoffs.c.state != "closed", handoffs.c.cls != "other")
    return exists().where(*mine)


def _handoff_open() -> ColumnElement[bool]:
    return exists().where(handoffs.c.conversation_id == conversations.c.id, handoffs.c.state != "closed")


def _text_left() -> ColumnElement[bool]:
    """Something that was said is still there, by anybody: a person's own words may have gone before, by their own timer."""
    mine = conversations.c.id
    heard = exists().where(inbox.c.conversation_id == mine, inbox.c.text_sealed.is_not(None))
    said = exists().where(outbox.c.conversation_id == mine, outbox.c.text_sealed.is_not(None), outbox.c.name != ERASE_FILES)
    return or_(heard, said, exists().where(notes.c.conversation_id == mine))


#: A case that ends by time, as one that a person closes.
_OVER: dict[str, Any] = {"state": "closed", "holder_id": None} | dict.fromkeys(
    ("next_ring_at", "claim_until", "wake_at", "offered_to", "offered_at", "offer_until", "on_phone_at")
)


class SqlRetention:
    """The port ``Retention``."""

    def __init__(self, work: Work, clock: Clock) -> None:
        """In this transaction."""
        self._work = work
        self._audit = SqlAudit(work, clock)
        self._eraser = Eraser(work)

    async def sweep(self, sweep: Sweep) -> Mapping[str, int]:
        """Erase what is due; open emergencies are exempt, and counted as that."""
        return {
            "expired": await self._expired(sweep),
            "texts": await self._texts(sweep),
            "contacts": await self._contacts(sweep),
            "shells": await self._shells(sweep.now),
            "poison": await self._poison(sweep),
            "alerts": await self._old_alerts(sweep),
            "officers_words": await self._officers_words(sweep),
            "drills": await SqlDrills(self._work).forget(sweep.contact_before),
            "audit": await self._audit.cut(sweep.audit_before),
            "exempt": await self._exempt(sweep),
            "cases_wait": await self._cases_wait(sweep),
        }

    async def asked_for(self, now: datetime) -> Mapping[str, int]:
        """By no time at all."""
        return {"shells": await self._shells(now)}

    async def _expired(self, sweep: Sweep) -> int:
        """Disappearing and deleted messages; while an alarm is open they are hidden, and sealed for the claimant until closing."""
        ended = or_(inbox.c.expires_at <= sweep.now, inbox.c.deleted_at <= sweep.now)
        kept = select(conversations.c.id).where(_alarm_open(unread=True))
        due = and_(ended, inbox.c.text_sealed.is_not(None), inbox.c.state == "done", inbox.c.conversation_id.not_in(kept))
        await discard_files(self._work, sweep.now, due)
        return await self._work.run(update(inbox).where(due).values(**ERASED))

    async def _texts(self, sweep: Sweep) -> int:
        """Texts of conversations that were closed, or silent, before the mission's time."""
        last_closed = select(func.max(handoffs.c.closed_at)).where(handoffs.c.conversation_id == conversations.c.id).scalar_subquery()
        closed = or_(last_closed.is_(None), last_closed < sweep.text_before)
        silent = and_(conversations.c.last_message_at < sweep.text_before, closed)
        due = select(conversations.c.id).where(silent, ~_handoff_open(), _text_left()).limit(CHUNK)
        found = [row["id"] for row in await self._work.rows(due)]
        for conversation in found:
            await self._eraser.texts(conversation, sweep.now)
            await self._eraser.memory(conversation)
        return len(found)

    async def _contacts(self, sweep: Sweep) -> int:
        """Contacts silent since before the mission's time; other business that is open ends with them, and no other case does."""
        silent = and_(conversations.c.last_message_at < sweep.contact_before, contacts.c.wrapped_key.is_not(None))
        found = await self._found(and_(silent, ~_waits_for_officers()))
        for conversation in found:
            mine = and_(handoffs.c.conversation_id == conversation, handoffs.c.state != "closed")
            await self._work.run(update(handoffs).where(mine).values(**(_OVER | {"closed_at": sweep.now})))
            await self._eraser.whole(conversation, sweep.now, keep_address=False)
        return len(found)

    async def _shells(self, now: datetime) -> int:
        """Erased on request, answered, and no emergency open any more: the address goes too.

        What a changed safety number holds back is waited for shortly: nobody may ever say a word on it.
        """
        mine = (outbox.c.conversation_id == conversations.c.id, outbox.c.name != ERASE_FILES)
        held = and_(outbox.c.state == "held", contacts.c.erased_at > now - _HELD_WITHIN)
        pending = exists().where(*mine, or_(outbox.c.state.in_(("waiting", "taken")), held))
        erased = and_(contacts.c.erased_at.is_not(None), contacts.c.wrapped_key.is_not(None), ~pending, ~_handoff_open())
        found = await self._found(erased)
        for conversation in found:
            left = and_(outbox.c.conversation_id == conversation, outbox.c.name == ERASE_CHAT, outbox.c.state == "held")
            self._work.counted["chat_not_emptied"] += int(await self._work.value(select(func.count()).select_from(outbox).where(left)) > 0)
            await self._eraser.whole(conversation, now, keep_address=False)
        return len(found)

    async def _found(self, due: ColumnElement[bool]) -> list[ConversationId]:
        joined = select(conversations.c.id).join(contacts, contacts.c.id == conversations.c.contact_id)
        return [ConversationId(row["id"]) for row in await self._work.rows(joined.where(due).limit(CHUNK))]

    async def _poison(self, sweep: Sweep) -> int:
        old = and_(inbox.c.party == "poison", inbox.c.received_at < sweep.text_before, inbox.c.text_sealed.is_not(None))
        return await self._work.run(update(inbox).where(old).values(text_sealed=None))

    async def _officers_words(self, sweep: Sweep) -> int:
        """Words of officers that were not sent, and that no word of theirs can send any more."""
        old = and_(officers.c.draft_at < sweep.now - _WAITED, officers.c.draft_sealed.is_not(None))
        return await self._work.run(update(officers).where(old).values(draft_sealed=None, draft_at=None))

    async def _old_alerts(self, sweep: Sweep) -> int:
        """Ended alerts of an officer from before the last that went out: the times of a case stand in the case."""
        later = outbox.alias("later")
        reached = select(func.max(later.c.seq)).where(later.c.officer_id == outbox.c.officer_id, later.c.state == "sent").scalar_subquery()
        ended = and_(outbox.c.officer_id.is_not(None), outbox.c.state.in_(("sent", "given_up", "cancelled")))
        old = and_(ended, outbox.c.created_at < sweep.contact_before, outbox.c.seq < reached)
        return await self._work.run(delete(outbox).where(old))

    async def _exempt(self, sweep: Sweep) -> int:
        """Open emergencies older than the mission's time: a person must close them."""
        old = select(func.count()).select_from(conversations).where(conversations.c.last_message_at < sweep.text_before, _alarm_open())
        return int((await self._work.connection.execute(old)).scalar_one())

    async def _cases_wait(self, sweep: Sweep) -> int:
        """Open cases whose contact would have been erased by now: a person must close them too."""
        due = and_(conversations.c.last_message_at < sweep.contact_before, _waits_for_officers(), ~_alarm_open())
        return int(await self._work.value(select(func.count()).select_from(conversations).where(due)))
