"""A case that is open and of which this phone may learn nothing any more: it was erased from here.  Pure.

LAW: whoever holds the phone after "forget" is answered as a new person is, and officers are rung as ever.
"""

from dataclasses import replace

from bot.dialogue.decision import Change, Decision
from bot.domain.conversation import Conversation
from bot.domain.handoff import HELD, HandoffClass, State

#: The holder of a claim has so long to act on an emergency that was written after the erasure.
_ACT_SECONDS = 120
#: And so long to answer other words.
_ANSWER_SECONDS = 300


def is_hidden(conversation: Conversation) -> bool:
    """Whether the open case is one that was erased from this phone."""
    held = conversation.handoff
    return held is not None and conversation.memory.hidden == held.id


def is_unmentioned(conversation: Conversation) -> bool:
    """Whether nothing that speaks of it has come since, an emergency or an officer's words: as far as this phone knows, there is none."""
    memory = conversation.memory
    return is_hidden(conversation) and not memory.told and memory.officer_wrote_at is None


def as_new(conversation: Conversation) -> Conversation:
    """The conversation as it would be without the case."""
    return replace(conversation, handoff=None, closed_handoff=None)


def for_real(before: Conversation, decided: Decision) -> Decision:
    """What was decided for a new person, with its changes made to the case that is open all the same."""
    after = replace(decided.conversation, handoff=before.handoff, closed_handoff=before.closed_handoff)
    return replace(decided, conversation=after, change=_inside(before, decided.change))


def _inside(before: Conversation, change: Change | None) -> Change | None:
    held = before.handoff
    if held is None:
        return change
    claimed = held.state in HELD
    if change is None:
        # Its holder sees the words, and owes an answer, or the claim ends.
        waits = Change(cls=HandoffClass.OTHER, kind="unclear", state=State.CLAIMED, reason="message", claim_seconds=_ANSWER_SECONDS)
        return waits if claimed else None
    alarm = change.cls is HandoffClass.E1
    return replace(
        change,
        state=State.CLAIMED if claimed else change.state,
        claim_seconds=_ACT_SECONDS if claimed and alarm else change.claim_seconds,
        notify=change.notify or (change.cls is HandoffClass.UNCLEAR and not alarm),
        close=False,
        unring=False,
    )
