"""What becomes of a handoff: pure.  LAW: its class only rises."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.dialogue.aside import woken
from bot.dialogue.decision import Change
from bot.dialogue.truth import NEVER_WRITES_FIRST
from bot.domain.conversation import Conversation
from bot.domain.handoff import CLAIMABLE, HELD, DutyLane, Handoff, HandoffClass, State
from bot.domain.ids import HandoffId

#: Within this time after closing the same handoff reopens, unowned; later a new one is linked to it.
REOPENS_WITHIN = timedelta(hours=24)
#: An acknowledged emergency is rung again by new alarming words at most this often.
RING_AGAIN_EVERY = timedelta(minutes=2)
#: An unclear item that no person has ticked rings once after so long.
TICKED_WITHIN = timedelta(hours=24)
#: Words of the phone that carry no new meaning of their own.
_NOTHING_NEW = frozenset({"message", "no", "reopened"})


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A handoff after a change, and what the use case has to do about it."""

    handoff: Handoff
    is_new: bool
    notify: bool  #: queue one alert without a ladder


def changed(conversation: Conversation, change: Change, now: datetime, new_id: HandoffId, new_reference: str) -> Changed | None:
    """The conversation's handoff after ``change``; None when there is none and none is needed."""
    held = conversation.handoff
    if held is None and change.cls is HandoffClass.OTHER and change.reason not in {"human", "reopened"}:
        return None
    is_new = held is None and not reopens(conversation, now)
    start = _reached(held, change, now) if held else _started(conversation, change, now, new_id, new_reference, is_new)
    handoff = _applied(start, change, now)
    if change.once and not (held is not None and held.is_emergency):
        handoff = replace(handoff, rings_once=True)
    if held is None and not is_new and handoff.is_emergency:
        # An emergency that is open again is nobody's: it is rung for like a new one.
        handoff = replace(handoff, state=State.WAITING, next_ring_at=now)
    return Changed(handoff=handoff, is_new=is_new, notify=change.notify)


def _reached(held: Handoff, change: Change, now: datetime) -> Handoff:
    """What is put aside wakes when something comes that an officer owes an answer to; then it is as in any other claim."""
    return woken(held, now) if change.ring or change.claim_seconds is not None else held


def reopens(conversation: Conversation, now: datetime) -> bool:
    """Whether the case that was closed last is opened again rather than a new one begun."""
    closed = conversation.closed_handoff
    return closed is not None and closed.closed_at is not None and now - closed.closed_at <= REOPENS_WITHIN


def reopened_case(conversation: Conversation, now: datetime) -> Handoff | None:
    """The case that an officer held and closed within the day; what a clear no ended, or a tick, was never one."""
    closed = conversation.closed_handoff
    if conversation.handoff is not None or closed is None or closed.claimed_at is None or not reopens(conversation, now):
        return None
    return closed


def tick_by(handoff: Handoff, now: datetime) -> datetime | None:
    """When an unclear item that nobody ticked rings; None for everything else, and when that time is over."""
    if handoff.cls is not HandoffClass.UNCLEAR or handoff.state in HELD | {State.CLOSED}:
        return None
    due = handoff.opened_at + TICKED_WITHIN
    return due if due > now else None


def _started(conversation: Conversation, change: Change, now: datetime, new_id: HandoffId, new_reference: str, is_new: bool) -> Handoff:
    closed = conversation.closed_handoff
    if closed is not None and not is_new:
        return replace(
            closed, state=change.state, closed_at=None, holder=None, claimed_at=None, claim_until=None, wake_at=None, acknowledged_at=None,
            acknowledged_by=None, next_ring_at=None, ring_step=0, rung_at=None, phone_says_over=False, ladder_told=False, rings_once=False,
            outcome=None,
        )  # fmt: skip
    return Handoff(
        id=new_id,
        reference=new_reference,
        conversation=conversation.id,
        state=change.state,
        cls=change.cls,
        kind=change.kind,
        lane=change.lane,
        reason=change.reason,
        opened_at=now,
        previous=closed.id if closed else None,
    )


def _applied(handoff: Handoff, change: Change, now: datetime) -> Handoff:
    risen = _risen(handoff, change)
    if change.close and not risen.is_emergency:
        return replace(risen, state=State.CLOSED, closed_at=now, next_ring_at=None)
    return _rung(_timed(risen, change, now), change, now, rose=risen.cls is not handoff.cls)


def _risen(handoff: Handoff, change: Change) -> Handoff:
    cls = max(handoff.cls, change.cls, key=lambda each: each.rank)
    rose = cls is not handoff.cls
    takes_kind = rose or (change.cls is cls and change.reason not in _NOTHING_NEW and _names_kind(handoff, change))
    return replace(
        handoff, cls=cls, kind=change.kind if takes_kind else handoff.kind, reason=change.reason if rose else handoff.reason,
        state=_state(handoff, change), lane=_lane(handoff, change),
    )  # fmt: skip


def _names_kind(handoff: Handoff, change: Change) -> bool:
    """A kind that was not known is named; a person's own emergency, and one in which the bot never writes first, win over others."""
    if handoff.kind in {"unclear", "unknown"}:
        return True
    own = handoff.kind == "threat_to_mission" and change.kind != "threat_to_mission"
    quiet = change.kind in NEVER_WRITES_FIRST - {"unknown"} and handoff.kind not in NEVER_WRITES_FIRST
    return handoff.is_emergency and (own or quiet)


def _state(handoff: Handoff, change: Change) -> State:
    """A change from the phone moves unclear to waiting; it never touches a claim."""
    if handoff.state is not State.UNCLEAR or change.reason in _NOTHING_NEW:
        return handoff.state
    return change.state


def _lane(handoff: Handoff, change: Change) -> DutyLane:
    """A person's own emergency is for the human rights officers even where a threat to the mission came first."""
    if handoff.state in HELD or change.cls is not HandoffClass.E1:
        return handoff.lane
    if change.lane is DutyLane.SECURITY and handoff.is_emergency:
        return handoff.lane
    return change.lane


def _timed(handoff: Handoff, change: Change, now: datetime) -> Handoff:
    over = handoff.phone_says_over or change.phone_says_over
    if change.cls is HandoffClass.E1:
        over = False
    if over and handoff.acknowledged_at is not None:
        handoff = replace(handoff, next_ring_at=None)
    if change.claim_seconds is None or handoff.state is not State.CLAIMED:
        return replace(handoff, phone_says_over=over)
    until = now + timedelta(seconds=change.claim_seconds)
    return replace(handoff, phone_says_over=over, claim_until=min(handoff.claim_until or until, until))


def _rung(handoff: Handoff, change: Change, now: datetime, *, rose: bool) -> Handoff:
    if change.ring:
        return _alarmed(handoff, now, rose=rose)
    if change.ring_once:
        return replace(handoff, next_ring_at=now)
    if handoff.is_emergency or handoff.state in HELD:
        return handoff
    if handoff.cls is not HandoffClass.UNCLEAR:
        return replace(handoff, next_ring_at=None) if change.unring else handoff
    tick = tick_by(handoff, now) or now + TICKED_WITHIN
    planned = tick if change.unring else handoff.next_ring_at or tick
    return replace(handoff, next_ring_at=min(planned, change.ring_at or planned))


def _alarmed(handoff: Handoff, now: datetime, *, rose: bool) -> Handoff:
    """Start the ladder; one that runs unheard goes on as it is, one that was acknowledged a moment ago is not started anew."""
    if handoff.rings_once and not rose and handoff.state in CLAIMABLE and handoff.ring_step > 0:
        return handoff  # it has rung, and lies there until an officer closes it
    acknowledged = handoff.acknowledged_at
    fresh = acknowledged is not None and abs(now - acknowledged) < RING_AGAIN_EVERY
    unheard = acknowledged is None and handoff.next_ring_at is not None and handoff.ring_step > 0
    if not rose and (fresh or unheard):
        return handoff
    ringing = replace(handoff, next_ring_at=now, acknowledged_at=None, acknowledged_by=None)
    # When officers were rung for something smaller is no fact about this emergency.
    return replace(ringing, ring_step=0, rung_at=None, ladder_told=False) if rose else ringing
