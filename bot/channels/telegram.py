"""Telegram: sending through python-telegram-bot, and our own durable polling."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import httpx
import structlog
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.channels.poison import parsed, poison
from bot.channels.telegram_parse import ALLOWED_UPDATES, button_id, parse, update_id
from bot.domain.errors import Ambiguous, SendFailed, TryLater, Unreachable
from bot.domain.message import Arrival, ChannelName, Outgoing, Sent, Speaker

log = structlog.get_logger(__name__)

#: Seconds that Telegram holds an empty getUpdates open.
POLL_TIMEOUT = 25
#: Telegram deletes at most this many messages in one call.
DELETE_AT_ONCE = 100

Keep = Callable[[Sequence[Arrival]], Awaitable[None]]


def build_bot(token: str, api_url: str) -> Bot:
    """A bot on the server root ``api_url``."""
    request = HTTPXRequest(connection_pool_size=32, read_timeout=20, connect_timeout=10, pool_timeout=20)
    updates = HTTPXRequest(connection_pool_size=2, read_timeout=POLL_TIMEOUT + 10, connect_timeout=10)
    return Bot(token, base_url=f"{api_url}/bot", base_file_url=f"{api_url}/file/bot", request=request, get_updates_request=updates)


class TelegramChannel:
    """The port ``Channel`` for Telegram."""

    name = ChannelName.TELEGRAM

    def __init__(self, bot: Bot) -> None:
        """``bot`` is initialised by whoever made it."""
        self._bot = bot

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send one piece; what Telegram answers becomes one of our errors."""
        try:
            return await self._send(outgoing, styled=outgoing.piece.styled)
        except BadRequest as error:
            if "parse entities" not in str(error).lower():
                raise _failure(error) from None
        except TelegramError as error:
            raise _failure(error) from None
        try:
            return await self._send(outgoing, styled=False)
        except TelegramError as error:
            raise _failure(error) from None

    async def _send(self, outgoing: Outgoing, *, styled: bool) -> Sent:
        message = await self._bot.send_message(
            chat_id=int(outgoing.address),
            text=outgoing.piece.text,
            parse_mode=ParseMode.HTML if styled else None,
            protect_content=outgoing.speaker is not Speaker.ALERT,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=_keyboard(outgoing.piece.buttons),
        )
        return Sent(key=str(message.message_id))

    async def erase(self, address: str, keys: Sequence[str]) -> None:
        """Delete our messages; Telegram refuses those older than 48 hours."""
        numbers = [int(key) for key in keys if key.isdigit()]
        for start in range(0, len(numbers), DELETE_AT_ONCE):
            try:
                await self._bot.delete_messages(chat_id=int(address), message_ids=numbers[start : start + DELETE_AT_ONCE])
            except (BadRequest, Forbidden):
                continue
            except TelegramError as error:
                raise _failure(error) from None

    async def leave(self, address: str) -> None:
        """Leave a group; best effort."""
        with contextlib.suppress(TelegramError):
            await self._bot.leave_chat(int(address))


def _keyboard(buttons: Sequence[str]) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(word, callback_data=word) for word in buttons]])


def _failure(error: TelegramError) -> SendFailed:
    """Surely not accepted, maybe accepted, or never to be accepted."""
    if isinstance(error, RetryAfter):
        wait: Any = error.retry_after
        return TryLater("flood", float(wait if isinstance(wait, int) else wait.total_seconds()))
    if isinstance(error, Forbidden):
        return Unreachable("forbidden")
    if isinstance(error, BadRequest):
        return Unreachable("bad_request")
    if isinstance(error, InvalidToken | Conflict):
        return TryLater("refused", 60.0)
    if isinstance(error, TimedOut):
        connecting = isinstance(error.__cause__, httpx.ConnectTimeout | httpx.PoolTimeout)
        return TryLater("connect") if connecting else Ambiguous("timed_out")
    if isinstance(error, NetworkError):
        return _network_failure(error)
    return TryLater("refused")


def _network_failure(error: NetworkError) -> SendFailed:
    """Connection refused: nothing was accepted.  A 5xx answers instead of accepting.  A connection that broke: maybe."""
    cause = error.__cause__
    if isinstance(cause, httpx.ConnectError):
        return TryLater("connect")
    return Ambiguous("broken") if isinstance(cause, httpx.HTTPError) else TryLater("server")


async def poll(bot: Bot, keep: Keep, stop: asyncio.Event, *, account: str) -> None:
    """Fetch updates for ever; the next request, which confirms a batch, is made only after ``keep`` has returned.

    Updates are fetched raw and parsed one by one, because one malformed update makes ``get_updates`` raise for its whole batch for ever.
    The first request carries no offset; later ones the last id of that batch + 1, never a maximum: ids restart at random.
    """
    await _until_done(lambda: bot.delete_webhook(drop_pending_updates=False), stop)
    offset: int | None = None
    failures = 0
    while not stop.is_set():
        try:
            batch = await _fetch(bot, offset)
            offset = await _kept(bot, batch, keep, account) or offset
            failures = 0
        except TelegramError as error:
            failures += 1
            log.warning("poll_failed", error=type(error).__name__, failures=failures)
            await _pause(stop, min(30.0, 2.0 ** min(failures, 5)) * random.uniform(0.5, 1.0))  # noqa: S311 - jitter


async def _fetch(bot: Bot, offset: int | None) -> list[Any]:
    wanted: dict[str, Any] = {"timeout": POLL_TIMEOUT, "allowed_updates": ALLOWED_UPDATES}
    if offset is not None:
        wanted["offset"] = offset
    batch = await bot.do_api_request("getUpdates", api_kwargs=wanted, read_timeout=POLL_TIMEOUT + 10)
    return batch if isinstance(batch, list) else []


async def _kept(bot: Bot, batch: list[Any], keep: Keep, account: str) -> int | None:
    """Keep a batch; the offset that confirms it, and nothing that came in no batch.

    Confirming the largest id of this very batch confirms just what was stored: Telegram hands out ids in order, and a batch that is
    shuffled all the same has been stored whole.
    """
    await keep([parsed(update, account, ChannelName.TELEGRAM, parse) for update in batch])
    for update in batch:
        if (pressed := button_id(update)) is not None:
            with contextlib.suppress(TelegramError):
                await bot.answer_callback_query(pressed)
    ids = [number for number in map(update_id, batch) if number is not None]
    return ids[-1] + 1 if ids else None


async def _until_done(step: Callable[[], Awaitable[object]], stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await step()
        except TelegramError as error:
            log.warning("telegram_start_failed", error=type(error).__name__)
            await _pause(stop, 5.0)
        else:
            return


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


async def set_webhook(bot: Bot, url: str, secret: str, stop: asyncio.Event) -> None:
    """Tell Telegram where to post; nothing that waits there is dropped."""

    async def step() -> object:
        return await bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES, drop_pending_updates=False)

    await _until_done(step, stop)


async def publish_profile(bot: Bot, profile: Mapping[str, str], commands: Mapping[str, str]) -> None:
    """Name, description and command list as the mission has them: discreet, because a chat list gives a defender away."""
    with contextlib.suppress(TelegramError):
        await bot.set_my_commands([BotCommand(name, text) for name, text in commands.items()])
        await bot.set_my_short_description(profile["description"])
        await bot.set_my_name(profile["name"])


def webhook_arrival(body: str, payload: object, account: str) -> Arrival:
    """What a webhook post holds; ``payload`` None: it was no JSON."""
    if payload is None:
        return poison(ChannelName.TELEGRAM, account, body)
    return parsed(payload, account, ChannelName.TELEGRAM, parse)
