"""Payloads that cannot be parsed: kept whole, under a key by which a redelivery is known."""

import hashlib
import json
from collections.abc import Callable

from bot.channels import Malformed
from bot.domain.message import Arrival, ChannelName, Poison

#: What is kept of an unparsable payload at most.
KEPT = 262_144


def poison(channel: ChannelName, account: str, raw: str) -> Poison:
    """The payload as poison."""
    digest = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
    return Poison(channel=channel, account=account, key=f"poison:{digest}", raw=raw[:KEPT])


def parsed(payload: object, account: str, channel: ChannelName, parse: Callable[[object, str], Arrival]) -> Arrival:
    """What ``parse`` makes of a payload; poison where it cannot."""
    try:
        return parse(payload, account)
    except Malformed:
        return poison(channel, account, json.dumps(payload, ensure_ascii=False, default=str))
