"""Who says what next: ``decide(conversation, heard, now) -> Decision``.  Pure; the rules are those of the conversation document."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.dialogue import danger, ordinary
from bot.dialogue.decision import Change, Decision, Say
from bot.dialogue.understand import CHAT, highest
from bot.domain.conversation import Conversation
from bot.domain.handoff import HandoffClass, State
from bot.domain.message import Kind
from bot.domain.understanding import Action, Understanding

#: For so long an offer, a closed handoff and an old button still mean what they meant.
STILL_MEANT = timedelta(hours=24)
#: Truthful confirmations while waiting come at most this often.
CONFIRM_EVERY = timedelta(minutes=30)
_GREETED = frozenset({Action.CHAT, Action.ANSWER, Action.CHOOSE, Action.OFFER, Action.QUEUE})


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A message with what was understood of it."""

    understanding: Understanding
    kind: Kind
    received_at: datetime
    number: int | None = None  #: the whole message is this single digit


def decide(conversation: Conversation, heard: Sequence[Heard], now: datetime) -> Decision:
    """What the messages that waited together set off: decided once, by the highest class, answered once."""
    deciding = heard[highest([each.understanding for each in heard])]
    if all(each.kind is Kind.GROUP for each in heard):
        return Decision(action=Action.CHAT, conversation=conversation, says=(Say(name="group_not_served"),))
    decision = _decide(conversation, heard, deciding, now)
    return _greeted(_unless_muted(decision, deciding), deciding, now)


def _decide(conversation: Conversation, heard: Sequence[Heard], deciding: Heard, now: datetime) -> Decision:
    meaning = deciding.understanding
    forget = any(each.understanding.command == "forget" for each in heard)
    if meaning.action is Action.ALERT:
        return replace(danger.emergency(conversation, meaning, now), erase=forget)
    if forget:
        return ordinary.forget(conversation)
    if conversation.voice == "OFFICER":
        return ordinary.beside_officer(conversation, meaning, now)
    answered = _answer(conversation, heard, deciding, now)
    return answered or _without_question(conversation, deciding, now)


def _answer(conversation: Conversation, heard: Sequence[Heard], deciding: Heard, now: datetime) -> Decision | None:
    """Answers to what we asked: the kind of an emergency, the danger question, an offer."""
    memory = conversation.memory
    numbers = [each.number for each in heard if each.number]
    if memory.kind_asked and numbers:
        return danger.kind_known(conversation, numbers[-1], now)
    intents = [each.understanding.intent for each in heard]
    if "affirm" in intents and (memory.question_open or _asked_lately(conversation, heard, now)):
        return danger.said_yes(conversation, now)
    if deciding.understanding.action is Action.ASK_DANGER:
        return None
    if memory.question_open and any(_is_clear_no(each) for each in heard):
        return danger.said_no(conversation, deciding.understanding, now)
    return _offer_answer(conversation, intents, now)


def _is_clear_no(each: Heard) -> bool:
    """Anything but a clear no is not an answer: the model's guess of a "deny" does not count."""
    return each.understanding.intent == "deny" and not each.understanding.model_answered


def _asked_lately(conversation: Conversation, heard: Sequence[Heard], now: datetime) -> bool:
    """An old button, or an old "1", still works."""
    asked = conversation.memory.asked_at
    pressed = any(each.kind is Kind.BUTTON or each.number == 1 for each in heard)
    return pressed and asked is not None and now - asked < STILL_MEANT


def _offer_answer(conversation: Conversation, intents: Sequence[str | None], now: datetime) -> Decision | None:
    memory = conversation.memory
    if memory.offer is None or memory.offered_at is None or now - memory.offered_at > STILL_MEANT:
        return None
    if "affirm" in intents:
        return ordinary.offer_taken(conversation, memory.offer, now)
    if "deny" in intents:
        forgotten = conversation.remembering(offer=None, offered_at=None)
        return Decision(action=Action.CHAT, conversation=forgotten, says=(Say(name="offer_declined"),))
    return None


def _without_question(conversation: Conversation, deciding: Heard, now: datetime) -> Decision:
    meaning = deciding.understanding
    if meaning.command:
        return ordinary.command(conversation, meaning.command, now)
    if meaning.action is Action.ASK_DANGER:
        return danger.unsure(conversation, meaning, deciding.kind, deciding.received_at, now)
    if conversation.voice == "QUEUED":
        return ordinary.while_waiting(conversation, meaning, now, CONFIRM_EVERY)
    if meaning.action is Action.QUEUE:
        return ordinary.human(conversation, now)
    return _with_reopening(conversation, ordinary.answer(conversation, meaning, now), meaning, now)


def _with_reopening(conversation: Conversation, decision: Decision, meaning: Understanding, now: datetime) -> Decision:
    """For 24 hours after closing anything but thanks, goodbye or a clear question reopens the handoff."""
    closed = conversation.closed_handoff
    if closed is None or closed.closed_at is None or now - closed.closed_at > STILL_MEANT:
        return decision
    if conversation.handoff is not None or meaning.action is Action.ANSWER or _is_small(meaning):
        return decision
    reopening = Change(cls=closed.cls, kind=closed.kind, state=State.WAITING, reason="reopened", lane=closed.lane, notify=True)
    says = (*(say for say in decision.says if not say.name.startswith("offer")), Say(name="reopened"))
    return replace(decision, change=reopening, says=says)


def _is_small(meaning: Understanding) -> bool:
    return meaning.action is Action.CHAT and meaning.intent in CHAT - {"false_alarm"}


def _unless_muted(decision: Decision, deciding: Heard) -> Decision:
    """Who asked us to stop writing hears only what they ask for by command, and about danger."""
    loud = deciding.understanding.command or decision.action in {Action.ALERT, Action.ASK_DANGER} or decision.rings
    if not decision.conversation.muted or loud or decision.erase:
        return decision
    emergency = decision.change is not None and decision.change.cls is HandoffClass.E1
    return decision if emergency else replace(decision, says=())


def _greeted(decision: Decision, deciding: Heard, now: datetime) -> Decision:
    """The greeting comes once, after the answer to the first harmless turn; never with an emergency or the danger question."""
    conversation = decision.conversation
    alarming = decision.rings or decision.action not in _GREETED or deciding.understanding.command is not None
    if conversation.memory.greeted_at or alarming or decision.erase or conversation.voice != "BOT" or not decision.says:
        return decision
    greeted = conversation.remembering(greeted_at=now)
    return replace(decision, conversation=greeted, says=(*decision.says, Say(name="greeting")))
