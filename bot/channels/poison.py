"""Payloads that cannot be parsed: kept, under a key by which a redelivery is known."""

import hashlib
import json
from collections.abc import Callable

from bot.channels import Malformed
from bot.channels.keeping import Received
from bot.domain.message import Arrival, ChannelName, Poison

#: What is kept of an unparsable payload at most.
KEPT = 262_144


def poison(channel: ChannelName, account: str, raw: str) -> Poison:
    """The payload as poison."""
    digest = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
    return Poison(channel=channel, account=account, key=f"poison:{digest}", raw=raw[:KEPT])


def received(payload: object, account: str, channel: ChannelName, parse: Callable[[object, str], Arrival]) -> Received:
    """What ``parse`` makes of a payload; poison where it cannot."""
    unread = poison(channel, account, _written(payload))
    try:
        return Received(arrival=parse(payload, account), as_poison=unread)
    except (Malformed, RecursionError):
        return Received(arrival=unread, as_poison=unread)


def _written(payload: object) -> str:
    """The payload as JSON; what is nested deeper than Python can write again says so, and blocks nothing."""
    try:
        return json.dumps(payload, ensure_ascii=False, default=str)
    except RecursionError:
        return f"nested too deeply: {sorted(map(str, payload)) if isinstance(payload, dict) else ''}"


def unparsed(raw: str, account: str, channel: ChannelName) -> Received:
    """A payload that is not even JSON."""
    unread = poison(channel, account, raw)
    return Received(arrival=unread, as_poison=unread)
