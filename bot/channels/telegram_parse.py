"""A Telegram update in our own words: pure, and tolerant of everything that it does not need.  docs/frames.md has the table."""

from collections.abc import Mapping
from typing import Any

from bot.channels import Malformed
from bot.channels.telegram_content import is_live_location, is_setting, kind_of, language, quoted, text_of, words
from bot.domain.message import Arrival, ChannelName, Ignored, Incoming, Kind

#: What Telegram is asked to send.
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
_GONE = frozenset({"kicked", "left"})
#: Telegram's own numbers fit in 52 bits; Python cannot even print a number of 5,000 digits.
_LARGEST = 2**53
#: Bytes that a button carries at most.
_LONGEST_DATA = 64
#: A place that moves is told every few seconds; one position in so many is kept.
_LIVE_SECONDS = 300


def parse(update: object, account: str) -> Arrival:
    """The message of an update.  Raises Malformed, and nothing else, for what cannot be understood."""
    fields = _mapping(update)
    if "message" in fields:
        return _message(_mapping(fields["message"]), account)
    if "edited_message" in fields:
        return _edit(_mapping(fields["edited_message"]), account, update_id(update))
    if "callback_query" in fields:
        return _button(_mapping(fields["callback_query"]), account)
    if "my_chat_member" in fields:
        return _membership(_mapping(fields["my_chat_member"]), account, update_id(update))
    if update_id(update) is not None and len(fields) > 1:
        return _ignored("other_update")
    raise Malformed


def _ignored(reason: str) -> Ignored:
    return Ignored(channel=ChannelName.TELEGRAM, reason=reason)


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Malformed
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST:
        raise Malformed
    return value


def _message(message: Mapping[str, Any], account: str) -> Arrival:
    chat, sender = _mapping(message.get("chat")), message.get("from")
    address, number = str(_number(chat.get("id"))), _number(message.get("message_id"))
    if isinstance(sender, Mapping) and sender.get("is_bot") is True:
        return _ignored("bot")
    if chat.get("type", "private") != "private":
        return _group(chat, address, number, account)
    if is_setting(message):
        return _ignored("setting")
    kind, attachments = kind_of(message)
    return Incoming(
        channel=ChannelName.TELEGRAM,
        account=account,
        key=f"{address}:{number}",
        sender=address,
        kind=kind,
        text=words(message),
        forwarded="forward_origin" in message or "forward_date" in message,
        language_hint=language(sender),
        attachments=attachments,
        quoted=quoted(message),
        called=_called(sender),
    )


def _called(sender: object) -> str | None:
    """The user name, which its owner may change at any time."""
    name = sender.get("username") if isinstance(sender, Mapping) else None
    return name.lower() if isinstance(name, str) and name else None


def _group(chat: Mapping[str, Any], address: str, number: int, account: str) -> Arrival:
    """Groups are not served: nothing of what is said there is kept."""
    if chat.get("type") == "channel":
        return _ignored("channel_post")
    return Incoming(channel=ChannelName.TELEGRAM, account=account, key=f"{address}:{number}", sender=address, kind=Kind.GROUP)


def _edit(message: Mapping[str, Any], account: str, number: int | None) -> Arrival:
    """An edit is a message of its own: its date and its update are in the key, so that no second edit is taken for the first."""
    arrived, date = _message(message, account), message.get("edit_date")
    if not isinstance(arrived, Incoming) or arrived.kind is Kind.GROUP:
        return _ignored("edit_elsewhere")
    when = _number(date) if date is not None else 0
    if is_live_location(message):
        return Incoming(**(arrived.__dict__ | {"key": f"{arrived.key}:live:{when // _LIVE_SECONDS}"}))
    return Incoming(**(arrived.__dict__ | {"kind": Kind.EDIT, "target": arrived.key, "key": f"{arrived.key}:edit:{when}:{number}"}))


def _button(query: Mapping[str, Any], account: str) -> Arrival:
    """A button that was pressed, also under a message that is too old to be shown with it."""
    chat, pressed, presser = _mapping(_mapping(query.get("message")).get("chat")), text_of(query.get("id")), query.get("from")
    if not pressed:
        raise Malformed
    if chat.get("type", "private") != "private":
        return _ignored("button_elsewhere")
    address = str(_number(chat.get("id")))
    return Incoming(
        channel=ChannelName.TELEGRAM,
        account=account,
        key=f"button:{pressed}",
        sender=address,
        kind=Kind.BUTTON,
        text=_meaning(query.get("data")),
        language_hint=language(presser),
    )


def _meaning(data: object) -> str:
    """What the button carries; nothing, where it is more than Telegram lets any button carry: then it is none of ours."""
    carried = text_of(data)
    return carried if len(carried.encode("utf-8", "surrogatepass")) <= _LONGEST_DATA else ""


def _membership(change: Mapping[str, Any], account: str, number: int | None) -> Arrival:
    """Blocked, in a private chat; being put into a group says itself with the first message there."""
    chat = _mapping(change.get("chat"))
    status = text_of(_mapping(change.get("new_chat_member")).get("status"))
    if chat.get("type") != "private" or status not in _GONE:
        return _ignored("membership")
    address, date = str(_number(chat.get("id"))), change.get("date")
    when = f"{_number(date)}" if date is not None else f"update:{number}"
    return Incoming(channel=ChannelName.TELEGRAM, account=account, key=f"blocked:{address}:{when}", sender=address, kind=Kind.BLOCKED)


def update_id(update: object) -> int | None:
    """The update's own number, or None when it has none that could be confirmed.

    A negative number is none: as an offset it would make Telegram forget every update before the last few.
    """
    number = update.get("update_id") if isinstance(update, Mapping) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < _LARGEST else None


def button_id(update: object) -> str | None:
    """The id with which a pressed button is answered."""
    query = update.get("callback_query") if isinstance(update, Mapping) else None
    name = query.get("id") if isinstance(query, Mapping) else None
    return name if isinstance(name, str) else None
