"""Everything that is no danger: commands, answers, offers, small talk, and keeping still beside an officer."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.dialogue import choices
from bot.dialogue.decision import Change, Decision, Say
from bot.dialogue.wishes import OTHER_BUSINESS, SMALL_TALK, WISHES, after_answer, answered, answering, languages, wish
from bot.domain.conversation import Conversation
from bot.domain.handoff import DutyLane, HandoffClass, State
from bot.domain.understanding import Action, Understanding

#: The holder of a claim has so long to answer before the claim ends.
ANSWER_SECONDS = 300
_COMMAND_SAYS = {
    "start": ("greeting",),
    "privacy": ("privacy",),
    "about": ("about",),
    "stop": ("mute_on",),
}


def command(conversation: Conversation, meaning: Understanding, now: datetime) -> Decision:
    """What a command says; it never depends on the model, and works in every state."""
    name, about = meaning.command or "help", meaning.about
    if name in WISHES:
        decision = wish(conversation, name, about, meaning.card, now)
        return replace(decision, events=decision.events or (f"command_{name}",))
    if name in {choices.OFFER, choices.LEFT}:
        return _offer_pressed(conversation, about or "request_human", now, taken=name == choices.OFFER)
    return _plain_command(conversation, meaning, now)


def _offer_pressed(conversation: Conversation, topic: str, now: datetime, *, taken: bool) -> Decision:
    """The buttons below an offer mean that offer, however old they are; who waits already hears how it stands."""
    if conversation.voice != "BOT":
        return Decision(action=Action.CHAT, conversation=conversation, says=(_status(conversation),))
    return offer_taken(conversation, topic, now) if taken else offer_left(conversation)


def _plain_command(conversation: Conversation, meaning: Understanding, now: datetime) -> Decision:
    name = meaning.command or "help"
    if name == "human":
        return human(conversation, now)
    if name == "reference" and (conversation.handoff is None or conversation.handoff.reference != meaning.about):
        # The same words whatever it names: nobody learns from here whether there is such a case.
        return Decision(action=Action.CHAT, conversation=conversation, says=(Say(name="reference_read"),), events=("command_reference",))
    if name in {"status", "reference"}:
        return Decision(action=Action.CHAT, conversation=conversation, says=(_status(conversation),), events=("command_status",))
    after = (choices.MENU,) if name == "start" else ()
    says = tuple(Say(name=each, after=after) for each in _COMMAND_SAYS[name])
    known = replace(conversation, muted=True if name == "stop" else False if name == "start" else conversation.muted)
    if name == "start":
        known = known.remembering(greeted_at=now)
    return Decision(action=Action.CHAT, conversation=known, says=says, events=(f"command_{name}",))


def _status(conversation: Conversation) -> Say:
    held = conversation.handoff
    if held is not None and held.lane is DutyLane.SECURITY:
        # Whoever threatens the mission learns no reference.
        return Say(name="threat_to_mission")
    return Say(name="status_open" if held else "status_none")


def forget(conversation: Conversation) -> Decision:
    """Erase everything; an open emergency leaves a shell.  The reply is one neutral word."""
    return Decision(action=Action.CHAT, conversation=conversation, says=(Say(name="erased"),), erase=True, events=("command_forget",))


def forgetting(alarm: Decision) -> Decision:
    """Officers are rung, and then it is forgotten; on the phone stands the one neutral word."""
    return replace(alarm, erase=True, says=(Say(name="erased"),))


def human(conversation: Conversation, now: datetime) -> Decision:
    """A person is asked for: queued at once; who waits already hears how it stands."""
    if conversation.voice != "BOT":
        return Decision(action=Action.QUEUE, conversation=conversation, says=(_status(conversation),))
    insists = conversation.memory.last_intent in OTHER_BUSINESS
    change = Change(
        cls=HandoffClass.OTHER if insists else HandoffClass.E2,
        kind="request_human",
        state=State.WAITING,
        reason="human",
        notify=not insists,
    )
    remembered = conversation.remembering(confirmed_at=now, offer=None, offered_at=None)
    return Decision(action=Action.QUEUE, conversation=remembered, says=(Say(name="queued_human"),), change=change, events=("queued",))


def offer_taken(conversation: Conversation, topic: str, now: datetime) -> Decision:
    """Yes to the offer of an officer."""
    change = Change(cls=HandoffClass.E2, kind=topic, state=State.WAITING, reason="offer", notify=True)
    remembered = conversation.remembering(offer=None, offered_at=None, confirmed_at=now)
    return Decision(
        action=Action.QUEUE, conversation=remembered, says=(Say(name="queued_offer_accepted"),), change=change, events=("queued",)
    )


def offer_left(conversation: Conversation) -> Decision:
    """No, or not sure, to the offer: nothing is passed on."""
    forgotten = conversation.remembering(offer=None, offered_at=None)
    return Decision(action=Action.CHAT, conversation=forgotten, says=(Say(name="offer_declined"),))


def beside_officer(conversation: Conversation, meaning: Understanding, now: datetime, *, is_word: bool) -> Decision:
    """An officer holds the chat: the bot is silent but for commands; the officer's time to answer starts to run.

    A bare word such as "maybe" answers the officer; thanks and a goodbye wait for no answer.
    """
    if meaning.command:
        return command(conversation, meaning, now)
    unsure = meaning.action is Action.ASK_DANGER and not is_word
    waits = not (meaning.action is Action.CHAT and meaning.intent in {"thanks", "goodbye"})
    change = Change(
        cls=HandoffClass.UNCLEAR if unsure else HandoffClass.OTHER,
        kind="unclear",
        state=State.CLAIMED,
        reason="unsure" if unsure else "message",
        claim_seconds=ANSWER_SECONDS if waits else None,
        phone_says_over=meaning.intent == "false_alarm",
    )
    return Decision(action=meaning.action, conversation=conversation, change=change)


def while_waiting(conversation: Conversation, meaning: Understanding, now: datetime, every: timedelta) -> Decision:
    """QUEUED: clear questions that can help are answered, the rest joins the handoff, confirmed once in a while."""
    held = conversation.handoff
    over = meaning.intent == "false_alarm" and held is not None and held.is_emergency
    if over:
        change = Change(cls=HandoffClass.OTHER, kind="unclear", state=State.WAITING, reason="message", phone_says_over=True)
        says = () if held is None or held.lane is DutyLane.SECURITY else (Say(name="false_alarm_open"),)
        return Decision(action=Action.CHAT, conversation=conversation, says=says, change=change)
    if meaning.intent == "follow_up" and held is not None and held.lane is not DutyLane.SECURITY:
        return Decision(action=Action.CHAT, conversation=conversation, says=(Say(name="follow_up_waiting"),))
    if meaning.action in {Action.ANSWER, Action.OFFER} and meaning.intent:
        after = after_answer(conversation, meaning.intent, officer=False)
        return Decision(
            action=Action.ANSWER, conversation=answering(conversation, meaning.intent), says=(Say(name=meaning.intent, after=after),)
        )
    if meaning.intent == "change_language":
        return languages(conversation, "change_language")
    if meaning.intent in {"delete_my_data", "bot_identity", "help"} and meaning.action is Action.CHAT:
        return Decision(action=Action.CHAT, conversation=conversation, says=(Say(name=meaning.intent or "help"),))
    return confirmed(conversation, meaning, now, every)


def confirmed(conversation: Conversation, meaning: Understanding, now: datetime, every: timedelta) -> Decision:
    """That it is kept, and the truth about people, once in a while."""
    last = conversation.memory.confirmed_at
    if last is not None and now - last < every:
        return Decision(action=meaning.action, conversation=conversation)
    if conversation.handoff is not None and conversation.handoff.lane is DutyLane.SECURITY:
        return Decision(action=meaning.action, conversation=conversation)
    emergency = conversation.handoff is not None and conversation.handoff.is_emergency
    say = Say(name="emergency_more" if emergency else "queued_confirm")
    return Decision(action=meaning.action, conversation=conversation.remembering(confirmed_at=now), says=(say,))


def answer(conversation: Conversation, meaning: Understanding, now: datetime) -> Decision:
    """BOT: an answer, an answer with the offer of an officer, a choice of topics, or small talk."""
    intent = meaning.intent or "help"
    known = conversation.remembering(last_intent=intent)
    if meaning.action is Action.CHOOSE:
        return _choose(known, meaning, now)
    if intent == "change_language":
        return languages(known, "change_language")
    known = answering(known, intent)
    if meaning.action is Action.OFFER:
        known = known.remembering(offer=intent, offered_at=now)
    says = answered(known, intent) if intent not in SMALL_TALK else (Say(name=intent, after=_after_small_talk(intent)),)
    if intent in OTHER_BUSINESS:
        says = (*says, Say(name="danger_line" if intent == "out_of_scope" else "offer_hidden"))
    return Decision(action=meaning.action, conversation=known, says=says)


def _after_small_talk(intent: str) -> tuple[str, ...]:
    return (choices.MENU,) if intent in {"greet", "help"} else ()


def _choose(conversation: Conversation, meaning: Understanding, now: datetime) -> Decision:
    """The likeliest topics; their numbers count as those of the menu do."""
    topics = tuple(ranked.intent for ranked in meaning.ranking[:3])
    buttons = tuple(choices.choice(choices.TOPIC, topic) for topic in topics)
    known = conversation.remembering(menu_at=now)
    return Decision(action=Action.CHOOSE, conversation=known, says=(Say(name="choose", topics=topics, buttons=buttons),))
