"""Fakes of what is across a network or a clock, and of nothing else."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.errors import NluUnavailable, Unreachable
from bot.domain.message import ChannelName, Outgoing, Sent
from bot.domain.understanding import Ranked, Reading


class FakeClock:
    """A clock that the test moves."""

    def __init__(self, now: datetime = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def move(self, **delta: float) -> None:
        self._now += timedelta(**delta)


class FakeNlu:
    """A model that knows what the test tells it; anything else is a sure greeting."""

    def __init__(self, known: dict[str, str] | None = None) -> None:
        self.known = known or {}
        self.dead = False
        self.asked: list[str] = []
        self.expected: list[str] = []

    def is_starting(self) -> bool:
        return False

    def expect(self, text: str) -> None:
        self.expected.append(text)

    async def read(self, text: str) -> Reading:
        self.asked.append(text)
        if self.dead:
            raise NluUnavailable("dead")
        sure = self.known.get(text, "greet")
        other = "thanks" if sure != "thanks" else "greet"
        if sure == "unsure":
            return Reading(ranking=(Ranked(intent="help", confidence=0.6), Ranked(intent="arrest_now", confidence=0.4)))
        return Reading(ranking=(Ranked(intent=sure, confidence=0.97), Ranked(intent=other, confidence=0.03)))


class FakeChannel:
    """A messenger that keeps what was sent, and fails as it is told."""

    def __init__(self, name: ChannelName) -> None:
        self.name = name
        self.sent: list[Outgoing] = []
        self.erased: list[tuple[str, list[str]]] = []
        self.left: list[str] = []
        self.typed: list[str] = []
        self.failures: list[Exception] = []
        self.refused: dict[str, Exception] = {}  #: who gets nothing, and why
        self.discarded: list[str] = []
        self.files: dict[str, bytes] = {}
        self.refuses: Exception | None = None  #: instead of a file
        self.trusted: list[str] = []
        self.trust_failures: list[Exception] = []
        self.timers: list[tuple[str, int]] = []  #: of which chat, and how many seconds
        self.timer_failures: list[Exception] = []

    async def send(self, outgoing: Outgoing) -> Sent:
        if self.failures:
            raise self.failures.pop(0)
        if outgoing.address in self.refused:
            raise self.refused[outgoing.address]
        self.sent.append(outgoing)
        return Sent(key=f"sent-{len(self.sent)}")

    async def erase(self, address: str, keys: Sequence[str]) -> None:
        self.erased.append((address, list(keys)))

    async def discard(self, handles: Sequence[str]) -> None:
        self.discarded += handles

    async def fetch(self, handle: str, account: str) -> bytes:
        if self.refuses is not None:
            raise self.refuses
        if handle not in self.files:
            raise Unreachable("gone")
        return self.files[handle]

    async def trust(self, address: str) -> None:
        if self.trust_failures:
            raise self.trust_failures.pop(0)
        self.trusted.append(address)

    async def timer(self, address: str, seconds: int) -> None:
        if self.timer_failures:
            raise self.timer_failures.pop(0)
        self.timers.append((address, seconds))

    async def typing(self, address: str) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.typed.append(address)

    async def leave(self, address: str) -> None:
        self.left.append(address)
