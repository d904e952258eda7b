"""Telegram's updates: our own durable polling, and what a webhook post holds.  Nothing is confirmed before it is stored (LAW)."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import structlog
from telegram import Bot
from telegram.error import Conflict, TelegramError

from bot.channels.keeping import SHORT, Count, Keep, Received, keep_surely
from bot.channels.poison import received, unparsed
from bot.channels.telegram_parse import ALLOWED_UPDATES, button_id, parse, update_id
from bot.domain.message import ChannelName

log = structlog.get_logger(__name__)
Result = TypeVar("Result")

#: Seconds that Telegram holds an empty getUpdates open.
POLL_TIMEOUT = 25
#: A button's little clock on the phone is not worth a longer delay of what comes next.
_BUTTON_SECONDS = 5.0
_LONGEST_WAIT = 30.0
#: Seconds before a first step that failed is taken again.
START_AGAIN = 5.0


async def _uncounted(_: str) -> None:
    return


Alive = Callable[[bool, str], None]


def untold(_: bool, __: str) -> None:
    return


async def poll(bot: Bot, keep: Keep, stop: asyncio.Event, *, account: str, count: Count = _uncounted, alive: Alive = untold) -> None:
    """Fetch updates until ``stop``; the next request, which confirms a batch, is made only after ``keep`` has returned.

    Updates are fetched raw and parsed one by one, because one malformed update makes ``get_updates`` raise for its whole batch for ever.
    The first request carries no offset; the one after a batch its last id + 1, never a maximum; the one after an empty answer none again,
    for everything is confirmed then, and ids begin anew at random after a quiet week: an old offset would confirm what nobody has seen.
    """
    await until_done(lambda: bot.delete_webhook(drop_pending_updates=False), stop, alive)
    offset: int | None = None
    failures = 0
    while not stop.is_set():
        try:
            offset = await _one_batch(bot, offset, keep, stop, account)
            failures = 0
            alive(True, "")
        except Exception as error:  # a database or a network that fails must not end the intake
            failures += 1
            alive(False, type(error).__name__)
            log.warning("poll_failed", error=type(error).__name__, failures=failures)
            with contextlib.suppress(Exception):
                await count("telegram_conflict" if isinstance(error, Conflict) else "telegram_poll_failed")
            await pause(stop, min(_LONGEST_WAIT, 2.0 ** min(failures - 1, 5)) * random.uniform(0.5, 1.0))  # noqa: S311 - jitter


class _NothingToConfirm(Exception):
    """A batch in which no update has a number: it will come again, and must not come again at once."""


async def _one_batch(bot: Bot, offset: int | None, keep: Keep, stop: asyncio.Event, account: str) -> int | None:
    """Fetch and keep a batch; the offset that confirms it, or None where nothing came."""
    batch = await _unless(stop, _fetch(bot, offset))
    if not batch:
        return None
    await keep_surely(keep, [received(update, account, ChannelName.TELEGRAM, parse) for update in batch], SHORT)
    await _answer_buttons(bot, batch)
    return _confirming(batch)


async def _fetch(bot: Bot, offset: int | None) -> list[Any]:
    wanted: dict[str, Any] = {"timeout": POLL_TIMEOUT, "allowed_updates": ALLOWED_UPDATES}
    if offset is not None:
        wanted["offset"] = offset
    batch = await bot.do_api_request("getUpdates", api_kwargs=wanted, read_timeout=POLL_TIMEOUT + 10)
    return batch if isinstance(batch, list) else []


def _confirming(batch: Sequence[object]) -> int:
    """The offset after the last update of this batch.

    Telegram hands out what waits with the lowest number first, so this confirms just the batch.  Of a batch that is shuffled all the same
    it confirms a part, and the rest comes again and is known; the largest number could confirm what was never handed out.
    """
    numbers = [number for number in map(update_id, batch) if number is not None]
    if not numbers:
        raise _NothingToConfirm
    return numbers[-1] + 1


async def _answer_buttons(bot: Bot, batch: Sequence[object]) -> None:
    """Best effort, all at once: the phone stops showing that it waits."""
    pressed = [name for name in map(button_id, batch) if name is not None]
    if pressed:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_BUTTON_SECONDS):
                await asyncio.gather(*(bot.answer_callback_query(name) for name in pressed), return_exceptions=True)


async def _unless(stop: asyncio.Event, step: Awaitable[Result]) -> Result | None:
    """The step's result, or None when ``stop`` came first: a fetch that is cut off has confirmed nothing that is not stored."""
    working, stopping = asyncio.ensure_future(step), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


async def until_done(step: Callable[[], Awaitable[object]], stop: asyncio.Event, alive: Alive, *, again_in: float = START_AGAIN) -> None:
    """Take the first step of listening, again and again until it succeeds; a token that is refused is told from the start."""
    while not stop.is_set():
        try:
            await step()
        except TelegramError as error:
            alive(False, type(error).__name__)
            log.warning("telegram_start_failed", error=type(error).__name__)
            await pause(stop, again_in)
        else:
            alive(True, "")
            return


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but not longer than until ``stop``."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


def webhook_arrival(body: str, payload: object, account: str) -> Received:
    """What a webhook post holds; ``payload`` None: it was no JSON, or too large to be read."""
    if payload is None:
        return unparsed(body, account, ChannelName.TELEGRAM)
    return received(payload, account, ChannelName.TELEGRAM, parse)


def webhook_answer(payload: object) -> object | None:
    """A pressed button is answered in the answer to the post itself; anything else gets an empty 200."""
    pressed = button_id(payload)
    return None if pressed is None else {"method": "answerCallbackQuery", "callback_query_id": pressed}
