"""Who says what next: ``decide(conversation, heard, now) -> Decision``.  Pure; the rules are those of the conversation document."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.dialogue import alarms, answers, citizens, danger, dangeryes, emptied, menu, nothing, ordinary, stillopen, triage, within
from bot.dialogue.answers import Heard
from bot.dialogue.chosen import without_menu
from bot.dialogue.decision import Change, Decision, Say
from bot.dialogue.escalation import reopened_case
from bot.dialogue.locale import DUE, SAID, chosen
from bot.dialogue.plainwishes import wants_quiet
from bot.dialogue.settled import settle
from bot.dialogue.understand import highest
from bot.dialogue.wishes import WISHES
from bot.domain.conversation import Conversation
from bot.domain.handoff import DutyLane, HandoffClass, State
from bot.domain.ids import only_reference
from bot.domain.message import Kind
from bot.domain.triage import Plan
from bot.domain.understanding import Action, Understanding

#: Without a plan nothing is asked while somebody waits.
_NO_PLAN = Plan()
#: Truthful confirmations while waiting come at most this often.
CONFIRM_EVERY = timedelta(minutes=30)
#: Thanks, a goodbye, and clear questions about the bot itself.
_REOPENS_NOTHING = frozenset({"thanks", "goodbye", "help", "bot_identity", "change_language", "delete_my_data"})
_GREETED = frozenset({Action.CHAT, Action.ANSWER, Action.CHOOSE, Action.OFFER, Action.QUEUE})
#: Actions that somebody who muted us has asked for, or that are about danger.
_ASKED_FOR = frozenset({Action.ALERT, Action.ASK_DANGER, Action.ANSWER, Action.CHOOSE, Action.OFFER, Action.QUEUE})


def decide(conversation: Conversation, heard: Sequence[Heard], now: datetime, plan: Plan = _NO_PLAN) -> Decision:
    """What the messages that waited together set off: decided once, by the highest class, answered once.

    ``plan``: what is asked one by one while an emergency waits.
    """
    if all(each.kind is Kind.GROUP for each in heard):
        return Decision(action=Action.CHAT, conversation=conversation, says=(Say(name="group_not_served"),))
    conversation = _in_chosen_language(triage.begun(conversation, heard, now), heard)
    if emptied.is_unmentioned(conversation):
        return emptied.for_real(conversation, _decided(emptied.as_new(conversation), heard, now, plan))
    return _decided(conversation, heard, now, plan)


def _decided(conversation: Conversation, heard: Sequence[Heard], now: datetime, plan: Plan) -> Decision:
    heard = [_with_menu(conversation, _in_plain_words(conversation, each)) for each in heard]
    meant = [each for each in heard if not answers.needs_nothing(conversation, each)]
    if not meant:
        return Decision(action=Action.CHAT, conversation=conversation)
    known, rest = triage.answered(plan, conversation, meant, now)
    known, wishes = nothing.noted(known, rest, now)
    deciding = _highest(rest or meant)
    decision = _decide(known, rest, deciding, now, wishes) if rest else Decision(action=Action.CHAT, conversation=known)
    decision = nothing.beside_alarm(known, decision, wishes)
    if deciding.deleted:
        # What the phone has deleted is not answered on the phone; whom it concerns are the officers.
        unanswered = replace(decision, says=(), conversation=conversation)
        return replace(unanswered, conversation=alarms.noted(conversation, unanswered, meant, deciding, now))
    decision = replace(decision, conversation=alarms.noted(conversation, decision, meant, deciding, now))
    decision = triage.goes_on(plan, known, decision, rest, now, chose=known is not conversation)
    decision = citizens.told(known, within.never_silent(known, _unless_muted(decision, deciding), rest))
    return _told_of_language(_greeted(decision, deciding, now))


def _highest(heard: Sequence[Heard]) -> Heard:
    return heard[highest([each.understanding for each in heard])]


def _in_chosen_language(conversation: Conversation, heard: Sequence[Heard]) -> Conversation:
    """A language that was asked for counts whatever else was written beside it."""
    for each in heard:
        if each.understanding.command == "language" and each.understanding.about and not each.deleted:
            conversation = chosen(conversation, each.understanding.about).remembering(locale_line=DUE)
    return conversation


def _with_menu(conversation: Conversation, each: Heard) -> Heard:
    """A number names a topic only after a menu; beside an officer words are for the officer, unless they are commands."""
    meaning = each.understanding
    if conversation.voice == "OFFICER" and _is_bare_wish(each):
        return replace(each, understanding=replace(meaning, action=Action.CHAT, intent=None, command=None, about=None))
    if meaning.by_number and not menu.is_open(conversation, each.received_at):
        return replace(each, understanding=without_menu(meaning))
    return each


def _is_bare_wish(each: Heard) -> bool:
    typed = each.kind is not Kind.BUTTON and not each.text.lstrip().startswith("/")
    return typed and (each.understanding.by_number or each.understanding.command in WISHES)


def _in_plain_words(conversation: Conversation, each: Heard) -> Heard:
    """A reference alone asks how its case stands; that the phone shall be still is the command for it.  An alarm stays one."""
    meaning = each.understanding
    if each.kind is not Kind.TEXT or meaning.action is Action.ALERT or meaning.command:
        return each
    if wants_quiet(each.text):
        return replace(each, understanding=settle(Action.CHAT, command="stop"))
    reference = only_reference(each.text)
    if reference is None or conversation.voice == "OFFICER":
        return each
    return replace(each, understanding=settle(Action.CHAT, command="reference", about=reference))


def _decide(conversation: Conversation, heard: Sequence[Heard], deciding: Heard, now: datetime, wishes: Sequence[Heard]) -> Decision:
    meaning = deciding.understanding
    forget = any(each.understanding.command == "forget" for each in heard)
    if meaning.action is Action.ALERT:
        alarm = danger.emergency(conversation, meaning, now)
        return ordinary.forgetting(alarm) if forget else alarm
    if forget:
        return ordinary.forget(conversation)
    if conversation.voice == "OFFICER":
        return _beside_officer(conversation, heard, deciding, now)
    answered = nothing.decided(conversation, deciding, wishes) or _answer(conversation, heard, deciding, now)
    return answered or _without_question(conversation, deciding, now)


def _beside_officer(conversation: Conversation, heard: Sequence[Heard], deciding: Heard, now: datetime) -> Decision:
    if any(answers.says_yes(conversation, each) for each in heard):
        return danger.said_yes(conversation, now)
    return ordinary.beside_officer(conversation, deciding.understanding, now, is_word=deciding.word is not None)


def _answer(conversation: Conversation, heard: Sequence[Heard], deciding: Heard, now: datetime) -> Decision | None:
    """Answers to what we asked: the kind of an emergency, the danger question, an offer."""
    if conversation.memory.kind_asked and (number := answers.kind_named(heard)):
        return danger.kind_known(conversation, number, now)
    if any(answers.says_yes(conversation, each) for each in heard):
        return danger.said_yes(conversation, now, _kind_said(conversation, heard))
    offer = answers.to_offer(conversation, heard, now)
    if deciding.understanding.action is Action.ASK_DANGER and not (offer and deciding.word):
        return None
    if any(answers.says_no(conversation, each) for each in heard):
        return danger.said_no(conversation, deciding.understanding, now)
    if offer == "yes":
        return ordinary.offer_taken(conversation, conversation.memory.offer or "request_human", now)
    return ordinary.offer_left(conversation) if offer else None


def _without_question(conversation: Conversation, deciding: Heard, now: datetime) -> Decision:
    meaning = deciding.understanding
    if meaning.command:
        return ordinary.command(conversation, meaning, now)
    if meaning.action is Action.ASK_DANGER:
        return danger.unsure(conversation, meaning, deciding.kind, deciding.received_at, now)
    if meaning.action is Action.QUEUE:
        return ordinary.human(conversation, now)
    if conversation.voice == "QUEUED":
        emergency = conversation.handoff is not None and conversation.handoff.is_emergency
        every = danger.CONFIRM_EMERGENCY_EVERY if emergency else CONFIRM_EVERY
        return within.waiting(conversation, deciding, now, every) or ordinary.while_waiting(conversation, meaning, now, every)
    answered = ordinary.answer(conversation, meaning, now)
    if conversation.memory.question_open and danger.wrote_on(conversation, deciding.received_at):
        answered = stillopen.beside_question(conversation, answered, deciding, now)
    return _with_reopening(conversation, answered, meaning, now)


def _kind_said(conversation: Conversation, heard: Sequence[Heard]) -> str:
    """The one kind that a yes in the question's own words names."""
    numbers = {dangeryes.kind_of(each.text) for each in heard if each.kind is Kind.TEXT} - {None}
    number = numbers.pop() if len(numbers) == 1 and conversation.memory.question_open else None
    return danger.KINDS[number] if number else "unknown"


def _with_reopening(conversation: Conversation, decision: Decision, meaning: Understanding, now: datetime) -> Decision:
    """For 24 hours after closing anything but thanks, goodbye or a clear question reopens the handoff."""
    closed = reopened_case(conversation, now)
    if closed is None or meaning.action is Action.ANSWER or _is_small(meaning):
        return decision
    reopening = Change(cls=closed.cls, kind=closed.kind, state=State.WAITING, reason="reopened", lane=closed.lane, notify=True)
    told = () if closed.lane is DutyLane.SECURITY else (Say(name="reopened"),)
    says = (*(say for say in decision.says if not say.name.startswith("offer") and say.name not in {"affirm", "deny"}), *told)
    kept = decision.conversation.remembering(offer=None, offered_at=None)
    return replace(decision, conversation=kept, change=reopening, says=says, rings=closed.is_emergency)


def _is_small(meaning: Understanding) -> bool:
    return meaning.action is Action.CHAT and meaning.intent in _REOPENS_NOTHING


def _unless_muted(decision: Decision, deciding: Heard) -> Decision:
    """Who asked us to stop writing hears what they ask for, and about danger; no small talk and no confirmations."""
    if not decision.conversation.muted or deciding.understanding.command or decision.rings or decision.erase:
        return decision
    emergency = decision.change is not None and decision.change.cls is HandoffClass.E1
    if emergency:
        return decision
    kept = decision.says if decision.action in _ASKED_FOR else ()
    return replace(decision, says=tuple(say for say in kept if say.name != "queued_confirm"))


def _greeted(decision: Decision, deciding: Heard, now: datetime) -> Decision:
    """The greeting comes once, after the answer to the first harmless turn; never with an emergency or the danger question."""
    conversation = decision.conversation
    alarming = decision.rings or decision.action not in _GREETED or deciding.understanding.command not in {None, "human"}
    unwanted = conversation.muted or conversation.memory.greeted_at is not None or _asks_of_danger(decision)
    if unwanted or alarming or decision.erase or conversation.voice != "BOT" or not decision.says:
        return decision
    greeted = conversation.remembering(greeted_at=now)
    once = (say for say in decision.says if say.name != "danger_line")  # the greeting says it too
    return replace(decision, conversation=greeted, says=(*once, Say(name="greeting")))


def _asks_of_danger(decision: Decision) -> bool:
    """Nothing lengthens that."""
    return any(say.name in stillopen.STILL for say in decision.says)


def _told_of_language(decision: Decision) -> Decision:
    """One line in the new language, once, after the first sure switch; never with an emergency or beside an officer."""
    conversation = decision.conversation
    quiet = decision.rings or decision.erase or conversation.voice == "OFFICER" or decision.action not in _GREETED
    quiet = quiet or _asks_of_danger(decision)
    if conversation.memory.locale_line != DUE or quiet or conversation.muted or not decision.says:
        return decision
    told = conversation.remembering(locale_line=SAID)
    return replace(decision, conversation=told, says=(*decision.says, Say(name="language_set")))


__all__ = ["Heard", "decide"]
