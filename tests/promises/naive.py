"""How not to do it: an intake that acknowledges first and stores later, or that stores first and knows no redelivery.

As a process: ``python -m tests.promises.naive --telegram URL --database PATH (--port N | --fd N) [--store-first]``.
"""

import argparse
import asyncio
import contextlib
import socket
import sqlite3
from typing import Any

import aiohttp
from aiohttp import web

from tests.standins.telegram import TOKEN

#: What understanding and deciding take.
WORK = 0.01


class Naive:
    """Both messengers, one table without a key."""

    def __init__(self, telegram: str, database: str) -> None:
        self._url = f"{telegram}/bot{TOKEN}/getUpdates"
        self._database = sqlite3.connect(database, isolation_level=None)
        self._database.execute("CREATE TABLE IF NOT EXISTS inbox (text TEXT)")
        self._database.execute("CREATE TABLE IF NOT EXISTS memory (waiting INTEGER)")
        self._later: asyncio.Queue[str] = asyncio.Queue()

    async def _store(self, text: str) -> None:
        await asyncio.sleep(WORK)
        self._database.execute("INSERT INTO inbox VALUES (?)", (text,))

    async def store_later(self) -> None:
        """Store what was answered already; and note how much is still to be stored."""
        self._database.execute("DELETE FROM memory")
        self._database.execute("INSERT INTO memory VALUES (0)")
        while True:
            await self._store(await self._later.get())
            self._database.execute("UPDATE memory SET waiting = ?", (self._later.qsize(),))

    async def post(self, request: web.Request) -> web.Response:
        """Signal's frame: answered at once."""
        frame = await request.json()
        self._later.put_nowait(frame["params"]["envelope"]["dataMessage"]["message"])
        return web.Response()

    async def poll(self, *, store_first: bool) -> None:
        offset: dict[str, int] = {}
        async with aiohttp.ClientSession() as session:
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    batch = await self._fetch(session, offset)
                    for update in batch:
                        await self._take(update["message"]["text"], store_first=store_first)
                        offset = {"offset": update["update_id"] + 1}

    async def _fetch(self, session: aiohttp.ClientSession, offset: dict[str, int]) -> list[Any]:
        async with session.post(self._url, json={"timeout": 1} | offset) as answer:
            answer.raise_for_status()
            return list((await answer.json())["result"])

    async def _take(self, text: str, *, store_first: bool) -> None:
        if store_first:
            await self._store(text)
        else:
            self._later.put_nowait(text)


async def main(given: argparse.Namespace) -> None:
    """Run until killed."""
    naive = Naive(given.telegram, given.database)
    app = web.Application()
    app.router.add_post("/{tail:.*}", naive.post)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", given.port)) if given.fd is None else socket.socket(fileno=given.fd)
    await web.SockSite(runner, listening).start()
    await asyncio.gather(naive.store_later(), naive.poll(store_first=given.store_first))


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--telegram", required=True)
    options.add_argument("--database", required=True)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--fd", type=int)
    options.add_argument("--store-first", action="store_true")
    asyncio.run(main(options.parse_args()))
