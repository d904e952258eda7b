"""The worker process: listeners, responders, couriers and janitor in one TaskGroup."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import structlog

from bot.domain.message import ChannelName
from bot.ports import Channel, Claimed
from bot.usecases import typing
from bot.usecases.fetching import fetch_next
from bot.usecases.house import House
from bot.usecases.officers import hear_officer
from bot.usecases.respond import claim, respond
from bot.usecases.timekeeping import Timekeeping
from bot.usecases.unattended import Unattended
from bot.workers.couriers import Couriers
from bot.workers.janitor import (
    Janitor,
    try_ways_of_alarms,
    watch_alarms,
    watch_clock,
    watch_drills,
    watch_offers,
    watch_shifts,
    watch_ways_of_alarms,
)
from bot.workers.loops import Dispatcher, again_and_again, every

log = structlog.get_logger(__name__)

#: Conversations do not wait for each other: so many are answered at a time.
RESPONDERS = 16
#: So often (seconds) is looked whether an officer is writing.
TYPING = 1.0
#: While nobody may be answered emergencies are looked for so often (seconds).
UNATTENDED_EVERY = 1.0
#: Files that came with messages are fetched so many at a time, and looked for so often (seconds): nobody waits for them.
FETCHERS = 2
FILES_EVERY = 1.0

Listener = Callable[[asyncio.Event], Awaitable[None]]


async def work(house: House, channels: Mapping[ChannelName, Channel], listeners: Sequence[Listener], stop: asyncio.Event) -> None:
    """Run everything until ``stop``; a listener that returns (end of the console's input) ends nothing by itself."""
    async with asyncio.TaskGroup() as tasks:
        for listener in listeners:
            tasks.create_task(_kept(listener, stop))
        tasks.create_task(_responder(house).run(house, stop))
        tasks.create_task(Couriers(house=house, channels=channels).dispatcher().run(house, stop))
        tasks.create_task(again_and_again("officers", partial(hear_officer, house), house, stop))
        clock = Timekeeping(house)
        tasks.create_task(watch_clock(clock, stop))
        tasks.create_task(Janitor(house, clock).run(stop))
        tasks.create_task(watch_alarms(house, stop))
        tasks.create_task(every("typing", TYPING, partial(typing.show, house, channels), stop))
        for _ in range(FETCHERS):
            tasks.create_task(every("files", FILES_EVERY, partial(_fetch_all, house, channels, stop), stop))
        tasks.create_task(watch_drills(house, stop))
        tasks.create_task(watch_offers(house, stop))
        tasks.create_task(watch_shifts(house, stop))
        tasks.create_task(try_ways_of_alarms(house, stop))
        tasks.create_task(watch_ways_of_alarms(house, stop))
        tasks.create_task(_warn_unattended(house, stop))
        tasks.create_task(every("unattended", UNATTENDED_EVERY, Unattended(house).look, stop))


async def _fetch_all(house: House, channels: Mapping[ChannelName, Channel], stop: asyncio.Event) -> None:
    while not stop.is_set() and await fetch_next(house, channels):
        pass


def _responder(house: House) -> Dispatcher[Claimed]:
    answer = partial(respond, house)
    return Dispatcher(name="responder", take=partial(claim, house), work=answer, at_once=RESPONDERS, relay=house.answering)


async def _kept(listener: Listener, stop: asyncio.Event) -> None:
    """A listener that fails is started again: nobody else would hear what comes in."""
    while not stop.is_set():
        try:
            await listener(stop)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("listener_failed")
            await asyncio.sleep(1.0)
        else:
            return


async def _warn_unattended(house: House, stop: asyncio.Event) -> None:
    """Intake only: everything is kept, nobody is answered, and it says so loudly."""

    async def look() -> None:
        async with house.store.begin() as tx:
            attended = await house.attended(tx)
            waiting = await tx.inbox.waiting()
        if not attended:
            log.error("NOBODY_IS_ANSWERED_no_officer_is_enrolled", waiting=waiting)

    await every("unattended", 60.0, look, stop)
