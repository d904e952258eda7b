"""A Signal frame in our own words: our own tolerant reader of the raw envelope, pure.  docs/frames.md has the table.

signalbot's ``parse`` fails on most real frames and takes our own phone's sync for the contact; a contract test compares the two
wherever it succeeds.  Shapes: signal-cli's JSON-RPC ``receive`` notifications, through the REST API's webhook.

Signal names a message by its author and the author's own time in milliseconds, on whichever of their devices it was written, and an
edit is a message with a time of its own.  So do our keys: a deletion from the desktop finds what was written on the phone, and a
deletion that names an edit finds the edit.
"""

import base64
from collections.abc import Mapping
from typing import Any

from bot.channels import Malformed
from bot.channels.signal_content import attachments, kind_of, quoted, says_nothing, seconds, words
from bot.domain.message import Arrival, ChannelName, Ignored, Incoming, Kind

#: Envelopes without words that are understood and on purpose not kept.
_IGNORED = {
    "receiptMessage": "receipt",
    "typingMessage": "typing",
    "storyMessage": "story",
}
#: Envelopes that somebody wrote, or called with: these count first, whatever else is in the envelope.
_CONTENT = ("dataMessage", "editMessage", "callMessage")
#: What a data message may be instead of something said: a sign on another message, understood and on purpose not kept.
_SIGNS = {
    "reaction": "reaction",
    "pinMessage": "pin",
    "unpinMessage": "pin",
    "pollVote": "vote",
    "pollTerminate": "vote",
    "adminDelete": "admin_delete",
}
_UNTRUSTED = "untrusted"
_LARGEST = 2**53


def parse(frame: object, account: str) -> Arrival:
    """The message of a frame.  Raises Malformed, and nothing else, for what cannot be understood."""
    params = _params(frame)
    envelope = _mapping(params.get("envelope"))
    if envelope.get("syncMessage") is not None:
        return _ignored("sync")
    if account in (envelope.get("source"), envelope.get("sourceNumber")):
        return _ignored("own")
    if (reason := _wordless(envelope)) is not None:
        return _ignored(reason)
    return _envelope(envelope, params.get("exception"), account)


def _wordless(envelope: Mapping[str, Any]) -> str | None:
    """Why an envelope says nothing to us, unless somebody's message or call is in it."""
    if any(envelope.get(name) is not None for name in _CONTENT):
        return None
    return next((reason for name, reason in _IGNORED.items() if envelope.get(name) is not None), None)


def _ignored(reason: str) -> Ignored:
    return Ignored(channel=ChannelName.SIGNAL, reason=reason)


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Malformed
    return value


def _params(frame: object) -> Mapping[str, Any]:
    """The bare frame, however it is wrapped."""
    outer = _mapping(frame)
    params = _mapping(outer.get("params", outer))
    return params["result"] if isinstance(params.get("result"), Mapping) else params


def _envelope(envelope: Mapping[str, Any], exception: object, account: str) -> Arrival:
    sender, stamp = _sender(envelope), _stamp(envelope)
    base: dict[str, Any] = {"channel": ChannelName.SIGNAL, "account": account, "sender": sender, "called": _called(envelope, sender)}
    own = f"{sender}:{stamp}"
    if envelope.get("dataMessage") is not None:
        return _data(_mapping(envelope["dataMessage"]), base, own)
    if envelope.get("editMessage") is not None:
        return _edit(_mapping(envelope["editMessage"]), base, own)
    if envelope.get("callMessage") is not None:
        return _call(_mapping(envelope["callMessage"]), base, own)
    if exception is not None:
        changed = _UNTRUSTED in str(exception).lower()
        return Incoming(**base, key=f"{own}:unreadable", kind=Kind.UNREADABLE, key_changed=changed)
    if any(isinstance(value, Mapping) for value in envelope.values()):
        return Incoming(**base, key=f"{own}:unknown", kind=Kind.EMPTY)
    return _ignored("nothing")


def _sender(envelope: Mapping[str, Any]) -> str:
    """The ACI: numbers may be hidden and change, so a number counts only where there is no ACI."""
    for name in ("sourceUuid", "sourceNumber", "source"):
        if isinstance(envelope.get(name), str) and envelope[name]:
            return str(envelope[name])
    raise Malformed


def _called(envelope: Mapping[str, Any], sender: str) -> str | None:
    """The number, where the sender shows it and is not already known by it."""
    number = envelope.get("sourceNumber")
    return number if isinstance(number, str) and number and number != sender else None


def _stamp(envelope: Mapping[str, Any]) -> int:
    """The author's own time, which names the message."""
    inner = envelope.get("dataMessage")
    for source in (envelope, inner if isinstance(inner, Mapping) else {}):
        if (stamp := _number(source.get("timestamp"))) is not None:
            return stamp
    raise Malformed


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST else None


def _data(message: Mapping[str, Any], base: dict[str, Any], own: str) -> Arrival:
    for name, reason in _SIGNS.items():
        if message.get(name) is not None and not words(message):
            return _ignored(reason)
    if (group := _group(message)) is not None:
        return Incoming(**(base | {"sender": group}), key=f"{own}:group", kind=Kind.GROUP)
    if message.get("remoteDelete") is not None:
        return _deletion(_mapping(message["remoteDelete"]), base, own)
    if says_nothing(message):
        return _ignored("timer" if message.get("isExpirationUpdate") is True else "nothing")
    return Incoming(
        **base,
        key=f"{own}:data",
        kind=kind_of(message),
        text=words(message),
        attachments=attachments(message),
        expires_in=seconds(message.get("expiresInSeconds")),
        quoted=quoted(message),
    )


def _group(message: Mapping[str, Any]) -> str | None:
    """The group's address for sending: ``group.`` and its internal id once more in base64."""
    if message.get("groupInfo") is None:
        return None
    name = _mapping(message["groupInfo"]).get("groupId")
    if not isinstance(name, str) or not name:
        raise Malformed
    return "group." + base64.b64encode(name.encode("utf-8", "replace")).decode()


def _deletion(deleted: Mapping[str, Any], base: dict[str, Any], own: str) -> Arrival:
    stamp = _number(deleted.get("timestamp"))
    if stamp is None:
        raise Malformed
    return Incoming(**base, key=f"{own}:delete", kind=Kind.DELETION, target=f"{base['sender']}:{stamp}:data")


def _edit(message: Mapping[str, Any], base: dict[str, Any], own: str) -> Arrival:
    arrived = _data(_mapping(message.get("dataMessage")), base, own)
    if not isinstance(arrived, Incoming) or arrived.kind in {Kind.GROUP, Kind.DELETION}:
        return _ignored("edit_elsewhere")
    stamp = _number(message.get("targetSentTimestamp"))
    target = None if stamp is None else f"{base['sender']}:{stamp}:data"
    return Incoming(**(arrived.__dict__ | {"kind": Kind.EDIT, "target": target}))


def _call(message: Mapping[str, Any], base: dict[str, Any], own: str) -> Arrival:
    """Only the offer is a call; the rest of its signalling says nothing new."""
    if message.get("offerMessage") is None:
        return _ignored("call_signalling")
    return Incoming(**base, key=f"{own}:call", kind=Kind.CALL)
