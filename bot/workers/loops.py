"""The loops of the house: each carries out one use case again and again, and survives its failures."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog

from bot.usecases.house import House
from bot.usecases.relay import Relay, never

log = structlog.get_logger(__name__)

#: A loop that failed starts again after so long, so that a broken database does not fill the log.
AFTER_FAILURE = 1.0


class Piece(Protocol):
    """What was taken."""

    @property
    def alone(self) -> bool:
        """Nothing else was due then: looking again at once would only hold it up."""


Work = TypeVar("Work", bound=Piece)


async def again_and_again(name: str, step: Callable[[], Awaitable[bool]], house: House, stop: asyncio.Event, *, idle: float = 1.0) -> None:
    """Call ``step`` while it says that there was work; then wait for a commit, at most ``idle`` seconds."""
    while not stop.is_set():
        try:
            if not await step():
                await house.store.wait(idle, name)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("loop_failed", loop=name)
            await pause(stop, AFTER_FAILURE)


async def every(name: str, seconds: float, step: Callable[[], Awaitable[object]], stop: asyncio.Event) -> None:
    """Call ``step`` every so many seconds."""
    while not stop.is_set():
        try:
            await step()
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("loop_failed", loop=name)
        await pause(stop, seconds)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but not longer than until ``stop``."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


@dataclass(frozen=True, kw_only=True)
class Dispatcher(Generic[Work]):
    """Takes work as long as there is some and carries it out, ``at_once`` pieces at a time.

    One taker for many hands: workers that each looked for work would queue for the database's one writer.
    """

    name: str
    take: Callable[[], Awaitable[Work | None]]
    work: Callable[[Work], Awaitable[None]]
    at_once: int
    relay: Relay[Work]  #: by which work comes that was taken where it was made
    crowded: Callable[[str], bool] = never  #: which ways of working take no more just now

    async def run(self, house: House, stop: asyncio.Event) -> None:
        """Dispatch until told to stop; what was taken, here or on the way here, is finished."""
        places = asyncio.Semaphore(self.at_once)
        async with asyncio.TaskGroup() as hands:
            self.relay.open(places, lambda piece: self._begin(piece, places, hands), self.crowded)
            await again_and_again(self.name, lambda: self._next(places, hands), house, stop)
            self.relay.close()
            for _ in range(self.at_once):
                await places.acquire()

    async def _next(self, places: asyncio.Semaphore, hands: asyncio.TaskGroup) -> bool:
        await places.acquire()
        piece = None
        try:
            piece = await self.take()
        finally:
            if piece is None:
                places.release()
        if piece is None:
            return False
        self._begin(piece, places, hands)
        return not piece.alone

    def _begin(self, piece: Work, places: asyncio.Semaphore, hands: asyncio.TaskGroup) -> None:
        hands.create_task(self._carry_out(piece, places))

    async def _carry_out(self, piece: Work, places: asyncio.Semaphore) -> None:
        try:
            await self.work(piece)
        except Exception:
            log.exception("work_failed", loop=self.name)
        finally:
            places.release()
