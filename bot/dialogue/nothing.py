"""Nothing is to be done, nobody to be told: heard in a person's own words, recorded as the consents they refuse.  It ends nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.dialogue import consent
from bot.dialogue.answers import Heard
from bot.dialogue.decision import Decision
from bot.dialogue.plainwishes import wants_nothing
from bot.domain.conversation import Conversation
from bot.domain.handoff import DutyLane
from bot.domain.message import Kind
from bot.domain.triage import CONSENT, Fact, given
from bot.domain.understanding import Action


def noted(conversation: Conversation, heard: Sequence[Heard], now: datetime) -> tuple[Conversation, list[Heard]]:
    """The conversation with what was refused in plain words since a case is open, and the messages that say so."""
    held = conversation.handoff
    if held is None or held.lane is DutyLane.SECURITY:
        return conversation, []
    wishes = [each for each in heard if each.kind in {Kind.TEXT, Kind.EDIT} and not each.deleted and wants_nothing(each.text)]
    for each in wishes:
        conversation = _refusing(conversation, each, now)
    return conversation, wishes


def _refusing(conversation: Conversation, each: Heard, now: datetime) -> Conversation:
    known = given(conversation.memory.facts)
    new = tuple(
        Fact(question=f"{CONSENT}{name}", asked_at=each.received_at, answer="no", answered_at=now, message=each.seq)
        for name in sorted(wants_nothing(each.text))
        if known.get(name) != "no"
    )
    return conversation.remembering(facts=(*conversation.memory.facts, *new), waiting_for=None)


def decided(conversation: Conversation, deciding: Heard, wishes: Sequence[Heard]) -> Decision | None:
    """The answer to such a wish while the case waits; None: something else comes first, or an officer is there to answer."""
    if not wishes or conversation.voice != "QUEUED":
        return None
    meaning, held = deciding.understanding, conversation.handoff
    alarming = meaning.action is Action.ASK_DANGER and (held is None or not held.is_emergency)
    if meaning.action is Action.ALERT or alarming or meaning.command:
        return None
    return Decision(action=Action.CHAT, conversation=conversation, says=(consent.refused(conversation),))


def beside_alarm(before: Conversation, decision: Decision, wishes: Sequence[Heard]) -> Decision:
    """An alarm that said nothing new, and the wish beside it: the wish is answered."""
    silent = all(say.name == "emergency_more" for say in decision.says)
    if not wishes or decision.action is not Action.ALERT or not silent or before.voice != "QUEUED":
        return decision
    return replace(decision, says=(consent.refused(decision.conversation),))
