"""Everything that is to be said, queued in the transaction that decided it; only the head of a stream may be taken."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, and_, bindparam, exists, func, select, text, update

from bot.domain.drill import EXERCISE_ALERT, SHUT_OUT_ALERT, THREAT_ALERT
from bot.domain.errors import Refused
from bot.domain.ids import ConversationId, HandoffId, OfficerId, new_id
from bot.domain.message import (
    ACTS,
    OFFICER_CONTENT,
    TRUST_KEY,
    Care,
    ChannelName,
    Draft,
    Lane,
    Outgoing,
    Piece,
    Sent,
    Speaker,
    emptying,
)
from bot.storage.arrivals import held_rows
from bot.storage.base import Person, Work, readable, sealed
from bot.storage.heads import Heads
from bot.storage.milestones import sent_milestone
from bot.storage.passing import Passing
from bot.storage.rows import numbered, numbering, outbox_row, own_row
from bot.storage.tables import contacts, conversations, handoffs, officers, outbox
from bot.storage.takeback import take_back
from bot.storage.taking import CONTACT, OFFICER, contact_of, leased, outgoing

_TAKEABLE = ("waiting", "taken")
_ON_ITS_WAY = exists().where(outbox.c.stream == bindparam("row"), text("outbox.state IN ('waiting', 'taken', 'held')"))
_NUMBERED = numbering(conversations)
_NUMBERED_AND_LOOKED = _NUMBERED.returning(_ON_ITS_WAY.label("on_its_way"))
_INSERT = outbox.insert()
_ROW = select(outbox).where(outbox.c.id == bindparam("of"))


#: A word that a way has failed replaces those from before that; a younger one tells of another way.
_YOUNG = timedelta(minutes=30)
#: What never stands before an emergency in an officer's stream.
_GIVE_WAY = frozenset({EXERCISE_ALERT, "alert_test", "alert_channel_failed"})


#: What it holds at most once.
_ONCE = _GIVE_WAY | {"alert_digest", THREAT_ALERT}


class SqlOutbox:
    """The port ``Outbox``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work
        self._passing = Passing(work)
        self._heads = Heads(work)

    async def queue(
        self,
        conversation: ConversationId,
        drafts: Sequence[Draft],
        now: datetime,
        lease_seconds: float | None = None,
        *,
        due: datetime | None = None,
    ) -> Outgoing | None:
        """Append drafts to a conversation; to an erased contact only what answers the erasure, and an officer's words."""
        if not drafts:
            return None
        person = await self._work.person(conversation)
        contact, sealer = person.row, person.sealer
        allowed = [draft for draft in drafts if draft.is_erasure or draft.speaker is Speaker.OFFICER or contact["erased_at"] is None]
        if person.is_damaged and any(draft.speaker is Speaker.OFFICER for draft in drafts):
            raise Refused("damaged")  # an officer must hear that nobody is reached; what the bot would say has no other reader
        if sealer is None or not allowed:
            return None
        values = {"row": conversation, "number": len(allowed)}
        place = await self._work.one(_NUMBERED if lease_seconds is None else _NUMBERED_AND_LOOKED, values)
        if place is None:
            raise LookupError("a conversation that is held does not vanish")
        first = place["out_seq"] - len(allowed) + 1
        common = {
            "stream": conversation,
            "conversation_id": conversation,
            "channel": contact["channel"],
            "officer_id": None,
            "handoff_id": None,
            "state": "held" if contact["key_held_at"] is not None else "waiting",
            "token": None,
            "lease_until": None,
            "due_at": due or now,
        }
        rows = [outbox_row(draft, sealer, now) | common | {"seq": seq} for seq, draft in enumerate(allowed, start=first)]
        at_once = lease_seconds is not None and not place["on_its_way"]
        taken = self._taken_at_once(rows[0], allowed[0].piece, person, now, lease_seconds or 0) if at_once else None
        self._work.wakes_only(*() if taken is not None and len(rows) == 1 else ("courier",))
        await self._work.connection.execute(_INSERT, rows)
        return taken

    def _taken_at_once(self, row: dict[str, Any], piece: Piece, person: Person, now: datetime, lease_seconds: float) -> Outgoing | None:
        """The new row under a lease, nothing being before it; None when it is held."""
        if row["state"] != "waiting":
            return None
        to, token = contact_of(self._work, person.row), new_id()
        if not to.address:
            return None
        row |= leased(token, now, lease_seconds)
        return outgoing(row, to, piece, token)

    async def queue_alert(self, officer: OfficerId, handoff: HandoffId | None, draft: Draft, now: datetime) -> None:
        """Append to an officer's own stream; an alert that still waits for the same handoff gives way to the new one."""
        if handoff is not None and draft.alert_step is not None:
            mine = and_(outbox.c.officer_id == officer, outbox.c.handoff_id == handoff, outbox.c.alert_step.is_not(None))
            older = and_(mine, outbox.c.state == "waiting")
            await self._work.run(update(outbox).where(older).values(state="cancelled", text_sealed=None))
        # Nothing of an exercise or a test stands before an emergency in this officer's stream, and none of them twice.
        gives_way = _GIVE_WAY if draft.name in {"alert", "alert_again", SHUT_OUT_ALERT} else {draft.name} & _ONCE
        if gives_way:
            waiting = and_(outbox.c.officer_id == officer, outbox.c.state == "waiting", outbox.c.name.in_(sorted(gives_way)))
            if draft.name in {"alert_channel_failed", THREAT_ALERT}:
                waiting = and_(waiting, outbox.c.created_at < now - _YOUNG)
            await self._work.run(update(outbox).where(waiting).values(state="cancelled", text_sealed=None))
        self._work.wakes_only("courier")
        last = await numbered(self._work, officers, officer, 1)
        to = await self._work.one(OFFICER, {"of": officer})
        row = outbox_row(draft, self._work.kinds["officers"], now) | {
            "stream": f"o:{officer}",
            "officer_id": officer,
            "handoff_id": handoff,
            "channel": (to and to["channel"]) or ChannelName.CONSOLE,
            "seq": last,
            "state": "waiting",
        }
        await self._work.run(outbox.insert().values(row))

    async def queue_content(
        self,
        officer: OfficerId,
        conversation: ConversationId,
        handoff: HandoffId,
        drafts: Sequence[Draft],
        now: datetime,
        timer: timedelta | None,
    ) -> None:
        """In a stream of their own."""
        await self._passing.queue(officer, conversation, handoff, drafts, now, timer)

    async def drop_content(self, officer: OfficerId) -> int:
        """Nobody gets it there."""
        return await self._passing.drop(officer)

    async def unrung(self, alert: Outgoing) -> str | None:
        """The row itself has been given up already."""
        other = outbox.alias("other")
        to_come = other.c.state.in_(("waiting", "taken", "sent"))
        heard = exists().where(
            other.c.handoff_id == outbox.c.handoff_id, other.c.lane == Lane.ALERT, other.c.created_at >= outbox.c.created_at, to_come
        )
        asked = select(handoffs.c.reference).join(outbox, outbox.c.handoff_id == handoffs.c.id)
        found: str | None = await self._work.value(asked.where(outbox.c.id == alert.id, handoffs.c.state != "closed", ~heard))
        return found

    async def take(self, now: datetime, lease_seconds: float, busy: Sequence[str] = ()) -> Outgoing | None:
        """The next due head of a stream, alerts first."""
        return await self._heads.take(now, lease_seconds, busy)

    async def sent(self, outgoing: Outgoing, sent: Sent, now: datetime) -> None:
        """Mark it sent; the danger question's and the first alert's times are facts that others ask for."""
        row = await self._work.one(_ROW, {"of": outgoing.id})
        if row is None or row["state"] == "sent":
            return
        marks: dict[str, Any] = {"state": "sent", "sent_at": now, "token": None}
        if row["officer_id"] is not None or row["name"] in ACTS:
            marks["text_sealed"] = None
        elif row["text_sealed"] is not None and sent.key:
            contact = await self._work.one(CONTACT, {"of": row["conversation_id"]})
            sealer = None if contact is None else self._work.sealer(contact)
            if sealer is not None:
                marks["key_sealed"] = sealed(sealer, sent.key, "outbox", "key_sealed", row["id"])
        elif sent.key and row["channel"] != ChannelName.CONSOLE:
            await self._delete_late(row, sent.key, now)
        self._work.wakes_only("courier")
        await self._work.change(outbox, row["id"], **marks)
        await self._remember(row, now)

    async def _delete_late(self, row: RowMapping, key: str, now: datetime) -> None:
        """It was on its way while its contact was erased, so the erasure did not know its key: it is deleted by a row of its own."""
        erased_at = (await self._work.person(row["conversation_id"])).row["erased_at"]
        if erased_at is not None and row["created_at"] <= erased_at:
            await self.queue(row["conversation_id"], [emptying([key])], now)

    async def _remember(self, row: RowMapping, now: datetime) -> None:
        if row["is_question"]:
            mine = conversations.c.id == row["conversation_id"]
            await self._work.run(update(conversations).where(mine).values(question_sent_at=now))
        if row["handoff_id"] is not None and row["alert_step"] is not None:
            first = and_(handoffs.c.id == row["handoff_id"], handoffs.c.rung_at.is_(None))
            await self._work.run(update(handoffs).where(first).values(rung_at=now))
        await sent_milestone(self._work, row, now)

    async def postpone(self, outgoing: Outgoing, until: datetime, *, ambiguous: bool) -> None:
        """Put it back until then."""
        tried = {"attempts": outbox.c.attempts + 1, "ambiguous": outbox.c.ambiguous + int(ambiguous)}
        await self._work.run(_mine(outgoing).values(state="waiting", token=None, due_at=until, **tried))

    async def give_up(self, outgoing: Outgoing, reason: str, now: datetime) -> None:
        """It will not be sent; officers see it in the conversation."""
        ended: dict[str, Any] = {"text_sealed": None} if outgoing.name == OFFICER_CONTENT else {}
        await self._work.run(_mine(outgoing).values(state="given_up", failure=reason[:64], token=None, **ended))

    async def hold_for_key(self, outgoing: Outgoing, now: datetime) -> None:
        """All rows of this contact wait for an officer's word; what was for an officer whose key changed is given up."""
        if outgoing.contact is None:
            await self.give_up(outgoing, "key_changed", now)
            return
        conversation = await self._work.value(select(conversations.c.id).where(conversations.c.contact_id == outgoing.contact))
        await self._work.person(conversation)
        await self._work.run(update(contacts).where(contacts.c.id == outgoing.contact).values(key_held_at=now))
        self._work.people.pop(conversation)
        await self._work.run(held_rows(conversation))

    async def queue_trust(self, conversation: ConversationId, now: datetime) -> int | None:
        """A row of a stream of its own: what is held waits for it, and it for nothing."""
        person = await self._work.person(conversation)
        if person.row["key_held_at"] is None or person.sealer is None:
            return None
        mine = outbox.c.conversation_id == conversation
        word = and_(mine, outbox.c.name == TRUST_KEY, outbox.c.state.in_(_TAKEABLE))
        if await self._work.one(select(outbox.c.id).where(word)) is None:
            draft = Draft(piece=Piece(text=""), speaker=Speaker.NOTICE, care=Care.MUST, name=TRUST_KEY)
            await self._work.run(outbox.insert().values(await own_row(self._work, person, draft, person.sealer, now)))
        held = select(func.count()).select_from(outbox).where(mine, outbox.c.state == "held")
        return int(await self._work.value(held))

    async def cancel_bot_rows(self, conversation: ConversationId) -> int:
        """Cancel what the bot had still to say, unless the courier has it already."""
        waiting = and_(outbox.c.conversation_id == conversation, outbox.c.state.in_(("waiting", "held")), outbox.c.speaker == Speaker.BOT)
        return await self._work.run(update(outbox).where(waiting, outbox.c.is_erasure.is_(False)).values(state="cancelled"))

    async def take_back(self, conversation: ConversationId, row: str, since: datetime) -> str | None:
        """All pieces or none: the rows are held, so that no courier takes one of them meanwhile."""
        return await take_back(self._work, conversation, row, since)

    async def officer_spoke_at(self, conversation: ConversationId) -> datetime | None:
        """What was cancelled was never said."""
        spoken = (outbox.c.conversation_id == conversation, outbox.c.speaker == Speaker.OFFICER, outbox.c.state != "cancelled")
        found: datetime | None = await self._work.value(select(func.max(outbox.c.created_at)).where(*spoken))
        return found

    async def unsent(self, channel: ChannelName | None = None) -> int:
        """How many rows wait or are being sent."""
        there = (outbox.c.state.in_(_TAKEABLE), *(() if channel is None else (outbox.c.channel == channel,)))
        return int(await self._work.value(select(func.count()).select_from(outbox).where(*there)))

    async def next_due(self) -> datetime | None:
        """When the next waiting row is due."""
        found: datetime | None = await self._work.value(select(func.min(outbox.c.due_at)).where(outbox.c.state == "waiting"))
        return found

    async def sent_keys(self, conversation: ConversationId) -> list[str]:
        """The messenger's keys of what we sent here."""
        mine = and_(outbox.c.conversation_id == conversation, outbox.c.key_sealed.is_not(None))
        rows = await self._work.rows(select(outbox.c.id, outbox.c.key_sealed).where(mine).order_by(outbox.c.seq))
        sealer = (await self._work.person(conversation)).sealer
        found = [readable(sealer, row["key_sealed"], "outbox", "key_sealed", row["id"]) for row in rows]
        return [key for key in found if key]  # what is damaged deletes nothing in the chat, and keeps nobody from being erased here


def _mine(outgoing: Outgoing) -> Any:
    return update(outbox).where(outbox.c.id == outgoing.id, outbox.c.token == outgoing.token)
