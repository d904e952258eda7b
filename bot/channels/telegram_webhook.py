"""Telegram's side of webhook mode: told where to post, and asked again and again whether it still does and gets through."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import structlog
from telegram import Bot, WebhookInfo

from bot.channels.telegram_intake import START_AGAIN, Alive, pause, until_done, untold
from bot.channels.telegram_parse import ALLOWED_UPDATES

log = structlog.get_logger(__name__)

#: So often (seconds) Telegram is asked how its posts fare.
LOOK_EVERY = 60.0


async def keep_webhook(bot: Bot, url: str, secret: str, stop: asyncio.Event, *, alive: Alive = untold, every: float = LOOK_EVERY) -> None:
    """Tell Telegram where to post, and see to it until ``stop``; nothing that waits there is dropped.

    Nobody else would notice: posts that Telegram sends elsewhere, or that do not get through to us, make no sound here.
    """

    async def told() -> object:
        return await bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES, drop_pending_updates=False)

    again_in = min(START_AGAIN, every)
    await until_done(told, stop, alive, again_in=again_in)
    watch = Watch(url=url)
    while not stop.is_set():
        await pause(stop, every)
        if stop.is_set():
            return
        fault = await _look(bot, watch)
        alive(not fault, fault)
        if fault:
            log.warning("telegram_webhook_fault", fault=fault)
        if fault == "webhook_elsewhere":
            await until_done(told, stop, untold, again_in=again_in)  # the next look says whether that has helped


async def _look(bot: Bot, watch: "Watch") -> str:
    """A static word; empty when it is as it should be."""
    try:
        return watch.fault_of(await bot.get_webhook_info())
    except Exception as error:  # whatever it answers: this listener must not end
        return type(error).__name__


@dataclass(kw_only=True)
class Watch:
    """What Telegram tells of its posts, judged by its own clock alone: ours may be wrong."""

    url: str
    _known: datetime | None = None  #: the last failure that had got over it when we looked: nothing waited any more

    def fault_of(self, told: WebhookInfo) -> str:
        """``webhook_elsewhere``: it does not post to us; ``webhook_not_reached``: it fails to, and messages wait there; else empty."""
        if told.url.rstrip("/") != self.url:
            return "webhook_elsewhere"
        if not told.pending_update_count:
            self._known = told.last_error_date
            return ""
        return "webhook_not_reached" if told.last_error_date != self._known else ""
