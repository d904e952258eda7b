"""Prepared answers that never raise: a text that cannot be rendered must leave no emergency unanswered and nobody unrung."""

from collections.abc import Collection, Sequence
from datetime import date

import structlog

from bot.domain.message import ChannelName, Piece
from bot.ports import Responses, Sourced, Transaction, Values

log = structlog.get_logger(__name__)

#: The emergency reply for every kind that has lost its own; who threatens the mission learns nothing from it.
_FOR_EMERGENCIES = "emergency_unknown"
_NEVER_INSTEAD = frozenset({_FOR_EMERGENCIES, "threat_to_mission"})
#: What an alert says at the least: data, no words of ours.
_ALERT_DATA = ("reference", "class", "kind", "language", "time")


class Careful:
    """The port ``Responses`` around another: what that cannot render gives way to something plainer, at last to nothing."""

    def __init__(self, inner: Responses, emergencies: Collection[str]) -> None:
        """``emergencies``: the intents whose replies must not be missing."""
        self._inner = inner
        self._emergencies = frozenset(emergencies) - _NEVER_INSTEAD
        self._missing = 0

    def pieces(self, name: str, locale: str, channel: ChannelName, values: Values) -> tuple[Piece, ...]:
        """The response, or what stands in for it; empty: nothing is said."""
        for each in (name, *self._instead(name)):
            if pieces := self._rendered(each, locale, channel, values):
                return pieces
        data = _alert_data(values) if name.startswith("alert") else ""
        return (Piece(text=data),) if data else ()

    def _instead(self, name: str) -> tuple[str, ...]:
        if name in self._emergencies:
            return (_FOR_EMERGENCIES,)
        return ("alert",) if name in {"alert_again", "alert_shut_out"} else ()

    def _rendered(self, name: str, locale: str, channel: ChannelName, values: Values) -> tuple[Piece, ...]:
        try:
            pieces = self._inner.pieces(name, locale, channel, values)
        except Exception:  # whatever is wrong with a text: the alarm beside it must be committed
            return self._missed(name)
        return pieces or self._missed(name)

    def _missed(self, name: str) -> tuple[Piece, ...]:
        self._missing += 1
        log.error("response_missing", response=name)
        return ()

    def line(self, name: str, locale: str, values: Values) -> str:
        """One plain text, to be inserted into another; empty when there is none."""
        try:
            return self._inner.line(name, locale, values)
        except Exception:
            self._missed(name)
            return ""

    def has(self, name: str) -> bool:
        """Whether there is such a response in the base locale."""
        return self._inner.has(name)

    def label(self, intent: str, locale: str) -> str:
        """A few words that name the topic of an intent; its own name where there are none."""
        try:
            return self._inner.label(intent, locale)
        except Exception:
            self._missed(intent)
            return intent

    def canned(self) -> Sequence[str]:
        """The names of officers' prepared replies."""
        return self._inner.canned()

    def answering(self, reply: str, locale: str) -> str:
        """Who else answers now; empty when nobody is known."""
        try:
            return self._inner.answering(reply, locale)
        except Exception:
            self._missed(reply)
            return ""

    def sources(self, name: str, locale: str) -> Sourced:
        """Where an answer comes from; nothing where that cannot be told."""
        try:
            return self._inner.sources(name, locale)
        except Exception:
            self._missed(name)
            return Sourced(lines=(), reviewed=date.min)

    def choice(self, text: str) -> str | None:
        """The label whose words are the whole text; None where that cannot be told: then the model reads it."""
        try:
            return self._inner.choice(text)
        except Exception:
            self._missed("labels")
            return None

    async def count(self, tx: Transaction) -> None:
        """Count what was missing since the last time."""
        missing, self._missing = self._missing, 0
        await tx.counts.add("response_missing", missing)


def _alert_data(values: Values) -> str:
    found = (values.get(key, "") for key in _ALERT_DATA)
    return " ".join(filter(None, (value if isinstance(value, str) else value() for value in found)))


async def count_missing(tx: Transaction, responses: Responses) -> None:
    """Count the responses that could not be rendered, with what was written in their stead."""
    if isinstance(responses, Careful):
        await responses.count(tx)
