"""What comes in, what goes out, and what is counted on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.ids import ConversationId, HandoffId, MessageId, OfficerId
from bot.domain.message import ChannelName, Draft, Incoming, Message, OfficerMessage, Outgoing, Poison, Sent


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """The waiting messages of one conversation, in order, held under a lease."""

    conversation: ConversationId
    token: str
    messages: tuple[Message, ...]
    alone: bool = False  #: nobody else waited when it was taken


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What ``Inbox.keep`` did."""

    new: bool  #: False: a redelivery; nothing was written
    conversation: ConversationId | None = None  #: None for officers' messages
    from_officer: bool = False
    claimed: Claimed | None = None  #: the message under a lease, where that was asked for and nothing else waits in its conversation


@dataclass(frozen=True, kw_only=True)
class KeptPoison:
    """A payload that nobody could understand, as an officer may read it."""

    channel: ChannelName
    at: datetime
    raw: str | None = field(repr=False)  #: None: erased, or damaged


class Inbox(Protocol):
    """Everything that ever arrived, kept before it is acknowledged."""

    async def keep(self, incoming: Incoming, now: datetime, lease_seconds: float | None = None) -> Kept:
        """Store a message, once per (channel, account, key), making contact and conversation where they are new.

        The message of an enrolled officer's address, or one that holds a pending enrolment code, is kept as an officer's and never
        makes a contact.  A DELETION erases the text of its target, or, while an emergency is open and no officer has read it, hides it
        (sealed for the claimant until closing).  An EDIT keeps both texts.  ``expires_in`` sets the text's own end.
        A GROUP is kept once per group, without text: later ones are treated as redeliveries.  BLOCKED marks the contact; another message
        of the person ends that.  ``key_changed`` holds the contact's outgoing rows (``Outbox.hold_for_key``).
        Takes the conversation's next ``seq``; sets its ``last_message_at``.  With ``lease_seconds`` a text is claimed as ``claim``
        would claim it, unless something else of its conversation waits or is being answered.
        """

    async def keep_poison(self, poison: Poison, now: datetime) -> bool:
        """Store what could not be parsed, sealed; False when it was there already."""

    async def poison(self) -> list[KeptPoison]:
        """The latest of what could not be parsed, oldest first.  The caller writes the audit row."""

    async def claim(self, now: datetime, lease_seconds: float) -> Claimed | None:
        """Take all waiting messages of one conversation that nobody is answering, oldest waiting first.

        None when nothing waits.  An expired lease is free again.  Concurrent callers never get the same conversation.
        """

    async def finish(self, claimed: Claimed, now: datetime) -> None:
        """Mark the messages answered.  Raises LostClaim when the token no longer holds the claim."""

    async def release(self, claimed: Claimed, retry_at: datetime) -> None:
        """Give the messages back; they wait until ``retry_at`` (attempts are counted)."""

    async def claim_officer(self, now: datetime, lease_seconds: float) -> tuple[OfficerMessage, str] | None:
        """The next officer's message with its token; of one officer only the first that is not finished."""

    async def postpone_officer(self, message: MessageId, token: str, until: datetime) -> None:
        """It failed, and is tried again then; what came after it waits for it."""

    async def drop_officers(self, officer: OfficerId) -> int:
        """Be done with everything of that officer that is not finished, erasing it; how many there were."""

    async def finish_officer(self, message: MessageId, token: str) -> None:
        """Mark it handled.  Raises LostClaim."""

    async def waiting(self, channel: ChannelName | None = None) -> int:
        """How many messages nobody has answered yet (answered or not, poison not counted), of one channel or of all."""

    async def release_all(self) -> None:
        """Free every claim: called at a start, under the data-directory lock."""


class Outbox(Protocol):
    """Everything that is to be said, queued in the transaction that decided it."""

    async def queue(
        self,
        conversation: ConversationId,
        drafts: Sequence[Draft],
        now: datetime,
        lease_seconds: float | None = None,
        *,
        due: datetime | None = None,
    ) -> Outgoing | None:
        """Append drafts to a conversation in order (its own counter), to be sent not before ``due``.

        With ``lease_seconds``, for a caller that holds the conversation and has read its handoff: the first of them as ``take`` would
        give it, where nothing before it is on its way and nothing holds it back.

        Bot and notice rows that would write first to a contact marked *do not write first* are the caller's business;
        rows to an erased contact are refused unless ``is_erasure`` or an officer's own words.

        Raises Refused("damaged"): an officer's words to a contact whose key opens nothing any more.
        """

    async def queue_alert(self, officer: OfficerId, handoff: HandoffId | None, draft: Draft, now: datetime) -> None:
        """Append an alert or answer for an officer, on a lane of its own, to the address the officer was enrolled from.

        An alert replaces one of the same officer and handoff that still waits, so that an outage ends with one alert, not fifty.
        """

    async def queue_content(
        self,
        officer: OfficerId,
        conversation: ConversationId,
        handoff: HandoffId,
        drafts: Sequence[Draft],
        now: datetime,
        timer: timedelta | None,
    ) -> None:
        """Append words of a case for its holder's own messenger, in a stream in which no alert waits; nothing once the person is erased.

        ``timer``: they go out only after the messenger has been told how long they stay there, which it is again after an hour.
        ``take`` drops those whose case their officer holds no more.
        """

    async def drop_content(self, officer: OfficerId) -> int:
        """Erase what of that waits for this officer; how many rows."""

    async def unrung(self, alert: Outgoing) -> str | None:
        """The reference of an alert's open case, when it went, or is to go, to nobody else since it was queued; else None."""

    async def take(self, now: datetime, lease_seconds: float, busy: Sequence[str] = ()) -> Outgoing | None:
        """The next due row, alerts first, the head of its conversation (or officer) only; None when nothing is due.

        A bot row of a conversation whose handoff is claimed is cancelled instead of taken (the holder is read in the same
        transaction).  A row whose lease ran out was possibly sent: it comes again with ``ambiguous`` raised by one, or, for
        Care.ONCE and ambiguous >= 2, ends as given up.  ``busy`` names the ways to pass over (``Outgoing.way``).
        """

    async def sent(self, outgoing: Outgoing, sent: Sent, now: datetime) -> None:
        """Mark it sent, keep its key sealed; the danger question's and an alert's first sending times are written too
        (conversation.question_sent_at, handoff.rung_at)."""

    async def postpone(self, outgoing: Outgoing, until: datetime, *, ambiguous: bool) -> None:
        """Put it back; the head of its conversation waits, other conversations do not."""

    async def give_up(self, outgoing: Outgoing, reason: str, now: datetime) -> None:
        """It will not be sent: kept, counted, shown to officers."""

    async def hold_for_key(self, outgoing: Outgoing, now: datetime) -> None:
        """The safety number changed: all rows of this contact wait until an officer trusts it."""

    async def queue_trust(self, conversation: ConversationId, now: datetime) -> int | None:
        """Queue the word to the messenger that the changed safety number is trusted, before everything that is held.

        How many rows are held; None when this contact's number has not changed.  A word that still waits is not doubled.
        """

    async def cancel_bot_rows(self, conversation: ConversationId) -> int:
        """Cancel the bot's rows that the courier has not taken; how many."""

    async def take_back(self, conversation: ConversationId, row: str, since: datetime) -> str | None:
        """Cancel an officer's words, with the other pieces that they were cut into, while no courier ever had any of them; the words.

        None when one was taken, or when they are none of an officer, or are older than ``since``: then nothing is cancelled.
        """

    async def officer_spoke_at(self, conversation: ConversationId) -> datetime | None:
        """When the last words of an officer were queued that nobody took back."""

    async def unsent(self, channel: ChannelName | None = None) -> int:
        """How many rows are still waiting or taken, of one channel or of all."""

    async def next_due(self) -> datetime | None:
        """When the next row that waits is due; None when none waits."""

    async def sent_keys(self, conversation: ConversationId) -> list[str]:
        """The messenger's keys of what we sent in this conversation, oldest first, for deleting it."""


class Unanswered(Protocol):
    """What waits for its answer, looked at while nobody may be answered: nothing is claimed and nothing changes."""

    async def latest(self, now: datetime) -> Mapping[ConversationId, int]:
        """The last message (``seq``) of each conversation that waits, the longest waiting first."""

    async def read(self, conversation: ConversationId, after: int) -> list[Message]:
        """What waits there from after that one on, in order."""


class Typing(Protocol):
    """Officers who are writing now: content-free, and true for seconds only."""

    async def wish(self, conversation: ConversationId, now: datetime) -> bool:
        """Let the defender see it; False when that was wished less than five seconds ago."""

    async def take(self, now: datetime) -> list[tuple[ChannelName, str]]:
        """Wishes of the last six seconds, each once, with where to show them; what is older is never shown.

        Not to whoever is erased, muted, blocked, marked *do not write first* or has an untrusted safety number, nor where nobody holds
        the case any more.
        """


class Counts(Protocol):
    """Events for the operator, kept with what they count."""

    async def add(self, event: str, number: int = 1) -> None:
        """Count a static event name."""

    async def all(self) -> dict[str, int]:
        """Every event counted so far."""
