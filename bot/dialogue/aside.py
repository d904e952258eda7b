"""A case that its holder puts aside: until when that is allowed, and how it wakes.  Pure.  LAW: what is put aside has a clock."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.conversation import Conversation
from bot.domain.handoff import FIRST_WORDS, Handoff, State

#: Nothing is put aside for longer.
LONGEST = timedelta(hours=24)
#: An emergency not for longer than this.
LONGEST_EMERGENCY = timedelta(hours=1)


def longest(handoff: Handoff) -> timedelta:
    """For how long at most it may be put aside."""
    return LONGEST_EMERGENCY if handoff.is_emergency else LONGEST


def refuses(conversation: Conversation, handoff: Handoff, until: datetime, now: datetime) -> str | None:
    """Why it may not be put aside until then: ``too_long``, ``unheard`` or ``unanswered``; None when it may."""
    if not now < until <= now + longest(handoff):
        return "too_long"
    if not handoff.is_emergency:
        return None
    if handoff.acknowledged_at is None or handoff.next_ring_at is not None:
        return "unheard"
    wrote, last = conversation.memory.officer_wrote_at, conversation.last_message_at
    answered = wrote is not None and (last is None or wrote >= last)
    return None if answered and handoff.claim_until is None else "unanswered"


def aside(handoff: Handoff, until: datetime) -> Handoff:
    """Put aside; whoever holds it holds it still.  An offer to another ends with it."""
    return replace(handoff, state=State.SNOOZED, wake_at=until, claim_until=None, next_ring_at=None).unoffered()


def woken(handoff: Handoff, now: datetime) -> Handoff:
    """In its holder's hands again, whose time to act begins; one that was not put aside is as it was."""
    if handoff.state is not State.SNOOZED:
        return handoff
    return replace(handoff, state=State.CLAIMED, wake_at=None, claim_until=now + FIRST_WORDS)
