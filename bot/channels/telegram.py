"""Telegram: sending through python-telegram-bot.  What comes in is read by ``telegram_intake`` and ``telegram_parse``."""

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ChatAction, InlineKeyboardButtonLimit, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels import telegram_files
from bot.channels.telegram_intake import POLL_TIMEOUT, poll, webhook_answer, webhook_arrival
from bot.channels.telegram_profile import publish_profile
from bot.channels.telegram_request import AiohttpRequest, Broken, NotConnected
from bot.channels.telegram_webhook import keep_webhook
from bot.domain.errors import Ambiguous, SendFailed, TryLater, Unreachable
from bot.domain.message import Button, ChannelName, Outgoing, Piece, Sent, Speaker

log = structlog.get_logger(__name__)

#: Telegram deletes at most this many messages in one call.
DELETE_AT_ONCE = 100
#: A token that is refused, or used by somebody else too, is a person's work to mend.
_REFUSED_WAIT = 60.0
#: So many signs of labels fit beside each other.
_ROW = 26


def build_bot(token: str, api_url: str) -> Bot:
    """A bot on the server root ``api_url``."""
    request = AiohttpRequest(connections=32, read_timeout=20)
    updates = AiohttpRequest(connections=2, read_timeout=POLL_TIMEOUT + 10)
    return Bot(token, base_url=f"{api_url}/bot", base_file_url=f"{api_url}/file/bot", request=request, get_updates_request=updates)


class TelegramChannel:
    """The port ``Channel`` for Telegram."""

    name = ChannelName.TELEGRAM

    def __init__(self, bot: Bot) -> None:
        """``bot`` is initialised by whoever made it."""
        self._bot = bot

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send one piece; what Telegram answers becomes one of our errors.

        What it refuses for its style or its buttons goes once more without them: the words are what matters.
        """
        try:
            return await self._send(outgoing)
        except BadRequest as error:
            if not _is_about_looks(error):
                raise _failure(error) from None
        except TelegramError as error:
            raise _failure(error) from None
        log.error("telegram_refused_the_looks", response=outgoing.name)
        try:
            return await self._send(replace(outgoing, piece=_plain(outgoing.piece)))
        except TelegramError as error:
            raise _failure(error) from None

    async def _send(self, outgoing: Outgoing) -> Sent:
        keyboard = _keyboard(outgoing.piece.buttons)
        try:
            message = await self._bot.send_message(
                chat_id=int(outgoing.address),
                text=outgoing.piece.text,
                parse_mode=ParseMode.HTML if outgoing.piece.styled else None,
                protect_content=outgoing.speaker is not Speaker.ALERT,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=keyboard,
            )
            return Sent(key=str(message.message_id))
        except (KeyError, TypeError, AttributeError):
            raise Ambiguous("unreadable_answer") from None  # it was accepted, as far as can be told

    async def erase(self, address: str, keys: Sequence[str]) -> None:
        """Delete messages of a chat; Telegram refuses those older than 48 hours."""
        numbers = [int(key.rpartition(":")[2]) for key in keys if key.rpartition(":")[2].isdecimal()]
        for start in range(0, len(numbers), DELETE_AT_ONCE):
            await self._delete(int(address), numbers[start : start + DELETE_AT_ONCE])

    async def _delete(self, chat: int, numbers: list[int]) -> None:
        """All at once; where one is too old, which may refuse them all, one by one."""
        try:
            await self._bot.delete_messages(chat_id=chat, message_ids=numbers)
        except Forbidden:
            return
        except BadRequest:
            if len(numbers) > 1:
                for number in numbers:
                    await self._delete(chat, [number])
        except TelegramError as error:
            raise _failure(error) from None

    async def discard(self, handles: Sequence[str]) -> None:
        """Telegram keeps files itself, and lets no bot delete what a person sent."""

    async def fetch(self, handle: str, account: str) -> bytes:
        """A file, by its handle; Telegram itself gives bots no more than 20 MB."""
        return await telegram_files.fetch(self._bot, handle)

    async def trust(self, address: str) -> None:
        """Telegram has no safety numbers for bots."""

    async def timer(self, address: str, seconds: int) -> None:
        """Telegram lets no bot set one."""
        raise Unreachable("no_timer")

    async def typing(self, address: str) -> None:
        """Telegram shows it for five seconds, or until a message comes."""
        try:
            await self._bot.send_chat_action(chat_id=int(address), action=ChatAction.TYPING)
        except TelegramError as error:
            raise _failure(error) from None

    async def leave(self, address: str) -> None:
        """Leave a group; best effort."""
        with contextlib.suppress(TelegramError):
            await self._bot.leave_chat(int(address))


def _keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """What Telegram would not carry is left out: a person can still type it."""
    longest = InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    fitting = [button for button in buttons if button.label and 0 < len(button.data.encode()) <= longest]
    rows = [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in _rows(fitting)]
    return InlineKeyboardMarkup(rows) if rows else None


def _rows(buttons: Sequence[Button]) -> list[list[Button]]:
    """Short ones beside each other, so that no label is cut on a phone."""
    rows: list[list[Button]] = []
    for button in buttons:
        if rows and sum(len(each.label) for each in (*rows[-1], button)) <= _ROW:
            rows[-1].append(button)
        else:
            rows.append([button])
    return rows


def _is_about_looks(error: BadRequest) -> bool:
    said = str(error).lower()
    return "parse entities" in said or "button" in said or "reply markup" in said


def _plain(piece: Piece) -> Piece:
    """The words alone, those of the buttons too: they count when they are typed."""
    labels = " · ".join(button.label for button in piece.buttons if button.label)
    return Piece(text=f"{piece.words}\n\n{labels}" if labels else piece.words)


def _failure(error: TelegramError) -> SendFailed:
    """Surely not accepted, maybe accepted, or never to be accepted."""
    match error:
        case RetryAfter():
            return TryLater("flood", _seconds(error.retry_after))
        case Forbidden() | ChatMigrated():
            return Unreachable("forbidden")
        case BadRequest():
            return Unreachable("bad_request")
        case InvalidToken() | Conflict():
            log.error("telegram_refuses_the_token")
            return TryLater("refused", _REFUSED_WAIT)
        case NetworkError():
            return _network_failure(error)
        case _:
            return Ambiguous("unreadable_answer")


def _seconds(wait: int | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _network_failure(error: NetworkError) -> SendFailed:
    """No connection: nothing was accepted.  A 5xx answers instead of accepting.  A connection that broke, or hung: maybe."""
    if isinstance(error, NotConnected):
        return TryLater("connect")
    if isinstance(error, TimedOut) or "gateway timeout" in str(error).lower():
        return Ambiguous("timed_out")  # a 504 is a proxy's word: what is behind it may have sent
    # The library wraps what it did not expect; a body that it cannot read is one of its own errors.
    unexpected = not isinstance(error.__cause__, TelegramError | None)
    return Ambiguous("broken") if isinstance(error, Broken) or unexpected else TryLater("server")


__all__ = ["TelegramChannel", "build_bot", "keep_webhook", "poll", "publish_profile", "webhook_answer", "webhook_arrival"]
