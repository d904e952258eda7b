"""Conversations, their handoffs, and what the model misread."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.conversation import Conversation
from bot.domain.handoff import DutyLane, Handoff, HandoffLine, Spoken, State, Watcher
from bot.domain.ids import ConversationId, HandoffId, MessageId, OfficerId
from bot.domain.message import ChannelName
from bot.domain.search import Sought


class Conversations(Protocol):
    """Conversations with their contact, read for update."""

    async def lock(self, conversation: ConversationId) -> Conversation:
        """The conversation, held until the transaction ends."""

    async def save(self, conversation: Conversation) -> None:
        """Write locale, muted, do_not_write_first and memory back (not the handoff)."""

    async def read(self, conversation: ConversationId, last: int | None = None, *, only: int | None = None) -> list[Spoken]:
        """The whole talk (or its last lines), notes included, oldest first.  The caller writes the audit row.

        ``only``: the person's message of that number, and nothing else.
        """

    async def stamp(self, conversation: ConversationId) -> str:
        """Another word whenever a message, a note, what became of one, or the holder of its case has changed; not by being read."""

    async def address(self, conversation: ConversationId) -> tuple[ChannelName, str]:
        """Where the contact is reached."""

    async def shut_out(self, conversation: ConversationId, at: datetime | None) -> None:
        """Mark the contact as blocked by officers since then; None: not any more.  Erasing a contact erases the mark."""

    async def trust(self, conversation: ConversationId) -> int:
        """The messenger trusts the changed safety number: held rows go out; how many were held."""

    async def erase(self, conversation: ConversationId, now: datetime, *, keep_address: bool) -> None:
        """Erase texts, notes, sent keys and memory, and destroy the contact's key.

        ``keep_address`` (an emergency is open): the address is sealed again under a new key, and the conversation goes on as a
        shell; the old key is destroyed all the same.  Otherwise address and index go too, and a later message makes a new contact.
        """

    async def note(self, conversation: ConversationId, officer: OfficerId | None, text: str, now: datetime) -> None:
        """Keep an officer's note, sealed.  Raises Refused("damaged"): the contact's key opens nothing any more."""


class Handoffs(Protocol):
    """The queue."""

    async def open(self, handoff: Handoff) -> None:
        """Insert it.  The database refuses a second one that is not closed for the same conversation."""

    async def save(self, handoff: Handoff) -> None:
        """Write a handoff read in this same transaction.

        Refuses (ValueError) to lower its class, and to put one aside without a time to wake.
        """

    async def claim(self, reference: str, officer: OfficerId, now: datetime) -> Handoff:
        """Compare-and-set: unclear or waiting becomes claimed.  Raises Refused(taken, holder, since) or Refused(unknown/closed)."""

    async def hand_over(self, handoff: HandoffId, holder: OfficerId, to: OfficerId, now: datetime, *, offered: bool) -> Handoff | None:
        """Compare-and-set: from that holder to another one; None when that holder has lost it.

        ``offered``: only while it is offered to them.
        """

    async def renew(self, holder: OfficerId) -> None:
        """Pages that list what they hold show it anew."""

    async def offers_over(self, now: datetime) -> list[Handoff]:
        """Those whose ``offer_until`` has come; not locked."""

    async def watch(self, handoff: HandoffId, officer: OfficerId, now: datetime) -> None:
        """Let somebody look on beside the holder, from now until it is closed; who looks on already goes on."""

    async def unwatch(self, handoff: HandoffId, officer: OfficerId) -> bool:
        """They look on no more; False when they did not."""

    async def watching(self, handoff: HandoffId) -> list[Watcher]:
        """Who looks on, in the order in which they came."""

    async def find(self, reference: str) -> Handoff | None:
        """The handoff of that name; not locked: lock its conversation and read it there before acting on it."""

    async def held_by(self, officer: OfficerId) -> list[Handoff]:
        """Every handoff that this officer holds, the longest held first; not locked."""

    async def of(self, conversation: ConversationId) -> list[Handoff]:
        """Every handoff of a conversation, closed ones too, oldest first; not locked."""

    async def due(self, now: datetime) -> list[Handoff]:
        """Open handoffs whose ``next_ring_at``, ``claim_until`` or ``wake_at`` has come, most urgent first; not locked."""

    async def next_due(self) -> datetime | None:
        """The earliest of those times."""

    async def queue(self, states: Sequence[State] | None = None) -> list[HandoffLine]:
        """Open handoffs in the queue's order: class, then ``front``, then waiting time."""

    async def search(self, sought: Sought, lanes: Sequence[DutyLane], last: int) -> list[HandoffLine]:
        """At most ``last`` of what is sought, open and closed, in those lanes, the latest first.  The caller writes the audit row."""

    async def unclear_rung(self, since: datetime) -> tuple[int, datetime | None]:
        """For how many unclear handoffs officers were alerted one by one after ``since``, and when the last digest after it was queued."""

    def export(self) -> AsyncIterator[Mapping[str, object]]:
        """Every handoff without content: reference, class, kind, state, lane, times."""

    async def last_holder_act(self, handoff: HandoffId) -> datetime | None:
        """When the holder last wrote or acknowledged."""


@dataclass(frozen=True, kw_only=True)
class Misread:
    """A message that an officer marked as misread by the model."""

    message: MessageId
    text: str = field(repr=False)
    intent: str | None  #: what it meant, as the officer says; None: not said
    locale: str  #: the conversation's
    reference: str  #: of its latest handoff, for the audit
    lanes: frozenset[DutyLane]  #: of all its handoffs: who may not see one of them may not see the message


class Misreads(Protocol):
    """Marks on messages that the model misread; a mark ends when its message's text does."""

    async def mark(self, conversation: ConversationId, number: int | None, intent: str | None, now: datetime) -> int | None:
        """Mark the message of that number, or the latest that has words; its number, None when there is no such message.

        What its sender deleted, or lets disappear, is not marked and, marked before, not found any more.
        """

    async def all(self) -> list[MessageId]:
        """What is marked, in the order of marking."""

    async def read(self, message: MessageId) -> Misread | None:
        """A marked message; None when mark or words are gone.  The caller writes the audit row."""

    async def unmark(self, message: MessageId) -> bool:
        """Take the mark away; False when there was none any more."""
