"""The desk's connections: none is held open by who sends nothing whole, and nobody holds them all."""

import asyncio
from collections import Counter
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.desk.proxies import NO_PROXIES, Proxies

#: Seconds for a request's head, and about as many again for its body.
COMES_WITHIN = 10.0
#: So many connections of one address are open at once: a house full of browsers behind one address fits.
EACH = 512
#: The owner of a debt when nothing is owed.
_NOTHING = object()


class Open:
    """How many connections each address has open; what comes by way of a proxy of ours is not counted: it brings everybody."""

    def __init__(self, proxies: Proxies = NO_PROXIES, each: int = EACH) -> None:
        """None yet."""
        self._proxies = proxies
        self._each = each
        self._number = Counter[str]()

    def enters(self, host: str) -> str | None:
        """One more; under which name it is counted.  None: it is not."""
        name = self._proxies.counted(host)
        if name is not None:
            self._number[name] += 1
        return name

    def is_too_many(self, name: str | None) -> bool:
        """Whether that one is one too many."""
        return name is not None and self._number[name] > self._each

    def leaves(self, name: str | None) -> None:
        """One less."""
        if name is not None:
            self._number[name] -= 1
            if self._number[name] <= 0:
                del self._number[name]


class Prompt(H11Protocol):
    """A connection on which no whole request comes in time is closed: half ones would hold every descriptor, and officers out."""

    def __init__(self, *args: Any, opened: Open | None = None, **more: Any) -> None:
        """``opened``: with which others it is counted."""
        super().__init__(*args, **more)
        self._opened = opened or Open()
        self._name: str | None = None
        self._looking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """From here on it has so many seconds."""
        super().connection_made(transport)
        self._name = self._opened.enters(self.client[0] if self.client else "")
        if self._opened.is_too_many(self._name):
            transport.abort()
        else:
            self._look_again(self.cycle)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is not counted any more."""
        if self._looking is not None:
            self._looking.cancel()
        self._opened.leaves(self._name)
        self._name = None
        super().connection_lost(exc)

    def _look_again(self, owed: object) -> None:
        self._looking = self.loop.call_later(COMES_WITHIN, self._look, owed)

    def _look(self, owed: object) -> None:
        """Whoever owes us the rest of the same request as at the last look has had their time; an answer of ours may take longer."""
        cycle: Any = self.cycle
        owes = cycle is None or cycle.more_body or cycle.response_complete
        if owes and cycle is owed:
            self.transport.abort()
        else:
            self._look_again(cycle if owes else _NOTHING)
