"""The part of a mission's file on its officers' own messengers; what it leaves out is as in ``bot.domain.doors``."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from bot.domain.doors import Doors
from bot.domain.message import ChannelName

#: Messengers on which officers can be enrolled.
_MESSENGERS = (ChannelName.SIGNAL, ChannelName.TELEGRAM)
_SPAN = re.compile("([1-9][0-9]{0,2})(m|h|d|w)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
#: Signal's apps offer up to four weeks; what vanishes within minutes cannot be answered.
_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(weeks=4)


def read_doors(table: Mapping[str, Any]) -> Doors:
    """From a table without faults."""
    usual = Doors()
    content = {str(name): usual.open_to(name) for name in _MESSENGERS} | table.get("content", {})
    return Doors(
        content=frozenset(name for name in _MESSENGERS if content[name]),
        disappearing=_span(table["disappearing"]) if "disappearing" in table else usual.disappearing,
    )


def door_faults(table: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with it, by key."""
    for key in sorted(table.keys() - {"content", "disappearing"}):
        yield f"unknown key officers.{key}"
    content = table.get("content", {})
    if not isinstance(content, dict):
        yield "officers.content is not a table such as { signal = true, telegram = false }"
        content = {}
    for name in sorted(content.keys() - set(_MESSENGERS)):
        yield f"unknown key officers.content.{name}"
    yield from (f"officers.content.{name} is neither true nor false" for name, said in content.items() if type(said) is not bool)
    if "disappearing" in table and not _is_span(table["disappearing"]):
        yield "officers.disappearing is not a time such as 30m, 8h, 1d or 2w, from 5m to 4w"


def _span(text: str) -> timedelta:
    number, unit = _SPAN.fullmatch(text).groups()  # type: ignore[union-attr]  # looked at before
    return timedelta(**{_UNITS[unit]: int(number)})


def _is_span(value: object) -> bool:
    return isinstance(value, str) and _SPAN.fullmatch(value) is not None and _SHORTEST <= _span(value) <= _LONGEST
