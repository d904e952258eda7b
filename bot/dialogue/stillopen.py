"""What is written while the danger question is open, and is neither an answer to it nor alarming.  Pure.

A clear question of the person's own takes the ring of silence away.  LAW: nothing less does, and small talk sets it.
"""

from dataclasses import replace
from datetime import datetime

from bot.dialogue.answers import Heard
from bot.dialogue.danger import SILENCE, asked_lately, rung_lately
from bot.dialogue.dangeryes import is_own_question
from bot.dialogue.decision import Change, Decision, Say
from bot.domain.conversation import Conversation
from bot.domain.handoff import HandoffClass, State
from bot.domain.message import Care, Kind
from bot.domain.understanding import Action, Understanding

#: So sure the model has to be, and to see no more danger than that.
SURE, NO_DANGER = 0.9, 0.03
#: What is said to small talk beside it.
STILL = ("danger_still", "danger_why")
#: They are answered as ever: who thanks, or says goodbye, has read what we said.
_POLITE = frozenset({"thanks", "goodbye", "greet", "false_alarm", "delete_my_data"})


def beside_question(conversation: Conversation, answered: Decision, deciding: Heard, now: datetime) -> Decision:
    """The answer to what was written beside the open question, and what becomes of the ring of silence."""
    if is_clear(deciding):
        return replace(answered, change=_unring(conversation))
    if not asked_lately(conversation, now):
        return answered
    meaning = deciding.understanding
    chosen = not meaning.model_answered and meaning.action in {Action.ANSWER, Action.OFFER}
    if not chosen and meaning.intent not in _POLITE:
        answered = _still(conversation, answered, meaning)
    return replace(answered, change=_ring_of_silence(conversation, now))


def _still(conversation: Conversation, answered: Decision, meaning: Understanding) -> Decision:
    """How to answer it, in two forms in turn; after a no comes the answer to what was written last."""
    turn = conversation.memory.truths
    topic = meaning.intent if meaning.action in {Action.ANSWER, Action.OFFER} else conversation.memory.question_topic
    known = conversation.remembering(truths=turn + 1, question_topic=topic)
    return replace(answered, conversation=known, says=(Say(name=STILL[turn % len(STILL)], care=Care.MUST),))


def is_clear(deciding: Heard) -> bool:
    """Whether this is surely a harmless question of the person's own.  What was chosen in the menu is one."""
    meaning = deciding.understanding
    if meaning.action not in {Action.ANSWER, Action.OFFER}:
        return False
    if not meaning.model_answered:
        return deciding.kind is Kind.BUTTON or meaning.by_number or is_own_question(deciding.text)
    return meaning.confidence >= SURE and meaning.danger <= NO_DANGER and is_own_question(deciding.text)


def _unring(conversation: Conversation) -> Change | None:
    """The item stays, silent, on the desk."""
    if conversation.handoff is None or conversation.handoff.next_ring_at is None:
        return None
    return Change(cls=HandoffClass.OTHER, kind="unclear", state=conversation.handoff.state, reason="message", unring=True)


def _ring_of_silence(conversation: Conversation, now: datetime) -> Change | None:
    """An item that is still unclear rings once unless an answer comes."""
    held = conversation.handoff
    if held is None or held.state is not State.UNCLEAR or rung_lately(conversation, now):
        return None
    return Change(cls=HandoffClass.UNCLEAR, kind="unclear", state=held.state, reason="message", ring_at=now + SILENCE)
