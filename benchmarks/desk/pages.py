"""Open pages as browsers hold them: a stream of events each, and the lines fetched when something has changed."""

import asyncio
import json
from dataclasses import dataclass, field
from time import perf_counter

import aiohttp

from benchmarks.desk.seeding import Seat


@dataclass
class Page:
    """One open page."""

    seat: Seat
    heard: dict[str, float] = field(default_factory=dict)  #: when each reference was first told as ringing
    told: asyncio.Event = field(default_factory=asyncio.Event)  #: set whenever something was
    listens: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def cookies(self) -> dict[str, str]:
        """What its browser sends."""
        return {"Cookie": f"dl_session={self.seat.token}"}

    async def listen(self, client: aiohttp.ClientSession, desk: str) -> None:
        """Until it is cancelled."""
        async with client.get(f"{desk}/events", headers=self.cookies, timeout=aiohttp.ClientTimeout(total=None)) as answer:
            assert answer.status == 200, answer.status
            event = b""
            async for line in answer.content:
                if line.startswith(b"event: "):
                    event = line[7:].strip()
                elif line.startswith(b"data: ") and event == b"queue":
                    now = perf_counter()
                    for reference in json.loads(line[6:])["ringing"]:
                        self.heard.setdefault(reference, now)
                    self.listens.set()
                    self.told.set()

    async def hears(self, reference: str) -> float:
        """When it was told of that case."""
        while reference not in self.heard:
            self.told.clear()
            await self.told.wait()
        return self.heard[reference]

    async def asks(self, client: aiohttp.ClientSession, url: str) -> float:
        """Seconds until the whole page was there."""
        began = perf_counter()
        async with client.get(url, headers=self.cookies) as answer:
            assert answer.status == 200, answer.status
            await answer.read()
        return perf_counter() - began

    async def claims(self, client: aiohttp.ClientSession, desk: str, reference: str) -> float:
        """Seconds until the claim was answered."""
        began, form = perf_counter(), {"form_token": self.seat.form_token}
        url = f"{desk}/conversation/{reference}/claim"
        async with client.post(url, data=form, headers=self.cookies, allow_redirects=False) as answer:
            assert answer.status == 303, answer.status
        return perf_counter() - began
