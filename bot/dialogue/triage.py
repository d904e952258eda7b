"""Triage: one question at a time, always as the answer to a message, and none after one that was not answered.  Pure.

The last line of an emergency reply is the first question; whoever does not answer it is asked nothing more.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.dialogue import consent
from bot.dialogue.answers import Heard
from bot.dialogue.asking import only_asks
from bot.dialogue.decision import Decision, Say
from bot.dialogue.escalation import reopens
from bot.dialogue.plainwishes import says_us_citizen
from bot.dialogue.words import answer_word, bare
from bot.domain.age import says_under_18
from bot.domain.conversation import Conversation
from bot.domain.handoff import DutyLane, Handoff
from bot.domain.message import Care, Kind
from bot.domain.triage import CONSENT, FREE, OVERTAKEN, UNSURE, Fact, Plan
from bot.domain.understanding import Action

#: Messages that may say something in no words of ours.
_SAYING = frozenset({Kind.TEXT, Kind.VOICE, Kind.PHOTO, Kind.VIDEO, Kind.LOCATION, Kind.CONTACT, Kind.DOCUMENT})
#: They answer no question of ours.
_ASIDE = frozenset({"thanks", "goodbye", "greet", "help", "bot_identity", "change_language", "delete_my_data", "false_alarm"})
#: A question may follow these; any other text has a request of its own, or answers one.
_CONFIRMS = frozenset({"emergency_more", "queued_confirm"})
_ACCEPTED = "queued_offer_accepted"
_SAFE = "safe_to_write"
#: Their last line asks nothing but that.
_ASK_SAFE_TO_WRITE = frozenset({"sexual_violence", "sexual_violence_authority"})
_UNDER_18 = "yes_under_18"
#: A bare number of two digits may be somebody's age.
_ADULT = 18


def text_of(question: str) -> str:
    """The name of the response that asks it."""
    return question if question.startswith(CONSENT) else f"triage_{question}"


def begun(conversation: Conversation, heard: Sequence[Heard], now: datetime) -> Conversation:
    """Without the facts of a case that is over and will not reopen; with the mark that somebody is under 18."""
    if any(says_under_18(each.text) for each in heard if not each.deleted):
        conversation = conversation.remembering(minor=True)
    if any(says_us_citizen(each.text) for each in heard if not each.deleted):
        conversation = conversation.remembering(citizen=True)
    over = conversation.handoff is None and not reopens(conversation, now)
    return conversation.remembering(facts=(), waiting_for=None) if over and conversation.memory.facts else conversation


def answered(plan: Plan, conversation: Conversation, heard: Sequence[Heard], now: datetime) -> tuple[Conversation, list[Heard]]:
    """The conversation with the choice that answers the open question, and the messages that say something else.

    Beside an officer every message is for the officer too.
    """
    fact = _open(conversation)
    if fact is not None:
        for each in heard:
            code = _chosen(plan, fact, each)
            if code is not None:
                rest = heard if conversation.voice == "OFFICER" else [other for other in heard if other is not each]
                return _recorded(conversation, fact, code, now, each.seq), list(rest)
    return conversation, list(heard)


def _open(conversation: Conversation) -> Fact | None:
    """The question that was the last thing asked; numbers belong to the danger question and the kinds while those are open."""
    memory = conversation.memory
    if memory.waiting_for is None or memory.question_open or memory.kind_asked or conversation.voice == "BOT":
        return None
    return next((fact for fact in reversed(memory.facts) if fact.question == memory.waiting_for and fact.answer is None), None)


def _chosen(plan: Plan, fact: Fact, each: Heard) -> str | None:
    """The code of what a whole message chooses.  A button answers what it stands below, and an alarm is an alarm."""
    if each.kind is not Kind.TEXT or each.deleted or each.understanding.action is Action.ALERT or each.received_at < fact.asked_at:
        return None
    choices = plan.choices.get(fact.question, {})
    word = bare(each.text)
    if not (word.isascii() and word.isdecimal()):
        return _by_word(tuple(choices.values()), fact.question, each)
    if len(word) == 2 and _UNDER_18 in choices.values():
        return _UNDER_18 if int(word) < _ADULT else "no"
    return choices.get(int(word)) if len(word) == 1 else None


def _by_word(codes: Sequence[str], question: str, each: Heard) -> str | None:
    """Yes, no and not sure, in words of ours or, where little hangs on it, as the model understands another wording."""
    word = answer_word(each.text)
    if word is None and question not in consent.EXACT and each.understanding.action is Action.CHAT:
        word = {"affirm": "yes", "deny": "no"}.get(each.understanding.intent or "")
    if word == UNSURE:
        return UNSURE if UNSURE in codes or question.startswith(CONSENT) else None
    return next((code for code in codes if word and (code == word or code.startswith(f"{word}_"))), None)


def _recorded(conversation: Conversation, fact: Fact, code: str, now: datetime, message: int) -> Conversation:
    known = replace(fact, answer=code, answered_at=now, message=message)
    facts = tuple(known if each == fact else each for each in conversation.memory.facts)
    minor = conversation.memory.minor or code == _UNDER_18
    return consent.marked(conversation.remembering(facts=facts, waiting_for=None, minor=minor), fact.question, code)


def asked(conversation: Conversation, question: str, now: datetime) -> Conversation:
    """The conversation in which this is the last thing asked."""
    fact = Fact(question=question, asked_at=now)
    return conversation.remembering(facts=(*conversation.memory.facts, fact), waiting_for=question)


def nothing_more(conversation: Conversation) -> bool:
    """Whether the bot asks nothing on its own in this conversation now."""
    held = conversation.handoff
    if held is None or conversation.voice != "QUEUED" or held.lane is DutyLane.SECURITY or held.phone_says_over:
        return True
    return conversation.muted or conversation.erased or conversation.memory.kind_asked or conversation.memory.question_open


def goes_on(plan: Plan, before: Conversation, decision: Decision, heard: Sequence[Heard], now: datetime, *, chose: bool) -> Decision:
    """The decision with what comes of a choice or of a free answer: a word on a no, the next question, or a last confirmation.

    ``before``: the conversation with the choice recorded; ``heard``: what was said besides.
    """
    if decision.erase or before.voice == "OFFICER":
        return decision
    if any(say.name in _ASK_SAFE_TO_WRITE for say in decision.says) and _SAFE in plan.choices:
        return replace(decision, conversation=asked(decision.conversation, _SAFE, now))
    if chose and _is_unsafe(before):
        return decision  # nothing that lights up a phone which others may be looking at
    decision, said = _heard_freely(before, decision, heard, now, chose=chose)
    if any(say.name == _ACCEPTED for say in decision.says) and not before.muted and not before.erased:
        return _asking(decision, _first(plan.consents, decision.conversation), now)
    if not said or nothing_more(decision.conversation) or not all(say.name in _CONFIRMS for say in decision.says):
        return decision
    if chose and _is_refused(before):
        return replace(decision, says=(consent.refused(before),))
    return _asking(decision, _next(plan, decision.conversation), now, confirm=chose)


def _heard_freely(before: Conversation, decision: Decision, heard: Sequence[Heard], now: datetime, *, chose: bool) -> tuple[Decision, bool]:
    """With a free answer recorded, or the open question marked as overtaken; whether anything was said to go on from."""
    conversation = decision.conversation
    answered = {say.name for say in decision.says}
    free = next((each for each in heard if _says_something(each, answered)), None) if _is_emergency(before.handoff) else None
    fact = _open(before)
    if fact is not None and free is not None and free.received_at >= fact.asked_at:
        conversation = _recorded(conversation, fact, FREE, now, free.seq)
    elif fact is not None and _overtakes(decision):
        conversation = _recorded(conversation, fact, OVERTAKEN, now, 0)
    elif fact is not None:
        free = None
    return replace(decision, conversation=conversation), chose or free is not None


def _overtakes(decision: Decision) -> bool:
    """An emergency reply or the danger question is the last thing asked now."""
    alarm = decision.action is Action.ALERT and any(say.name not in _CONFIRMS for say in decision.says)
    return alarm or any(say.is_question for say in decision.says)


def _is_emergency(held: Handoff | None) -> bool:
    return held is not None and held.is_emergency


def _says_something(each: Heard, answered: Collection[str]) -> bool:
    """Whether a message may answer a question in its own way: no command, no thanks, no bare cry or plea, no odd number.

    Nor a question of which the answer stands in ``answered``; what was taken for one and is not answered may tell something.
    """
    meaning = each.understanding
    if each.kind not in _SAYING or each.deleted or meaning.command or (meaning.intent in _ASIDE and meaning.action is Action.CHAT):
        return False
    if meaning.action is Action.QUEUE or (meaning.action in {Action.ANSWER, Action.OFFER} and meaning.intent in answered):
        return False
    return each.kind is not Kind.TEXT or (any(map(str.isalpha, each.text)) and not only_asks(each.text))


def _is_refused(conversation: Conversation) -> bool:
    """Whether the last answer is a no to a consent."""
    answers = [fact for fact in conversation.memory.facts if fact.answered_at is not None]
    return bool(answers) and answers[-1].consent is not None and answers[-1].answer == "no"


def _is_unsafe(conversation: Conversation) -> bool:
    """Whether the person has said that it is not safe to write here, or not surely so: then nothing more is asked."""
    said = [fact.answer for fact in conversation.memory.facts if fact.question == _SAFE and fact.answer]
    return bool(said) and said[-1] in {"no", UNSURE}


def _next(plan: Plan, conversation: Conversation) -> str | None:
    """What is asked next; nothing after a question that was not answered, or after a no to a consent."""
    facts, held = conversation.memory.facts, conversation.handoff
    if held is None or any(fact.answer is None or (fact.consent and fact.answer == "no") for fact in facts) or _is_unsafe(conversation):
        return None
    if held.is_emergency:
        order = plan.kinds.get(held.kind)
        return None if order is None else _first((*order, *plan.consents), conversation)
    return _first(plan.consents, conversation) if facts else None


def _first(questions: Sequence[str], conversation: Conversation) -> str | None:
    """The first that was never asked."""
    known = {fact.question for fact in conversation.memory.facts}
    return next((each for each in questions if each not in known), None)


def _asking(decision: Decision, question: str | None, now: datetime, *, confirm: bool = False) -> Decision:
    conversation = decision.conversation
    if question is not None:
        say = Say(name=text_of(question), care=Care.MUST)
        return replace(decision, conversation=asked(conversation, question, now), says=(*decision.says, say))
    if not confirm or decision.says:
        return decision
    last = "emergency_more" if _is_emergency(conversation.handoff) else "queued_confirm"
    return replace(decision, conversation=conversation.remembering(confirmed_at=now), says=(Say(name=last),))
