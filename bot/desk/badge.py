"""How many things are wrong, for the navigation of every page: looked at once in a while for everybody."""

import asyncio
import time
from dataclasses import dataclass, field

from bot.domain.trouble import Troubles
from bot.ports import Officer
from bot.usecases import troubles
from bot.usecases.house import House

#: However many pages are opened, the database is looked at once in so many seconds.
_LOOK = 10.0


@dataclass
class Badge:
    """The troubles as they were a moment ago."""

    house: House
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _looked: float | None = None
    _found: Troubles | None = None
    _everybody: list[Officer] = field(default_factory=list)

    async def number(self, officer: Officer | None) -> int:
        """Of those that this officer, or an administrator (None), may know of."""
        async with self._lock:
            if self._found is None or self._looked is None or time.monotonic() - self._looked >= _LOOK:
                self._found, self._everybody = await troubles.look(self.house)
                self._looked = time.monotonic()
        return troubles.for_officer(self._found, officer, self._everybody).number

    def stale(self) -> None:
        """Somebody has just done something about it."""
        self._looked = None
