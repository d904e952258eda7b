"""The messengers that are configured: how each is spoken on, and how each is listened to."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from bot.channels import webhooks
from bot.channels.keeping import Keep
from bot.crypto import MasterKey
from bot.domain.message import ChannelName
from bot.ports import Channel
from bot.settings import Settings
from bot.usecases.house import House
from bot.usecases.receive import receive_and_hand_on
from bot.wiring import lastgood
from bot.workers import sockets
from bot.workers.work import Listener

if TYPE_CHECKING:
    from telegram import Bot

log = structlog.get_logger(__name__)
#: Sockets handed down by the supervisor, by name; None: there is none, and a free loopback port serves a single process.
Handed = Mapping[str, int | None]


@dataclass(frozen=True, kw_only=True)
class Messengers:
    """Who speaks and who listens; filled while the worker starts."""

    channels: dict[ChannelName, Channel] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)


async def open_messengers(settings: Settings, house: House, handed: Handed, stack: AsyncExitStack) -> Messengers:
    """Every configured messenger; ``stack`` closes them."""
    opened = Messengers()
    if settings.telegram_token is not None:
        await _telegram(settings, house, handed, stack, opened)
    if settings.signal_account is not None:
        _signal(settings, house, handed, stack, opened)
    return opened


# The messengers' libraries are imported where they are used: together they take a third of a second, which every command, the
# supervisor and the console would pay at each start without ever speaking on a messenger.


def _signal_channel(settings: Settings, stack: AsyncExitStack) -> Channel:
    from bot.channels.signal import SignalChannel

    sending = SignalChannel(settings.signal_api_url or "", settings.signal_account or "")
    stack.push_async_callback(sending.close)
    return sending


def _signal(settings: Settings, house: House, handed: Handed, stack: AsyncExitStack, opened: Messengers) -> None:
    from bot.channels.signal import keep_watching, webhook_arrival

    opened.channels[ChannelName.SIGNAL] = _signal_channel(settings, stack)
    webhook = webhooks.Webhook(
        name="signal",
        path="/signal",
        account=settings.signal_account or "",
        secret=_signal_secret(settings),
        in_path=True,
        arrival=webhook_arrival,
        keep=_keep(house),
        count=partial(_count, house),
        knows=lambda known: house.pulses.beat("posts", ok=known, detail="" if known else "refused_signal"),
    )
    watching = partial(keep_watching, settings.signal_api_url or "", _alive(house, "signal"))
    opened.listeners.extend([partial(_serve, webhook, handed["signal"]), watching])


async def open_bot(settings: Settings, stack: AsyncExitStack) -> "Bot":
    """The configured bot, connected; ``stack`` closes it."""
    from bot.channels.telegram import build_bot

    bot = build_bot(settings.telegram_token.get_secret_value() if settings.telegram_token else "", settings.telegram_api_url)
    for request in bot._request:
        await request.initialize()
        stack.push_async_callback(request.shutdown)
    return bot


async def _telegram(settings: Settings, house: House, handed: Handed, stack: AsyncExitStack, opened: Messengers) -> None:
    from bot.channels import telegram as telegram_channel

    bot = await open_bot(settings, stack)
    account = bot.token.split(":", 1)[0]
    opened.channels[ChannelName.TELEGRAM] = telegram_channel.TelegramChannel(bot)
    mission = lastgood.mission(settings.mission, settings.data_dir)
    opened.listeners.append(lambda _: telegram_channel.publish_profile(bot, mission.shown()))
    keep, count, alive = _keep(house), partial(_count, house), _alive(house, "telegram")
    if settings.telegram_mode == "polling":
        opened.listeners.append(partial(telegram_channel.poll, bot, keep, account=account, count=count, alive=alive))
        return
    secret = settings.telegram_webhook_secret.get_secret_value() if settings.telegram_webhook_secret else ""
    url = settings.telegram_webhook_url or ""
    webhook = webhooks.Webhook(
        name="telegram",
        path=urlsplit(url).path or "/",
        account=account,
        secret=secret,
        in_path=False,
        arrival=telegram_channel.webhook_arrival,
        keep=keep,
        count=count,
        answer=telegram_channel.webhook_answer,
    )
    telling = partial(telegram_channel.keep_webhook, bot, url, secret, alive=alive)
    opened.listeners.extend([partial(_serve, webhook, handed["telegram"]), telling])


def _alive(house: House, name: str) -> Callable[[bool, str], None]:
    """Where a messenger's listener says whether its service answers."""

    def beat(ok: bool, detail: str) -> None:
        house.pulses.beat(name, ok=ok, detail=detail)

    return beat


def _keep(house: House) -> Keep:
    """Keeps what arrives, and lets its answer begin."""
    return partial(receive_and_hand_on, house)


async def _count(house: House, event: str) -> None:
    async with house.store.begin() as tx:
        await tx.counts.add(event)
        await tx.commit()


async def _serve(webhook: webhooks.Webhook, fd: int | None, stop: asyncio.Event) -> None:
    listening = socket.socket(fileno=os.dup(fd)) if fd is not None else sockets.loopback()
    runner = await webhooks.serve(webhook, listening)
    try:
        await stop.wait()
    finally:
        await runner.cleanup()


def _signal_secret(settings: Settings) -> str:
    """The webhook's secret: the setting, or the file of the first run, which a new data directory gets again from the master key.

    A restore would else make another one, and the REST API repeats no post that is refused.
    """
    if settings.signal_webhook_secret is not None:
        return settings.signal_webhook_secret.get_secret_value()
    kept = Path(settings.data_dir) / "signal-webhook-secret"
    secret = kept.read_text("ascii").strip() if kept.exists() else ""
    if not secret:  # a start that was killed while it wrote the file leaves an empty one, which everybody knows
        secret = MasterKey.load(settings.key_file).secret("signal-webhook")
        kept.unlink(missing_ok=True)
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secret)
    log.info("signal_webhook_path_is_in_file", file=kept.name)
    return secret
