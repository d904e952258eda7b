"""A conversation that needs, or has, an officer: its states, its class that only rises, its clocks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.files import File
from bot.domain.ids import ConversationId, HandoffId, OfficerId
from bot.domain.message import Attachment, ChannelName


class State(StrEnum):
    """Where a handoff stands; at most one that is not closed per conversation."""

    UNCLEAR = "unclear"  #: the danger question is open; the bot still speaks; claimable
    WAITING = "waiting"
    CLAIMED = "claimed"
    SNOOZED = "snoozed"  #: put aside by its holder; LAW: never without ``wake_at``
    CLOSED = "closed"


CLAIMABLE = frozenset({State.UNCLEAR, State.WAITING})
#: An officer has it, also while it is put aside: the bot is silent.
HELD = frozenset({State.CLAIMED, State.SNOOZED})
#: After a claim, and when a case wakes, words are due within so long, or the claim ends.
FIRST_WORDS = timedelta(minutes=5)


class HandoffClass(StrEnum):
    """How urgent; other < E2 < unclear < E1.  LAW: it only rises."""

    OTHER = "other"
    E2 = "E2"
    UNCLEAR = "unclear"
    E1 = "E1"

    @property
    def rank(self) -> int:
        """0 for the least urgent; the queue's order is the highest rank first."""
        return list(HandoffClass).index(self)


class DutyLane(StrEnum):
    """Who may see it: threats to the mission go to security only."""

    GENERAL = "general"
    SECURITY = "security"


#: The kind of emergency that is for the security duty alone.
THREAT = "threat_to_mission"


@dataclass(frozen=True, kw_only=True)
class Handoff:
    """One handoff with its clocks; every time is aware and in UTC."""

    id: HandoffId
    reference: str
    conversation: ConversationId
    state: State
    cls: HandoffClass
    kind: str  #: an intent, ``unknown`` (an emergency of unknown kind) or ``unclear``
    lane: DutyLane = DutyLane.GENERAL
    reason: str = "model"  #: why it exists: rule, model, yes, silence, human, offer, unsure, mission
    opened_at: datetime
    closed_at: datetime | None = None
    holder: OfficerId | None = None
    claimed_at: datetime | None = None
    claim_until: datetime | None = None  #: the claim ends then unless the holder acts; None: nothing is due
    front: bool = False  #: a claim ended without an act: first in its class
    next_ring_at: datetime | None = None  #: when officers are rung (again); None: nobody is being rung
    ring_step: int = 0  #: rounds of alerts queued so far
    rung_at: datetime | None = None  #: when the first alert had really been sent
    acknowledged_at: datetime | None = None
    acknowledged_by: OfficerId | None = None
    opened_by_person_at: datetime | None = None  #: when an officer first read it
    phone_says_over: bool = False  #: "false alarm" came from the phone; not proven
    ladder_told: bool = False  #: the defender was told that everybody was rung
    previous: HandoffId | None = None
    version: int = 0
    asked_at: datetime | None = None  #: when the message was received that made it as urgent as it is
    outcome: str | None = None  #: how an officer said that it ended
    offered_to: OfficerId | None = None  #: the holder would hand it over to them; until they accept the holder holds it
    offered_at: datetime | None = None
    offer_until: datetime | None = None
    on_phone_at: datetime | None = None  #: since then its holder has it on their own messenger, and what comes is passed on there
    wake_at: datetime | None = None  #: put aside: it wakes then
    rings_once: bool = False  #: an emergency of a blocked contact: one round, no ladder; then it lies in the queue

    def unoffered(self) -> "Handoff":
        """Nobody is asked to take it over."""
        return replace(self, offered_to=None, offered_at=None, offer_until=None)

    def is_offered(self, now: datetime) -> bool:
        """True while somebody may accept it."""
        return self.offered_to is not None and self.offer_until is not None and now < self.offer_until

    def closed(self, at: datetime, outcome: str | None = None) -> "Handoff":
        """Ended by a person or by time: it rings nobody, and nobody holds it."""
        over = replace(self, state=State.CLOSED, closed_at=at, next_ring_at=None, claim_until=None, wake_at=None, holder=None)
        return replace(over.unoffered(), on_phone_at=None, outcome=outcome, lane=over.lane_when_free)

    @property
    def lane_when_free(self) -> DutyLane:
        """Whose it is when its holder is done: a threat to the mission stayed with them only because they held it."""
        return DutyLane.SECURITY if self.kind == THREAT else self.lane

    @property
    def is_open(self) -> bool:
        """True until an officer (or, for unclear ones, a clear no) closed it."""
        return self.state is not State.CLOSED

    @property
    def is_emergency(self) -> bool:
        """An open emergency never ends from the phone, never closes by itself and is never rate limited."""
        return self.cls is HandoffClass.E1


@dataclass(frozen=True, kw_only=True)
class HandoffLine:
    """What the queue list may show: no text, no address."""

    reference: str
    state: State
    cls: HandoffClass
    kind: str
    lane: DutyLane
    opened_at: datetime
    last_message_at: datetime | None
    holder_name: str | None
    acknowledged: bool
    locale: str
    channel: str
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    holder: OfficerId | None = None
    offered_to: OfficerId | None = None
    offer_until: datetime | None = None
    wake_at: datetime | None = None  #: put aside until then
    shut_out: bool = False  #: of a blocked contact
    outcome: str | None = None
    claim_until: datetime | None = None  #: the holder owes words by then
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None  #: the name of who did
    next_ring_at: datetime | None = None
    asked_at: datetime | None = None  #: when the message was received that made it as urgent as it is
    rings_once: bool = False

    @property
    def is_exercise(self) -> bool:
        """Nobody is in danger: a supervisor tries the chain."""
        return self.channel == ChannelName.DRILL


@dataclass(frozen=True, kw_only=True)
class Watcher:
    """An officer who looks on beside the holder, and says nothing to the defender."""

    officer: OfficerId
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """One line of a conversation as an officer reads it."""

    who: str  #: ``defender``, ``bot``, ``officer``, ``notice`` or ``note``
    at: datetime
    text: str = field(repr=False)
    kind: str = "text"
    state: str = ""  #: outgoing: waiting, sent, given_up, cancelled; incoming: kept, deleted_by_sender
    hidden_from: datetime | None = None  #: incoming: deleted, or to disappear, then; from that time on it is for the claimant only
    attachments: tuple[Attachment, ...] = ()
    files: Mapping[int, File] = field(default_factory=dict)  #: what became of those that are files, by their place
    seq: int = 0  #: incoming: its place in the conversation, by which its attachments are named
    id: str = ""  #: of our own making: by which a page that is open knows it again
    forwarded: bool = False  #: incoming: the words are somebody else's
    sent_at: datetime | None = None  #: outgoing
    failure: str = ""  #: outgoing: why it could not be sent
    by: OfficerId | None = None  #: notes and officers' words: who wrote it
    never_taken: bool = False  #: an officer's words that no courier has had yet: they can be taken back
    may_go_again: bool = False  #: an officer's words that could not be sent, and that nobody has seen to yet
