"""Everything that is to be said, queued in the transaction that decided it; only the head of a stream may be taken."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, and_, case, exists, func, or_, select, update

from bot.crypto import Sealer
from bot.domain.ids import ContactId, ConversationId, HandoffId, OfficerId, OutboxId, new_id
from bot.domain.message import Care, ChannelName, Draft, Lane, Outgoing, Piece, Sent, Speaker
from bot.storage.base import Work, opened, sealed
from bot.storage.tables import contacts, conversations, handoffs, officers, outbox

#: Between rows of this many ambiguous tries an ordinary answer is given up.
_ONCE_MORE = 2


class SqlOutbox:
    """The port ``Outbox``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def queue(self, conversation: ConversationId, drafts: Sequence[Draft], now: datetime) -> None:
        """Append drafts to a conversation; to an erased contact only what answers the erasure."""
        if not drafts:
            return
        joined = select(contacts).join(conversations, conversations.c.contact_id == contacts.c.id)
        contact = await self._work.one(joined.where(conversations.c.id == conversation))
        if contact is None:
            raise LookupError("no such conversation")
        sealer = self._work.sealer(contact)
        allowed = [draft for draft in drafts if draft.is_erasure or contact["erased_at"] is None]
        if sealer is None or not allowed:
            return
        last = await self._numbers(conversations, conversation, len(allowed))
        state = "held" if contact["key_held_at"] is not None else "waiting"
        common = {"stream": conversation, "conversation_id": conversation, "officer_id": None, "handoff_id": None, "state": state}
        rows = [
            self._row(draft, sealer, now) | common | {"seq": last - len(allowed) + place} for place, draft in enumerate(allowed, start=1)
        ]
        await self._work.connection.execute(outbox.insert(), rows)

    async def _numbers(self, table: Any, row: str, number: int) -> int:
        """The last of ``number`` new places in a stream."""
        counted = update(table).where(table.c.id == row).values(out_seq=table.c.out_seq + number).returning(table.c.out_seq)
        return int((await self._work.connection.execute(counted)).scalar_one())

    def _row(self, draft: Draft, sealer: Sealer, now: datetime) -> dict[str, Any]:
        row = new_id()
        return {
            "id": row,
            "lane": draft.lane,
            "speaker": draft.speaker,
            "care": draft.care,
            "name": draft.name,
            "text_sealed": sealed(sealer, draft.piece.text, "outbox", "text_sealed", row),
            "styled": draft.piece.styled,
            "buttons": json.dumps(draft.piece.buttons) if draft.piece.buttons else "",
            "is_question": draft.is_question,
            "is_erasure": draft.is_erasure,
            "alert_step": draft.alert_step,
            "due_at": now,
            "created_at": now,
        }

    async def queue_alert(self, officer: OfficerId, handoff: HandoffId | None, draft: Draft, now: datetime) -> None:
        """Append to an officer's own stream; an alert that still waits for the same handoff gives way to the new one."""
        if handoff is not None and draft.alert_step is not None:
            mine = and_(outbox.c.officer_id == officer, outbox.c.handoff_id == handoff, outbox.c.alert_step.is_not(None))
            older = and_(mine, outbox.c.state == "waiting")
            await self._work.run(update(outbox).where(older).values(state="cancelled", text_sealed=None))
        last = await self._numbers(officers, officer, 1)
        row = self._row(draft, self._work.kinds["officers"], now)
        row |= {"stream": f"o:{officer}", "officer_id": officer, "handoff_id": handoff, "seq": last, "state": "waiting"}
        await self._work.run(outbox.insert().values(row))

    async def take(self, now: datetime, lease_seconds: float, busy: Sequence[str] = ()) -> Outgoing | None:
        """The next due head of a stream, alerts first."""
        while (row := await self._head(now)) is not None:
            gone = await self._not_to_be_sent(row)
            if gone is not None:
                await self._work.run(update(outbox).where(outbox.c.id == row["id"]).values(**gone))
                continue
            return await self._taken(row, now, lease_seconds)
        return None

    async def _head(self, now: datetime) -> RowMapping | None:
        earlier = outbox.alias("earlier")
        pending = or_(
            and_(outbox.c.state == "waiting", outbox.c.due_at <= now), and_(outbox.c.state == "taken", outbox.c.lease_until <= now)
        )
        blocked = exists().where(
            earlier.c.stream == outbox.c.stream, earlier.c.seq < outbox.c.seq, earlier.c.state.in_(("waiting", "taken", "held"))
        )
        alerts_first = case((outbox.c.lane == Lane.ALERT, 0), else_=1)
        first = select(outbox).where(pending, ~blocked).order_by(alerts_first, outbox.c.due_at).limit(1)
        return await self._work.one(self._work.locked(first, skip=True))

    async def _not_to_be_sent(self, row: RowMapping) -> dict[str, Any] | None:
        """The holder is read in this transaction: beside an officer the bot is silent.  An answer that may have arrived twice ends."""
        lost = row["state"] == "taken"
        if lost and row["care"] == Care.ONCE and row["ambiguous"] + 1 >= _ONCE_MORE:
            return {"state": "given_up", "failure": "ambiguous_twice", "token": None}
        if row["speaker"] != Speaker.BOT or row["conversation_id"] is None:
            return None
        held = select(handoffs.c.id).where(handoffs.c.conversation_id == row["conversation_id"], handoffs.c.state == "claimed")
        if row["is_erasure"] or await self._work.one(held) is None or row["created_at"] > await self._claimed_at(row):
            return None
        return {"state": "cancelled", "token": None}

    async def _claimed_at(self, row: RowMapping) -> datetime:
        """Commands are answered beside an officer too: only what was queued before the claim is cancelled."""
        of_conversation = and_(handoffs.c.conversation_id == row["conversation_id"], handoffs.c.state == "claimed")
        found = await self._work.one(select(handoffs.c.claimed_at).where(of_conversation))
        return row["created_at"] if found is None else found["claimed_at"]  # type: ignore[no-any-return]  # a Moment

    async def _taken(self, row: RowMapping, now: datetime, lease_seconds: float) -> Outgoing:
        lost = row["state"] == "taken"
        token = new_id()
        marks = {
            "state": "taken",
            "token": token,
            "lease_until": now + timedelta(seconds=lease_seconds),
            "attempts": row["attempts"] + (1 if lost else 0),
            "ambiguous": row["ambiguous"] + (1 if lost else 0),
        }
        await self._work.run(update(outbox).where(outbox.c.id == row["id"]).values(**marks))
        to = await self._recipient(row)
        text = opened(to["sealer"], row["text_sealed"], "outbox", "text_sealed", row["id"])
        buttons = tuple(json.loads(row["buttons"])) if row["buttons"] else ()
        return Outgoing(
            id=OutboxId(row["id"]),
            token=token,
            channel=ChannelName(to["channel"]),
            account=to["account"],
            address=to["address"],
            piece=Piece(text=text, styled=row["styled"], buttons=buttons),
            speaker=Speaker(row["speaker"]),
            care=Care(row["care"]),
            lane=Lane(row["lane"]),
            name=row["name"],
            attempts=marks["attempts"],
            ambiguous=marks["ambiguous"],
            contact=to["contact"],
            officer=None if row["officer_id"] is None else OfficerId(row["officer_id"]),
        )

    async def _recipient(self, row: RowMapping) -> dict[str, Any]:
        if row["officer_id"] is not None:
            officer = await self._work.one(select(officers).where(officers.c.id == row["officer_id"]))
            key = self._work.kinds["officers"]
            assert officer is not None  # noqa: S101 - a foreign key holds it
            return self._address(officer, key, "officers") | {"contact": None}
        joined = select(contacts).join(conversations, conversations.c.contact_id == contacts.c.id)
        contact = await self._work.one(joined.where(conversations.c.id == row["conversation_id"]))
        assert contact is not None  # noqa: S101 - a foreign key holds it
        return self._address(contact, self._work.sealer(contact), "contacts") | {"contact": ContactId(contact["id"])}

    def _address(self, row: RowMapping, sealer: Sealer | None, table: str) -> dict[str, Any]:
        return {
            "sealer": sealer,
            "channel": row["channel"],
            "address": opened(sealer, row["address_sealed"], table, "address_sealed", row["id"]),
            "account": opened(sealer, row["account_sealed"], table, "account_sealed", row["id"]),
        }

    async def sent(self, outgoing: Outgoing, sent: Sent, now: datetime) -> None:
        """Mark it sent; the danger question's and the first alert's times are facts that others ask for."""
        row = await self._work.one(select(outbox).where(outbox.c.id == outgoing.id))
        if row is None or row["state"] == "sent":
            return
        marks: dict[str, Any] = {"state": "sent", "sent_at": now, "token": None}
        if row["officer_id"] is not None:
            marks["text_sealed"] = None
        elif row["text_sealed"] is not None and sent.key:
            sealer = await self._work.sealer_of(row["conversation_id"])
            if sealer is not None:
                marks["key_sealed"] = sealed(sealer, sent.key, "outbox", "key_sealed", row["id"])
        await self._work.run(update(outbox).where(outbox.c.id == row["id"]).values(**marks))
        await self._remember(row, now)

    async def _remember(self, row: RowMapping, now: datetime) -> None:
        if row["is_question"]:
            mine = conversations.c.id == row["conversation_id"]
            await self._work.run(update(conversations).where(mine).values(question_sent_at=now))
        if row["handoff_id"] is not None and row["alert_step"] is not None:
            first = and_(handoffs.c.id == row["handoff_id"], handoffs.c.rung_at.is_(None))
            await self._work.run(update(handoffs).where(first).values(rung_at=now))

    async def postpone(self, outgoing: Outgoing, until: datetime, *, ambiguous: bool) -> None:
        """Put it back until then."""
        values = {
            "state": "waiting",
            "token": None,
            "due_at": until,
            "attempts": outbox.c.attempts + 1,
            "ambiguous": outbox.c.ambiguous + (1 if ambiguous else 0),
        }
        await self._work.run(self._mine(outgoing).values(**values))

    def _mine(self, outgoing: Outgoing) -> Any:
        return update(outbox).where(outbox.c.id == outgoing.id, outbox.c.token == outgoing.token)

    async def give_up(self, outgoing: Outgoing, reason: str, now: datetime) -> None:
        """It will not be sent; officers see it in the conversation."""
        await self._work.run(self._mine(outgoing).values(state="given_up", failure=reason[:64], token=None))

    async def hold_for_key(self, outgoing: Outgoing, now: datetime) -> None:
        """All rows of this contact wait for an officer's word; an officer's own changed key holds that officer's stream's head."""
        stream = f"o:{outgoing.officer}" if outgoing.officer else None
        if stream is not None or outgoing.contact is None:
            await self._work.run(self._mine(outgoing).values(state="given_up", failure="key_changed", token=None))
            return
        await self._work.run(update(contacts).where(contacts.c.id == outgoing.contact).values(key_held_at=now))
        mine = select(conversations.c.id).where(conversations.c.contact_id == outgoing.contact).scalar_subquery()
        pending = and_(outbox.c.conversation_id == mine, outbox.c.state.in_(("waiting", "taken")))
        await self._work.run(update(outbox).where(pending).values(state="held", token=None))

    async def cancel_bot_rows(self, conversation: ConversationId) -> int:
        """Cancel what the bot had still to say, unless the courier has it already."""
        waiting = and_(outbox.c.conversation_id == conversation, outbox.c.state.in_(("waiting", "held")), outbox.c.speaker == Speaker.BOT)
        return await self._work.run(update(outbox).where(waiting, outbox.c.is_erasure.is_(False)).values(state="cancelled"))

    async def unsent(self) -> int:
        """How many rows wait or are being sent."""
        pending = select(func.count()).where(outbox.c.state.in_(("waiting", "taken")))
        return int((await self._work.connection.execute(pending)).scalar_one())

    async def next_due(self) -> datetime | None:
        """When the next waiting row is due."""
        due = select(func.min(outbox.c.due_at)).where(outbox.c.state == "waiting")
        found: datetime | None = (await self._work.connection.execute(due)).scalar_one_or_none()
        return found

    async def sent_keys(self, conversation: ConversationId) -> list[str]:
        """The messenger's keys of what we sent here."""
        mine = and_(outbox.c.conversation_id == conversation, outbox.c.key_sealed.is_not(None))
        rows = await self._work.rows(select(outbox.c.id, outbox.c.key_sealed).where(mine).order_by(outbox.c.seq))
        sealer = await self._work.sealer_of(conversation)
        return [opened(sealer, row["key_sealed"], "outbox", "key_sealed", row["id"]) for row in rows]
