"""How soon a mission wants each step of an emergency, from its file; what that leaves out is as in ``bot.domain.figures``."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from bot.domain.figures import TARGETS, Step

#: Keys with the step and the unit in which it is given.
_KEYS = {
    "alert_seconds": (Step.ALERT, timedelta(seconds=1)),
    "acknowledged_minutes": (Step.ACKNOWLEDGED, timedelta(minutes=1)),
    "claimed_minutes": (Step.CLAIMED, timedelta(minutes=1)),
    "words_minutes": (Step.WORDS, timedelta(minutes=1)),
}
_MOST = 1_440


def read_targets(table: Mapping[str, Any]) -> Mapping[Step, timedelta]:
    """From a table without faults."""
    return {**TARGETS, **{step: table[key] * unit for key, (step, unit) in _KEYS.items() if key in table}}


def targets_faults(table: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with it, by key."""
    for key in sorted(table.keys() - _KEYS.keys()):
        yield f"unknown key targets.{key}"
    for key in _KEYS:
        if key in table and (type(table[key]) is not int or not 1 <= table[key] <= _MOST):
            yield f"targets.{key} is not a whole number from 1 to {_MOST}"
