"""Which messages brought the case to officers, and why: remembered with the decision, so that the card can show it.  Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.dialogue.answers import Heard, says_yes
from bot.dialogue.decision import Change, Decision
from bot.dialogue.escalation import reopens
from bot.domain.alarm import Alarm, with_new
from bot.domain.conversation import Conversation
from bot.domain.handoff import DutyLane, HandoffClass
from bot.domain.understanding import Action

#: Reasons of a change that concern a message and are worth an officer's look.
_CAUSES = frozenset({"rule", "model", "yes", "unsure", "human", "offer", "mission", "reopened", "message"})


def noted(before: Conversation, decision: Decision, heard: Sequence[Heard], deciding: Heard, now: datetime) -> Conversation:
    """The conversation that was decided, remembering what rang; those of a case that is over are forgotten when a new one begins."""
    after = decision.conversation
    over = before.handoff is None and not reopens(before, now)
    known = () if over else after.memory.alarms
    change = decision.change
    threatened = change is not None and change.cls is HandoffClass.E1 and change.lane is DutyLane.SECURITY
    after = after.remembering(threat=threatened or (before.memory.threat and not over))
    new = [] if change is None or change.reason not in _CAUSES else _alarms(before, change, heard, deciding, now)
    if known == after.memory.alarms and not new:
        return after
    return after.remembering(alarms=with_new(known, new))


def _alarms(before: Conversation, change: Change, heard: Sequence[Heard], deciding: Heard, now: datetime) -> list[Alarm]:
    if change.reason == "yes":
        said = [each for each in heard if says_yes(before, each)]
        return [_alarm(each, "yes", now) for each in said or [deciding]]
    rang = [each for each in heard if each.understanding.action is Action.ALERT]
    return [_alarm(each, _cause(each), now) for each in rang] or [_alarm(deciding, change.reason, now)]


def _cause(each: Heard) -> str:
    meaning = each.understanding
    return "rule" if meaning.rules else "model" if meaning.model_answered else "yes"


def _alarm(each: Heard, cause: str, now: datetime) -> Alarm:
    meaning = each.understanding
    return Alarm(
        at=now, message=each.seq, cause=cause, rules=tuple(hit.rule for hit in meaning.rules),
        intent=meaning.intent if meaning.model_answered else None, danger=meaning.danger if meaning.model_answered else 0.0,
    )  # fmt: skip
