"""Everything that ever arrived, kept before it is acknowledged."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, and_, func, literal, or_, select, update

from bot.domain.errors import LostClaim
from bot.domain.ids import ConversationId, MessageId, OfficerId, new_id
from bot.domain.message import Incoming, Kind, Message, OfficerMessage, Poison
from bot.ports import Claimed, Kept
from bot.storage.arrivals import Arrivals
from bot.storage.base import Work, opened, sealed
from bot.storage.tables import conversations, handoffs, inbox


class SqlInbox:
    """The port ``Inbox``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work
        self._arrivals = Arrivals(work)

    async def keep(self, incoming: Incoming, now: datetime) -> Kept:
        """Store it once; a redelivery writes nothing."""
        work = self._work
        index = self._index(incoming, incoming.key)
        known = await work.one(select(inbox.c.conversation_id, inbox.c.party).where(inbox.c.message_index == index))
        if known is not None:
            return Kept(new=False, conversation=known["conversation_id"], from_officer=known["party"] == "officer")
        officer = await self._arrivals.officer(incoming, now)
        if officer is not None:
            return await self._keep_officers(incoming, index, officer, now)
        conversation, sealer, seq = await self._arrivals.place(incoming, now)
        if incoming.kind is Kind.GROUP and seq > 1:
            return Kept(new=False, conversation=conversation)
        row: dict[str, Any] = self._common(incoming, index, now) | {"party": "defender", "conversation_id": conversation, "seq": seq}
        row["text_sealed"] = sealed(sealer, incoming.text, "inbox", "text_sealed", row["id"])
        row["extra_sealed"] = self._extra(sealer, incoming, row["id"])
        if incoming.expires_in > 0:
            row["expires_at"] = now + timedelta(seconds=incoming.expires_in)
        if not await work.insert_new(inbox, row):
            return Kept(new=False, conversation=conversation)
        if incoming.kind is Kind.DELETION and incoming.target is not None:
            await self._delete(self._index(incoming, incoming.target), conversation, now)
        return Kept(new=True, conversation=conversation)

    def _index(self, incoming: Incoming, key: str) -> bytes:
        return self._work.blind("inbox.message", f"{incoming.channel}|{incoming.account}|{key}")

    def _common(self, incoming: Incoming, index: bytes, now: datetime) -> dict[str, Any]:
        return {
            "id": new_id(),
            "message_index": index,
            "channel": incoming.channel,
            "kind": incoming.kind,
            "forwarded": incoming.forwarded,
            "language_hint": (incoming.language_hint or "")[:16] or None,
            "state": "waiting",
            "received_at": now,
        }

    def _extra(self, sealer: Any, incoming: Incoming, row: str) -> bytes | None:
        """Attachments' handles, and what an edit was of: sealed with the message."""
        files = [{"type": each.content_type, "handle": each.handle, "size": each.size} for each in incoming.attachments]
        if not files and incoming.target is None:
            return None
        return sealed(sealer, json.dumps({"files": files, "target": incoming.target}), "inbox", "extra_sealed", row)

    async def _keep_officers(self, incoming: Incoming, index: bytes, officer: str, now: datetime) -> Kept:
        row: dict[str, Any] = self._common(incoming, index, now) | {"party": "officer", "officer_id": officer, "seq": 0}
        key = self._work.kinds["officers"]
        row["text_sealed"] = sealed(key, incoming.text, "inbox", "text_sealed", row["id"])
        sender = {"channel": incoming.channel, "account": incoming.account, "sender": incoming.sender}
        row["extra_sealed"] = sealed(key, json.dumps(sender), "inbox", "extra_sealed", row["id"])
        return Kept(new=await self._work.insert_new(inbox, row), from_officer=True)

    async def _delete(self, target: bytes, conversation: ConversationId, now: datetime) -> None:
        """Hide it; erase it at once unless it is unanswered yet, or an alarm is open that no officer has read."""
        mine = and_(inbox.c.message_index == target, inbox.c.conversation_id == conversation)
        await self._work.run(update(inbox).where(mine).values(deleted_at=now))
        alarm = select(literal(1)).where(
            handoffs.c.conversation_id == conversation,
            handoffs.c.state != "closed",
            handoffs.c.cls.in_(("E1", "unclear")),
            handoffs.c.opened_by_person_at.is_(None),
        )
        if await self._work.one(alarm) is None:
            done = and_(mine, inbox.c.state == "done")
            await self._work.run(update(inbox).where(done).values(text_sealed=None, extra_sealed=None))

    async def keep_poison(self, poison: Poison, now: datetime) -> bool:
        """Store it sealed; False when it was there already."""
        row = {
            "id": new_id(),
            "message_index": self._work.blind("inbox.message", f"{poison.channel}|{poison.account}|{poison.key}"),
            "channel": poison.channel,
            "party": "poison",
            "seq": 0,
            "kind": "poison",
            "state": "poison",
            "received_at": now,
        }
        row["text_sealed"] = sealed(self._work.kinds["poison"], poison.raw, "inbox", "text_sealed", str(row["id"]))
        return await self._work.insert_new(inbox, row)

    async def claim(self, now: datetime, lease_seconds: float) -> Claimed | None:
        """Take the conversation that waits longest; its row holds the claim, so there is one."""
        free = or_(conversations.c.claim_until.is_(None), conversations.c.claim_until <= now)
        first = select(conversations.c.id).where(conversations.c.due_at <= now, free).order_by(conversations.c.due_at).limit(1)
        found = await self._work.one(self._work.locked(first, skip=True))
        if found is None:
            return None
        token, mine = new_id(), conversations.c.id == found["id"]
        until = now + timedelta(seconds=lease_seconds)
        await self._work.run(update(conversations).where(mine).values(claim_token=token, claim_until=until))
        waiting = and_(inbox.c.conversation_id == found["id"], inbox.c.state == "waiting")
        await self._work.run(update(inbox).where(waiting).values(claim_token=token))
        rows = await self._work.rows(select(inbox).where(waiting, inbox.c.claim_token == token).order_by(inbox.c.seq))
        sealer = await self._work.sealer_of(found["id"])
        return Claimed(conversation=ConversationId(found["id"]), token=token, messages=tuple(self._message(row, sealer) for row in rows))

    def _message(self, row: RowMapping, sealer: Any) -> Message:
        return Message(
            id=MessageId(row["id"]),
            conversation=ConversationId(row["conversation_id"]),
            seq=row["seq"],
            kind=Kind(row["kind"]),
            text=opened(sealer, row["text_sealed"], "inbox", "text_sealed", row["id"]),
            received_at=row["received_at"],
            forwarded=row["forwarded"],
            language_hint=row["language_hint"],
        )

    async def finish(self, claimed: Claimed, now: datetime) -> None:
        """Mark them answered; what arrived meanwhile is due at once.  Raises LostClaim."""
        await self._end(claimed, now, done=True)

    async def release(self, claimed: Claimed, retry_at: datetime) -> None:
        """Give them back until ``retry_at``; a claim that was lost meanwhile is left alone."""
        try:
            await self._end(claimed, retry_at, done=False)
        except LostClaim:
            return

    async def _end(self, claimed: Claimed, due: datetime, *, done: bool) -> None:
        mine = and_(inbox.c.conversation_id == claimed.conversation, inbox.c.claim_token == claimed.token)
        held = and_(conversations.c.id == claimed.conversation, conversations.c.claim_token == claimed.token)
        if not await self._work.run(update(conversations).where(held).values(claim_token=None, claim_until=None)):
            raise LostClaim
        ending = {"state": "done"} if done else {"attempts": inbox.c.attempts + 1, "claim_token": None}
        await self._work.run(update(inbox).where(mine, inbox.c.state == "waiting").values(**ending))
        left = select(func.count()).where(inbox.c.conversation_id == claimed.conversation, inbox.c.state == "waiting")
        waits = (await self._work.connection.execute(left)).scalar_one() > 0
        this = conversations.c.id == claimed.conversation
        await self._work.run(update(conversations).where(this).values(due_at=due if waits else None))

    async def claim_officer(self, now: datetime, lease_seconds: float) -> tuple[OfficerMessage, str] | None:
        """The oldest officer's message that nobody handles; one officer's messages in order."""
        pending = or_(inbox.c.state == "waiting", and_(inbox.c.state == "claimed", inbox.c.lease_until <= now))
        first = select(inbox).where(inbox.c.party == "officer", pending).order_by(inbox.c.received_at, inbox.c.id).limit(1)
        row = await self._work.one(self._work.locked(first, skip=True))
        if row is None:
            return None
        token, until = new_id(), now + timedelta(seconds=lease_seconds)
        await self._work.run(update(inbox).where(inbox.c.id == row["id"]).values(state="claimed", claim_token=token, lease_until=until))
        text = opened(self._work.kinds["officers"], row["text_sealed"], "inbox", "text_sealed", row["id"])
        message = OfficerMessage(id=MessageId(row["id"]), officer=OfficerId(row["officer_id"]), text=text, received_at=row["received_at"])
        return message, token

    async def finish_officer(self, message: MessageId, token: str) -> None:
        """Mark it handled and erase its text: nothing needs it any more.  Raises LostClaim."""
        mine = and_(inbox.c.id == message, inbox.c.claim_token == token)
        gone = {"state": "done", "text_sealed": None, "extra_sealed": None}
        if not await self._work.run(update(inbox).where(mine).values(**gone)):
            raise LostClaim

    async def waiting(self) -> int:
        """How many messages nobody has answered yet."""
        pending = select(func.count()).where(inbox.c.party == "defender", inbox.c.state == "waiting")
        return int((await self._work.connection.execute(pending)).scalar_one())

    async def release_all(self) -> None:
        """Free every claim of an earlier start."""
        await self._work.run(update(conversations).values(claim_token=None, claim_until=None))
        await self._work.run(update(inbox).where(inbox.c.state == "claimed").values(lease_until=inbox.c.received_at))
