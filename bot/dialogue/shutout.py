"""What a blocked contact sets off: nothing but an emergency, which is answered and rings once.  Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.dialogue import alarms, danger, ordinary
from bot.dialogue.answers import Heard, says_yes
from bot.dialogue.decision import Decision
from bot.dialogue.understand import highest
from bot.domain.conversation import Conversation
from bot.domain.understanding import Action


def decide_shut_out(conversation: Conversation, heard: Sequence[Heard], now: datetime) -> Decision:
    """Silence, erasure, or an emergency.  LAW: that somebody is blocked loses no emergency, and keeps nobody from being forgotten."""
    deciding = heard[highest([each.understanding for each in heard])]
    forget = any(each.understanding.command == "forget" for each in heard)
    alarm = _alarm(conversation, heard, deciding, now)
    if alarm is None:
        return ordinary.forget(conversation) if forget else Decision(action=Action.CHAT, conversation=conversation)
    assert alarm.change is not None  # noqa: S101 - an alarm changes a handoff; this is for the type checker
    alarm = replace(alarm, change=replace(alarm.change, once=True), says=tuple(say for say in alarm.says if say.name != "emergency_more"))
    if forget:
        alarm = ordinary.forgetting(alarm)
    if deciding.deleted:
        alarm = replace(alarm, says=())
    return replace(alarm, conversation=alarms.noted(conversation, alarm, heard, deciding, now))


def _alarm(conversation: Conversation, heard: Sequence[Heard], deciding: Heard, now: datetime) -> Decision | None:
    """By rule or model; or a yes to the question that was put before the contact was blocked."""
    if deciding.understanding.action is Action.ALERT:
        return danger.emergency(conversation, deciding.understanding, now)
    return danger.said_yes(conversation, now) if any(says_yes(conversation, each) for each in heard) else None
