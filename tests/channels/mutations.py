"""Payloads gone wrong in every way that we could think of, the same ones each time: seeded changes of the captured ones."""

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from tests.channels.captured import captured

#: What stands where something else was expected.
_JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53, 2**63, -(2**63), 10**40, 1.5, float("nan"), float("inf"), "", " ", "\x00",
    "\ud800", "\udfff\ud800",
    "\u202e\u2066abc", "🏳️‍🌈", "9" * 400, "x" * 65_536, [], [[]], [None], {},
    {"": None}, {"id": {}}, "null", "private", "group", "'; DROP TABLE inbox; --",
)  # fmt: skip
#: Names that mean something to a reader, put where they do not belong.
_NAMES = (
    "update_id", "message", "edited_message", "callback_query", "my_chat_member", "chat", "from", "id", "text", "date", "photo", "location",
    "poll", "params", "result", "envelope", "exception", "sourceUuid", "timestamp", "dataMessage", "editMessage", "syncMessage",
    "callMessage", "groupInfo", "attachments", "contacts", "remoteDelete", "expiresInSeconds", "isExpirationUpdate", "\x00", "",
)  # fmt: skip


def mutated(messenger: str, number: int, seed: int) -> Iterator[str]:
    """So many bodies as they come over the wire."""
    chance = random.Random(seed)
    bases = [json.dumps(each.payload) for each in captured(messenger)]
    for _ in range(number):
        payload = json.loads(chance.choice(bases))
        for _ in range(chance.choice((1, 1, 2, 3, 8))):
            payload = _changed(chance, payload)
        body = json.dumps(payload)
        yield _cut(chance, body) if chance.random() < 0.1 else body


def _cut(chance: random.Random, body: str) -> str:
    """A part of it, or a part of it twice."""
    begin, end = sorted(chance.randrange(len(body) + 1) for _ in range(2))
    return chance.choice((body[:end], body[begin:], body[begin:end], body + body[:end]))


def _changed(chance: random.Random, payload: Any) -> Any:
    """One change at a place anywhere inside."""
    places = list(_places(payload))
    if not places or chance.random() < 0.02:
        return chance.choice((deepcopy(chance.choice(_JUNK)), [payload], {chance.choice(_NAMES): payload}))
    holder, name = chance.choice(places)
    match chance.randrange(5):
        case 0:
            del holder[name]
        case 1 | 2:
            holder[name] = deepcopy(chance.choice(_JUNK))
        case 3:
            holder[name] = json.loads(json.dumps(payload))
        case _ if isinstance(holder, dict):
            holder[chance.choice(_NAMES)] = holder.pop(name)
        case _:
            holder.append(deepcopy(holder[name]))
    return payload


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict | list):
        for name in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, name
            yield from _places(value[name])
