"""What the rules and the model made of a message."""

from dataclasses import dataclass, field
from enum import StrEnum


class IntentClass(StrEnum):
    """What an intent does to the conversation (``nlu/intents.yml``)."""

    E1 = "E1"  #: emergency
    E2 = "E2"  #: answer, then offer an officer
    N = "N"  #: answer only


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One intent and the model's calibrated confidence in it, 0 to 1."""

    intent: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The model's word on one text: all intents, the likeliest first."""

    ranking: tuple[Ranked, ...]


@dataclass(frozen=True, kw_only=True)
class RuleHit:
    """An emergency rule that matched; ``intent`` None: it is an emergency of unknown kind."""

    rule: str
    intent: str | None
    asks: bool = False  #: it only puts the danger question
    rank: int = field(default=0, compare=False)  #: among the rules of its text; the lowest is the most telling


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """Where the model's confidences become decisions; chosen on development data, never on a test set."""

    alert: float  #: summed confidence of the emergencies from which officers are rung at once
    ask: float  #: from which the danger question is put
    ring_if_silent: float  #: from which an unanswered danger question rings
    topic: float  #: least confidence to answer a topic without asking which
    topic_margin: float  #: least lead over the next topic


class Action(StrEnum):
    """What one message sets off."""

    ALERT = "alert"  #: emergency handoff now
    ASK_DANGER = "ask_danger"
    QUEUE = "queue"  #: an officer, no emergency
    CHOOSE = "choose"  #: surely harmless, topic unsure
    OFFER = "offer"
    ANSWER = "answer"
    CHAT = "chat"


@dataclass(frozen=True, kw_only=True)
class Understanding:
    """Rules and model joined by OR, before the conversation's state is looked at."""

    intent: str | None  #: the likeliest; None: no model answered
    confidence: float
    ranking: tuple[Ranked, ...]
    rules: tuple[RuleHit, ...]
    action: Action
    ring_if_silent: bool
    model_answered: bool
    danger: float = 0.0  #: summed confidence of the emergencies; 1 when a rule hit
    command: str | None = None  #: a slash command or a bare command word
    kind: str | None = None  #: of an emergency, where it is sure enough; None: unknown
    marks: frozenset[str] = frozenset()  #: what the text speaks of: ``authority``, ``mission``
    topic: str | None = None  #: the likeliest harmless intent, for the answer after a clear "no"
    about: str | None = None  #: what the command is about: the locale of ``language``, the answer of ``more`` and ``source``, ...
    card: int = 0  #: which further part of an answer ``more`` asks for; 0: the next one
    by_number: bool = False  #: the intent was named by its number in the menu, and counts only after a menu
