"""What was decided, before anything of it is carried out."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.handoff import DutyLane, HandoffClass, State
from bot.domain.message import Care
from bot.domain.understanding import Action


@dataclass(frozen=True, kw_only=True)
class Say:
    """A response to be said, by its name."""

    name: str
    care: Care = Care.ONCE
    is_question: bool = False
    brief: bool = False  #: without what an earlier reply of this emergency has said: that it is read, its reference, what is not promised
    topics: tuple[str, ...] = ()  #: intents whose labels are listed in it
    about: str | None = None  #: the answer that it is a further part, or the source, of
    buttons: tuple[str, ...] = ()  #: what its text asks for (``bot.dialogue.choices``), as buttons where there are such
    after: tuple[str, ...] = ()  #: what may follow it: buttons, or one line of words where there are none


@dataclass(frozen=True, kw_only=True)
class Change:
    """What happens to the conversation's handoff; one is opened where none is open."""

    cls: HandoffClass
    kind: str
    state: State
    reason: str
    lane: DutyLane = DutyLane.GENERAL
    ring: bool = False  #: start the ladder now
    once: bool = False  #: of that ladder one round only: the contact is blocked
    notify: bool = False  #: tell officers once, without a ladder
    ring_once: bool = False  #: ring the officers once, outside the ladder
    ring_at: datetime | None = None  #: ring once at that time unless the person writes on
    unring: bool = False  #: the person wrote on, harmlessly: the ring of silence is off
    close: bool = False  #: a clear no closes an unclear item
    phone_says_over: bool = False
    claim_seconds: int | None = None  #: the holder has so long to act


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to say, what to remember, and what becomes of the handoff."""

    action: Action
    conversation: Conversation
    says: tuple[Say, ...] = ()
    change: Change | None = None
    erase: bool = False
    rings: bool = False  #: an officer is rung by this message
    events: tuple[str, ...] = field(default=())  #: counted, audited; static words
