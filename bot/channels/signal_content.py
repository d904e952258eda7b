"""What a Signal data message carries, in our own words: its kind, its words and the handles of what came with it."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.message import Attachment, Kind

#: A long text travels as a file, which signal-cli has already put back into the message.
_LONG_TEXT = "text/x-signal-plain"
_LONGEST_HANDLE = 512
#: Fields that say how a message is shown or kept, and nothing by themselves.
_MANNER = frozenset({"timestamp", "expiresInSeconds", "isExpirationUpdate", "textStyles", "mentions", "previews", "account"})


def words(message: Mapping[str, Any]) -> str:
    """What the person wrote: the text, or what stands in a poll or beside a payment."""
    poll, payment = message.get("pollCreate"), message.get("payment")
    note = payment.get("note") if isinstance(payment, Mapping) else None
    for text in (message.get("message"), _poll(poll) if isinstance(poll, Mapping) else None, note):
        if isinstance(text, str) and text:
            return text
    return ""


def quoted(message: Mapping[str, Any]) -> str:
    """The words of the message that this one answers."""
    quote = message.get("quote")
    text = quote.get("text") if isinstance(quote, Mapping) else None
    return text if isinstance(text, str) else ""


def _poll(poll: Mapping[str, Any]) -> str:
    options = poll.get("options")
    lines = (poll.get("question"), *(options if isinstance(options, list) else ()))
    return "\n".join(line for line in lines if isinstance(line, str) and line)


def kind_of(message: Mapping[str, Any]) -> Kind:
    """What it is."""
    if files := _files(message):
        return _file_kind(files[0])
    if message.get("sticker") is not None:
        return Kind.STICKER
    if message.get("contacts"):
        return Kind.CONTACT
    text = message.get("message")
    return Kind.TEXT if isinstance(text, str) and text else Kind.EMPTY


def says_nothing(message: Mapping[str, Any]) -> bool:
    """Whether nobody said anything: the app only passes its profile key or its timer on, with a null for words."""
    if message.get("message") == "" and message.get("isExpirationUpdate") is not True:
        return False
    return not any(value for name, value in message.items() if name not in _MANNER)


def attachments(message: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """Files by their id at the REST API; people's cards as they are written."""
    return (*_attached_files(message), *_cards(message.get("contacts")))


def seconds(value: object) -> int:
    """The timer of a disappearing message; nonsense counts as none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 366 * 86_400 else 0


def _files(message: Mapping[str, Any]) -> list[object]:
    files = message.get("attachments")
    if not isinstance(files, list):
        return []
    return [file for file in files if not (isinstance(file, Mapping) and file.get("contentType") == _LONG_TEXT)]


def _file_kind(file: object) -> Kind:
    if not isinstance(file, Mapping):
        return Kind.DOCUMENT
    kind = str(file.get("contentType") or "")
    if file.get("isVoiceNote") is True or kind.startswith("audio/"):
        return Kind.VOICE
    if kind.startswith("image/"):
        return Kind.PHOTO
    return Kind.VIDEO if kind.startswith("video/") else Kind.DOCUMENT


def _attached_files(message: Mapping[str, Any]) -> Iterator[Attachment]:
    for file in _files(message):
        if isinstance(file, Mapping) and isinstance(file.get("id"), str):
            size = file.get("size")
            yield Attachment(
                content_type=str(file.get("contentType") or "")[:80],
                handle=file["id"][:_LONGEST_HANDLE],
                size=size if isinstance(size, int) else None,
            )


def _cards(contacts: object) -> Iterator[Attachment]:
    for card in contacts if isinstance(contacts, list) else []:
        if isinstance(card, Mapping):
            yield Attachment(content_type="text/vcard", handle=" ".join(_card_words(card))[:_LONGEST_HANDLE])


def _card_words(card: Mapping[str, Any]) -> Iterator[str]:
    name, phones = card.get("name"), card.get("phone")
    if isinstance(name, Mapping):
        parts = [name.get("display")] if name.get("display") else [name.get("given"), name.get("family")]
        yield from (part for part in parts if isinstance(part, str))
    for phone in phones if isinstance(phones, list) else []:
        if isinstance(phone, Mapping) and isinstance(phone.get("value"), str):
            yield phone["value"]
