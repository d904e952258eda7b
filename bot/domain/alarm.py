"""What brought a case to officers: which message it was, and what found it in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

#: So many are remembered of one case: those with which it began, and the latest.
_FIRST, _LATEST = 2, 6


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One message that officers were to see, by its number; none of anybody's words."""

    at: datetime
    message: int  #: its place in the conversation; 0: it has none
    cause: str  #: why, as ``Change.reason`` has it: rule, model, yes, unsure, human, offer, ...
    rules: tuple[str, ...] = ()  #: the emergency rules that hit, by name
    intent: str | None = None  #: what the model took it for
    danger: float = 0.0  #: how sure the model was that it is an emergency, 0 to 1

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "at": self.at.isoformat(), "message": self.message, "cause": self.cause, "rules": list(self.rules), "intent": self.intent,
            "danger": round(self.danger, 4),
        }  # fmt: skip

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Alarm":
        """What ``to_json`` wrote."""
        return cls(**{**values, "at": datetime.fromisoformat(values["at"]), "rules": tuple(values["rules"])})


def with_new(known: Sequence[Alarm], new: Sequence[Alarm]) -> tuple[Alarm, ...]:
    """The alarms of a case with some more; of very many the middle ones are forgotten."""
    every = (*known, *new)
    return every if len(every) <= _FIRST + _LATEST else (*every[:_FIRST], *every[-_LATEST:])
