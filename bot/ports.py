"""The doors between the rooms.  Start reading here.

A use case opens a transaction with ``Store.begin()``, calls the repositories on it and commits; leaving without
``commit`` rolls back.  No transaction spans a network call.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.domain.account import (
    Account,
    AccountId,
    Invitation,
    Limit,
    Lock,
    NewPasskey,
    Passkey,
    PasskeyId,
    Session,
    SessionId,
    Signed,
)
from bot.domain.content import Form, Overview, Review
from bot.domain.conversation import Conversation, Memory
from bot.domain.drill import Drill, Report
from bot.domain.figures import Case, Load, Span, Step, Tally
from bot.domain.files import Export, FileState, Known, Refusals, Room, Wanted
from bot.domain.handoff import DutyLane, Handoff, HandoffClass, HandoffLine, Spoken, State, Watcher
from bot.domain.health import Stored
from bot.domain.ids import ConversationId, HandoffId, MessageId, OfficerId, OutboxId
from bot.domain.message import (
    Arrival,
    ChannelName,
    Draft,
    Incoming,
    Message,
    OfficerMessage,
    Outgoing,
    Piece,
    Poison,
    Sent,
)
from bot.domain.queue import Common, Group
from bot.domain.roster import Absence, Cover, Roster, Shift
from bot.domain.search import Sought
from bot.domain.trouble import AskedFor, HeldBack, Pile, Service, Undelivered
from bot.domain.understanding import Reading, RuleHit


class Clock(Protocol):
    """The time, so that tests can move it."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class Nlu(Protocol):
    """The intent model, in a process of its own."""

    def is_starting(self) -> bool:
        """True until it was ready once, for at most 30 seconds after our own start: messages that no rule knows wait for it."""

    def expect(self, text: str) -> None:
        """This text will be read in a moment: begin now.  Never raises."""

    async def read(self, text: str) -> Reading:
        """Every intent with its confidence, the likeliest first; ``text`` never begins with a slash on the wire.

        Raises NluUnavailable when there is no sensible answer within the deadline (1.5 s).
        """


class Rules(Protocol):
    """The emergency rules of every language: pure, no model, no network."""

    def match(self, text: str) -> tuple[RuleHit, ...]:
        """The rules that hit, most specific first; empty when none does.  Never raises."""

    def marks(self, text: str) -> frozenset[str]:
        """What the text speaks of: ``authority`` (the state itself is the danger), ``mission`` (the embassy).  Never raises."""


#: What a prepared text may insert, by name; what takes time to find is found only where it is inserted.
Values = Mapping[str, str | Callable[[], str]]


class Responses(Protocol):
    """The prepared answers."""

    def pieces(self, name: str, locale: str, channel: ChannelName, values: Values) -> tuple[Piece, ...]:
        """The response rendered for ``channel``, split to what one send can carry, values inserted inertly."""

    def line(self, name: str, locale: str, values: Values) -> str:
        """The response as one plain text, to be inserted into another."""

    def has(self, name: str) -> bool:
        """Whether there is such a response in the base locale; ``name.1``, ``name.2``, ... are an answer's further parts."""

    def sources(self, name: str, locale: str) -> "Sourced":
        """Where an answer comes from.  Raises KeyError: there is no such answer."""

    def choice(self, text: str) -> str | None:
        """The label whose words, in any locale, are the whole text: of a topic that is no emergency, or of the menu."""

    def label(self, intent: str, locale: str) -> str:
        """A few words that name the topic of an intent."""

    def canned(self) -> Sequence[str]:
        """The names of the replies that are prepared for officers to send, in their order."""

    def answering(self, reply: str, locale: str) -> str:
        """Names and numbers that answer at this hour in this language, for an emergency that got ``reply``; empty: none is known.

        Never the police where that reply never names them.
        """


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a messenger shows of us to whoever looks at the chat list."""

    name: str
    description: str
    commands: Mapping[str, str] = field(default_factory=dict)  #: each with a few words on what it does


@dataclass(frozen=True, kw_only=True)
class Sourced:
    """Where an answer comes from, and when a person last looked whether that is so."""

    lines: tuple[str, ...]
    reviewed: date
    final: bool = False  #: a native reader, and where one has to a clinician, has read it


class Channel(Protocol):
    """One messenger's sending side.  Translates, nothing else: no storage, no retries, no decisions."""

    name: ChannelName

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send one piece to ``outgoing.address``.

        Raises TryLater (surely not accepted), Ambiguous (maybe accepted), Unreachable, KeyChanged.
        """

    async def erase(self, address: str, keys: Sequence[str]) -> None:
        """Delete our messages in that chat where the messenger allows it; what it refuses is skipped silently."""

    async def discard(self, handles: Sequence[str]) -> None:
        """Delete files that the messenger keeps for us on our own side; what is not there any more is no fault.  Raises TryLater."""

    async def fetch(self, handle: str, account: str) -> bytes:
        """A file that came to ``account`` with a message.

        Raises Unreachable (``gone``: the messenger has it no more; ``too_large``), TryLater.
        """

    async def trust(self, address: str) -> None:
        """Trust the changed safety number of that address from now on.  Raises TryLater, Unreachable."""

    async def timer(self, address: str, seconds: int) -> None:
        """Messages in the chat with that address disappear after so long, from now on.  Raises TryLater, Unreachable."""

    async def leave(self, address: str) -> None:
        """Leave a group; best effort."""

    async def typing(self, address: str) -> None:
        """Show for some seconds that somebody is writing.  Raises SendFailed; nobody tries again."""


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
        """The next officer's message with its token, in order per officer."""

    async def finish_officer(self, message: MessageId, token: str) -> None:
        """Mark it handled.  Raises LostClaim."""

    async def waiting(self) -> int:
        """How many messages nobody has answered yet (answered or not, poison not counted)."""

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
        Care.ONCE and ambiguous >= 2, ends as given up.  ``busy`` names channels to pass over.
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

    async def unsent(self) -> int:
        """How many rows are still waiting or taken."""

    async def next_due(self) -> datetime | None:
        """When the next row that waits is due; None when none waits."""

    async def sent_keys(self, conversation: ConversationId) -> list[str]:
        """The messenger's keys of what we sent in this conversation, oldest first, for deleting it."""


class Files(Protocol):
    """Files that came with messages: fetched after the message is kept, sealed in pieces under the contact's key."""

    async def take(self, now: datetime, lease_seconds: float) -> Wanted | None:
        """The next file that is to be fetched, those of open emergencies first; None when none is due.

        Nobody else takes it within the lease; after it, it is due again.
        """

    async def room(self, wanted: Wanted, now: datetime) -> Room:
        """How much is held already."""

    async def put(self, wanted: Wanted, first: int, total: int, pieces: Sequence[bytes]) -> None:
        """Seal some of its ``total`` pieces, from the number ``first`` on.  Raises LostClaim: erased, or another's meanwhile."""

    async def keep(self, wanted: Wanted, known: Known, now: datetime) -> None:
        """Every piece is there: seal what is known of it, and queue its deletion where the messenger has it on a disk of ours.

        Raises LostClaim.
        """

    async def end(self, wanted: Wanted, state: FileState, failure: str, now: datetime) -> None:
        """It will not be kept; ``failure`` is one static word.  Raises LostClaim."""

    async def refusals(self, conversation: ConversationId, now: datetime) -> Refusals:
        """What of the last day could not be kept and nobody has told its sender."""

    async def told(self, conversation: ConversationId, now: datetime) -> None:
        """The sender is told of all of it."""

    async def postpone(self, wanted: Wanted, until: datetime, failure: str) -> None:
        """It is due again then.  Raises LostClaim."""

    async def keep_preview(self, file: str, preview: bytes) -> None:
        """Seal the small picture that stands for a kept one; nothing where that is gone."""


class Exports(Protocol):
    """Who has asked for an original, and which second person has agreed; they go with the file."""

    async def ask(self, conversation: ConversationId, file: str, number: str, officer: OfficerId, reason: str, now: datetime) -> None:
        """Keep that somebody asks, and why, sealed."""

    async def of(self, conversation: ConversationId) -> Sequence[Export]:
        """All of a conversation's files, oldest first."""

    async def agree(self, export: str, officer: OfficerId, now: datetime) -> bool:
        """Compare-and-set; False when it was theirs, agreed to already, or too long ago.  The database refuses the same person too."""

    async def agreed(self, file: str, officer: OfficerId, now: datetime) -> Export | None:
        """The consent by which this officer may take that file now; None when there is none, or it is too long ago."""


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
        """Keep an officer's note, sealed."""


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


@dataclass(frozen=True, kw_only=True)
class Officer:
    """An enrolled officer, or one who was invited."""

    id: OfficerId
    name: str = field(repr=False)
    enrolled: bool
    channel: ChannelName | None = None
    duties: tuple[str, ...] = ("general",)  #: duty lanes: general, security
    languages: tuple[str, ...] = ()  #: locales in which they can talk to a defender; empty: not said
    at_desk: bool = False  #: has an account that is not disabled
    leads: bool = False  #: and it is a supervisor's
    suspended_at: datetime | None = None  #: their safety number changed then: not heard and not rung until somebody confirms it

    @property
    def is_service(self) -> bool:
        """It is a way by which people are rung, and nobody who could act."""
        return self.channel is ChannelName.SERVICE

    @property
    def is_person(self) -> bool:
        """Somebody who is rung, hears it and can act."""
        return self.has_phone and self.suspended_at is None

    @property
    def has_phone(self) -> bool:
        """A messenger of a person is enrolled, in doubt or not."""
        return self.enrolled and not self.is_service


@dataclass(frozen=True, kw_only=True)
class Reached:
    """Whether alerts get to an officer."""

    confirmed_at: datetime | None = None  #: when a messenger last took one
    failed: bool = False  #: the last one was given up


@dataclass(frozen=True, kw_only=True)
class Pending:
    """Words of an officer that were not sent: they wait for one more word."""

    text: str = field(repr=False)
    reference: str | None  #: for which case; None: that is what was asked
    at: datetime


class Officers(Protocol):
    """Who takes over."""

    async def keep_pending(self, officer: OfficerId, pending: Pending | None) -> None:
        """Keep it, sealed, in the place of what waited before; None: nothing waits any more."""

    async def suspend(self, officer: OfficerId, now: datetime) -> bool:
        """Their safety number changed: what they hold on that phone rings others.  False: it was known already."""

    async def queue_trust(self, officer: OfficerId, now: datetime) -> bool:
        """Queue the word to the messenger that the changed safety number is theirs; False when it has not changed."""

    async def trust(self, officer: OfficerId) -> None:
        """The messenger trusts it: they are heard and rung again."""

    async def end_messenger(self, officer: OfficerId) -> bool:
        """Forget the phone and what waits for it; what it held, and emergencies that were to ring there, ring others.

        False: there is none.
        """

    async def timed(self, officer: OfficerId, at: datetime | None) -> None:
        """The messenger was told then how long words stay in this officer's chat; None: that does not hold any more."""

    async def pending(self, officer: OfficerId) -> Pending | None:
        """What waits; None when nothing does, or what did cannot be read any more."""

    async def invite(self, name: str, duties: Sequence[str], now: datetime) -> str:
        """Make an officer who is not enrolled yet and return the one-time code; only its keyed hash is kept; it ends after 24 h."""

    async def redeem(self, message: MessageId, now: datetime) -> Officer | None:
        """Enrol the sender of a kept officer's message whose text is a pending code; None when there is none any more."""

    async def get(self, officer: OfficerId) -> Officer:
        """The officer; raises KeyError when unknown."""

    async def all(self) -> list[Officer]:
        """Everybody, enrolled or invited, oldest first."""

    async def by_name(self, name: str) -> Officer | None:
        """The officer of that name, for the terminal door."""

    async def make(self, name: str, duties: Sequence[str], now: datetime) -> OfficerId:
        """An officer without a messenger: somebody at the desk."""

    async def new_code(self, officer: OfficerId, now: datetime) -> str:
        """A one-time code, as ``invite`` returns it, for an officer who is there and has no messenger yet."""

    async def reached(self) -> Mapping[OfficerId, Reached]:
        """Of each officer for whom anything was ever sent or given up: how the last of it went."""

    async def add_service(self, name: str, address: str, duties: Sequence[str], now: datetime) -> OfficerId:
        """A way by which officers are rung besides the messengers; ``address`` is one of the apprise library's, and kept sealed."""

    async def speaks(self, officer: OfficerId, languages: Sequence[str]) -> None:
        """Keep in which locales they can talk to a defender."""

    async def unreached(self, since: datetime) -> Sequence[tuple[OfficerId, ChannelName]]:
        """Whose alert has been waiting to be sent since before that."""

    async def remove(self, officer: OfficerId) -> None:
        """Forget identity and address; the officer's claims go back to the queue by the caller."""


class Rosters(Protocol):
    """The duty roster."""

    async def read(self, since: date | None = None) -> Roster:
        """All of it, or without days off and covers that ended before that day."""

    async def add_shift(self, shift: Shift) -> None:
        """Hours of somebody in every week."""

    async def remove_shift(self, shift: str) -> bool:
        """With what was taken over of it; False when there is none."""

    async def add_absence(self, absence: Absence) -> None:
        """Days on which weekly hours do not count."""

    async def remove_absence(self, absence: str) -> bool:
        """False when there is none."""

    async def ask(self, cover: Cover) -> None:
        """Keep who shall take over one day's hours, in the place of who was to before."""

    async def accept(self, cover: str, by: OfficerId) -> bool:
        """Compare-and-set: True for whoever was asked, once."""

    async def decline(self, cover: str) -> bool:
        """Forget it; False when there is none."""


class Accounts(Protocol):
    """Who may sign in at the desk."""

    async def make(self, account: Account, lock: Lock, step: int, recovery: Sequence[str], now: datetime) -> None:
        """A new account whose last code was that of ``step``.  Raises Refused("name_taken")."""

    async def all(self) -> list[Account]:
        """Every account, disabled ones too, oldest first."""

    async def get(self, account: AccountId) -> Account:
        """The account; raises KeyError when unknown."""

    async def by_name(self, name: str) -> Account | None:
        """The account of that name, upper or lower case."""

    async def lock_of(self, account: AccountId) -> Lock:
        """What its person must know and have."""

    async def spend_step(self, account: AccountId, step: int) -> bool:
        """Compare-and-set: False when a code of this step or of a later one was used already."""

    async def spend_recovery(self, account: AccountId, code: str) -> bool:
        """Compare-and-set: False when it is none of this account's, or was used already."""

    async def renew_password(self, account: AccountId, hashed: str) -> None:
        """The account's password is this one from now on."""

    async def renew_secret(self, account: AccountId, secret: str, step: int) -> None:
        """One-time codes come from this secret from now on; the code of ``step`` was its first."""

    async def recovery_left(self, account: AccountId) -> int:
        """How many recovery codes are unused."""

    async def renew_recovery(self, account: AccountId, codes: Sequence[str]) -> None:
        """These, and no others, from now on."""

    async def disable(self, account: AccountId, now: datetime) -> None:
        """It signs in no more; its sessions and known browsers end."""

    async def invite(self, invitation: Invitation, token: str, by: AccountId | None, until: datetime) -> None:
        """Keep an invitation; only the token's keyed hash is kept.  One without a name replaces any other without a name."""

    async def invitation(self, token: str, now: datetime) -> Invitation | None:
        """The invitation of that token; None when there is none any more."""

    async def spend_invitation(self, invitation: str) -> bool:
        """Take it away; False when somebody else did."""


class Sessions(Protocol):
    """Signed-in browsers.  Tokens are kept as keyed hashes only."""

    async def begin(self, account: AccountId, now: datetime) -> tuple[Session, str]:
        """A new session with its token; those that have ended by time are cleared away."""

    async def find(self, token: str) -> Session | None:
        """The session of that token, ended by time or not."""

    async def of(self, account: AccountId) -> list[Session]:
        """All of an account, newest first."""

    async def touch(self, session: SessionId, now: datetime) -> None:
        """Its person has just acted."""

    async def prove(self, session: SessionId, now: datetime) -> None:
        """Its person has just given password and code again."""

    async def end(self, session: SessionId, account: AccountId) -> bool:
        """End one of that account's sessions; False when there is none."""

    async def end_others(self, session: SessionId, account: AccountId) -> None:
        """End all of that account's sessions but this one."""

    async def renew(self, session: SessionId, *, renews: bool) -> None:
        """Whether a new second factor has to come before anything else in it."""

    async def offer(self, session: SessionId, secret: str) -> None:
        """Keep, sealed, the secret that this session has been shown for a new authenticator; None of earlier ones counts any more."""

    async def offered(self, session: SessionId) -> str | None:
        """That secret; None when there is none."""

    async def remember(self, account: AccountId, now: datetime) -> str:
        """A token by which a browser that has just signed in to this account is known again."""

    async def device(self, token: str, account: AccountId, now: datetime) -> str | None:
        """The name of the known browser with that token; None when it is not known for this account."""

    async def known_to(self, token: str, now: datetime) -> AccountId | None:
        """The account that the known browser with that token has signed in to; None when it is not known."""

    async def admit(self, limits: Mapping[str, Sequence[Limit]], now: datetime) -> None:
        """Count one more try for each key under its limits, in fixed windows.

        Raises TooOften when one of them is used up; the caller then does not commit, so that refused tries count for nothing.
        """

    async def forgive(self, limits: Mapping[str, Sequence[Limit]], now: datetime) -> None:
        """Take back what ``admit`` counted: it was right."""


class Proofs(Protocol):
    """Passwords and one-time codes; no transaction may be open while one is looked at."""

    async def hashed(self, password: str) -> str:
        """As an Argon2id hash."""

    async def fits(self, password: str, hashed: str | None) -> bool:
        """Whether it is the password; None: there is none, and saying so takes as long."""

    def new_secret(self) -> str:
        """A new secret for one-time codes."""

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """The 30-second step whose code this is, the last, present or next one; None when it is none of theirs."""


class Passkeys(Protocol):
    """Keys that accounts have registered, and what they are asked to sign.  Kept sealed; found by keyed hashes."""

    async def ask(self, challenge: str, purpose: str, now: datetime) -> None:
        """Keep a challenge for a purpose (what is done with it, and in which browser) as a keyed hash, for ``CHALLENGE_LIVES``."""

    async def spend(self, challenge: str, purpose: str, now: datetime) -> bool:
        """Compare-and-set: False when it was never asked for this purpose, was used already, or is too old."""

    async def add(self, account: AccountId, name: str, made: NewPasskey, now: datetime) -> Passkey:
        """A new key.  Raises Refused("passkey_known") when it is registered already, here or elsewhere."""

    async def of(self, account: AccountId) -> list[Passkey]:
        """All of an account, oldest first."""

    async def find(self, credential: str) -> Passkey | None:
        """The key that its device names so."""

    async def use(self, passkey: PasskeyId, count: int, now: datetime) -> bool:
        """Compare-and-set: False when it has counted so far before, or is doubted."""

    async def doubt(self, passkey: PasskeyId, now: datetime) -> None:
        """There is a copy of it: it opens nothing any more."""

    async def end(self, passkey: PasskeyId, account: AccountId) -> bool:
        """Forget one of that account's keys; False when there is none."""


class PasskeyProofs(Protocol):
    """What devices say about passkeys (WebAuthn), for one name under which the desk is reached."""

    def new_challenge(self) -> str:
        """256 random bits in base64url."""

    def challenge_of(self, answer: str) -> str:
        """What the answer says it has signed; empty for what is no answer.  Nothing is proven by it."""

    def credential_of(self, answer: str) -> str:
        """Which key the answer says it is of; empty for what is no answer.  Nothing is proven by it."""

    def made(self, answer: str, challenge: str) -> NewPasskey:
        """The key that a device has made for this challenge and this desk.  Raises NotProven."""

    def signed(self, answer: str, challenge: str, passkey: Passkey) -> Signed:
        """That this key has signed this challenge for this desk.  Raises NotProven."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A row of the audit: codes and ids, no content."""

    at: datetime
    actor: str  #: ``officer:ID``, ``account:ID``, ``bot``, ``defender``, ...
    event: str
    detail: Mapping[str, str | int] = field(default_factory=dict)


class Audit(Protocol):
    """Who did what when: hash-chained, without content."""

    async def append(self, actor: str, event: str, subject: str, detail: Mapping[str, str | int] | None = None) -> None:
        """Add a row at the chain's end; call it last in a transaction (it locks the chain)."""

    async def last(self, event: str, subject: str) -> datetime | None:
        """When that was last written of that subject."""

    async def of(self, subject: str, last: int) -> list[Entry]:
        """The latest ``last`` rows of one subject, oldest first."""

    async def head(self) -> tuple[int, str]:
        """Number of rows and the head hash, to be kept elsewhere."""

    async def verify(self, kept: tuple[int, str] | None = None) -> int | None:
        """The number of the first row that does not fit the chain, or a head that was ``kept`` elsewhere; None when all do."""


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


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """What the janitor may erase, and from when on."""

    text_before: datetime  #: conversations closed (or without a handoff and silent) since before this lose their text
    contact_before: datetime  #: contacts silent since before this are erased whole
    audit_before: datetime  #: audit rows older than this are cut off, leaving a chain anchor
    now: datetime


class Retention(Protocol):
    """Erasing by time."""

    async def sweep(self, sweep: Sweep) -> Mapping[str, int]:
        """Erase what is due (expired texts included), open emergencies exempt; how many of each kind, ``exempt`` too."""


class Facts(Protocol):
    """What the database knows of how the house stands."""

    async def stored(self, now: datetime) -> Stored:
        """Numbers and the oldest of everything that waits; no content."""


class Drills(Protocol):
    """Exercises."""

    async def begin(self, conversation: ConversationId, officer: OfficerId | None, now: datetime) -> str:
        """Note one down; its name."""

    async def latest(self, last: int) -> list[Drill]:
        """Those that were begun last, the latest first."""

    async def report(self, drill: str) -> Report | None:
        """Everything of it that has happened; None when there is none."""

    async def forget(self, before: datetime) -> int:
        """Take away those that were begun before then; how many."""


class FiguresOf(Protocol):
    """Counted and timed cases of some lanes, without content; exercises are in none."""

    async def load(self, lanes: Collection[str], now: datetime, unticked_before: datetime) -> Load:
        """What is open; unclear cases opened before ``unticked_before`` that nobody holds are named."""

    async def tallies(self, lanes: Collection[str], since: datetime, now: datetime, targets: Mapping[Step, timedelta]) -> list[Tally]:
        """How many cases of each sort were opened since then."""

    async def spans(self, step: Step, lanes: Collection[str], since: datetime, target: timedelta, *, weekly: bool) -> list[Span]:
        """How long a step took, by week and class, or by class alone (then under the week of ``since``)."""

    async def cases(self, lanes: Collection[str], since: datetime, after: tuple[datetime, str] | None) -> list[Case]:
        """The next cases in the order of opening, after that time and reference; an empty list at the end."""


class Lines(Protocol):
    """The queue as pages list it, without reading all of it."""

    async def pulse(self) -> str:
        """Another word whenever ``stamps`` may have changed."""

    async def stamps(self) -> Mapping[str, str]:
        """By lane another word whenever something of its open cases, or a message in their conversations, has changed."""

    async def ringing(self, lanes: Collection[str]) -> tuple[list[str], list[str], int]:
        """The latest emergencies and exercises that nobody has acknowledged; the exercises of them; how many emergencies there are."""

    async def common(self, lanes: Collection[str], most: Mapping[Group, int]) -> Common:
        """What is the same for everybody who sees these lanes; at most so many cases under each heading of what nobody holds."""

    async def some(self, lanes: Collection[str], officer: OfficerId, group: Group, skip: int, most: int) -> list[HandoffLine]:
        """The cases under one heading, after the first so many."""


class Looking(Protocol):
    """What may be read without a transaction: it stands in nobody's way."""

    @property
    def figures(self) -> FiguresOf: ...
    @property
    def lines(self) -> Lines: ...

    async def case(self, reference: str) -> tuple[DutyLane, str] | None:
        """The lane of that case, and the stamp of its conversation (``Conversations.stamp``); None when there is none."""

    async def file_wanted(self, now: datetime) -> bool:
        """Whether a file that came with a message is to be fetched now."""

    async def original(self, file: str) -> bytes:
        """A kept file as it came.  Raises Refused: ``no_attachment`` (gone), ``damaged`` (not what was kept)."""

    async def preview(self, file: str) -> bytes | None:
        """The small picture that stands for it; None: none was drawn yet."""

    async def officers(self) -> list[Officer]:
        """Everybody, enrolled or invited."""

    async def roster(self, since: date) -> Roster:
        """The duty roster, without what ended before that day."""

    async def sessions(self, tokens: Sequence[str]) -> Mapping[str, tuple[Account, Session]]:
        """Sessions by token, ended by time or not, with their accounts; those that there are."""


class TroubleBook(Protocol):
    """What does not work, and what of it somebody sees to already."""

    async def unheard(self) -> Mapping[DutyLane, datetime]:
        """By lane, since when an emergency has been open that nobody has acknowledged; exercises are none."""

    async def facts(self, now: datetime) -> Stored:
        """Of ``Stored`` what faults are made of; quick however much is kept."""

    async def services(self) -> list[Service]:
        """How the answering process last found what it needs."""

    async def tell(self, name: str, now: datetime, *, ok: bool, detail: str) -> None:
        """How that process finds a service now."""

    async def undelivered(self, last: int) -> list[Undelivered]:
        """What was to be said to defenders, was given up, and nobody has seen to; the latest first."""

    async def find(self, row: OutboxId) -> Undelivered | None:
        """One of those; None when it is none of them (any more)."""

    async def held(self, last: int) -> list[HeldBack]:
        """Conversations whose answers wait for a word on a changed safety number, the oldest first."""

    async def poison(self) -> list[Pile]:
        """What could not be understood and nobody sees to, by channel."""

    async def asked_for(self, now: datetime) -> list[AskedFor]:
        """Originals for which a second person is still wanted, the oldest first."""

    async def requeue(self, row: OutboxId, now: datetime) -> bool:
        """Queue what was given up once more, in its old place; False when it cannot be (its words are erased)."""

    async def settle(self, row: OutboxId, now: datetime) -> None:
        """Somebody knows that it was not delivered."""

    async def settle_poison(self, until: datetime, now: datetime) -> int:
        """Somebody sees to what came until then; how many."""


class Reviews(Protocol):
    """Who has read which text."""

    async def add(self, review: Review) -> None:
        """Keep somebody's word on a file as it is; a later one on the same state takes its place."""

    async def all(self) -> list[Review]:
        """Every one, of earlier states of the files too."""


class ContentBook(Protocol):
    """The prepared texts as pages show them; reading files takes long, and is done beside the event loop."""

    async def overview(self) -> Overview:
        """Everything, as it was read last."""

    async def forms(self, name: str, locale: str) -> tuple[Form, ...]:
        """An answer in every form that it has; empty: there is no such answer."""


class Transaction(Protocol):
    """Everything that happens together or not at all."""

    @property
    def inbox(self) -> Inbox: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def conversations(self) -> Conversations: ...
    @property
    def files(self) -> Files: ...
    @property
    def exports(self) -> Exports: ...
    @property
    def handoffs(self) -> Handoffs: ...
    @property
    def drills(self) -> Drills: ...
    @property
    def misreads(self) -> Misreads: ...
    @property
    def officers(self) -> Officers: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def roster(self) -> Rosters: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def passkeys(self) -> Passkeys: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def counts(self) -> Counts: ...
    @property
    def typing(self) -> Typing: ...
    @property
    def retention(self) -> Retention: ...
    @property
    def health(self) -> Facts: ...
    @property
    def troubles(self) -> TroubleBook: ...
    @property
    def reviews(self) -> Reviews: ...

    async def commit(self) -> None:
        """Make it so; then waiting workers, in this process and others, are woken."""


class Store(Protocol):
    """The database."""

    def begin(self) -> AbstractAsyncContextManager[Transaction]:
        """A new transaction: for writing from its first moment on; leaving it without ``commit`` rolls back."""

    def look(self) -> AbstractAsyncContextManager[Looking]:
        """For reading only, outside any transaction: long questions that must delay nobody."""

    async def wait(self, seconds: float, name: str = "") -> None:
        """Return when somebody committed, in any process, or after ``seconds`` (short polls included).

        ``name``: the loop that waits; it sleeps through commits that surely do not concern it.
        """

    async def truncate_log(self) -> bool:
        """After an erasure: make sure that no erased page is left in the write-ahead log; False: a reader is in the way, try again."""

    async def close(self) -> None:
        """Let go of every connection."""


__all__ = [
    "Accounts",
    "Arrival",
    "Audit",
    "Channel",
    "Claimed",
    "Clock",
    "ContentBook",
    "Conversations",
    "Counts",
    "Drills",
    "Entry",
    "Exports",
    "Facts",
    "FiguresOf",
    "Files",
    "HandoffClass",
    "Handoffs",
    "Inbox",
    "Kept",
    "KeptPoison",
    "Lines",
    "Looking",
    "Memory",
    "Misread",
    "Misreads",
    "Nlu",
    "Officer",
    "Officers",
    "Outbox",
    "OutboxId",
    "Pending",
    "Profile",
    "Proofs",
    "Reached",
    "Responses",
    "Retention",
    "Reviews",
    "Rules",
    "Sessions",
    "Sourced",
    "Store",
    "Sweep",
    "Transaction",
    "TroubleBook",
    "Typing",
]
