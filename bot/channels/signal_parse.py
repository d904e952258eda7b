"""A Signal frame in our own words: our own tolerant reader of the raw envelope, pure.

signalbot's ``parse`` fails on most real frames and takes our own phone's sync for the contact; a contract test compares the two
wherever it succeeds.  Shapes: signal-cli's JSON-RPC ``receive`` notifications, through the REST API's webhook.
"""

import base64
from collections.abc import Mapping
from typing import Any

from bot.channels import Malformed
from bot.domain.message import Arrival, Attachment, ChannelName, Ignored, Incoming, Kind

#: Envelopes that are understood and on purpose not kept.
_IGNORED = {
    "syncMessage": "sync",
    "receiptMessage": "receipt",
    "typingMessage": "typing",
    "storyMessage": "story",
}
_UNTRUSTED = "untrusted"


def parse(frame: object, account: str) -> Arrival:
    """The message of a frame.  Raises Malformed, and nothing else, for what cannot be understood."""
    params = _params(frame)
    envelope = params.get("envelope")
    if not isinstance(envelope, Mapping):
        raise Malformed
    for name, reason in _IGNORED.items():
        if envelope.get(name) is not None:
            return Ignored(channel=ChannelName.SIGNAL, reason=reason)
    return _envelope(envelope, params.get("exception"), account)


def _params(frame: object) -> Mapping[str, Any]:
    """The bare frame, however it is wrapped."""
    if not isinstance(frame, Mapping):
        raise Malformed
    params = frame.get("params", frame)
    if isinstance(params, Mapping) and isinstance(params.get("result"), Mapping):
        params = params["result"]
    if not isinstance(params, Mapping):
        raise Malformed
    return params


def _envelope(envelope: Mapping[str, Any], exception: object, account: str) -> Arrival:
    sender = _sender(envelope)
    stamp = envelope.get("timestamp")
    if sender is None or not isinstance(stamp, int) or isinstance(stamp, bool):
        raise Malformed
    base: dict[str, Any] = {"channel": ChannelName.SIGNAL, "account": account, "sender": sender}
    own = f"{sender}:{stamp}"
    if isinstance(envelope.get("dataMessage"), Mapping):
        return _data(envelope["dataMessage"], base, own)
    if isinstance(envelope.get("editMessage"), Mapping):
        return _edit(envelope["editMessage"], base, own)
    if isinstance(envelope.get("callMessage"), Mapping):
        return _call(envelope["callMessage"], base, own)
    if exception is not None:
        changed = _UNTRUSTED in str(exception).lower()
        return Incoming(**base, key=f"{own}:unreadable", kind=Kind.UNREADABLE, key_changed=changed)
    return Ignored(channel=ChannelName.SIGNAL, reason="nothing")


def _sender(envelope: Mapping[str, Any]) -> str | None:
    """The ACI: numbers may be hidden and change, so a number counts only where there is no ACI."""
    for name in ("sourceUuid", "sourceNumber", "source"):
        if isinstance(envelope.get(name), str) and envelope[name]:
            return str(envelope[name])
    return None


def _data(message: Mapping[str, Any], base: dict[str, Any], own: str) -> Arrival:
    if (group := _group(message)) is not None:
        return Incoming(**(base | {"sender": group}), key=f"{own}:group", kind=Kind.GROUP)
    if isinstance(message.get("remoteDelete"), Mapping):
        target = f"{base['sender']}:{message['remoteDelete'].get('timestamp')}:data"
        return Incoming(**base, key=f"{own}:delete", kind=Kind.DELETION, target=target)
    if message.get("reaction") is not None:
        return Ignored(channel=ChannelName.SIGNAL, reason="reaction")
    if message.get("isExpirationUpdate") is True:
        return Ignored(channel=ChannelName.SIGNAL, reason="timer")
    text = message.get("message")
    files = _attachments(message.get("attachments"))
    return Incoming(
        **base,
        key=f"{own}:data",
        kind=_kind(message, text),
        text=text if isinstance(text, str) else "",
        attachments=files,
        expires_in=_seconds(message.get("expiresInSeconds")),
    )


def _group(message: Mapping[str, Any]) -> str | None:
    """The group's address for sending: ``group.`` and its internal id once more in base64."""
    info = message.get("groupInfo")
    name = info.get("groupId") if isinstance(info, Mapping) else None
    if info is None:
        return None
    if not isinstance(name, str):
        raise Malformed
    return "group." + base64.b64encode(name.encode()).decode()


def _kind(message: Mapping[str, Any], text: object) -> Kind:
    files = message.get("attachments")
    if isinstance(files, list) and files:
        return _file_kind(files[0])
    if message.get("sticker") is not None:
        return Kind.STICKER
    if message.get("contacts"):
        return Kind.CONTACT
    return Kind.TEXT if isinstance(text, str) and text else Kind.EMPTY


def _file_kind(file: object) -> Kind:
    if not isinstance(file, Mapping):
        return Kind.DOCUMENT
    kind = str(file.get("contentType") or "")
    if file.get("isVoiceNote") is True or kind.startswith("audio/"):
        return Kind.VOICE
    if kind.startswith("image/"):
        return Kind.PHOTO
    return Kind.VIDEO if kind.startswith("video/") else Kind.DOCUMENT


def _attachments(files: object) -> tuple[Attachment, ...]:
    if not isinstance(files, list):
        return ()
    found = [file for file in files if isinstance(file, Mapping) and isinstance(file.get("id"), str)]
    return tuple(
        Attachment(
            content_type=str(file.get("contentType") or "")[:80],
            handle=file["id"],
            size=file["size"] if isinstance(file.get("size"), int) else None,
        )
        for file in found
    )


def _seconds(value: object) -> int:
    """The timer of a disappearing message; nonsense counts as none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 366 * 86_400 else 0


def _edit(message: Mapping[str, Any], base: dict[str, Any], own: str) -> Arrival:
    data = message.get("dataMessage")
    if not isinstance(data, Mapping):
        raise Malformed
    arrived = _data(data, base, own)
    if not isinstance(arrived, Incoming) or arrived.kind is Kind.GROUP:
        return Ignored(channel=ChannelName.SIGNAL, reason="edit_elsewhere")
    target = f"{base['sender']}:{message.get('targetSentTimestamp')}:data"
    return Incoming(**(arrived.__dict__ | {"kind": Kind.EDIT, "key": f"{own}:edit", "target": target}))


def _call(message: Mapping[str, Any], base: dict[str, Any], own: str) -> Arrival:
    """Only the offer is a call; the rest of its signalling says nothing new."""
    if message.get("offerMessage") is None:
        return Ignored(channel=ChannelName.SIGNAL, reason="call_signalling")
    return Incoming(**base, key=f"{own}:call", kind=Kind.CALL)
