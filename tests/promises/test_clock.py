"""The machine's clock is moved: alarms ring all the same, and time erases nothing while it cannot be believed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import text

from bot.domain.errors import TryLater
from bot.domain.handoff import State
from bot.domain.message import ChannelName
from bot.domain.timekeeping import SETTLES
from bot.storage.database import SqlStore
from bot.usecases import timekeeping
from bot.usecases.retention import sweep
from bot.usecases.timekeeping import Timekeeping
from bot.workers.janitor import Janitor
from tests.fakes import FakeClock
from tests.journeys.house import Home

CRY = "they are breaking the door"
YEARS = 24 * 365 * 20.0


class Moved:
    """A house whose wall clock can be put forward and back, beside one that only runs on."""

    def __init__(self, home: Home) -> None:
        self.home, self.steps = home, 0.0
        self._start = home.clock.now()
        self.watch = Timekeeping(home.house, self.passed)

    def passed(self) -> float:
        """What the wall clock says, without what it was moved by."""
        return (self.home.clock.now() - self._start).total_seconds() - self.steps

    def puts(self, **delta: float) -> None:
        """Somebody puts the clock forward, or back."""
        before = self.home.clock.now()
        self.home.clock.move(**delta)
        self.steps += (self.home.clock.now() - before).total_seconds()

    async def passes(self, minutes: float, *, watched: bool = True) -> None:
        """Time passes; the clock is watched, or is not."""
        for _ in range(int(minutes * 2)):
            if watched:
                await self.watch.look()
            await self.home.passes(seconds=30)

    def again(self) -> None:
        """The program is started anew."""
        self.watch = Timekeeping(self.home.house, self.passed)


@pytest.fixture
async def moved(home: Home) -> Moved:
    """With an officer, and the clock looked at once."""
    await home.enrols()
    begun = Moved(home)
    await begun.watch.look()
    return begun


async def _rings(moved: Moved, minutes: float, *, watched: bool) -> int:
    """How many alerts come in so many minutes."""
    before = len(moved.home.alerts())
    await moved.passes(minutes, watched=watched)
    return len(moved.home.alerts()) - before


@pytest.mark.parametrize(("watched", "rings"), [(True, 1), (False, 0)], ids=["watched", "control: not watched"])
@pytest.mark.parametrize("back", [timedelta(minutes=10), timedelta(days=9000)])
async def test_an_emergency_rings_on_when_the_clock_is_put_back(moved: Moved, back: timedelta, watched: bool, rings: int) -> None:
    await moved.home.says(CRY)
    moved.puts(seconds=-back.total_seconds())
    assert await _rings(moved, 2.5, watched=watched) == rings


async def test_the_ladder_goes_on_from_its_step(moved: Moved) -> None:
    await moved.home.says(CRY)
    await moved.passes(11)
    moved.puts(hours=-2)
    assert await _rings(moved, 4, watched=True) == 0
    assert await _rings(moved, 2, watched=True) == 1


@pytest.mark.parametrize(("watched", "rings"), [(True, 1), (False, 0)], ids=["watched", "control: not watched"])
async def test_a_first_alert_that_was_put_off_is_not_put_off_for_hours(moved: Moved, watched: bool, rings: int) -> None:
    signal = moved.home.channels[ChannelName.SIGNAL]
    signal.refused = {"900": TryLater("connect")}
    await moved.home.says(CRY)
    signal.refused = {}
    moved.puts(hours=-2)
    assert await _rings(moved, 1, watched=watched) == rings


@pytest.mark.parametrize(("watched", "rings"), [(True, 1), (False, 0)], ids=["watched", "control: not watched"])
async def test_the_silence_of_an_odd_message_rings_within_its_five_minutes(moved: Moved, watched: bool, rings: int) -> None:
    moved.home.nlu.known["two men outside"] = "unsure"
    await moved.home.says("two men outside")
    moved.puts(hours=-3)
    assert await _rings(moved, 6, watched=watched) == rings


@pytest.mark.parametrize("watched", [True, False], ids=["watched", "control: not watched"])
async def test_a_claim_that_nobody_acts_on_still_ends(moved: Moved, watched: bool) -> None:
    await moved.home.says(CRY)
    await moved.home.says(f"take {await moved.home.reference()}", sender="900")
    moved.puts(hours=-3)
    await moved.passes(6, watched=watched)
    async with moved.home.house.store.begin() as tx:
        line = (await tx.handoffs.queue())[0]
    assert (line.state is State.WAITING) is watched


@pytest.mark.parametrize("watched", [True, False], ids=["watched", "control: not watched"])
async def test_a_person_who_was_to_be_answered_again_in_seconds_is(moved: Moved, watched: bool) -> None:
    await moved.home.writes(CRY, sender="77")
    moved.puts(hours=-3)
    await moved.passes(1, watched=watched)
    told = [sent for sent in moved.home.channels[ChannelName.SIGNAL].sent if sent.address == "77"]
    assert bool(told) is watched


async def test_new_words_in_an_acknowledged_emergency_ring_after_the_clock_was_put_back(moved: Moved) -> None:
    await moved.home.says(CRY)
    await moved.home.says(f"ack {await moved.home.reference()}", sender="900")
    moved.puts(hours=-3)
    await moved.passes(3)
    before = len(moved.home.alerts())
    await moved.home.says(CRY)
    assert len(moved.home.alerts()) > before


async def test_what_was_put_back_while_the_program_was_down_is_seen_at_the_start(moved: Moved) -> None:
    await moved.home.says(CRY)
    moved.puts(hours=-3)
    moved.again()
    assert await _rings(moved, 2.5, watched=True) == 1
    assert (await moved.home.counted())["clock_put_back"] == 1


async def test_nothing_is_moved_by_a_clock_that_runs_as_it_should(moved: Moved) -> None:
    await moved.home.says(CRY)
    moved.puts(seconds=1.5)
    await moved.passes(5)
    moved.again()
    await moved.passes(1)
    assert not {"clock_put_back", "clock_pulled", "clock_doubted"} & set(await moved.home.counted())


async def test_small_steps_are_summed_up(moved: Moved) -> None:
    with structlog.testing.capture_logs() as lines:
        for _ in range(3):
            moved.puts(seconds=-1)
            await moved.watch.look()
    assert [line["seconds"] for line in lines if line["event"] == "clock_stepped"] == [-2]


async def _texts(home: Home) -> int:
    """How many messages still have their words."""
    async with home.house.store.begin() as tx:
        lines = await tx._work.rows(text("SELECT 1 FROM inbox WHERE text_sealed IS NOT NULL AND party = 'defender'"))  # type: ignore[attr-defined]
    return len(lines)


Sweeping = Callable[[Moved], Awaitable[object]]


async def _janitor(moved: Moved) -> None:
    await Janitor(moved.home.house, moved.watch).round()


async def _naive(moved: Moved) -> None:
    await sweep(moved.home.house)


@pytest.mark.parametrize(("sweeps", "left"), [(_janitor, 1), (_naive, 0)], ids=["janitor", "control: the times alone"])
async def test_a_clock_that_jumps_a_year_ahead_erases_nothing(moved: Moved, sweeps: Sweeping, left: int) -> None:
    await moved.home.says("hello")
    moved.puts(days=365)
    await sweeps(moved)
    assert await _texts(moved.home) == left


@pytest.mark.parametrize(("sweeps", "left"), [(_janitor, 1), (_naive, 0)], ids=["janitor", "control: the times alone"])
async def test_a_start_with_a_clock_years_behind_that_is_then_put_right_erases_nothing(moved: Moved, sweeps: Sweeping, left: int) -> None:
    moved.puts(hours=-YEARS)
    moved.again()
    await moved.watch.look()
    await moved.home.says("hello")
    moved.puts(hours=YEARS)
    await sweeps(moved)
    assert await _texts(moved.home) == left


async def test_what_was_asked_for_is_erased_meanwhile(moved: Moved) -> None:
    await moved.home.says("hello")
    await moved.home.says("/forget")
    moved.puts(days=365)
    await _janitor(moved)
    async with moved.home.house.store.begin() as tx:
        left = await tx._work.rows(text("SELECT 1 FROM contacts WHERE wrapped_key IS NOT NULL"))  # type: ignore[arg-type]
    assert left == []


async def test_doubt_outlives_a_start_ends_after_hours_and_by_an_operators_word(moved: Moved) -> None:
    moved.puts(days=365)
    assert not await moved.watch.may_erase()
    moved.again()
    assert not await moved.watch.may_erase()
    moved.puts(days=-365)
    assert not await moved.watch.may_erase()
    moved.home.clock.move(seconds=SETTLES - 5)
    assert not await moved.watch.may_erase()
    moved.home.clock.move(seconds=10)
    assert await moved.watch.may_erase()
    moved.puts(days=365)
    assert not await moved.watch.may_erase()
    moved.home.clock.move(days=30)
    assert not await moved.watch.may_erase()
    await timekeeping.confirm(moved.home.house)
    moved.home.clock.move(seconds=11)
    assert await moved.watch.may_erase()


async def test_a_start_after_weeks_waits_for_a_person(home: Home) -> None:
    await home.enrols()
    home.clock.move(days=30)
    assert not await Moved(home).watch.may_erase()


async def test_doubt_is_told(moved: Moved, store: SqlStore, clock: FakeClock) -> None:
    moved.puts(days=365)
    with structlog.testing.capture_logs() as lines:
        await moved.watch.look()
    assert [line["event"] for line in lines] == ["clock_stepped", "clock_doubted"]
    assert moved.home.house.pulses.beats["clock"][0] is False


@pytest.mark.parametrize("words", ["/human", "two men outside"])
async def test_time_never_ends_a_case_that_waits_for_an_officer(home: Home, words: str) -> None:
    home.nlu.known["two men outside"] = "unsure"
    await home.enrols()
    await home.says(words)
    home.clock.move(days=400)
    with structlog.testing.capture_logs() as lines:
        await Janitor(home.house).round()
    assert await home.reference()
    assert await _texts(home) == 1
    assert ("open_cases_past_retention", 1) in [(line["event"], line.get("number")) for line in lines]
