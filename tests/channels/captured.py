"""Payloads of the real shapes with invented people: ``payloads/<messenger>/<what>.json``, each with what it becomes."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels import Malformed, signal_parse, telegram_parse
from bot.domain.message import Arrival, Ignored, Incoming
from tests.standins import signal, telegram

FOLDER = Path(__file__).with_name("payloads")
MESSENGERS = ("telegram", "signal")
ACCOUNTS = {"telegram": telegram.TOKEN.split(":")[0], "signal": signal.ACCOUNT}
PARSERS: dict[str, Callable[[object, str], Arrival]] = {"telegram": telegram_parse.parse, "signal": signal_parse.parse}


@dataclass(frozen=True, kw_only=True)
class Captured:
    """One payload file."""

    messenger: str
    name: str
    payload: Any
    becomes: str  #: a kind, ``ignored: reason`` or ``poison``
    expected: dict[str, Any]  #: fields of the message, where they matter

    def parsed(self) -> Arrival | None:
        """What the reader makes of it; None where it cannot be understood."""
        try:
            return PARSERS[self.messenger](self.payload, ACCOUNTS[self.messenger])
        except Malformed:
            return None


def captured(messenger: str) -> list[Captured]:
    """Every payload of a messenger, by name."""
    return [_load(messenger, path) for path in sorted((FOLDER / messenger).glob("*.json"))]


def _load(messenger: str, path: Path) -> Captured:
    held = json.loads(path.read_text("utf-8"))
    return Captured(
        messenger=messenger, name=path.stem, payload=held["payload"], becomes=held["becomes"], expected=held.get("expected", {})
    )


def outcome(arrival: Arrival | None) -> str:
    """What a payload became, in the words of docs/frames.md."""
    match arrival:
        case Incoming():
            return arrival.kind.value
        case Ignored():
            return f"ignored: {arrival.reason}"
        case _:
            return "poison"
