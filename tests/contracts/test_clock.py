"""The port ``Clock``: the machine's and the one that tests move."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.clock import SystemClock
from bot.ports import Clock
from tests.fakes import FakeClock

CLOCKS: list[Clock] = [SystemClock(), FakeClock()]


@pytest.mark.parametrize("clock", CLOCKS, ids=lambda clock: type(clock).__name__)
def test_the_time_is_aware_in_utc_and_never_runs_backwards(clock: Clock) -> None:
    times = [clock.now() for _ in range(1_000)]
    assert {time.tzinfo for time in times} == {UTC}
    assert times == sorted(times)


def test_the_machines_clock_tells_the_time() -> None:
    assert abs(SystemClock().now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_fake_stands_still_until_it_is_moved() -> None:
    clock = FakeClock()
    before = clock.now()
    assert clock.now() == before
    clock.move(minutes=2, seconds=1)
    assert clock.now() - before == timedelta(seconds=121)
