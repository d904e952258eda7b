"""Fifty people who write: half of them emergencies, half on Telegram, each message different, and what of it was acknowledged."""

import asyncio
import itertools
import random
from collections.abc import Iterator

from tests.standins.signal import SignalStandIn
from tests.standins.telegram import TelegramStandIn

EMERGENCIES = ("Police are breaking down my door right now", "They are taking me away", "My colleague was arrested this morning")
QUESTIONS = ("What are the guidelines about?", "What can the embassy do for us?", "Good morning", "Thank you")


class Crowd:
    """People with numbers; the even ones write emergencies, the first half is on Telegram."""

    def __init__(self, telegram: TelegramStandIn, signal: SignalStandIn, *, people: int, messages: int, seed: int) -> None:
        self.telegram = telegram
        self.signal = signal
        self.people = people
        self.texts: dict[int, list[str]] = {person: [] for person in range(people)}  #: in the order of writing
        self.chance = random.Random(seed)
        self._order = itertools.islice(self._turns(), messages)
        self._by_update: dict[int, str] = {}
        self._by_stamp: dict[int, str] = {}
        self._frames: asyncio.Queue[object] = asyncio.Queue()

    def _turns(self) -> Iterator[int]:
        """Everybody once, in a random order, again and again."""
        while True:
            yield from self.chance.sample(range(self.people), self.people)

    def address(self, person: int) -> str:
        """Chat or ACI."""
        return str(1000 + person) if person < self.people / 2 else f"5f9a1c1e-0000-4000-8000-{person:012d}"

    def is_in_danger(self, person: int) -> bool:
        return person % 2 == 0

    async def write(self, number: int, seconds: float) -> None:
        """So many messages within so much time; a random moment follows the last."""
        for person in itertools.islice(self._order, number):
            self._write(person)
            await asyncio.sleep(self.chance.uniform(0, 2 * seconds / number))

    def _write(self, person: int) -> None:
        said = self.texts[person]
        words = EMERGENCIES if self.is_in_danger(person) else QUESTIONS
        said.append(f"{words[len(said) % len(words)]} ({person}-{len(said)})")
        if person < self.people / 2:
            update = self.telegram.message(said[-1], chat=int(self.address(person)))
            self._by_update[update["update_id"]] = said[-1]
            self.telegram.arrives(update)
        else:
            frame = self.signal.frame(said[-1], sender=self.address(person))
            self._by_stamp[frame["params"]["envelope"]["timestamp"]] = said[-1]
            self._frames.put_nowait(frame)

    async def post(self) -> None:
        """Post Signal's frames as they come, one after the other, until cancelled."""
        while True:
            await self.signal.push(await self._frames.get())
            self._frames.task_done()

    @property
    def is_through(self) -> bool:
        """Everything written was fetched and confirmed, or posted."""
        return not self.telegram.updates and len(self.signal.outcomes) == len(self._by_stamp)

    def acknowledged(self) -> list[str]:
        """What an offset confirmed, or a 200 answered."""
        confirmed = [self._by_update[number] for number in self.telegram.confirmed if number in self._by_update]
        return confirmed + self.ended("answered")

    def ended(self, outcome: str) -> list[str]:
        """What Signal's posts carried that ended so."""
        return [self._by_stamp[stamp] for stamp, how in self.signal.outcomes if how == outcome]
