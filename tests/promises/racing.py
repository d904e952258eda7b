"""A house at work: responder and courier run as they do in the worker, on a wire that takes its time."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from sqlalchemy import RowMapping

from bot.domain.clock import SystemClock
from bot.domain.ids import ConversationId, new_id
from bot.domain.message import ChannelName, Incoming, Kind, Outgoing, Sent, Speaker
from bot.ports import Claimed
from bot.storage.base import Work
from bot.storage.database import SqlStore
from bot.storage.heads import Heads
from bot.storage.outbox import SqlOutbox
from bot.storage.transaction import SqlTransaction
from bot.usecases.deliver import deliver, take
from bot.usecases.house import House
from bot.usecases.receive import receive_and_hand_on
from bot.usecases.respond import claim, respond
from bot.workers.loops import Dispatcher
from bot.workers.work import RESPONDERS
from tests.fakes import FakeClock
from tests.journeys.house import Home

QUESTION = "what are these guidelines?"
Answer = Callable[[House, Claimed], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """What a phone showed, and when."""

    address: str
    speaker: Speaker
    name: str
    at: float


@dataclass
class Wire:
    """A messenger that takes its time, or holds the first send until the test lets it go."""

    name: ChannelName = ChannelName.SIGNAL
    slowest: float = 0.0
    gate: asyncio.Event | None = None
    on_the_wire: asyncio.Event = field(default_factory=asyncio.Event)
    begun: set[str] = field(default_factory=set)  #: to whom something was sent, or is being sent
    arrived: list[Arrived] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> Sent:
        self.on_the_wire.set()
        self.begun.add(outgoing.address)
        if self.gate is not None:
            await self.gate.wait()
        await asyncio.sleep(random.uniform(0, self.slowest))
        self.arrived.append(Arrived(address=outgoing.address, speaker=outgoing.speaker, name=outgoing.name, at=time.monotonic()))
        return Sent(key=new_id())

    async def erase(self, address: str, keys: Sequence[str]) -> None:
        """Nothing is erased here."""

    async def typing(self, address: str) -> None:
        """Nobody types here."""

    async def leave(self, address: str) -> None:
        """Nothing is left here."""

    def bot_after(self, address: str, moment: float) -> int:
        """How many of the bot's rows a phone showed after that moment."""
        return sum(each.address == address and each.speaker is Speaker.BOT and each.at > moment for each in self.arrived)


def at_work(store: SqlStore) -> House:
    """A house on the real clock, whose model knows one question."""
    home = Home(store, FakeClock())
    home.nlu.known[QUESTION] = "guidelines_about"
    return replace(home.house, clock=SystemClock())


@asynccontextmanager
async def working(house: House, wire: Wire, answer: Answer = respond) -> AsyncIterator[None]:
    """Responder and courier, until the block is left."""
    stop = asyncio.Event()
    answering, send = partial(answer, house), partial(deliver, house, {wire.name: wire})
    responder = Dispatcher(name="responder", take=partial(claim, house), work=answering, at_once=RESPONDERS, relay=house.answering)
    courier = Dispatcher(name="courier", take=partial(take, house), work=send, at_once=8, relay=house.sending)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(responder.run(house, stop))
        tasks.create_task(courier.run(house, stop))
        try:
            yield
        finally:
            stop.set()


async def answers_everything(house: House) -> None:
    """The responder alone: what it says stays queued."""
    while (claimed := await claim(house)) is not None:
        await respond(house, claimed)


async def writes(house: House, sender: str, text: str = QUESTION) -> None:
    """A message is kept."""
    message = Incoming(channel=ChannelName.SIGNAL, account="us", key=new_id(), sender=sender, kind=Kind.TEXT, text=text)
    await receive_and_hand_on(house, [message])


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for a condition, with a deadline."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


async def all_done(house: House, seconds: float = 60.0) -> None:
    """Wait until nothing waits to be answered or sent."""
    async with asyncio.timeout(seconds):
        while await _open(house):
            await asyncio.sleep(0.02)


async def _open(house: House) -> int:
    async with house.store.begin() as tx:
        return await tx.inbox.waiting() + await tx.outbox.unsent()


class _CarelessHeads(Heads):
    async def _not_to_be_sent(self, row: RowMapping) -> None:
        return None


class _CarelessOutbox(SqlOutbox):
    """The control: a claim cancels nothing, and the courier does not look who holds the conversation."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._heads = _CarelessHeads(work)

    async def cancel_bot_rows(self, conversation: ConversationId) -> int:
        return 0


class CarelessStore(SqlStore):
    """A store for the control."""

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqlTransaction]:
        async with super().begin() as tx:
            tx.outbox = _CarelessOutbox(tx._work)
            yield tx
