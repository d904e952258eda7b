"""Work that goes straight to the loop that carries it out, taken in the transaction that made it: a commit fewer each time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

Work = TypeVar("Work")


@dataclass(kw_only=True)
class Place(Generic[Work]):
    """A hand that is kept free for what a transaction may take; ``free`` is False when there is none."""

    free: bool
    work: Work | None = None

    def fill(self, work: Work | None) -> None:
        """Only after the commit that took it; None: nothing was taken."""
        self.work = work


def never(_: str) -> bool:
    """No way is crowded."""
    return False


class Relay(Generic[Work]):
    """The way to a loop's hands; closed until the loop runs, and then nothing is taken for it.

    Whoever takes work in a transaction reserves a hand first: what is taken is carried out at once, never while its lease runs out
    in a line.
    """

    def __init__(self) -> None:
        """Closed."""
        self._places: asyncio.Semaphore | None = None
        self._start: Callable[[Work], None] | None = None
        self._crowded: Callable[[str], bool] = never

    def open(self, places: asyncio.Semaphore, start: Callable[[Work], None], crowded: Callable[[str], bool]) -> None:
        """The loop runs: ``start`` begins a piece in a place that was acquired for it, and gives the place back in the end."""
        self._places, self._start, self._crowded = places, start, crowded

    def crowded(self, way: str) -> bool:
        """Whether nothing more is to be taken for that way: it waits in its line then."""
        return self._crowded(way)

    def close(self) -> None:
        """No more hands are reserved; the loop still carries out what was taken for one that is."""
        self._places = None

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Place[Work]]:
        """A hand, if one is free now; what it was filled with is begun when the block ends."""
        places, start = self._places, self._start
        if places is None or start is None or places.locked():
            yield Place(free=False)
            return
        await places.acquire()
        place = Place[Work](free=True)
        try:
            yield place
        finally:
            if place.work is None:
                places.release()
            else:
                start(place.work)
