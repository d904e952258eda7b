"""The machine's clock, watched: when it is put back alarms ring all the same, and while it cannot be believed nothing is erased by it."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.dialogue.aside import LONGEST, LONGEST_EMERGENCY
from bot.dialogue.danger import SILENCE
from bot.dialogue.escalation import TICKED_WITHIN
from bot.domain.handoff import FIRST_WORDS
from bot.domain.timekeeping import NOTICED, Timekeeper
from bot.ports import Pauses, Transaction
from bot.usecases import deliver, fetching, respond
from bot.usecases.house import House
from bot.usecases.transfer import OFFER_LIVES

log = structlog.get_logger(__name__)

#: The service under which doubt of the clock is kept, and the event by which an operator ends it.
NAME, CONFIRMED = "clock", "clock_confirmed"
#: Put back by more than this, a clock holds up what rings once after a silence: then it rings early rather than late.
_HOLDS_UP = timedelta(minutes=1)
#: Rounds of the ladder that may differ.
_STEPS = 4
#: While the clock is not believed an operator's word is looked for so often (seconds).
_ASK_EVERY = 10.0


def passed() -> float:
    """Seconds that really passed, those of a sleeping machine too."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def pauses(house: House, *, back: timedelta) -> Pauses:
    """How far ahead the house ever sets a time of each kind, after the clock was put back by so much."""
    return Pauses(
        rings=[house.ladder.pause(step) for step in range(1, _STEPS + 1)],
        claim_within=house.ladder.claim_within,
        unclear=SILENCE if back > _HOLDS_UP else TICKED_WITHIN,
        first_words=FIRST_WORDS,
        aside=LONGEST,
        aside_emergency=LONGEST_EMERGENCY,
        offer=OFFER_LIVES,
        retry=respond.RETRY_AFTER,
        lease=timedelta(seconds=respond.LEASE_SECONDS),
        courier=timedelta(seconds=deliver.LEASE_SECONDS),
        urgent=timedelta(seconds=deliver.LONGEST_URGENT_WAIT),
        ordinary=timedelta(seconds=deliver.LONGEST_WAIT),
        file=timedelta(seconds=fetching.LONGEST_WAIT),
    )


class Timekeeping:
    """One for each process that rings; looks are taken each second."""

    def __init__(self, house: House, passed: Callable[[], float] = passed) -> None:
        """Nothing is known before the first look."""
        self._house, self._passed = house, passed
        self._keeper: Timekeeper | None = None
        self._back = timedelta(0)  #: put back by so much, and not seen to yet
        self._believed = True
        self._confirmed, self._asked = 0, 0.0

    async def look(self) -> None:
        """See to a step of the clock.  Raises what the database raises; then the next look sees to it."""
        keeper = self._keeper or await self._begin()
        step = keeper.step(self._house.clock.now(), self._passed())
        if step:
            log.warning("clock_stepped", seconds=round(step.total_seconds()))
            self._back = max(self._back, -step)
        if self._back > timedelta(0):
            await self._pull()
        await self._judge(keeper)

    async def may_erase(self) -> bool:
        """Whether the clock is believed, so that time may erase."""
        await self.look()
        return self._believed

    async def _begin(self) -> Timekeeper:
        """The clock as it is, beside what the database has seen: it may have been put back while nobody looked."""
        async with self._house.store.begin() as tx:
            written = await tx.clocks.written()
            doubted = [each for each in await tx.troubles.services() if each.name == NAME and not each.ok]
            self._confirmed = await _confirmed(tx)
        now = self._house.clock.now()
        believed = _moment(doubted[0].detail) if doubted else None
        self._keeper = Timekeeper(now, self._passed(), seen=written, believed=believed)
        if written is not None and written - now >= NOTICED:
            log.warning("clock_behind", seconds=round((written - now).total_seconds()))
            self._back = written - now
        return self._keeper

    async def _pull(self) -> None:
        """All that lies ahead, in one transaction."""
        async with self._house.store.begin() as tx:
            moved = await tx.clocks.pull(self._house.clock.now(), pauses(self._house, back=self._back))
            await tx.counts.add("clock_put_back")
            await tx.counts.add("clock_pulled", moved)
            await tx.audit.append("bot", "clock_put_back", NAME, {"seconds": round(self._back.total_seconds()), "pulled": moved})
            await tx.commit()
        log.warning("clock_put_back", seconds=round(self._back.total_seconds()), pulled=moved)
        self._back = timedelta(0)

    async def _judge(self, keeper: Timekeeper) -> None:
        now, at = self._house.clock.now(), self._passed()
        believed = keeper.is_believed(now, at)
        if not believed and at - self._asked >= _ASK_EVERY:
            self._asked = at
            async with self._house.store.begin() as tx:
                confirmed = await _confirmed(tx)
            if confirmed != self._confirmed:
                keeper.believe(now, at)
                self._confirmed, believed = confirmed, True
        if believed != self._believed:
            await self._tell(keeper, now, believed=believed)

    async def _tell(self, keeper: Timekeeper, now: datetime, *, believed: bool) -> None:
        """It stands in the database: a new start doubts as this one does."""
        async with self._house.store.begin() as tx:
            await tx.troubles.tell(NAME, now, ok=believed, detail="" if believed else keeper.believed.isoformat())
            await tx.counts.add("clock_believed" if believed else "clock_doubted")
            await tx.commit()
        self._house.pulses.beat(NAME, ok=believed, detail="" if believed else keeper.believed.isoformat())
        self._believed = believed
        if believed:
            log.info("clock_believed")
        else:
            log.error("clock_doubted", hint="nothing is erased by time: look at the machine's clock, then `python -m bot clock-is-right`")


async def confirm(house: House) -> None:
    """An operator has looked: the clock is right as it is."""
    async with house.store.begin() as tx:
        await tx.troubles.tell(NAME, house.clock.now(), ok=True, detail="")
        await tx.counts.add(CONFIRMED)
        await tx.audit.append("operator", CONFIRMED, NAME)
        await tx.commit()


async def _confirmed(tx: Transaction) -> int:
    return (await tx.counts.all()).get(CONFIRMED, 0)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
