"""Telegram's side of the benchmark: a stand-in that says when a reply arrived, and posts to our webhook over one connection."""

import asyncio
import secrets
import socket
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp
from aiohttp import web

from tests.standins.telegram import TOKEN, TelegramStandIn

ROOT = Path(__file__).resolve().parents[1]
#: Seconds: what takes longer is broken.
PATIENCE = 60.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as opened:
        return int(opened.getsockname()[1])


class Door(TelegramStandIn):
    """Posts messages and waits for their replies."""

    def __init__(self) -> None:
        super().__init__()
        self.port = free_port()
        self.secret = secrets.token_urlsafe(16)
        self.told = asyncio.Event()
        self._replies: dict[int, asyncio.Future[float]] = {}

    def settings(self, folder: Path) -> dict[str, str]:
        """The environment of a program that talks to this stand-in."""
        return {
            "DL_DATA_DIR": str(folder / "data"),
            "DL_MASTER_KEY_FILE": str(folder / "master.key"),
            "DL_MISSION_FILE": str(ROOT / "missions" / "podgorica.toml"),
            "DL_ALLOW_UNATTENDED": "1",
            "DL_TELEGRAM_TOKEN": TOKEN,
            "DL_TELEGRAM_API_URL": self.url,
            "DL_TELEGRAM_MODE": "webhook",
            "DL_TELEGRAM_WEBHOOK_LISTEN": f"127.0.0.1:{self.port}",
            "DL_TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{self.port}/telegram",
            "DL_TELEGRAM_WEBHOOK_SECRET": self.secret,
            "DL_LOG_LEVEL": "ERROR",
        }

    async def _do_setwebhook(self, values: dict[str, Any]) -> web.Response:
        self.told.set()
        return await super()._do_setwebhook(values)

    async def _do_sendmessage(self, values: dict[str, Any]) -> web.Response:
        waiting = self._replies.get(int(values["chat_id"]))
        if waiting is not None and not waiting.done():
            waiting.set_result(perf_counter())
        return await super()._do_sendmessage(values)

    async def ask(self, client: aiohttp.ClientSession, text: str, chat: int) -> tuple[float, float, float]:
        """When a message was posted, when the post was answered (it is kept), and when the first reply arrived."""
        self._replies[chat] = asyncio.get_running_loop().create_future()
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret}
        began = perf_counter()
        async with client.post(f"http://127.0.0.1:{self.port}/telegram", json=self.message(text, chat=chat), headers=headers) as answer:
            assert answer.status == 200, answer.status
            kept = perf_counter()
        async with asyncio.timeout(PATIENCE):
            return began, kept, await self._replies[chat]
