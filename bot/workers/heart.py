"""The worker's heart: its alarm clock's turns, told to the supervisor by a pipe, so that a worker that hangs is noticed."""

import asyncio
import contextlib
import os
import time
from functools import partial

from bot.usecases.services import Pulses
from bot.workers.loops import every

#: A worker whose alarm clock has not turned for so long hangs: longer than anything that it waits for by right
#: (``bot.storage.patience``, SQLite's busy time).
STOPS = 60.0
BEATS_EVERY = 1.0
_ROOM = 65_536


class Heart:
    """The supervisor's end."""

    def __init__(self, stops: float = STOPS) -> None:
        """``fd`` is for the worker, in each of its lives."""
        self._ear, self.fd = os.pipe()
        os.set_blocking(self._ear, False)
        os.set_blocking(self.fd, False)
        self._stops = stops
        self._heard: float | None = None

    def begin(self) -> None:
        """Another life: what the last one said is nothing to it, and it may take its time to start."""
        self._listen()
        self._heard = None

    async def beats(self) -> bool:
        """Whether it has lately been heard."""
        if self._listen():
            self._heard = time.monotonic()
        return self._heard is not None and time.monotonic() - self._heard < self._stops

    def _listen(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            return bool(os.read(self._ear, _ROOM))
        return False


async def beat(pulses: Pulses, fd: int, stop: asyncio.Event) -> None:
    """The worker's end: a byte whenever the alarm clock has turned since the last one."""
    told = [pulses.turns]
    await every("heart", BEATS_EVERY, partial(_tell, pulses, fd, told), stop)


async def _tell(pulses: Pulses, fd: int, told: list[int]) -> None:
    if pulses.turns == told[0]:
        return
    told[0] = pulses.turns
    with contextlib.suppress(BlockingIOError):  # the supervisor has not listened for long: it has enough to hear
        os.write(fd, b".")
