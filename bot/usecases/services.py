"""What the answering process tells of the services it needs, kept where the desk's process can read it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.health import DISK_LOW
from bot.domain.text import clean
from bot.domain.trouble import REPORTS_WITHIN

if TYPE_CHECKING:
    from bot.usecases.house import House

Pulse = tuple[bool, str]


@dataclass(kw_only=True)
class Pulses:
    """How each service was when it was last used; written down only when that changes, and now and then."""

    beats: dict[str, Pulse] = field(default_factory=dict)
    turns: int = 0  #: of the alarm clock; while they grow, this process does not hang
    _told: dict[str, Pulse] = field(default_factory=dict)
    _told_at: datetime | None = None

    def beat(self, name: str, *, ok: bool, detail: str = "") -> None:
        """Never raises, writes nothing: whoever serves people calls it in passing."""
        # A file's name may be anything; what cannot be stored would silence every beat.
        self.beats[name] = ok, clean(detail)[:400]

    def turned(self) -> None:
        """The alarm clock has looked, or tried to, or has rung for one case."""
        self.turns += 1

    def news(self, now: datetime) -> dict[str, Pulse]:
        """What is to be written; everything when nothing was for a minute."""
        if self._told_at is None or abs(now - self._told_at) >= REPORTS_WITHIN:
            return dict(self.beats)
        return {name: pulse for name, pulse in self.beats.items() if self._told.get(name) != pulse}

    def told(self, news: dict[str, Pulse], now: datetime) -> None:
        """It stands in the database."""
        self._told |= news
        if len(news) == len(self.beats):
            self._told_at = now


async def report(house: "House", *, model_answers: bool, disk_free: int) -> None:
    """Write down what has changed."""
    house.pulses.beat("worker", ok=True)
    house.pulses.beat("model", ok=model_answers)
    house.pulses.beat("disk", ok=disk_free >= DISK_LOW)
    house.pulses.beat("content", ok=house.serving.refused is None, detail=house.serving.refused or "")
    now = house.clock.now()
    news = house.pulses.news(now)
    if not news:
        return
    async with house.store.begin() as tx:
        for name, (ok, detail) in sorted(news.items()):
            await tx.troubles.tell(name, now, ok=ok, detail=detail)
        await tx.commit()
    house.pulses.told(news, now)
