"""Inside an open emergency that no officer holds yet.  Pure.

Few topics are answered, and only when they are surely meant.  LAW: whoever asks us something to our face hears the truth about people, and
whoever may end their own life hears something to every message.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.dialogue import ordinary, wishes
from bot.dialogue.answers import Heard
from bot.dialogue.asking import is_direct
from bot.dialogue.decision import Decision, Say
from bot.domain.conversation import Conversation
from bot.domain.handoff import DutyLane
from bot.domain.message import Care, Kind
from bot.domain.understanding import Action, Understanding

#: What somebody may want to know in an emergency.
TOPICS = frozenset(
    {"rights_if_detained", "request_legal_help", "other_organisations", "confidentiality", "channel_security", "safety_advice"}
)
#: Wishes of the chat itself that the model may find in it.
_OWN_WISHES = frozenset({"delete_my_data", "false_alarm"})
#: So sure the model has to be, and so many words there have to be.
SURE, WORDS = 0.9, 2
#: The truth about people and about what comes next, in turn: the same words never come twice in a row.
TRUTHS = ("emergency_truth", "emergency_here", "emergency_next")
#: To somebody who may end their own life; in turn.
HERE = ("self_harm_here", "self_harm_with_you")
#: An emergency has two further parts: the first hour, the next days.
_CARDS = 2


def is_open(conversation: Conversation) -> bool:
    """Whether an emergency of this person waits, of which this chat may speak."""
    held = conversation.handoff
    return held is not None and held.is_emergency and held.lane is not DutyLane.SECURITY and conversation.voice == "QUEUED"


def is_self_harm(conversation: Conversation) -> bool:
    """Whether that emergency is about a life that its owner may end."""
    held = conversation.handoff
    return is_open(conversation) and held is not None and (held.kind == "self_harm" or "self_harm" in conversation.memory.told)


def waiting(conversation: Conversation, deciding: Heard, now: datetime, every: timedelta) -> Decision | None:
    """What is said to what is no danger of its own; None: as anywhere else."""
    meaning = deciding.understanding
    if not is_open(conversation) or meaning.intent in _OWN_WISHES or _is_meant(deciding):
        return None
    if is_self_harm(conversation):
        return here(conversation, meaning.action)
    if meaning.intent == "follow_up" and meaning.confidence >= SURE:
        return Decision(action=Action.CHAT, conversation=conversation, says=(Say(name="status_open"),))
    if meaning.intent == "help" and _has_card(conversation):
        return wishes.more(conversation, None, 0, now)
    return told_truth(conversation, meaning.action) if is_direct(deciding.text) else ordinary.confirmed(conversation, meaning, now, every)


def _is_meant(deciding: Heard) -> bool:
    """A topic that was chosen, or that helps and is surely meant; another language that is surely asked for."""
    meaning = deciding.understanding
    if meaning.action in {Action.ANSWER, Action.OFFER}:
        return not meaning.model_answered or (meaning.intent in TOPICS and _is_sure(meaning, deciding.text))
    return meaning.intent == "change_language" and (not meaning.model_answered or _is_sure(meaning, deciding.text))


def _is_sure(meaning: Understanding, text: str) -> bool:
    return meaning.confidence >= SURE and len(text.split()) >= WORDS


def _has_card(conversation: Conversation) -> bool:
    return conversation.memory.answered in conversation.memory.told and conversation.memory.card < _CARDS and not is_self_harm(conversation)


def told_truth(conversation: Conversation, action: Action) -> Decision:
    """The next of the truths."""
    turn = conversation.memory.truths
    return Decision(
        action=action, conversation=conversation.remembering(truths=turn + 1), says=(Say(name=TRUTHS[turn % len(TRUTHS)], care=Care.MUST),)
    )


def here(conversation: Conversation, action: Action) -> Decision:
    """A warm line, whatever was written: somebody who may end their own life is never met with silence."""
    turn = conversation.memory.truths
    return Decision(
        action=action, conversation=conversation.remembering(truths=turn + 1), says=(Say(name=HERE[turn % len(HERE)], care=Care.MUST),)
    )


def never_silent(before: Conversation, decision: Decision, heard: Sequence[Heard]) -> Decision:
    """The decision with the truth about people, where somebody asked us something and would hear nothing, or only a question of ours."""
    if not is_open(before) or not is_open(decision.conversation) or decision.erase or any(each.deleted for each in heard):
        return decision
    if any(say.name.startswith("consent_no") or not say.name.startswith(("triage_", "consent_")) for say in decision.says):
        return decision
    spoken = [each for each in heard if each.kind in {Kind.TEXT, Kind.EDIT} and not each.understanding.command]
    if is_self_harm(before) and not decision.says and spoken:
        told = here(decision.conversation, decision.action)
    elif any(is_direct(each.text) for each in spoken):
        told = told_truth(decision.conversation, decision.action)
    else:
        return decision
    return replace(decision, conversation=told.conversation, says=(*told.says, *decision.says))
