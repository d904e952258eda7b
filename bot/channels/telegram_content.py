"""What a Telegram message carries, in our own words: its kind, its words and the handles of what came with it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.message import Attachment, Kind

#: The field of a message that says what it is, and our word for it; the first that is there counts.
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("voice", Kind.VOICE),
    ("audio", Kind.VOICE),
    ("video_note", Kind.VIDEO),
    ("photo", Kind.PHOTO),
    ("live_photo", Kind.PHOTO),
    ("video", Kind.VIDEO),
    ("animation", Kind.VIDEO),
    ("sticker", Kind.STICKER),
    ("venue", Kind.LOCATION),
    ("location", Kind.LOCATION),
    ("contact", Kind.CONTACT),
    ("document", Kind.DOCUMENT),
)
#: What the app writes by itself when somebody changes a setting of the chat: nobody said anything.
_SETTINGS_CHANGED = (
    "message_auto_delete_timer_changed",
    "pinned_message",
    "write_access_allowed",
    "connected_website",
    "chat_background_set",
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LONGEST_HANDLE = 512


def text_of(value: object) -> str:
    """A text, or nothing."""
    return value if isinstance(value, str) else ""


def words(message: Mapping[str, Any]) -> str:
    """What the person wrote: the text, the caption, or what stands in a poll or a checklist."""
    listed = (_listed(message.get("poll"), "question", "options"), _listed(message.get("checklist"), "title", "tasks"))
    return text_of(message.get("text")) or text_of(message.get("caption")) or "\n".join(filter(None, listed))


def quoted(message: Mapping[str, Any]) -> str:
    """The words of the message that this one answers."""
    answered = message.get("reply_to_message")
    return words(answered) if isinstance(answered, Mapping) else ""


def _listed(value: object, title: str, entries: str) -> str:
    """A heading and the lines below it."""
    if not isinstance(value, Mapping):
        return ""
    below = value.get(entries)
    lines = [text_of(each.get("text")) for each in below if isinstance(each, Mapping)] if isinstance(below, list) else []
    return "\n".join(filter(None, (text_of(value.get(title)), *lines)))


def kind_of(message: Mapping[str, Any]) -> tuple[Kind, tuple[Attachment, ...]]:
    """What it is, with what came with it."""
    for name, kind in _KINDS:
        if name in message:
            return kind, tuple(_attached(name, message[name]))
    return (Kind.TEXT if text_of(message.get("text")) else Kind.EMPTY), ()


def is_setting(message: Mapping[str, Any]) -> bool:
    """Whether it only says that a setting of the chat was changed; words are never taken for that."""
    return any(name in message for name in _SETTINGS_CHANGED) and not words(message)


def is_live_location(message: Mapping[str, Any]) -> bool:
    """Whether it is a place that moves; Telegram tells each new position as an edit."""
    return isinstance(message.get("location"), Mapping)


def language(sender: object) -> str | None:
    """The app's language, where it is written as one: it is kept in a column that is not sealed."""
    code = text_of(sender.get("language_code")) if isinstance(sender, Mapping) else ""
    return code[:16] if _LANGUAGE.fullmatch(code) else None


def _attached(name: str, value: object) -> Iterator[Attachment]:
    """A place and a person's card have no file: their handle is the thing itself, sealed with the message."""
    best = value[-1] if isinstance(value, list) and value else value
    if not isinstance(best, Mapping):
        return
    if name in {"location", "venue"}:
        yield from _place(best)
    elif name == "contact":
        card = [text_of(best.get(part)) for part in ("first_name", "last_name", "phone_number")]
        yield Attachment(content_type="text/vcard", handle=" ".join(filter(None, card))[:_LONGEST_HANDLE])
    elif isinstance(best.get("file_id"), str):
        size = best.get("file_size")
        kind = text_of(best.get("mime_type")) or name
        yield Attachment(content_type=kind[:80], handle=best["file_id"][:_LONGEST_HANDLE], size=size if isinstance(size, int) else None)


def _place(value: Mapping[str, Any]) -> Iterator[Attachment]:
    """RFC 5870, with a venue's name after it."""
    inner = value.get("location")
    point = inner if isinstance(inner, Mapping) else value
    latitude, longitude = point.get("latitude"), point.get("longitude")
    if isinstance(latitude, int | float) and isinstance(longitude, int | float):
        title = " ".join(filter(None, (text_of(value.get("title")), text_of(value.get("address")))))
        yield Attachment(content_type="geo", handle=f"geo:{latitude},{longitude} {title}".strip()[:_LONGEST_HANDLE])
