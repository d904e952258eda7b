"""No alarm goes unheard: a thousand of them over restarts, each round on time; every way dead for ten minutes; who is rung when."""

import asyncio
import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.crypto import MasterKey
from bot.domain.account import Account, AccountId, Lock, Role
from bot.domain.errors import TryLater
from bot.domain.ids import new_id
from bot.domain.ladder import Ladder
from bot.domain.message import ChannelName, Piece
from bot.domain.roster import Shift
from bot.ports import Officer, Responses, Values
from bot.storage.database import SqlStore
from bot.storage.tables import handoffs, outbox
from bot.usecases import alert, deliver, respond
from bot.usecases.handoff import acknowledge
from bot.usecases.house import House
from bot.usecases.ways import try_daily, try_ways, watch_ways
from bot.workers import janitor
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.promises.case import CRY, SENDER, rings

#: Minutes after the first ringing at which there is a round, by the issue: 2, supervisors at 5, everybody at 10, then every 5.
ROUNDS = (0, 2, 5, 10, 15, 20)
STEP = timedelta(seconds=30)


@pytest.fixture
def home(store: SqlStore, clock: FakeClock) -> Home:
    return Home(store, clock)


@dataclass
class Thousand:
    """Many emergencies that come in over half an hour, and officers who acknowledge each in its own time, or never."""

    home: Home
    officer: Officer
    number: int
    chance: random.Random
    heard_after: dict[str, int | None] = field(default_factory=dict)  #: by reference: the round in which somebody acknowledged
    opened: dict[str, datetime] = field(default_factory=dict)

    async def arrive(self, number: int) -> None:
        for _ in range(number):
            await self.home.writes(CRY, sender=f"person-{new_id()}")
            claimed = await respond.claim(self.home.house)
            assert claimed is not None
            await respond.respond(self.home.house, claimed)

    async def note(self) -> None:
        """What is new, and in which round somebody will acknowledge it."""
        async with self.home.house.store.begin() as tx:
            for line in await tx.handoffs.queue():
                if line.reference not in self.opened:
                    self.opened[line.reference] = self.home.clock.now()
                    self.heard_after[line.reference] = self.chance.choice((1, 1, 1, 2, 2, 3, 4, None))

    async def acknowledge(self) -> None:
        """Whatever is due, between two rounds."""
        now = self.home.clock.now()
        for reference, after in self.heard_after.items():
            if after is not None and now == self.opened[reference] + timedelta(minutes=ROUNDS[after - 1]) + STEP:
                await acknowledge(self.home.house, self.officer, reference)


async def _restarted(home: Home, url: str, master: MasterKey, data_dir: Path) -> None:
    """The process dies: nothing that it held in memory is left."""
    await home.house.store.close()
    fresh = Home(await SqlStore.open(url, master, data_dir=data_dir, clock=home.clock), home.clock)
    home.house, home.channels = fresh.house, fresh.channels


@pytest.mark.parametrize(("store_url", "number"), [("sqlite", 1000), ("postgres", 120)], indirect=["store_url"])
async def test_of_a_thousand_alarms_over_restarts_each_rings_on_time_until_it_is_acknowledged(
    store: SqlStore, store_url: str, master: MasterKey, clock: FakeClock, tmp_path: Path, number: int
) -> None:
    home = Home(store, clock)
    crowd = Thousand(home=home, officer=await home.enrols(), number=number, chance=random.Random(5))
    restarts = 0
    for round_ in range(42):
        if round_ < 20:
            await crowd.arrive(number // 20)
            await crowd.note()
        await crowd.acknowledge()
        clock.move(seconds=STEP.total_seconds())
        if crowd.chance.random() < 0.25:
            await _restarted(home, store_url, master, tmp_path)
            restarts += 1
        await alert.tick(home.house)
    assert restarts > 3
    assert len(crowd.opened) == number
    rung = await _rung(home)
    until = clock.now()
    for reference, opened in crowd.opened.items():
        after = crowd.heard_after[reference]
        wanted = [opened + timedelta(minutes=minutes) for minutes in ROUNDS][: after or len(ROUNDS)]
        if after is not None:
            # Heard, and nobody took it: it rings again, and goes on from there.
            wanted.append(wanted[-1] + STEP + timedelta(minutes=10))
        seen = rung[reference][: len(wanted)]
        assert seen == [moment for moment in wanted if moment <= until][: len(seen)], (reference, after)
        assert len(seen) == len([moment for moment in wanted if moment <= until]), (reference, after)
    await home.house.store.close()


async def _rung(home: Home) -> dict[str, list[datetime]]:
    """When each case's rounds were queued; what came after an acknowledgement that nobody followed up is left out."""
    found = defaultdict[str, list[datetime]](list)
    asked = select(handoffs.c.reference, outbox.c.created_at, outbox.c.alert_step).join(outbox, outbox.c.handoff_id == handoffs.c.id)
    async with home.house.store.begin() as tx:
        for row in await tx._work.rows(asked.where(outbox.c.alert_step.is_not(None)).order_by(outbox.c.created_at)):  # type: ignore[attr-defined]
            found[row["reference"]].append(row["created_at"])
    return found


class InMemory:
    """The naive ladder: its clocks are timers of the process."""

    def __init__(self) -> None:
        self.timers: dict[int, datetime] = {}

    def due(self, now: datetime) -> list[int]:
        return [each for each, at in self.timers.items() if at <= now]


def test_control_a_ladder_in_memory_is_silent_after_a_restart(clock: FakeClock) -> None:
    ladder = InMemory()
    ladder.timers = {number: clock.now() + timedelta(minutes=2) for number in range(1000)}
    ladder = InMemory()
    clock.move(minutes=10)
    assert ladder.due(clock.now()) == []


async def test_when_every_way_is_dead_for_ten_minutes_everything_is_delivered_afterwards(home: Home) -> None:
    await home.enrols()
    people = [f"p{number}" for number in range(12)]
    for channel in home.channels.values():
        channel.refused = {address: TryLater("connect") for address in ("900", *people)}
    for sender in people:
        await home.writes(CRY, sender=sender)
    await home.passes(minutes=10)
    assert rings(home) == 0
    for channel in home.channels.values():
        channel.refused = {}
    await home.passes(minutes=2)
    async with home.house.store.begin() as tx:
        lost = await tx._work.rows(select(outbox.c.state).where(outbox.c.state.not_in(("sent", "cancelled"))))  # type: ignore[attr-defined]
        cases = {line.reference for line in await tx.handoffs.queue()}
    assert lost == []
    assert len(cases) == len(people)
    assert {case for case in cases for text in home.alerts() if case in text} == cases


async def _supervisor(home: Home, officer: Officer) -> None:
    account = Account(id=AccountId(new_id()), name=officer.name, role=Role.SUPERVISOR, officer=officer.id)
    async with home.house.store.begin() as tx:
        await tx.accounts.make(account, Lock(password="x", secret="y"), 0, [], home.clock.now())
        await tx.commit()


async def _on_duty(home: Home, officer: Officer) -> None:
    """All week."""
    async with home.house.store.begin() as tx:
        for weekday in range(7):
            await tx.roster.add_shift(Shift(id=new_id(), officer=officer.id, weekday=weekday, hours=(time(0), time(0))))
        await tx.commit()


async def test_first_who_is_on_duty_then_supervisors_then_everybody(home: Home) -> None:
    await _on_duty(home, await home.enrols())
    await _supervisor(home, await home.enrols("Sara", sender="901"))
    await home.enrols("Ben", sender="902")
    await home.says(CRY, sender=SENDER)
    counts = []
    for minutes in (2, 3, 5):
        counts.append((rings(home), rings(home, "901"), rings(home, "902")))
        await home.passes(minutes=minutes)
    counts.append((rings(home), rings(home, "901"), rings(home, "902")))
    assert counts == [(1, 0, 0), (2, 0, 0), (3, 1, 0), (4, 2, 1)]


async def test_where_nobody_is_on_duty_everybody_is_rung_at_once(home: Home) -> None:
    ana = await home.enrols()
    await home.enrols("Ben", sender="902")
    async with home.house.store.begin() as tx:
        other = (home.clock.now().weekday() + 3) % 7
        await tx.roster.add_shift(Shift(id=new_id(), officer=ana.id, weekday=other, hours=(time(8), time(9))))
        await tx.commit()
    await home.says(CRY, sender=SENDER)
    assert (rings(home), rings(home, "902")) == (1, 1)


class Broken:
    """Answers that cannot be rendered in one language."""

    def __init__(self, responses: Responses) -> None:
        self._responses = responses

    def __getattr__(self, name: str) -> object:
        return getattr(self._responses, name)

    def pieces(self, name: str, locale: str, channel: ChannelName, values: Values) -> tuple[Piece, ...]:
        if self.breaks and values.get("locale") == "ru":
            raise RuntimeError
        return self._responses.pieces(name, locale, channel, values)

    breaks = True


async def test_one_alarm_that_fails_silences_no_other_and_rings_once_it_can(home: Home) -> None:
    await home.enrols()
    await home.says("ломают дверь, помогите нам пожалуйста сейчас", sender="1")
    await home.says(CRY, sender=SENDER)
    assert rings(home) == 2
    broken = Broken(home.house.responses)
    home.house = replace(home.house, responses=broken)  # type: ignore[arg-type]  # everything else is as it was
    with capture_logs() as logged:
        await home.passes(minutes=2)
    assert rings(home) == 3
    assert "alarm_failed" in {event["event"] for event in logged}
    broken.breaks = False
    await home.passes(seconds=30)
    assert rings(home) == 4


async def test_an_exercise_that_cannot_be_ended_silences_no_alarm(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(house: House) -> int:
        raise RuntimeError

    monkeypatch.setattr(janitor, "end_old", fails)
    await home.enrols()
    await home.says(CRY, sender=SENDER)
    home.clock.move(minutes=2)
    stop = asyncio.Event()
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        tasks.create_task(janitor.watch_drills(home.house, stop))
        tasks.create_task(janitor.watch_alarms(home.house, stop))
        while rings(home) != 2:
            await asyncio.sleep(0.05)
            await home.settles()
        stop.set()
    assert rings(home) == 2


async def test_a_mission_may_have_other_times(home: Home) -> None:
    home.house = replace(home.house, ladder=Ladder(repeat=timedelta(minutes=1)))
    await home.enrols()
    await home.says(CRY, sender=SENDER)
    await home.passes(minutes=1)
    assert rings(home) == 2


async def _service(home: Home) -> None:
    async with home.house.store.begin() as tx:
        await tx.officers.add_service("duty mail", "json://127.0.0.1:9/", ("general",), home.clock.now())
        await tx.commit()


def _by_service(home: Home) -> list[str]:
    return [sent.piece.words for sent in home.channels[ChannelName.SERVICE].sent]


async def test_a_further_service_is_rung_with_everybody_and_told_no_content(home: Home) -> None:
    await home.enrols()
    await _service(home)
    await home.says(CRY, sender=SENDER)
    (said,) = _by_service(home)
    assert await home.reference() in said
    assert not [word for word in CRY.split() if len(word) > 3 and word.strip(",") in said]
    await home.passes(minutes=2)
    assert len(_by_service(home)) == 2


async def test_a_service_alone_is_no_reason_to_keep_a_lane_from_people(home: Home) -> None:
    async with home.house.store.begin() as tx:
        await tx.officers.add_service("siren", "json://127.0.0.1:9/", ("security",), home.clock.now())
        await tx.commit()
    await home.enrols()
    await home.says("i will blow up your embassy tomorrow", sender=SENDER)
    assert rings(home) == 1


async def test_a_way_that_is_stuck_is_told_through_the_others_once_an_hour(home: Home) -> None:
    await home.enrols()
    await home.enrols("Ben", sender="902")
    home.channels[ChannelName.SIGNAL].refused = {"900": TryLater("connect")}
    await home.says(CRY, sender=SENDER)
    told = []
    for _ in range(4):
        await home.passes(minutes=3)
        await watch_ways(home.house)
        await home.settles()
        told.append(sum("cannot be reached" in text for text in home.alerts("902")))
    assert told == [0, 1, 1, 1]


async def test_every_way_is_tried_each_day_and_one_that_fails_is_told(home: Home) -> None:
    await home.enrols()
    await home.enrols("Ben", sender="902")
    await _service(home)
    home.channels[ChannelName.SERVICE].refused = {"json://127.0.0.1:9/": TryLater("refused")}
    now = home.clock.now()
    home.house = replace(home.house, ladder=Ladder(test_at=(now + timedelta(hours=1)).time()))
    assert not await try_daily(home.house)
    home.clock.move(minutes=61)
    assert await try_daily(home.house)
    assert not await try_daily(home.house), "once a day"
    await home.settles()
    assert sum("Test alert" in text for text in home.alerts()) == 1
    home.clock.move(minutes=20)
    await watch_ways(home.house)
    await home.settles()
    assert sum("cannot be reached" in text for text in home.alerts()) == 1
    assert "further service" in " ".join(home.alerts()).lower() or "Service" in " ".join(home.alerts())


async def test_a_test_alert_reaches_every_way(home: Home) -> None:
    await home.enrols()
    await _service(home)
    assert await try_ways(home.house) == 2
    assert await deliver.take(home.house) is not None
