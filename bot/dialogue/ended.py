"""An officer's words: what they end in a talk, and how that comes back when they are taken back before they went."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.conversation import Conversation, Ended
from bot.domain.handoff import Handoff

#: Whoever takes words back is there, and has at least so long for other ones before the claim ends.
AT_LEAST = timedelta(minutes=1)


def answered(conversation: Conversation, handoff: Handoff, now: datetime) -> Conversation:
    """From here on a "yes" answers the officer and no question of the bot; what that ends is remembered."""
    memory = conversation.memory
    left = None if handoff.claim_until is None else (handoff.claim_until - now).total_seconds()
    ended = memory.ended
    if left is not None or memory.question_open or memory.offer or memory.waiting_for:
        ended = Ended(
            at=now,
            seconds=left,
            question_open=memory.question_open,
            offer=memory.offer,
            offered_at=memory.offered_at,
            waiting_for=memory.waiting_for,
        )
    return conversation.remembering(question_open=False, offer=None, offered_at=None, waiting_for=None, officer_wrote_at=now, ended=ended)


def unanswered(conversation: Conversation, spoke_at: datetime | None) -> Conversation:
    """The talk as it is without the words that were taken back; the last others of an officer are of ``spoke_at``."""
    ended, talk = conversation.memory.ended, conversation.remembering(officer_wrote_at=spoke_at)
    if ended is None or is_answered(ended, spoke_at):
        return talk
    return talk.remembering(
        ended=None,
        question_open=ended.question_open or talk.memory.question_open,
        offer=ended.offer,
        offered_at=ended.offered_at,
        waiting_for=ended.waiting_for,
    )


def is_answered(ended: Ended, spoke_at: datetime | None) -> bool:
    """Other words stand that ended it too."""
    return spoke_at is not None and spoke_at >= ended.at


def owed_again(handoff: Handoff, ended: Ended | None, spoke_at: datetime | None, now: datetime) -> Handoff:
    """An answer is owed again where it was before: the clock stood still while the words waited.  Without it the case is held for ever."""
    if ended is None or ended.seconds is None or is_answered(ended, spoke_at):
        return handoff
    until = now + max(timedelta(seconds=ended.seconds), AT_LEAST)
    return replace(handoff, claim_until=min(handoff.claim_until or until, until))
