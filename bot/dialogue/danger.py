"""Emergencies and the danger question.  LAW: a possible emergency is never answered as if it were small talk."""

from datetime import datetime, timedelta

from bot.dialogue import choices, ordinary, wishes, within
from bot.dialogue.decision import Change, Decision, Say
from bot.dialogue.escalation import reopened_case
from bot.dialogue.locale import as_last_written
from bot.domain.conversation import Conversation
from bot.domain.handoff import DutyLane, HandoffClass, State
from bot.domain.message import Care, Kind
from bot.domain.understanding import Action, Understanding

#: The question is put at most once in this time unless the words are more alarming.
ASK_EVERY = timedelta(hours=6)
#: By how much the summed confidence of emergencies must rise for "more alarming".
MORE_ALARMING = 0.15
#: Unclear items ring at most once an hour for one contact.
RING_UNCLEAR_EVERY = timedelta(hours=1)
#: The upper part of the unsure band rings once after so long without an answer.
SILENCE = timedelta(minutes=5)
#: The holder of a claim has so long to act on an emergency inside it.
ACT_ON_EMERGENCY_SECONDS = 120
#: Confirmations inside an emergency come at most this often.
CONFIRM_EMERGENCY_EVERY = timedelta(minutes=10)

#: The numbered answers to "what happened" when the kind is unknown.
KINDS = {1: "arrest_now", 2: "attack_now", 3: "death_threat", 4: "missing_person"}

#: Their replies name the police, and have another form without.
WITHOUT_POLICE = {
    "attack_now": "attack_now_authority",
    "death_threat": "death_threat_authority",
    "family_threatened": "family_threatened_authority",
    "missing_person": "missing_person_authority",
    "sexual_violence": "sexual_violence_authority",
}

#: Harmless, but nothing that could be answered after a no.
_NO_TOPIC = frozenset({"affirm", "deny", "thanks", "goodbye", "false_alarm"})

#: Replies that begin with the reference and say what cannot be promised.
_REPLIES = frozenset(
    {*KINDS.values(), *WITHOUT_POLICE, *WITHOUT_POLICE.values(), "arrest_of_other", "raid_now", "deportation_now", "emergency_unknown"}
)

#: They confirm, and have no further parts.
_NO_REPLY = frozenset({"emergency_more", "self_harm_again"})

_PREFACE = {
    Kind.CALL: "call_not_possible",
    Kind.VOICE: "voice_kept",
    Kind.PHOTO: "photo_kept",
    Kind.VIDEO: "photo_kept",
    Kind.LOCATION: "location_kept",
    Kind.STICKER: "sticker_received",
    Kind.CONTACT: "contact_kept",
    Kind.DOCUMENT: "document_kept",
    Kind.UNREADABLE: "unreadable_frame",
    Kind.EMPTY: "empty_message",
}


def emergency(conversation: Conversation, meaning: Understanding, now: datetime) -> Decision:
    """Officers are rung in the same transaction; the reply fits the kind."""
    if "authority" in meaning.marks:
        conversation = conversation.remembering(authority=True)
    reason = "rule" if meaning.rules else "model" if meaning.model_answered else "yes"
    return _alarm(conversation, meaning.kind or "unknown", reason, now)


def said_yes(conversation: Conversation, now: datetime, kind: str = "unknown") -> Decision:
    """Yes, or not sure, to the danger question: an emergency whose kind is not known yet, unless the yes was a word for one."""
    return _alarm(conversation, kind, "yes", now)


def _alarm(conversation: Conversation, kind: str, reason: str, now: datetime) -> Decision:
    conversation = as_last_written(conversation)
    lane = DutyLane.SECURITY if kind == "threat_to_mission" else DutyLane.GENERAL
    inside_claim = conversation.voice == "OFFICER"
    change = Change(
        cls=HandoffClass.E1,
        kind=kind,
        state=State.CLAIMED if inside_claim else State.WAITING,
        reason=reason,
        lane=lane,
        ring=True,
        claim_seconds=ACT_ON_EMERGENCY_SECONDS if inside_claim else None,
    )
    says = () if inside_claim else _emergency_reply(conversation, kind, now)
    new = () if inside_claim else tuple(say.name for say in says if say.name not in _NO_REPLY)
    told = (*conversation.memory.told, *new)
    remembered = conversation.remembering(
        question_open=False,
        offer=None,
        offered_at=None,
        told=tuple(dict.fromkeys(told)),
        kind_asked=kind == "unknown" and (conversation.memory.kind_asked or any(say.name == "emergency_unknown" for say in says)),
        confirmed_at=now if says else conversation.memory.confirmed_at,
        last_intent=kind,
        answered=says[0].name if says and says[0].name not in _NO_REPLY else conversation.memory.answered,
        card=0,
    )
    return Decision(action=Action.ALERT, conversation=remembered, says=says, change=change, rings=True, events=("emergency",))


def _emergency_reply(conversation: Conversation, kind: str, now: datetime) -> tuple[Say, ...]:
    name = reply_name(kind, authority=conversation.memory.authority)
    if kind in {"self_harm", "unknown"} and within.is_self_harm(conversation):
        # New danger words of theirs: the numbers once more, however often.
        return (Say(name="self_harm_again", care=Care.MUST),)
    goes_on = kind == "unknown" and conversation.handoff is not None and conversation.handoff.is_emergency
    goes_on = goes_on and not is_for_security(conversation)
    if name in conversation.memory.told or (goes_on and conversation.memory.told):
        return _confirmation(conversation, now)
    held = conversation.handoff
    said_before = held is not None and held.is_emergency and not _REPLIES.isdisjoint(conversation.memory.told)
    return (Say(name=name, care=Care.MUST, brief=said_before),)


def is_for_security(conversation: Conversation) -> bool:
    """Whoever threatens the mission learns no reference, and nothing more than "Received."."""
    return conversation.handoff is not None and conversation.handoff.lane is DutyLane.SECURITY


def reply_name(kind: str, *, authority: bool) -> str:
    """The response to an emergency of that kind; where the state itself is the danger, the one that names no police."""
    if authority and kind in WITHOUT_POLICE:
        return WITHOUT_POLICE[kind]
    return "emergency_unknown" if kind == "unknown" else kind


def _confirmation(conversation: Conversation, now: datetime) -> tuple[Say, ...]:
    last = conversation.memory.confirmed_at
    if is_for_security(conversation) or (last is not None and abs(now - last) < CONFIRM_EMERGENCY_EVERY):
        return ()
    return (Say(name="emergency_more", care=Care.MUST),)


def kind_known(conversation: Conversation, number: int, now: datetime) -> Decision:
    """The numbered answer names the kind; its reply follows, and the officers are not rung anew."""
    kind = KINDS.get(number)
    if kind is None:
        return Decision(action=Action.ALERT, conversation=conversation, says=_confirmation(conversation, now))
    says = _emergency_reply(conversation, kind, now)
    told = tuple(dict.fromkeys((*conversation.memory.told, *(say.name for say in says))))
    known = conversation.remembering(kind_asked=False, told=told, confirmed_at=now)
    if says and says[0].name not in _NO_REPLY:
        known = known.remembering(answered=says[0].name, card=0)
    held = conversation.handoff
    change = Change(cls=HandoffClass.E1, kind=kind, state=held.state if held else State.WAITING, reason="yes", ring=held is None)
    return Decision(action=Action.ALERT, conversation=known, says=says, change=change, rings=change.ring)


def said_no(conversation: Conversation, meaning: Understanding, now: datetime) -> Decision:
    """A clear no: the likeliest topic's answer at once, with the officer offer; nobody types twice."""
    topic = meaning.intent if meaning.model_answered and meaning.intent != "deny" else conversation.memory.question_topic
    topic = None if topic in _NO_TOPIC else topic
    remembered = conversation.remembering(question_open=False, question_topic=None, last_intent=topic)
    if topic == "request_human":
        return ordinary.human(remembered, now)
    says, remembered = _after_no(remembered, topic, now)
    unclear = conversation.handoff is not None and conversation.handoff.state is State.UNCLEAR
    change = Change(
        cls=HandoffClass.OTHER, kind="unclear", state=State.CLOSED if unclear else State.WAITING, reason="no", close=unclear, unring=True
    )
    return Decision(
        action=Action.OFFER,
        conversation=remembered,
        says=says,
        change=change if conversation.handoff else None,
        events=("danger_no",),
    )


def _after_no(conversation: Conversation, topic: str | None, now: datetime) -> tuple[tuple[Say, ...], Conversation]:
    """The topic's answer, and the offer of an officer where none is asked for yet."""
    if topic is None:
        offered = conversation.remembering(offer="request_human", offered_at=now)
        says = (Say(name="clear_no"),) if conversation.voice == "QUEUED" else (Say(name="clear_no"), wishes.offer("request_human"))
        return says, conversation if conversation.voice == "QUEUED" else offered
    known = wishes.answering(conversation, topic)
    if known.voice != "QUEUED" and topic not in wishes.OTHER_BUSINESS:
        known = known.remembering(offer=topic, offered_at=now)
    hidden = (Say(name="offer_hidden"),) if topic == "consular_question" else ()
    return (*wishes.answered(known, topic), *hidden), known


def unsure(conversation: Conversation, meaning: Understanding, kind: Kind, received_at: datetime, now: datetime) -> Decision:
    """Not sure enough that it is harmless: ask, or, when it was asked already, ring."""
    memory = conversation.memory
    if conversation.handoff is not None and conversation.handoff.is_emergency and not is_for_security(conversation):
        if within.is_self_harm(conversation):
            again = (Say(name="self_harm_again", care=Care.MUST),)
            asked = Decision(action=Action.ASK_DANGER, conversation=conversation, says=again)
            return asked if meaning.model_answered else within.here(conversation, Action.ASK_DANGER)
        says = _confirmation(conversation, now)
        remembered = conversation.remembering(confirmed_at=now) if says else conversation
        return Decision(action=Action.ASK_DANGER, conversation=remembered, says=says)
    closed = reopened_case(conversation, now)
    if closed is not None and closed.is_emergency and closed.lane is not DutyLane.SECURITY:
        return _emergency_again(conversation, now)
    alarming = meaning.danger >= memory.asked_weight + MORE_ALARMING
    if memory.question_open and wrote_on(conversation, received_at) and (kind is not Kind.EDIT or alarming):
        return _ring_unclear(conversation, meaning, kind, now)
    if not asked_lately(conversation, now) or (alarming and not memory.question_open):
        return _ask(conversation, meaning, kind, now)
    if memory.question_open:
        return _unclear(conversation, meaning, now)
    return _ask_shortly(conversation, meaning, kind, now)


def _emergency_again(conversation: Conversation, now: datetime) -> Decision:
    """An officer closed an emergency within the day, and now this: it is rung for at once, without a question first."""
    change = Change(cls=HandoffClass.UNCLEAR, kind="unclear", state=State.WAITING, reason="reopened")
    remembered = conversation.remembering(question_open=False, confirmed_at=now)
    says = (Say(name="reopened", care=Care.MUST),)
    return Decision(action=Action.ASK_DANGER, conversation=remembered, says=says, change=change, rings=True, events=("emergency_again",))


def asked_lately(conversation: Conversation, now: datetime) -> bool:
    """Whether the danger question was put within its six hours."""
    asked = conversation.memory.asked_at
    return asked is not None and abs(now - asked) < ASK_EVERY


def wrote_on(conversation: Conversation, received_at: datetime) -> bool:
    """Only what arrived after the danger question was really sent counts as writing on."""
    return conversation.question_sent_at is not None and conversation.question_sent_at <= received_at


def _prefaced(kind: Kind, say: Say) -> tuple[Say, ...]:
    preface = _PREFACE.get(kind)
    return (Say(name=preface, care=Care.MUST), say) if preface else (say,)


def _ask(conversation: Conversation, meaning: Understanding, kind: Kind, now: datetime) -> Decision:
    question = Say(name="danger_question", care=Care.MUST, is_question=True, buttons=(choices.YES, choices.NO))
    remembered = conversation.remembering(
        asked_at=now, asked_weight=meaning.danger, question_open=True, question_topic=meaning.topic
    )  # fmt: skip
    change = _unclear_change(conversation, meaning, now)
    says = _prefaced(kind, question)
    return Decision(action=Action.ASK_DANGER, conversation=remembered, says=says, change=change, events=("danger_asked",))


def _ask_shortly(conversation: Conversation, meaning: Understanding, kind: Kind, now: datetime) -> Decision:
    """Answered with no a while ago: the question is not put again, but the way to say yes is named and counts as asked."""
    says = _prefaced(kind, Say(name="unclear_again", care=Care.MUST, is_question=True))
    asked = conversation.remembering(question_open=True, question_topic=meaning.topic)
    return Decision(action=Action.ASK_DANGER, conversation=asked, says=says, change=_unclear_change(conversation, meaning, now))


def _unclear(conversation: Conversation, meaning: Understanding, now: datetime) -> Decision:
    change = _unclear_change(conversation, meaning, now)
    return Decision(action=Action.ASK_DANGER, conversation=conversation, change=change)


def rung_lately(conversation: Conversation, now: datetime) -> bool:
    """Whether officers were rung for something unclear of this contact within the hour."""
    rung = conversation.memory.unclear_rung_at
    return rung is not None and abs(now - rung) < RING_UNCLEAR_EVERY


def _unclear_change(conversation: Conversation, meaning: Understanding, now: datetime, *, ring: bool = False) -> Change:
    again = reopened_case(conversation, now) is not None
    return Change(
        cls=HandoffClass.UNCLEAR,
        kind="unclear",
        state=State.WAITING if again or conversation.voice == "QUEUED" else State.UNCLEAR,
        reason="unsure",
        ring_at=now + SILENCE if meaning.ring_if_silent and not ring and not rung_lately(conversation, now) else None,
        ring_once=ring,
        notify=again,
    )


def _ring_unclear(conversation: Conversation, meaning: Understanding, kind: Kind, now: datetime) -> Decision:
    """They wrote on, and again not surely harmlessly: officers are rung, at most once an hour for one contact."""
    if rung_lately(conversation, now):
        return _unclear(conversation, meaning, now)
    asked = None if asked_lately(conversation, now) else _ask(conversation, meaning, kind, now)
    known = asked.conversation if asked else conversation
    return Decision(
        action=Action.ASK_DANGER,
        conversation=known.remembering(unclear_rung_at=now),
        says=asked.says if asked else _prefaced(kind, Say(name="unclear_again")),
        change=_unclear_change(conversation, meaning, now, ring=True),
        rings=True,
        events=("unclear_rung",),
    )
