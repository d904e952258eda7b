"""Everything that ever arrived, kept before it is acknowledged."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, RowMapping, and_, bindparam, case, exists, func, literal_column, or_, select, text, update

from bot.crypto import Sealer
from bot.domain.errors import LostClaim
from bot.domain.files import FileState
from bot.domain.ids import ConversationId, MessageId, OfficerId, new_id, references_in
from bot.domain.message import ChannelName, Incoming, Kind, Message, OfficerMessage, Poison
from bot.ports import Claimed, Kept, KeptPoison
from bot.storage.arrivals import Arrivals, Claim, Place, Writer
from bot.storage.base import Work, readable, sealed, sealer_of, upsert
from bot.storage.erasing import ERASED, unread_alarm
from bot.storage.files import discard_files
from bot.storage.filetables import attachments
from bot.storage.kept import want
from bot.storage.messengers import Messengers
from bot.storage.tables import Moment, contacts, conversations, inbox, officers_heard, outbox

_LANGUAGE = re.compile(r"[A-Za-z0-9-]{2,16}")
#: What we say about a case begins with its reference, after a few words at most.
_LOOKED_AT = 80
#: So much of what could not be parsed is read at once.
POISON_SHOWN = 200

_FREE = or_(conversations.c.claim_until.is_(None), conversations.c.claim_until <= bindparam("now"))
_LONGEST = select(conversations.c.id).where(conversations.c.due_at <= bindparam("now"), _FREE).order_by(conversations.c.due_at).limit(1)
_CLAIM = (
    update(conversations)
    .where(conversations.c.id == _LONGEST.with_for_update(skip_locked=True).scalar_subquery())
    .values(claim_token=bindparam("token"), claim_until=bindparam("until"))
    .returning(conversations.c.id, conversations.c.in_seq)
)
_ANOTHER: Any = select(literal_column("1")).where(conversations.c.due_at <= bindparam("now"), _FREE).limit(1)
_OF: BindParameter[str] = bindparam("of")
_WAITING = and_(inbox.c.conversation_id == _OF, inbox.c.state == "waiting")
_WAITING_TEXTS = select(inbox).where(_WAITING).order_by(inbox.c.seq)
_KEY = select(contacts.c.id, contacts.c.wrapped_key).join(conversations).where(conversations.c.id == _OF)
_ANSWERED = and_(_WAITING, inbox.c.seq <= bindparam("last"))
_DONE = update(inbox).where(_ANSWERED).values(state="done")
_AGAIN = update(inbox).where(_ANSWERED).values(attempts=inbox.c.attempts + 1)
#: The counter tells whether something arrived meanwhile: PostgreSQL reads it again after waiting for the row, unlike another table.
_END = (
    update(conversations)
    .where(conversations.c.id == _OF, conversations.c.claim_token == bindparam("token"))
    .values(
        claim_token=None,
        claim_until=None,
        due_at=case((conversations.c.in_seq > bindparam("last"), conversations.c.due_at), else_=bindparam("due", type_=Moment())),
    )
    .returning(conversations.c.in_seq)
)
#: Written out, not bound: only so is the partial index of the same words used.
_OFFICERS_WAITING = text("inbox.party = 'officer' AND inbox.state <> 'done'")
_BEFORE = inbox.alias("before")
#: LAW: "take B" and the words for B are done in the order in which they were written, however long the first one takes.
_NONE_BEFORE = ~exists().where(
    text("before.party = 'officer' AND before.state <> 'done'"), _BEFORE.c.officer_id == inbox.c.officer_id, _BEFORE.c.seq < inbox.c.seq
)
_OFFICERS_NUMBER = (
    upsert(officers_heard)
    .on_conflict_do_update(index_elements=[officers_heard.c.officer_id], set_={"in_seq": officers_heard.c.in_seq + 1})
    .returning(officers_heard.c.in_seq)
)
_OFFICERS_NEXT = (
    select(inbox)
    .where(_OFFICERS_WAITING, or_(inbox.c.state == "waiting", inbox.c.lease_until <= bindparam("now")), _NONE_BEFORE)
    .order_by(inbox.c.received_at, inbox.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)


class SqlInbox:
    """The port ``Inbox``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work
        self._arrivals = Arrivals(work)

    async def keep(self, incoming: Incoming, now: datetime, lease_seconds: float | None = None) -> Kept:
        """Store it once; a redelivery writes nothing."""
        index = self._index(incoming, incoming.key)
        known = await self._arrivals.look(incoming, index, now)
        if isinstance(known, Kept):
            return known
        if known is not None:
            return await self._keep_officers(incoming, index, known, now)
        may_claim = lease_seconds is not None and incoming.kind is Kind.TEXT
        claim = Claim(token=new_id(), until=now + timedelta(seconds=lease_seconds or 0)) if may_claim else None
        place = await self._arrivals.place(incoming, now, claim)
        if not isinstance(place, Place):
            return Kept(new=False, conversation=place)
        row = self._row(incoming, index, place, now)
        if not await self._work.insert_new(inbox, row):
            return Kept(new=False, conversation=place.conversation)
        if row["extra_sealed"] is not None:
            await want(self._work, row, incoming, now)
        if incoming.kind is Kind.DELETION and incoming.target is not None:
            await self._delete(self._index(incoming, incoming.target), place.conversation, now)
        if claim is not None and place.claimed:
            self._work.wakes_only()
            message = self.message(row, place.sealer)
            return Kept(new=True, conversation=place.conversation, claimed=_claimed(claim, message))
        self._work.wakes_only("responder")
        return Kept(new=True, conversation=place.conversation)

    def _index(self, incoming: Incoming, key: str) -> bytes:
        return self._work.blind("inbox.message", f"{incoming.channel}|{incoming.account}|{key}")

    def _common(self, incoming: Incoming, index: bytes, now: datetime) -> dict[str, Any]:
        hint = incoming.language_hint or ""
        return {
            "id": new_id(),
            "message_index": index,
            "channel": incoming.channel,
            "kind": incoming.kind,
            "forwarded": incoming.forwarded,
            "language_hint": hint if _LANGUAGE.fullmatch(hint) else None,
            "deleted_at": None,
            "state": "waiting",
            "received_at": now,
        }

    def _row(self, incoming: Incoming, index: bytes, place: Place, now: datetime) -> dict[str, Any]:
        """A defender's message; nothing that is said in a group is kept."""
        row = self._common(incoming, index, now) | {"party": "defender", "conversation_id": place.conversation, "seq": place.seq}
        said = "" if incoming.kind is Kind.GROUP else incoming.text
        row["text_sealed"] = sealed(place.sealer, said, "inbox", "text_sealed", row["id"])
        row["extra_sealed"] = self._extra(place.sealer, incoming, row["id"])
        row["expires_at"] = now + timedelta(seconds=incoming.expires_in) if incoming.expires_in > 0 else None
        return row

    def _extra(self, sealer: Sealer, incoming: Incoming, row: str) -> bytes | None:
        """Attachments' handles, and what an edit was of: sealed with the message."""
        if incoming.kind is Kind.GROUP or (not incoming.attachments and incoming.target is None):
            return None
        files = [{"type": each.content_type, "handle": each.handle, "size": each.size} for each in incoming.attachments]
        return sealed(sealer, json.dumps({"files": files, "target": incoming.target}), "inbox", "extra_sealed", row)

    async def _keep_officers(self, incoming: Incoming, index: bytes, officer: Writer, now: datetime) -> Kept:
        """An officer's message; one of a phone whose safety number changed suspends the officer, and is not obeyed."""
        row: dict[str, Any] = self._common(incoming, index, now) | {"party": "officer", "officer_id": officer.id}
        row["seq"] = await self._work.value(_OFFICERS_NUMBER, {"officer_id": officer.id, "in_seq": 1})
        if officer.enrolled and incoming.key_changed:
            self._work.counted["officer_key_changed"] += 1
            await Messengers(self._work).suspend(OfficerId(officer.id), now)
        self._work.wakes_only("officers")
        key = self._work.kinds["officers"]
        row["text_sealed"] = sealed(key, incoming.text, "inbox", "text_sealed", row["id"])
        about = next(iter(references_in(incoming.quoted[:_LOOKED_AT])), None)
        sender: dict[str, Any] = {"channel": incoming.channel, "account": incoming.account, "sender": incoming.sender, "about": about}
        sender |= {"expires_in": incoming.expires_in}
        row["extra_sealed"] = sealed(key, json.dumps(sender), "inbox", "extra_sealed", row["id"])
        return Kept(new=await self._work.insert_new(inbox, row), from_officer=True)

    async def _delete(self, target: bytes, conversation: ConversationId, now: datetime) -> None:
        """Hide it; erase it at once unless it is unanswered yet, or an alarm is open and no officer has read it."""
        mine = and_(inbox.c.message_index == target, inbox.c.conversation_id == conversation)
        await self._work.run(update(inbox).where(mine).values(deleted_at=now))
        gone = and_(mine, inbox.c.state == "done", ~unread_alarm())
        await discard_files(self._work, now, gone)
        self._work.counted["erasures"] += await self._work.run(update(inbox).where(gone).values(**ERASED))

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

    async def poison(self) -> list[KeptPoison]:
        """The latest of it, oldest first."""
        latest = select(inbox).where(inbox.c.party == "poison").order_by(inbox.c.received_at.desc(), inbox.c.id).limit(POISON_SHOWN)
        return [
            KeptPoison(
                channel=ChannelName(row["channel"]),
                at=row["received_at"],
                raw=readable(self._work.kinds["poison"], row["text_sealed"], "inbox", "text_sealed", row["id"]) or None,
            )
            for row in reversed(await self._work.rows(latest))
        ]

    async def claim(self, now: datetime, lease_seconds: float) -> Claimed | None:
        """Take the conversation that waits longest; its row holds the claim, so there is one."""
        token, until = new_id(), now + timedelta(seconds=lease_seconds)
        while (found := await self._work.one(_CLAIM, {"now": now, "token": token, "until": until})) is not None:
            conversation = ConversationId(found["id"])
            rows = await self._work.rows(_WAITING_TEXTS, {"of": conversation})
            if rows:
                key = await self._work.one(_KEY, {"of": conversation})
                sealer = None if key is None else sealer_of(self._work, key)
                messages = tuple(self.message(row, sealer) for row in rows)
                alone = await self._work.value(_ANOTHER, {"now": now}) is None
                self._work.wakes_only()
                return Claimed(conversation=conversation, token=token, messages=messages, alone=alone)
            await self._work.run(_END, {"of": conversation, "token": token, "last": found["in_seq"], "due": None})
        return None

    def message(self, row: RowMapping | dict[str, Any], sealer: Sealer | None) -> Message:
        """A damaged row is still answered, as one that cannot be read, and stops nobody else."""
        words = readable(sealer, row["text_sealed"], "inbox", "text_sealed", row["id"])
        if words is None:
            self._work.counted["unsealable_message"] += 1
        return Message(
            id=MessageId(row["id"]),
            conversation=ConversationId(row["conversation_id"]),
            seq=row["seq"],
            kind=Kind.UNREADABLE if words is None else Kind(row["kind"]),
            text=words or "",
            received_at=row["received_at"],
            forwarded=row["forwarded"],
            language_hint=row["language_hint"],
            deleted=row["deleted_at"] is not None,
        )

    async def finish(self, claimed: Claimed, now: datetime) -> None:
        """Mark them answered; what arrived meanwhile is due at once.  Raises LostClaim."""
        if not await self._ended(claimed, None):
            raise LostClaim
        await self._work.run(_DONE, _named(claimed))

    async def release(self, claimed: Claimed, retry_at: datetime) -> None:
        """Give them back until ``retry_at``, or until now for what arrived meanwhile; a claim that was lost is left alone."""
        if await self._ended(claimed, retry_at):
            await self._work.run(_AGAIN, _named(claimed))

    async def _ended(self, claimed: Claimed, due: datetime | None) -> bool:
        named = _named(claimed)
        ended = await self._work.one(_END, named | {"token": claimed.token, "due": due})
        if ended is not None and ended["in_seq"] > named["last"]:
            self._work.wakes_only("responder")
        return ended is not None

    async def claim_officer(self, now: datetime, lease_seconds: float) -> tuple[OfficerMessage, str] | None:
        """The oldest officer's message that nobody handles, and before which none of the same officer is unfinished."""
        row = await self._work.one(_OFFICERS_NEXT, {"now": now})
        if row is None:
            return None
        token, until = new_id(), now + timedelta(seconds=lease_seconds)
        claimed = {"state": "claimed", "claim_token": token, "lease_until": until, "attempts": row["attempts"] + 1}
        await self._work.run(update(inbox).where(inbox.c.id == row["id"]).values(claimed))
        words = readable(self._work.kinds["officers"], row["text_sealed"], "inbox", "text_sealed", row["id"]) or ""
        extra = readable(self._work.kinds["officers"], row["extra_sealed"], "inbox", "extra_sealed", row["id"])
        known = json.loads(extra) if extra else {}
        message = OfficerMessage(
            id=MessageId(row["id"]),
            officer=OfficerId(row["officer_id"]),
            text=words,
            received_at=row["received_at"],
            kind=Kind(row["kind"]),
            about=known.get("about"),
            expires_in=known.get("expires_in", 0),
            attempts=row["attempts"] + 1,
        )
        return message, token

    async def postpone_officer(self, message: MessageId, token: str, until: datetime) -> None:
        """What comes after it waits as well."""
        mine = and_(inbox.c.id == message, inbox.c.claim_token == token, inbox.c.state == "claimed")
        await self._work.run(update(inbox).where(mine).values(lease_until=until))

    async def drop_officers(self, officer: OfficerId) -> int:
        """How many."""
        waiting = and_(_OFFICERS_WAITING, inbox.c.officer_id == officer)
        self._work.counted["erasures"] += 1
        return await self._work.run(update(inbox).where(waiting).values(state="done", claim_token=None, **ERASED))

    async def finish_officer(self, message: MessageId, token: str) -> None:
        """Mark it handled and erase its text: nothing needs it any more.  Raises LostClaim."""
        mine = and_(inbox.c.id == message, inbox.c.claim_token == token)
        if not await self._work.run(update(inbox).where(mine).values(state="done", **ERASED)):
            raise LostClaim
        self._work.counted["erasures"] += 1

    async def waiting(self, channel: ChannelName | None = None) -> int:
        """How many messages nobody has answered yet."""
        due = and_(conversations.c.id == inbox.c.conversation_id, conversations.c.due_at.is_not(None))
        there = (inbox.c.state == "waiting", *(() if channel is None else (inbox.c.channel == channel,)))
        return int(await self._work.value(select(func.count()).select_from(inbox.join(conversations, due)).where(*there)))

    async def release_all(self) -> None:
        """Free every claim of an earlier start, officers', couriers' and fetchers' too; what a courier held was possibly sent."""
        held = conversations.c.claim_token.is_not(None)
        await self._work.run(update(conversations).where(held).values(claim_token=None, claim_until=None))
        await self._work.run(update(inbox).where(_OFFICERS_WAITING).values(lease_until=inbox.c.received_at))
        await self._work.run(update(outbox).where(text("outbox.state IN ('waiting', 'taken')")).values(lease_until=outbox.c.created_at))
        under_way = (attachments.c.state == FileState.WANTED) & attachments.c.token.is_not(None)
        await self._work.run(update(attachments).where(under_way).values(token=None, due_at=attachments.c.wanted_at))


def _claimed(claim: Claim, message: Message) -> Claimed:
    return Claimed(conversation=message.conversation, token=claim.token, messages=(message,))


def _named(claimed: Claimed) -> dict[str, Any]:
    return {"of": claimed.conversation, "last": claimed.messages[-1].seq}
