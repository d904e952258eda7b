"""What is asked one thing at a time while a handoff waits: the order, and what was answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: Answers that no number stands for.
FREE = "free"  #: in the person's own words: they stand in the message, and nowhere else
UNSURE = "unsure"
OVERTAKEN = "overtaken"  #: something more urgent came before an answer did

#: How the questions are named that ask for a consent.
CONSENT = "consent_"
#: What may be consented to.
CONSENTS = ("contact", "inside", "authorities", "public")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One question with its answer: codes, times, and the number of the message that answers; none of anybody's words."""

    question: str
    asked_at: datetime
    answer: str | None = None  #: the code of what was chosen, or one of the three above; None: not answered
    answered_at: datetime | None = None
    message: int = 0  #: the answer's place in the conversation; 0: it has none

    @property
    def consent(self) -> str | None:
        """What it asks leave for; None for any other question."""
        return self.question.removeprefix(CONSENT) if self.question.startswith(CONSENT) else None

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        at = self.answered_at.isoformat() if self.answered_at else None
        return {
            "question": self.question,
            "asked_at": self.asked_at.isoformat(),
            "answer": self.answer,
            "answered_at": at,
            "message": self.message,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Fact":
        """What ``to_json`` wrote."""
        answered = values["answered_at"]
        return cls(
            question=values["question"],
            asked_at=datetime.fromisoformat(values["asked_at"]),
            answer=values["answer"],
            answered_at=datetime.fromisoformat(answered) if answered else None,
            message=values["message"],
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Which questions there are, and which are asked in which kind of emergency, in order (``responses/triage.toml``)."""

    choices: Mapping[str, Mapping[int, str]] = field(default_factory=dict)  #: of each question: the code that a number stands for
    kinds: Mapping[str, Sequence[str]] = field(default_factory=dict)  #: a kind that is not there: nothing is asked
    consents: Sequence[str] = ()  #: asked after them, and after an accepted offer


def given(facts: Iterable[Fact]) -> dict[str, str]:
    """What was answered last to each consent that was asked for."""
    return {fact.consent: fact.answer for fact in facts if fact.consent and fact.answer}


def wants_nothing(facts: Iterable[Fact]) -> bool:
    """Whether the person does not want to be contacted, or nothing passed on inside the mission."""
    said = given(facts)
    return "no" in {said.get("contact"), said.get("inside")}
