"""``/events``: tells an open page that the queue has changed, and which emergencies nobody has acknowledged.  No text of anybody.

An event's id is a fingerprint of what the officer may see.  Whoever comes back, having missed nothing or everything, names the last one:
what has changed meanwhile is told at once, and what has not is not told twice.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from starlette.responses import Response, StreamingResponse

from bot.desk.auth import Visit
from bot.domain.handoff import HandoffClass, HandoffLine
from bot.ports import Officer
from bot.usecases import handoff, sign_in
from bot.usecases.house import House

#: However many pages are open, the database is looked at once in so many seconds.
_LOOK = 0.2
#: A connection that carries nothing is kept alive, and known to be alive, so often (seconds).
_ALIVE = 15.0
#: How long an ended session may go on hearing (seconds).
_SESSION = 1.0


def version_of(lines: Sequence[HandoffLine]) -> str:
    """Another word for every state of the queue."""
    return hashlib.sha256(repr(lines).encode()).hexdigest()[:16]


def ringing(lines: Sequence[HandoffLine]) -> list[str]:
    """Emergencies that nobody has acknowledged, exercises among them: those have to be heard too."""
    return [line.reference for line in lines if line.cls is HandoffClass.E1 and not line.acknowledged]


def exercises(lines: Sequence[HandoffLine]) -> list[str]:
    """Those of them that are exercises."""
    return ringing([line for line in lines if line.is_exercise])


@dataclass
class Board:
    """The open handoffs as they were a moment ago, read once for all pages."""

    house: House
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _looked: float = 0.0
    _stamp: str = ""
    _lines: list[HandoffLine] = field(default_factory=list)
    _everybody: list[Officer] = field(default_factory=list)

    async def lines(self, officer: Officer) -> list[HandoffLine]:
        """What this officer may see."""
        async with self._lock:
            if time.monotonic() - self._looked >= _LOOK:
                await self._look()
                self._looked = time.monotonic()
        return [line for line in self._lines if handoff.may_see(officer, line.lane, self._everybody)]

    async def _look(self) -> None:
        async with self.house.store.begin() as tx:
            self._everybody = await tx.officers.all()
            stamp = await tx.handoffs.stamp()
            if stamp != self._stamp:
                self._lines = await tx.handoffs.queue()
                self._stamp = stamp


def _told(version: str, lines: Sequence[HandoffLine]) -> dict[str, object]:
    return {"version": version, "ringing": ringing(lines), "exercises": exercises(lines)}


@dataclass(frozen=True, kw_only=True)
class Listener:
    """One open page."""

    board: Board
    officer: Officer
    token: str = field(repr=False)
    seen: str  #: what it shows already

    async def events(self) -> AsyncIterator[str]:
        """What to send, until the session ends or the page is closed."""
        seen, said, asked = self.seen, time.monotonic(), 0.0
        yield "retry: 2000\n\n"
        while True:
            if time.monotonic() - asked >= _SESSION:
                if await sign_in.visit(self.board.house, self.token, acts=False) is None:
                    yield "event: ended\ndata: {}\n\n"
                    return
                asked = time.monotonic()
            lines = await self.board.lines(self.officer)
            version = version_of(lines)
            if version != seen:
                yield f"id: {version}\nevent: queue\ndata: {json.dumps(_told(version, lines))}\n\n"
                seen, said = version, time.monotonic()
            elif time.monotonic() - said >= _ALIVE:
                yield ": \n\n"
                said = time.monotonic()
            await self.board.house.store.wait(_SESSION)


def events(board: Board) -> "Hears":
    """The handler for pages that share this board."""
    return Hears(board)


@dataclass(frozen=True)
class Hears:
    """``GET /events``."""

    board: Board

    async def __call__(self, visit: Visit) -> Response:
        """An endless answer."""
        request = visit.request
        seen = request.headers.get("last-event-id") or request.query_params.get("seen", "")
        token = request.cookies.get(visit.desk.cookie("session"), "")
        listener = Listener(board=self.board, officer=visit.acting, token=token, seen=seen)
        return StreamingResponse(listener.events(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
