"""What becomes of a handoff: pure.  LAW: its class only rises."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.dialogue.decision import Change
from bot.domain.conversation import Conversation
from bot.domain.handoff import DutyLane, Handoff, HandoffClass, State
from bot.domain.ids import HandoffId

#: Within this time after closing the same handoff reopens, unowned; later a new one is linked to it.
REOPENS_WITHIN = timedelta(hours=24)
#: An acknowledged emergency is rung again by new alarming words at most this often.
RING_AGAIN_EVERY = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A handoff after a change, and what the use case has to do about it."""

    handoff: Handoff
    is_new: bool
    notify: bool  #: queue one alert without a ladder


def changed(conversation: Conversation, change: Change, now: datetime, new_id: HandoffId, new_reference: str) -> Changed | None:
    """The conversation's handoff after ``change``; None when there is none and none is needed."""
    held = conversation.handoff
    if held is None and change.cls is HandoffClass.OTHER and change.reason != "human":
        return None
    is_new = held is None and not _reopens(conversation, now)
    start = held or _started(conversation, change, now, new_id, new_reference, is_new)
    return Changed(handoff=_applied(start, change, now), is_new=is_new, notify=change.notify)


def _reopens(conversation: Conversation, now: datetime) -> bool:
    closed = conversation.closed_handoff
    return closed is not None and closed.closed_at is not None and now - closed.closed_at <= REOPENS_WITHIN


def _started(conversation: Conversation, change: Change, now: datetime, new_id: HandoffId, new_reference: str, is_new: bool) -> Handoff:
    closed = conversation.closed_handoff
    if closed is not None and not is_new:
        return replace(
            closed, state=change.state, closed_at=None, holder=None, claimed_at=None, claim_until=None, acknowledged_at=None,
            acknowledged_by=None, next_ring_at=None, ring_step=0, rung_at=None, phone_says_over=False, ladder_told=False,
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
    if change.close:
        return replace(risen, state=State.CLOSED, closed_at=now, next_ring_at=None)
    return _rung(_timed(risen, change, now), change, now, rose=risen.cls is not handoff.cls)


def _risen(handoff: Handoff, change: Change) -> Handoff:
    cls = max(handoff.cls, change.cls, key=lambda each: each.rank)
    names_kind = change.cls is cls and handoff.kind in {"unclear", "unknown"} and change.reason not in {"message", "no"}
    takes_kind = cls is not handoff.cls or names_kind
    reason = change.reason if cls is not handoff.cls else handoff.reason
    return replace(
        handoff, cls=cls, kind=change.kind if takes_kind else handoff.kind, reason=reason,
        state=_state(handoff, change), lane=_lane(handoff, change),
    )  # fmt: skip


def _state(handoff: Handoff, change: Change) -> State:
    """A change from the phone moves unclear to waiting, and wakes what snoozes; it never touches a claim."""
    if handoff.state is State.CLAIMED or change.reason in {"message", "no"}:
        return handoff.state
    wakes = handoff.state is State.SNOOZED and change.cls is HandoffClass.E1
    if handoff.state is State.UNCLEAR or wakes:
        return change.state
    return handoff.state


def _lane(handoff: Handoff, change: Change) -> DutyLane:
    """A person's own emergency is for the human rights officers even where a threat to the mission came first."""
    if handoff.state is State.CLAIMED or change.cls is not HandoffClass.E1:
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
    if handoff.is_emergency:
        return handoff
    if change.ring_at is not None:
        earlier = min(handoff.next_ring_at or change.ring_at, change.ring_at)
        return replace(handoff, next_ring_at=earlier)
    return replace(handoff, next_ring_at=None) if change.unring else handoff


def _alarmed(handoff: Handoff, now: datetime, *, rose: bool) -> Handoff:
    """Start the ladder; one that runs unheard goes on as it is, one that was acknowledged a moment ago is not started anew."""
    acknowledged = handoff.acknowledged_at
    fresh = acknowledged is not None and now - acknowledged < RING_AGAIN_EVERY
    if not rose and (fresh or (handoff.next_ring_at is not None and handoff.ring_step > 0)):
        return handoff
    return replace(handoff, next_ring_at=now, acknowledged_at=None, acknowledged_by=None, ring_step=0 if rose else handoff.ring_step)
