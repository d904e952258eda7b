"""Whose message it is: an officer's, or a defender's with contact and conversation (made where they are new)."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, case, literal_column, or_, select, update

from bot.crypto import Sealer
from bot.domain.ids import ConversationId, new_id
from bot.domain.message import OWN_STREAM, Incoming, Kind
from bot.ports import Kept
from bot.storage.base import Person, Work, sealed
from bot.storage.tables import Moment, contacts, conversations, inbox, officers, outbox

#: Whoever opens a bot's chat by a link presses START, and Telegram writes this before what the link carries.
_STARTED = re.compile(r"\s*/start(@\w+)?\s+(?=\S)", re.IGNORECASE)
_NOT_CODE = re.compile(r"[^0-9A-Za-z]")
_KNOWN = officers.c.address_index == bindparam("address")
_INVITED = (officers.c.code_index == bindparam("code")) & (officers.c.code_until > bindparam("now"))
_ONE = select(literal_column("1").label("one")).subquery()


def _looking(whose: ColumnElement[bool]) -> Any:
    """One row always: every message asks both, and each statement takes its time."""
    both = _ONE.outerjoin(inbox, inbox.c.message_index == bindparam("index")).outerjoin(officers, whose)
    columns = inbox.c.conversation_id, inbox.c.party, officers.c.id.label("officer"), officers.c.enrolled_at
    return select(*columns).select_from(both).order_by(officers.c.enrolled_at.is_(None)).limit(1)


_BY_ADDRESS = _looking(_KNOWN)
_BY_ADDRESS_OR_CODE = _looking(or_(_KNOWN, _INVITED))
_NOW: BindParameter[datetime] = bindparam("now", type_=Moment())
_COUNTED = (
    update(conversations)
    .where(conversations.c.id == bindparam("of"))
    .values(in_seq=conversations.c.in_seq + 1, last_message_at=_NOW, due_at=_NOW)
    .returning(conversations.c.in_seq, conversations.c.claim_token)
)
#: Nothing waits, so nobody is answering either: what waits stays due until it has been answered.
_IDLE = conversations.c.due_at.is_(None)
_COUNTED_AND_CLAIMED = _COUNTED.values(
    claim_token=case((_IDLE, bindparam("token")), else_=conversations.c.claim_token),
    claim_until=case((_IDLE, bindparam("until", type_=Moment())), else_=conversations.c.claim_until),
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a defender's message goes."""

    conversation: ConversationId
    sealer: Sealer = field(repr=False)
    seq: int
    claimed: bool = False  #: the conversation is held by the token that was offered


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a claim would be written with."""

    token: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Writer:
    """An officer who wrote, or the one whose code was written."""

    id: str
    enrolled: bool


def canonical_code(text: str) -> str:
    """An enrolment code as it is looked up: letters and digits, upper case; also behind ``/start``."""
    started = _STARTED.match(text)
    return _NOT_CODE.sub("", text[started.end() :] if started else text).upper()


class Arrivals:
    """Finds, or makes, the place of a message."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def look(self, incoming: Incoming, index: bytes, now: datetime) -> Kept | Writer | None:
        """What is known of it: it is kept already, or which officer wrote it (by address, or holding a pending enrolment code)."""
        address = self._work.blind("officers.address", f"{incoming.channel}|{incoming.sender}")
        values: dict[str, Any] = {"index": index, "address": address}
        code = canonical_code(incoming.text) if incoming.kind is Kind.TEXT and len(incoming.text) <= 64 else ""
        if code:
            values |= {"code": self._work.blind("officers.code", code), "now": now}
        row = await self._work.one(_BY_ADDRESS_OR_CODE if code else _BY_ADDRESS, values)
        if row is None:
            return None
        if row["party"] is not None:
            return Kept(new=False, conversation=row["conversation_id"], from_officer=row["party"] == "officer")
        return None if row["officer"] is None else Writer(id=row["officer"], enrolled=row["enrolled_at"] is not None)

    async def place(self, incoming: Incoming, now: datetime, claim: Claim | None = None) -> Place | ConversationId:
        """The message's place; of a group that has spoken before only its conversation, for it is kept once."""
        index = self._work.blind("contacts.address", f"{incoming.channel}|{incoming.sender}")
        person = await self._known(index) or await self._make(incoming, index, now)
        conversation = ConversationId(person.row["conversation_id"])
        if incoming.kind is Kind.GROUP and person.row["in_seq"] > 0:
            return conversation
        if person.sealer is None:
            raise LookupError("a contact with an address has a key")
        await self._mark(incoming, person, now)
        offered = {} if claim is None else {"token": claim.token, "until": claim.until}
        counted = await self._work.one(_COUNTED_AND_CLAIMED if offered else _COUNTED, {"of": conversation, "now": now} | offered)
        if counted is None:
            raise LookupError("a conversation that is held does not vanish")
        claimed = claim is not None and counted["claim_token"] == claim.token
        return Place(conversation=conversation, sealer=person.sealer, seq=counted["in_seq"], claimed=claimed)

    async def _known(self, index: bytes) -> Person | None:
        """Who writes from this address.

        Whose key is damaged in the database begins anew, else they would reach nobody: what was theirs cannot be opened by anybody.
        """
        person = await self._work.person_at(index)
        if person is None or not person.is_damaged:
            return person
        self._work.counted["contact_key_damaged"] += 1
        nowhere = {"address_index": None, "called_index": None}
        await self._work.run(update(contacts).where(contacts.c.id == person.row["id"]).values(nowhere))
        self._work.people.pop(person.row["conversation_id"])
        return None

    async def _make(self, incoming: Incoming, index: bytes, now: datetime) -> Person:
        """A new contact with its own key; when another process was quicker, theirs."""
        contact, sealer = new_id(), Sealer.new()
        row = {
            "id": contact,
            "channel": incoming.channel,
            "address_index": index,
            "address_sealed": sealed(sealer, incoming.sender, "contacts", "address_sealed", contact),
            "account_sealed": sealed(sealer, incoming.account, "contacts", "account_sealed", contact),
            "wrapped_key": self._work.master.wrap(sealer, f"contacts|wrapped_key|{contact}"),
            "called_index": self._called(incoming),
            "created_at": now,
        }
        if await self._work.insert_new(contacts, row):
            beginning = {"id": new_id(), "contact_id": contact, "locale": "en", "last_message_at": now}
            await self._work.run(conversations.insert().values(beginning))
        person = await self._work.person_at(index)
        if person is None:
            raise LookupError("the contact was erased while it wrote")
        return person

    def _called(self, incoming: Incoming) -> bytes | None:
        """The keyed hash of the sender's other name; nothing is known of members of a group."""
        if incoming.called is None or incoming.kind is Kind.GROUP:
            return None
        return self._work.blind("contacts.called", f"{incoming.channel}|{incoming.called}")

    async def _mark(self, incoming: Incoming, person: Person, now: datetime) -> None:
        """Blocked, erased and untrusted are facts about the person that a message changes."""
        contact, changes = person.row, dict[str, Any]()
        blocked = now if incoming.kind is Kind.BLOCKED else None
        if (contact["blocked_at"] is None) != (blocked is None):
            changes["blocked_at"] = blocked
        if contact["erased_at"] is not None:
            changes["erased_at"] = None
        called = self._called(incoming)
        if called is not None and called != contact["called_index"]:
            changes["called_index"] = called
        if incoming.key_changed and contact["key_held_at"] is None:
            changes["key_held_at"] = now
        if not changes:
            return
        await self._work.run(update(contacts).where(contacts.c.id == contact["id"]).values(**changes))
        if "key_held_at" in changes:
            await self._work.run(held_rows(contact["conversation_id"]))
        self._work.people.pop(contact["conversation_id"])


def held_rows(conversation: str) -> Any:
    """The safety number changed: what was to be said waits for an officer's word."""
    words = (outbox.c.conversation_id == conversation) & outbox.c.name.not_in(OWN_STREAM)
    pending = words & outbox.c.state.in_(("waiting", "taken"))
    return update(outbox).where(pending).values(state="held", token=None)
