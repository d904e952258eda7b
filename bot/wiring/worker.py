"""The worker process: house, messengers, health and the loops, in one event loop."""

import asyncio
import gc
import os
import shutil
import signal
import socket
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path

from bot import logs
from bot.channels import console, drill, service
from bot.domain.message import ChannelName
from bot.nlu import HttpNlu
from bot.settings import Settings
from bot.storage.database import SqlStore
from bot.usecases.house import House
from bot.usecases.receive import receive
from bot.usecases.services import report
from bot.wiring.health import serve_health
from bot.wiring.house import ROOT, model_of, open_house
from bot.wiring.messengers import Handed, open_messengers
from bot.wiring.reload import LOOK_EVERY, Reload, marks
from bot.workers.heart import beat
from bot.workers.loops import every
from bot.workers.work import work as run_worker

#: So often (seconds) this process looks at what it needs; the desk reads what it found.
REPORT_EVERY = 10.0
#: So many new objects before a search for garbage (Python's own is 700): a message makes thousands.
_GARBAGE = 20_000
#: At the end of the console's input alerts have so long (seconds).
_ALERTS_GO = 10.0


async def work(settings: Settings, handed: Handed) -> None:
    """The worker: listeners, responder, courier, janitor."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.loop_failed)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    model = model_of(settings)
    read = marks(settings.mission, ROOT)
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(settings, nlu=model, reads=True))
        await _free_claims(house)
        watch = loop.create_task(model.watch_start())
        stack.callback(watch.cancel)
        opened = await open_messengers(settings, house, handed, stack)
        reload = Reload(house, settings.mission, ROOT, read, settings.data_dir)
        opened.listeners.append(partial(every, "content", LOOK_EVERY, reload.look))
        opened.listeners.append(partial(every, "services", REPORT_EVERY, partial(_report, house, model, settings.data_dir)))
        if (fd := handed.get("metrics")) is not None:
            opened.listeners.append(partial(serve_health, house, model, settings.data_dir, socket.socket(fileno=os.dup(fd))))
        if (fd := handed.get("heart")) is not None:
            opened.listeners.append(partial(beat, house.pulses, fd))
        opened.channels.update({ChannelName.DRILL: drill.DrillChannel(), ChannelName.SERVICE: service.ServiceChannel()})
        if not settings.has_messenger:
            opened.channels[ChannelName.CONSOLE] = console.ConsoleChannel()
            opened.listeners.append(partial(_talk, house, stop))
        _settle()
        await run_worker(house, opened.channels, opened.listeners, stop)


def _settle() -> None:
    """Rules, responses and libraries stay: they are not searched for garbage again and again while messages wait."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE, 20, 20)


async def _report(house: House, model: HttpNlu, data_dir: Path) -> None:
    await report(house, model_answers=await model.is_healthy(), disk_free=shutil.disk_usage(data_dir).free)


async def _free_claims(house: House) -> None:
    """Claims of an earlier start: only where this process is the only worker there is."""
    if isinstance(house.store, SqlStore) and house.store.is_sqlite:
        async with house.store.begin() as tx:
            await tx.inbox.release_all()
            await tx.commit()


async def _talk(house: House, stop: asyncio.Event, _: asyncio.Event) -> None:
    """The console: the next line is read after the reply to the last one; at the end of input all replies go out first."""
    number, run = 0, console.new_run()
    async for line in console.lines():
        number += 1
        await receive(house.store, house.clock, [console.incoming(line, number, run)])
        await all_said(house)
    with suppress(TimeoutError):
        async with asyncio.timeout(_ALERTS_GO):
            await all_said(house, None)  # alerts too; what a messenger does not take by then goes out at the next start
    stop.set()


async def all_said(house: House, channel: ChannelName | None = ChannelName.CONSOLE) -> None:
    """Until everything that came by a channel is answered: an officer's messenger that hangs must not keep this terminal waiting."""
    while True:
        async with house.store.begin() as tx:
            waiting = await tx.inbox.waiting(channel) + await tx.outbox.unsent(channel)
        if waiting == 0:
            return
        await house.store.wait(1.0)
