"""``/events``: tells an open page that the queue has changed, and which emergencies nobody has acknowledged.  No text of anybody.

Whoever hears nothing cannot know whether there is nothing: ``alive`` comes at once and every fifteen seconds, whatever else does.

An event's id is a fingerprint of what the officer may see.  Whoever comes back, having missed nothing or everything, names the last one:
what has changed meanwhile is told at once, and what has not is not told twice.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from starlette.responses import Response, StreamingResponse

from bot.desk.auth import Visit
from bot.domain.account import Fades, Session
from bot.domain.handoff import DutyLane
from bot.domain.ids import OfficerId, parse_reference
from bot.domain.queue import Common, Glance, Group, News, Section
from bot.domain.roster import LOOKS_BACK
from bot.ports import Officer
from bot.usecases import board, casefile, sight
from bot.usecases.beside import Beside, beside
from bot.usecases.house import House

#: However many pages are open, the database is looked at once in so many seconds.
_LOOK = 0.2
#: A page knows that it is heard by: so often it is told (seconds); it waits less than three times as long.
_ALIVE = 15.0
#: How long an ended session may go on hearing (seconds).
_SESSION = 1.0
#: What is new for each officer is looked at so often, and whenever the queue has changed (seconds).
_NEWS = 1.0
#: A page of a case looks after it so often, and whenever the queue has changed (seconds).
_CASE = 1.0
#: The longest time over which pages fetch what has changed, after they have told it (milliseconds).
_SPREAD = 2_000
_NO_NEWS = News()


@dataclass
class Board:
    """The queue as it was a moment ago, and whose sessions go on: read once for all pages, however many are open."""

    house: House
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _looked: float = 0.0
    _pulse: str = ""
    _stamps: Mapping[str, str] = field(default_factory=dict)
    _glances: dict[frozenset[DutyLane], Glance] = field(default_factory=dict)
    _common: dict[frozenset[DutyLane], Common] = field(default_factory=dict)
    _everybody: Sequence[Officer] = ()
    _lanes: dict[Officer, frozenset[DutyLane]] = field(default_factory=dict)
    _listening: Counter[str] = field(default_factory=Counter)
    _asked: float = 0.0
    _here: Mapping[str, Session] = field(default_factory=dict)
    _news: Mapping[OfficerId, News] = field(default_factory=dict)
    _news_looked: float = 0.0

    async def glance(self, officer: Officer) -> Glance:
        """What this officer may see."""
        async with self._lock:
            if time.monotonic() - self._looked >= _LOOK:
                await self._look()
            return await self._glance(self._lanes_of(officer))

    async def sections(self, officer: Officer, most: Mapping[Group, int]) -> tuple[Glance, list[Section]]:
        """The queue as this officer's page lists it, as it is now: who has just done something sees it done."""
        async with self._lock:
            await self._look()
            lanes = self._lanes_of(officer)
            glance = await self._glance(lanes)
            if lanes not in self._common:
                async with self.house.store.look() as seen:
                    self._common[lanes] = await seen.lines.common(lanes, most)
            return glance, self._common[lanes].sections_for(officer.name, most[Group.MINE])

    async def beside(self, officer: Officer) -> Beside:
        """What stands above the queue of this officer, as ``sections`` has just read it."""
        async with self._lock:
            lanes = self._lanes_of(officer)
            common = self._common.get(lanes)
            async with self.house.store.look() as seen:
                roster = await seen.roster(self.house.clock.now().date() - LOOKS_BACK)
            return beside(self.house, officer, self._everybody, common, roster)

    async def news(self, officer: Officer) -> News:
        """What this officer must hear of soon, though nothing rings for it."""
        async with self._lock:
            if time.monotonic() - self._news_looked >= _NEWS:
                async with self.house.store.look() as seen:
                    self._news = await seen.news()
                self._news_looked = time.monotonic()
        return self._news.get(officer.id, _NO_NEWS)

    async def _glance(self, lanes: frozenset[DutyLane]) -> Glance:
        if lanes not in self._glances:
            async with self.house.store.look() as seen:
                self._glances[lanes] = await board.glance(seen, lanes, self._stamps)
        return self._glances[lanes]

    async def _look(self) -> None:
        async with self.house.store.look() as seen:
            everybody = await seen.officers()
            pulse = await seen.lines.pulse()
            stamps = self._stamps if pulse == self._pulse else await seen.lines.stamps()
        if everybody != self._everybody:
            self._everybody, self._lanes = everybody, {}
        if stamps != self._stamps:
            self._stamps, self._glances, self._common, self._news_looked = stamps, {}, {}, 0.0
        self._pulse, self._looked = pulse, time.monotonic()

    def _lanes_of(self, officer: Officer) -> frozenset[DutyLane]:
        """Everybody is looked through for it, and every open page asks several times a second."""
        if officer not in self._lanes:
            self._lanes[officer] = sight.lanes_of(officer, self._everybody)
        return self._lanes[officer]

    @contextmanager
    def listening(self, token: str) -> Iterator[None]:
        """A page is open."""
        self._listening[token] += 1
        try:
            yield
        finally:
            self._listening -= Counter({token: 1})

    async def is_here(self, token: str) -> Session | None:
        """The session, if it goes on, or did a moment ago."""
        async with self._lock:
            if time.monotonic() - self._asked >= _SESSION:
                self._here = await board.still_here(self.house, {token, *self._listening})
                self._asked = time.monotonic()
            elif token not in self._here:
                self._here = {**self._here, **await board.still_here(self.house, {token})}
        return self._here.get(token)

    @property
    def spread(self) -> int:
        """Over how many milliseconds the open pages fetch their lines: two hundred at once would wait for each other."""
        return min(_SPREAD, 10 * self._listening.total())


def _told(glance: Glance, spread: int) -> str:
    ringing = {"ringing": list(glance.ringing), "exercises": list(glance.exercises)}
    return json.dumps({"version": glance.version, "spread": spread} | ringing)


@dataclass(kw_only=True)
class _Said:
    """What a page has been told, and when."""

    seen: str  #: the queue's fingerprint
    stamp: str  #: the case's
    news: News | None = None
    fades: Fades | None = None
    alive: float = 0.0
    asked: float = 0.0  #: when the case was last looked at


@dataclass(frozen=True, kw_only=True)
class Listener:
    """One open page."""

    board: Board
    officer: Officer
    token: str = field(repr=False)
    seen: str  #: what it shows already
    case: str = ""  #: the reference of the case that it shows
    stamp: str = ""  #: and how that stood
    every: float = _ALIVE  #: so often (seconds) it is told that somebody is there

    async def events(self) -> AsyncIterator[str]:
        """What to send, until the session ends or the page is closed."""
        yield "retry: 2000\n\n"
        with self.board.listening(self.token):
            async for event in self._heard():
                yield event

    async def _heard(self) -> AsyncIterator[str]:
        said = _Said(seen=self.seen, stamp=self.stamp)
        while True:
            session = await self.board.is_here(self.token)
            if session is None:
                yield "event: ended\ndata: {}\n\n"
                return
            if alive := self._alive(said, session):
                yield alive
            async for event in self._changes(said):
                yield event
            await self.board.house.store.wait(_SESSION)

    def _alive(self, said: _Said, session: Session) -> str:
        """Told in time, and as soon as the session is about to end or does so no more."""
        fades, now = session.fades(self.board.house.clock.now()), time.monotonic()
        if fades == said.fades and now - said.alive < self.every:
            return ""
        said.fades, said.alive = fades, now
        return f"event: alive\ndata: {json.dumps({'fades': fades})}\n\n"

    async def _changes(self, said: _Said) -> AsyncIterator[str]:
        glance = await self.board.glance(self.officer)
        if glance.version != said.seen:
            yield f"id: {glance.version}\nevent: queue\ndata: {_told(glance, self.board.spread)}\n\n"
            said.seen, said.asked = glance.version, 0.0
        if (news := await self.board.news(self.officer)) != said.news:
            yield f"event: news\ndata: {json.dumps(asdict(news))}\n\n"
            said.news = news
        if self.case and time.monotonic() - said.asked >= _CASE:
            said.asked, stamp = time.monotonic(), await casefile.stamp_of(self.board.house, self.officer, self.case)
            if stamp != said.stamp:
                yield f"event: case\ndata: {json.dumps(stamp)}\n\n"
                said.stamp = stamp


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
        asked = request.query_params
        case, stamp = parse_reference(asked.get("case", "")) or "", asked.get("stamp", "")
        listener = Listener(board=self.board, officer=visit.acting, token=token, seen=seen, case=case, stamp=stamp)
        return StreamingResponse(listener.events(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
