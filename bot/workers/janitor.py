"""The janitor: clocks of handoffs, erasing by time, and making sure that what was erased is gone from the log."""

import asyncio
from functools import partial

import structlog

from bot.usecases.alert import tick
from bot.usecases.drill import end_old
from bot.usecases.house import House
from bot.usecases.retention import NOT_ERASED, erased_from_log, erasures, sweep
from bot.usecases.shifts import look
from bot.usecases.timekeeping import Timekeeping
from bot.usecases.transfer import end_offers
from bot.usecases.ways import try_daily, watch_ways
from bot.workers.loops import every

log = structlog.get_logger(__name__)

#: Clocks of alarms are looked at every second.
ALARMS_EVERY = 1.0
#: Whether the machine's clock was moved is looked at so often.
CLOCK_EVERY = 1.0
#: Exercises end by themselves within this time of their end.
DRILLS_EVERY = 10.0
#: Whether alarms get through is looked at so often.
WAYS_EVERY = 30.0
#: Offers of cases end within this time of their end.
OFFERS_EVERY = 5.0
#: Ends of shifts are looked for so often.
SHIFTS_EVERY = 30.0
#: Texts with an end of their own (disappearing messages) end within this time.
SWEEP_EVERY = 30.0


class Janitor:
    """Sweeps, and remembers between rounds that the log still has to be truncated."""

    def __init__(self, house: House, clock: Timekeeping | None = None) -> None:
        """Begin with a truncation due: the last start may have been killed between erasing and truncating."""
        self._house = house
        self._clock = clock
        self._log_due = True
        self._seen = 0

    async def round(self) -> None:
        """Erase what is due; after any erasure, also one on request, truncate the log until it is done."""
        believed = self._clock is None or await self._clock.may_erase()
        erased = await sweep(self._house, by_time=believed)
        gone = sum(number for kind, number in erased.items() if kind not in NOT_ERASED)
        if erased.get("exempt"):
            log.warning("open_emergencies_past_retention", number=erased["exempt"])
        if erased.get("cases_wait"):
            log.warning("open_cases_past_retention", number=erased["cases_wait"])
        seen = await erasures(self._house)
        self._log_due = self._log_due or gone > 0 or seen != self._seen
        self._seen = seen
        if self._log_due:
            self._log_due = not await erased_from_log(self._house)
        self._house.pulses.beat("erasure", ok=not self._log_due)

    async def run(self, stop: asyncio.Event) -> None:
        """Sweep until told to stop."""
        await every("janitor", SWEEP_EVERY, self.round, stop)


async def watch_alarms(house: House, stop: asyncio.Event) -> None:
    """Ring, ring again, end claims that nobody acts on.  Nothing else runs in this loop: what fails in it silences alarms."""
    await every("alarms", ALARMS_EVERY, partial(_alarms, house), stop)


async def _alarms(house: House) -> None:
    """A database that fails is no reason to be started again; one that never answers is."""
    try:
        await tick(house)
    except Exception:
        house.pulses.turned()
        raise
    house.pulses.turned()


async def watch_clock(clock: Timekeeping, stop: asyncio.Event) -> None:
    """See to it when the machine's clock is moved."""
    await every("clock", CLOCK_EVERY, clock.look, stop)


async def watch_drills(house: House, stop: asyncio.Event) -> None:
    """End exercises that nobody has ended."""
    await every("drills", DRILLS_EVERY, partial(end_old, house), stop)


async def watch_offers(house: House, stop: asyncio.Event) -> None:
    """End offers that nobody has accepted."""
    await every("offers", OFFERS_EVERY, partial(end_offers, house), stop)


async def watch_shifts(house: House, stop: asyncio.Event) -> None:
    """Tell whoever still holds cases when their hours end."""
    await every("shifts", SHIFTS_EVERY, partial(look, house), stop)


async def try_ways_of_alarms(house: House, stop: asyncio.Event) -> None:
    """Try every way each day."""
    await every("daily", WAYS_EVERY, partial(try_daily, house), stop)


async def watch_ways_of_alarms(house: House, stop: asyncio.Event) -> None:
    """Tell of the ways that do not work."""
    await every("ways", WAYS_EVERY, partial(watch_ways, house), stop)
