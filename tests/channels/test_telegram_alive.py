"""Telegram that is dead from the start, or whose posts do not get through, is told at once and again and again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from telegram import Bot

from bot.channels.telegram import build_bot, keep_webhook, poll
from tests.standins.telegram import TOKEN, TelegramStandIn

#: Seconds after which something will not come any more.
TOO_LONG = 30.0
URL = "https://line.example/telegram"
Listen = Callable[..., Awaitable[None]]


async def nothing(_: object) -> None:
    """Keeps whatever comes."""


#: Both ways of listening.
WAYS: dict[str, Callable[[Bot], Listen]] = {
    "polling": lambda bot: partial(poll, bot, nothing, account="700000001"),
    "webhook": lambda bot: partial(keep_webhook, bot, URL, "secret-word", every=0.05),
}


@pytest.fixture
async def api() -> AsyncIterator[TelegramStandIn]:
    """A Bot API on loopback."""
    server = await TelegramStandIn().start()
    yield server
    await server.stop()


class Beats:
    """What a listener says of its service."""

    def __init__(self) -> None:
        self.said: list[tuple[bool, str]] = []

    def __call__(self, ok: bool, detail: str) -> None:
        self.said.append((ok, detail))

    async def says(self, beat: tuple[bool, str]) -> None:
        """Wait until it says that from now on."""
        self.said.clear()
        async with asyncio.timeout(TOO_LONG):
            while beat not in self.said:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(api: TelegramStandIn, way: str, token: str = TOKEN) -> AsyncIterator[Beats]:
    """A listener of that kind, and what it says."""
    bot, beats, stop = build_bot(token, api.url), Beats(), asyncio.Event()
    for request in bot._request:
        await request.initialize()
    running = asyncio.create_task(WAYS[way](bot)(stop=stop, alive=beats))  # type: ignore[arg-type]  # a coroutine
    try:
        yield beats
    finally:
        stop.set()
        await asyncio.wait_for(running, TOO_LONG)
        for request in bot._request:
            await request.shutdown()


@pytest.mark.parametrize("way", WAYS)
async def test_a_token_that_is_refused_from_the_start_is_told(api: TelegramStandIn, way: str) -> None:
    async with listening(api, way, token=f"{TOKEN}x") as beats:
        await beats.says((False, "InvalidToken"))


@pytest.mark.parametrize("way", WAYS)
async def test_control_a_listener_that_began_well_says_so(api: TelegramStandIn, way: str) -> None:
    async with listening(api, way) as beats:
        await beats.says((True, ""))


async def test_an_address_that_telegram_does_not_take_is_told_until_it_does(api: TelegramStandIn) -> None:
    refusal: dict[str, Any] = {"ok": False, "error_code": 400, "description": "Bad Request: bad webhook"}
    api.faults["setWebhook"] += [(400, refusal)] * 3
    async with listening(api, "webhook") as beats:
        await beats.says((False, "BadRequest"))
        await beats.says((True, ""))


async def test_posts_that_fail_while_messages_wait_are_told_until_they_get_through(api: TelegramStandIn) -> None:
    async with listening(api, "webhook") as beats:
        api.failed_at = 1_700_000_000
        api.arrives(api.message("hello"))
        await beats.says((False, "webhook_not_reached"))
        api.updates.clear()
        await beats.says((True, ""))
        api.arrives(api.message("hello again"))  # the old failure is known: what waits now is on its way
        await beats.says((True, ""))
        assert (False, "webhook_not_reached") not in beats.said
        api.failed_at += 60
        await beats.says((False, "webhook_not_reached"))


@pytest.mark.parametrize("elsewhere", [{}, {"url": "https://other.example/"}])
async def test_a_webhook_that_somebody_has_taken_away_is_told_and_set_again(api: TelegramStandIn, elsewhere: dict[str, Any]) -> None:
    async with listening(api, "webhook") as beats:
        await beats.says((True, ""))
        api.webhook = elsewhere
        await beats.says((False, "webhook_elsewhere"))
        await beats.says((True, ""))
    assert api.webhook["url"] == URL


async def test_a_telegram_that_cannot_be_asked_any_more_is_told(api: TelegramStandIn) -> None:
    async with listening(api, "webhook") as beats:
        await beats.says((True, ""))
        api.faults["getWebhookInfo"] += [
            (500, {"ok": False, "error_code": 500, "description": "Internal"}),
            (200, {"ok": True, "result": True}),
        ]
        await beats.says((False, "NetworkError"))
        await beats.says((True, ""))
