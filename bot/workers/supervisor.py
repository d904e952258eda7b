"""The supervisor: starts the children, starts them again when they end, and takes them along when it goes."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from bot.workers.loops import pause

log = structlog.get_logger(__name__)

#: A child that ends at once is started again after a wait that doubles up to this.
LONGEST_WAIT = 5.0
SHORTEST_WAIT = 0.2
#: A child that lived so long is started again at once.
LIVED = 10.0
#: Children may finish what they are doing for so long.
GRACE = 10.0
#: A child that was well and then fails so many probes in a row hangs: it is killed, and started again.
FAILED_PROBES = 3
PROBE_EVERY = 5.0
#: A child that was not well within this time (seconds) hangs too.
FIRST_ANSWER = 120.0
#: The exit code of a program that is not there, as shells have it.
NOT_FOUND = 127


@dataclass(frozen=True, kw_only=True)
class Child:
    """A process to be kept running."""

    name: str
    argv: Sequence[str] = field(repr=False)
    env: Mapping[str, str] = field(repr=False)
    fds: Sequence[int] = ()
    own_session: bool = False  #: not reached by the terminal's Ctrl-C
    ends_all: bool = False  #: when it ends with 0, everything ends
    probe: Callable[[], Awaitable[bool]] | None = None
    begins: Callable[[], None] | None = None  #: told before each of its lives


class Supervisor:
    """Keeps children running until it is told to stop."""

    def __init__(self, children: Sequence[Child], probe_every: float = PROBE_EVERY, first_answer: float = FIRST_ANSWER) -> None:
        """Nothing runs before ``run``."""
        self._children = children
        self._probe_every = probe_every
        self._first_answer = first_answer
        self._stop = asyncio.Event()

    async def run(self) -> int:
        """Run until SIGTERM, SIGINT, or the end of a child that ends all; the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        async with asyncio.TaskGroup() as tasks:
            for child in self._children:
                tasks.create_task(self._keep(child))
        return 0

    async def _keep(self, child: Child) -> None:
        wait = 0.0
        while not self._stop.is_set():
            started = asyncio.get_running_loop().time()
            code = await self._one_life(child)
            if code == 0 and child.ends_all:
                self._stop.set()
            if self._stop.is_set():
                return
            lived = asyncio.get_running_loop().time() - started
            wait = _next_wait(wait, lived, code)
            log.error("child_ended", child=child.name, code=code, again_in=wait)
            await pause(self._stop, wait)

    async def _one_life(self, child: Child) -> int:
        if child.begins is not None:
            child.begins()
        try:
            process = await asyncio.create_subprocess_exec(
                *child.argv, env=dict(child.env), pass_fds=tuple(child.fds), start_new_session=child.own_session
            )
        except OSError:
            return NOT_FOUND
        log.info("child_started", child=child.name, pid=process.pid)
        ended = asyncio.ensure_future(process.wait())
        watch = asyncio.ensure_future(self._probed(child, process))
        stop = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({ended, stop}, return_when=asyncio.FIRST_COMPLETED)
            return await _ended(process, ended)
        finally:
            watch.cancel()
            stop.cancel()

    async def _probed(self, child: Child, process: asyncio.subprocess.Process) -> None:
        """Kill a child that was well once, or has had its time for that, and hangs now."""
        if child.probe is None:
            return
        began, was_well, failed = asyncio.get_running_loop().time(), False, 0
        while failed < FAILED_PROBES:
            await asyncio.sleep(self._probe_every)
            well = await child.probe()
            was_well = was_well or well or asyncio.get_running_loop().time() - began > self._first_answer
            failed = failed + 1 if was_well and not well else 0
        log.error("child_hangs", child=child.name)
        _kill(process, signal.SIGKILL)


def _next_wait(last: float, lived: float, code: int) -> float:
    """Only a child that fails by itself waits longer each time: one that somebody killed is not broken, and people wait for it."""
    if lived > LIVED:
        return 0.0
    return SHORTEST_WAIT if code == -signal.SIGKILL else min(LONGEST_WAIT, max(SHORTEST_WAIT, last * 2))


async def _ended(process: asyncio.subprocess.Process, ended: "asyncio.Future[int]") -> int:
    """The exit code; a child that still runs is asked to go, then made to."""
    if not ended.done():
        _kill(process, signal.SIGTERM)
        done, _ = await asyncio.wait({ended}, timeout=GRACE)
        if not done:
            _kill(process, signal.SIGKILL)
    return await ended


def _kill(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except ProcessLookupError:
        return


def worker_argv(fds: Mapping[str, int]) -> list[str]:
    """How the worker process is called: it dies with this very process."""
    options = [f"--{name}-fd={number}" for name, number in fds.items()]
    return [sys.executable, "-m", "bot", "work", f"--parent={os.getpid()}", *options]


def desk_argv(number: int) -> list[str]:
    """How the desk's process is called: it dies with this very process."""
    return [sys.executable, "-m", "bot", "desk", f"--parent={os.getpid()}", f"--fd={number}"]
