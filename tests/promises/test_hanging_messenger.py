"""A messenger that hangs holds up its own answers, and nothing else: no alert, and nothing on another messenger."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from functools import partial

import pytest

from bot.domain.clock import SystemClock
from bot.domain.message import ChannelName, Lane, Outgoing, Sent, way
from bot.storage.database import SqlStore
from bot.usecases import deliver, respond
from bot.wiring.worker import all_said
from bot.workers.couriers import ONE_WAY, Couriers
from bot.workers.loops import Dispatcher
from tests.fakes import FakeChannel, FakeClock
from tests.journeys.house import Home
from tests.promises.case import CRY, rings, to_phone


class RealTime(FakeClock):
    """Couriers work in real time."""

    def now(self) -> datetime:
        return SystemClock().now()

    def move(self, **_: float) -> None:
        return


class Hanging(FakeChannel):
    """Telegram takes what it is given, and never answers."""

    def __init__(self) -> None:
        super().__init__(ChannelName.TELEGRAM)
        self.asked: list[str] = []

    async def send(self, outgoing: Outgoing) -> Sent:
        self.asked.append(outgoing.name)
        await asyncio.Event().wait()
        raise AssertionError


@pytest.fixture
def home(store: SqlStore) -> Home:
    return Home(store, RealTime())


def naive_couriers(home: Home) -> Dispatcher[Outgoing]:
    """Eight for everybody."""
    carry = partial(deliver.deliver, home.house, home.channels)
    return Dispatcher(name="courier", take=partial(deliver.take, home.house), work=carry, at_once=ONE_WAY, relay=home.house.sending)


@asynccontextmanager
async def sending(home: Home, naive: bool) -> AsyncIterator[None]:
    couriers = naive_couriers(home) if naive else Couriers(house=home.house, channels=home.channels).dispatcher()
    task = asyncio.create_task(couriers.run(home.house, asyncio.Event()))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def answers_all(home: Home) -> None:
    while (claimed := await respond.claim(home.house)) is not None:
        await respond.respond(home.house, claimed)


@pytest.mark.parametrize("naive", [False, True])
async def test_an_alert_goes_out_by_signal_while_telegram_hangs(home: Home, naive: bool) -> None:
    await home.enrols()
    telegram = home.channels[ChannelName.TELEGRAM] = Hanging()
    async with sending(home, naive):
        for number in range(2 * ONE_WAY):
            await home.writes("/help", sender=str(7000 + number), channel=ChannelName.TELEGRAM)
        await answers_all(home)
        async with asyncio.timeout(20):
            while len(telegram.asked) < ONE_WAY:
                await asyncio.sleep(0.05)
        await home.writes(CRY, sender="42")
        await answers_all(home)
        for _ in range(60):
            await asyncio.sleep(0.05)
            if rings(home) and "attack_now" in to_phone(home, "42"):
                break
    assert (rings(home) > 0) is not naive
    assert ("attack_now" in to_phone(home, "42")) is not naive
    assert len(telegram.asked) == ONE_WAY


async def test_what_gets_no_answer_is_maybe_sent_and_given_back_before_its_lease_ends(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert deliver.WITHIN_SECONDS < deliver.LEASE_SECONDS
    monkeypatch.setattr(deliver, "WITHIN_SECONDS", 0.2)
    home.channels[ChannelName.TELEGRAM] = Hanging()
    await home.enrols()
    await home.writes("/help", sender="7", channel=ChannelName.TELEGRAM)
    await answers_all(home)
    taken = await deliver.take(home.house)
    assert taken is not None
    await asyncio.wait_for(deliver.deliver(home.house, home.channels, taken), 10)
    assert (await home.counted())["ambiguous_telegram_no_answer"] == 1


@pytest.mark.parametrize("naive", [False, True])
async def test_the_console_reads_on_while_an_officers_messenger_hangs(home: Home, naive: bool) -> None:
    """Naive: until everything everywhere is said.  The next line may be the one that counts."""
    await home.enrols()
    await home.writes(CRY, channel=ChannelName.CONSOLE, sender="run")
    await answers_all(home)
    while (taken := await deliver.take(home.house, lambda: [way(ChannelName.SIGNAL, Lane.ALERT)])) is not None:
        await deliver.deliver(home.house, home.channels, taken)
    said = all_said(home.house, None) if naive else all_said(home.house)
    with pytest.raises(TimeoutError) if naive else nullcontext():
        await asyncio.wait_for(said, 3)
    assert rings(home) == 0
