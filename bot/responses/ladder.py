"""The part of a mission's file that says whom an alarm rings when; what it leaves out is as in ``bot.domain.ladder``."""

from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from typing import Any

from bot.domain.ladder import Ladder

#: Keys in minutes, and the fields of ``Ladder``.
_MINUTES = {
    "repeat_minutes": "repeat",
    "supervisors_minutes": "supervisors",
    "everybody_minutes": "everybody",
    "then_every_minutes": "then_every",
    "claim_within_minutes": "claim_within",
}
_TEST, _NEVER = "test_at", "never"
#: An alarm that waits longer for its next step is none.
_LONGEST = 60


def read_ladder(table: Mapping[str, Any]) -> Ladder:
    """From a table without faults."""
    values: dict[str, Any] = {field: timedelta(minutes=table[key]) for key, field in _MINUTES.items() if key in table}
    if _TEST in table:
        values["test_at"] = None if table[_TEST] == _NEVER else time.fromisoformat(table[_TEST])
    return Ladder(**values)


def ladder_faults(table: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with it, by key."""
    for key in sorted(table.keys() - _MINUTES.keys() - {_TEST}):
        yield f"unknown key ladder.{key}"
    wrong = [key for key in _MINUTES if key in table and (type(table[key]) is not int or not 1 <= table[key] <= _LONGEST)]
    yield from (f"ladder.{key} is not a whole number of minutes from 1 to {_LONGEST}" for key in wrong)
    if _TEST in table and not _is_time(table[_TEST]):
        yield f"ladder.{_TEST} is not a time such as 09:00, or {_NEVER}"
    if not wrong:
        ladder = read_ladder({key: value for key, value in table.items() if key in _MINUTES})
        if not ladder.repeat < ladder.supervisors < ladder.everybody:
            yield "ladder: supervisors are rung after the first repetition, and everybody after them"


def _is_time(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        time.fromisoformat(value)
    except ValueError:
        return value == _NEVER
    return True
