"""A Telegram update in our own words: pure, and tolerant of everything that it does not need."""

from collections.abc import Mapping
from typing import Any

from bot.channels import Malformed
from bot.domain.message import Arrival, Attachment, ChannelName, Ignored, Incoming, Kind

#: What Telegram is asked to send.
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
#: The field of a message that says what it is, and our word for it; the first that is there counts.
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("voice", Kind.VOICE),
    ("audio", Kind.VOICE),
    ("video_note", Kind.VIDEO),
    ("photo", Kind.PHOTO),
    ("video", Kind.VIDEO),
    ("animation", Kind.VIDEO),
    ("sticker", Kind.STICKER),
    ("location", Kind.LOCATION),
    ("venue", Kind.LOCATION),
    ("contact", Kind.CONTACT),
    ("document", Kind.DOCUMENT),
)
_GONE = frozenset({"kicked", "left"})


def parse(update: object, account: str) -> Arrival:
    """The message of an update.  Raises Malformed, and nothing else, for what cannot be understood."""
    fields = _mapping(update)
    if "message" in fields:
        return _message(_mapping(fields["message"]), account)
    if "edited_message" in fields:
        return _edit(_mapping(fields["edited_message"]), account)
    if "callback_query" in fields:
        return _button(_mapping(fields["callback_query"]), account)
    if "my_chat_member" in fields:
        return _membership(_mapping(fields["my_chat_member"]), account)
    if isinstance(fields.get("update_id"), int) and len(fields) > 1:
        return Ignored(channel=ChannelName.TELEGRAM, reason="other_update")
    raise Malformed


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Malformed
    return value


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Malformed
    return value


def _message(message: Mapping[str, Any], account: str) -> Arrival:
    chat = _mapping(message.get("chat"))
    address, number = str(_number(chat.get("id"))), _number(message.get("message_id"))
    if chat.get("type", "private") != "private":
        return _group(chat, address, number, account)
    sender = message.get("from")
    if isinstance(sender, Mapping) and sender.get("is_bot") is True:
        return Ignored(channel=ChannelName.TELEGRAM, reason="bot")
    kind, attachments = _content(message)
    return Incoming(
        channel=ChannelName.TELEGRAM,
        account=account,
        key=f"{address}:{number}",
        sender=address,
        kind=kind,
        text=_text(message.get("text")) or _text(message.get("caption")),
        forwarded="forward_origin" in message or "forward_date" in message,
        language_hint=_text(sender.get("language_code")) or None if isinstance(sender, Mapping) else None,
        attachments=attachments,
    )


def _group(chat: Mapping[str, Any], address: str, number: int, account: str) -> Arrival:
    """Groups are not served: nothing of what is said there is kept."""
    if chat.get("type") == "channel":
        return Ignored(channel=ChannelName.TELEGRAM, reason="channel_post")
    return Incoming(channel=ChannelName.TELEGRAM, account=account, key=f"{address}:{number}", sender=address, kind=Kind.GROUP)


def _content(message: Mapping[str, Any]) -> tuple[Kind, tuple[Attachment, ...]]:
    for name, kind in _KINDS:
        if name in message:
            return kind, _attachments(name, message[name])
    return (Kind.TEXT if _text(message.get("text")) else Kind.EMPTY), ()


def _attachments(name: str, value: object) -> tuple[Attachment, ...]:
    """The file of a message; of a photo the largest size."""
    best = value[-1] if isinstance(value, list) and value else value
    if not isinstance(best, Mapping) or not isinstance(best.get("file_id"), str):
        return ()
    size = best.get("file_size")
    kind = _text(best.get("mime_type")) or name
    return (Attachment(content_type=kind[:80], handle=best["file_id"], size=size if isinstance(size, int) else None),)


def _edit(message: Mapping[str, Any], account: str) -> Arrival:
    """An edit is a message of its own; its date is in the key, so that a second edit is not taken for the first."""
    arrived = _message(message, account)
    if not isinstance(arrived, Incoming) or arrived.kind is Kind.GROUP:
        return Ignored(channel=ChannelName.TELEGRAM, reason="edit_elsewhere")
    values = arrived.__dict__ | {"kind": Kind.EDIT, "target": arrived.key, "key": f"{arrived.key}:edit:{message.get('edit_date')}"}
    return Incoming(**values)


def _button(query: Mapping[str, Any], account: str) -> Arrival:
    message = _mapping(query.get("message"))
    address = str(_number(_mapping(message.get("chat")).get("id")))
    return Incoming(
        channel=ChannelName.TELEGRAM,
        account=account,
        key=f"button:{_text(query.get('id'))}",
        sender=address,
        kind=Kind.BUTTON,
        text=_text(query.get("data")),
    )


def _membership(change: Mapping[str, Any], account: str) -> Arrival:
    """Blocked, in a private chat; being put into a group says itself with the first message there."""
    chat = _mapping(change.get("chat"))
    status = _mapping(change.get("new_chat_member")).get("status")
    if chat.get("type") != "private" or status not in _GONE:
        return Ignored(channel=ChannelName.TELEGRAM, reason="membership")
    address = str(_number(chat.get("id")))
    return Incoming(
        channel=ChannelName.TELEGRAM, account=account, key=f"blocked:{address}:{change.get('date')}", sender=address, kind=Kind.BLOCKED
    )


def update_id(update: object) -> int | None:
    """The update's own number, or None when it has none."""
    number = update.get("update_id") if isinstance(update, Mapping) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def button_id(update: object) -> str | None:
    """The id with which a pressed button is answered."""
    query = update.get("callback_query") if isinstance(update, Mapping) else None
    name = query.get("id") if isinstance(query, Mapping) else None
    return name if isinstance(name, str) else None
