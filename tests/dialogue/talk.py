"""A conversation acted out against the policy: what was said, what was rung, without storage, model or network."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.dialogue.decision import Change, Decision
from bot.dialogue.escalation import changed
from bot.dialogue.policy import Heard, decide
from bot.dialogue.understand import of_intent, spoken, with_marks, with_model, without_model
from bot.domain.conversation import Conversation
from bot.domain.handoff import Handoff, State
from bot.domain.ids import ContactId, ConversationId, HandoffId, OfficerId, new_id, new_reference
from bot.domain.message import ChannelName, Kind
from bot.domain.triage import Plan
from bot.domain.understanding import IntentClass, Ranked, Reading, RuleHit, Thresholds, Understanding

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CLASSES = {
    "arrest_now": IntentClass.E1,
    "attack_now": IntentClass.E1,
    "threat_to_mission": IntentClass.E1,
    "surveillance": IntentClass.E2,
    "request_meeting": IntentClass.E2,
    "request_human": IntentClass.E2,
    "guidelines_about": IntentClass.N,
    "consular_question": IntentClass.N,
    "greet": IntentClass.N,
    "thanks": IntentClass.N,
    "goodbye": IntentClass.N,
    "false_alarm": IntentClass.N,
    "deny": IntentClass.N,
    "out_of_scope": IntentClass.N,
}
THRESHOLDS = Thresholds(alert=0.5, ask=0.15, ring_if_silent=0.3, topic=0.4, topic_margin=0.1)


def sure(intent: str) -> Reading:
    """The model is sure of it."""
    return Reading(ranking=(Ranked(intent=intent, confidence=0.95), Ranked(intent="out_of_scope", confidence=0.05)))


def unsure(danger: float = 0.2, topic: str = "guidelines_about") -> Reading:
    """The model sees some danger in it."""
    return Reading(ranking=(Ranked(intent=topic, confidence=1 - danger), Ranked(intent="arrest_now", confidence=danger)))


@dataclass
class Talk:
    """One defender, played by a test."""

    conversation: Conversation = field(
        default_factory=lambda: Conversation(id=ConversationId("c"), contact=ContactId("p"), channel=ChannelName.SIGNAL)
    )
    now: datetime = START
    said: list[str] = field(default_factory=list)
    rings: bool = False
    change: Change | None = None  #: of the last decision
    marks: frozenset[str] = frozenset({"mission"})  #: what every text speaks of
    delivered: bool = True  #: what the bot says is sent at once
    plan: Plan = field(default_factory=Plan)  #: what is asked one by one
    written: int = 0  #: messages so far

    def later(self, **delta: float) -> "Talk":
        """Let time pass."""
        self.now += timedelta(**delta)
        return self

    def writes(
        self, text: str, reading: Reading | None = None, rule: str | None = None, kind: Kind = Kind.TEXT, *, deleted: bool = False
    ) -> list[str]:
        """The person writes; the names of what the bot says to it."""
        return self.hears(self._understood(text, reading, rule, kind), kind=kind, text=text, deleted=deleted)

    def _understood(self, text: str, reading: Reading | None, rule: str | None, kind: Kind) -> Understanding:
        hits = (RuleHit(rule="r", intent=rule or None),) if rule is not None else ()
        settled = without_model(text, kind, hits)
        return with_marks(settled or with_model(reading or sure("greet"), CLASSES, THRESHOLDS), self.marks, CLASSES)

    def hears(self, understood: Understanding, *, kind: Kind = Kind.TEXT, text: str = "", deleted: bool = False) -> list[str]:
        """The bot decides on an understanding."""
        self.written += 1
        meaning = spoken(understood, kind)
        heard = Heard(understanding=meaning, kind=kind, received_at=self.now, text=text, deleted=deleted, seq=self.written)
        decision = decide(self.conversation, [heard], self.now, self.plan)
        self.rings = decision.rings
        self.said = [say.name for say in decision.says]
        self.conversation = decision.conversation
        self._change(decision)
        if self.delivered and any(say.is_question for say in decision.says):
            self.conversation = replace(self.conversation, question_sent_at=self.now)
        return self.said

    def _change(self, decision: Decision) -> None:
        self.change = decision.change
        if self.change is None:
            return
        result = changed(self.conversation, self.change, self.now, HandoffId(new_id()), new_reference())
        if result is not None:
            self._place(result.handoff)

    def _place(self, handoff: Handoff) -> None:
        if handoff.is_open:
            self.conversation = replace(self.conversation, handoff=handoff)
        else:
            self.conversation = replace(self.conversation, handoff=None, closed_handoff=handoff)

    @property
    def handoff(self) -> Handoff:
        """The open handoff."""
        assert self.conversation.handoff is not None
        return self.conversation.handoff

    def claimed(self, by: str = "officer") -> "Talk":
        """An officer takes it."""
        self._place(
            replace(
                self.handoff, state=State.CLAIMED, holder=OfficerId(by), claimed_at=self.now, next_ring_at=None, acknowledged_at=self.now
            )
        )
        return self

    def set(self, **values: object) -> "Talk":
        """Officers and couriers did something."""
        self._place(replace(self.handoff, **values))  # type: ignore[arg-type]  # fields of a handoff
        return self

    def closed(self) -> "Talk":
        """The officer closes it."""
        self._place(replace(self.handoff, state=State.CLOSED, closed_at=self.now, holder=None, next_ring_at=None))
        return self


__all__ = ["CLASSES", "START", "THRESHOLDS", "Talk", "of_intent", "sure", "unsure"]
