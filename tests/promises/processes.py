"""The real program with its processes, between stand-ins of the messengers: started, found by the kernel's own list, killed."""

import asyncio
import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from bot.crypto import MasterKey
from tests.standins.signal import ACCOUNT, SignalStandIn
from tests.standins.telegram import TOKEN, TelegramStandIn

ROOT = Path(__file__).resolve().parents[2]
SECRET = "standin-webhook-secret"
#: How a child is known among the processes: a part of its command line.
_MARKS = {"worker": b"\0bot\0work\0", "nlu": b"nlu/server.py\0"}
#: From fork to exec, from kill to gone: far longer than either takes.
PATIENCE = 90.0


async def until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait for a condition; say which one did not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        await asyncio.sleep(0.02)


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as opened:
        return int(opened.getsockname()[1])


class Program:
    """``python -m bot run`` with Telegram (polling) and Signal (webhook), on SQLite, in a folder of its own."""

    def __init__(self, folder: Path, telegram: TelegramStandIn, messenger: SignalStandIn) -> None:
        self.folder = folder
        self.key_file = folder / "key" / "master.key"
        self.data = folder / "data"
        self.database = self.data / "defender-line.db"
        port = free_port()
        messenger.webhook = f"http://127.0.0.1:{port}/signal/{SECRET}"
        self.env = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "DL_DATA_DIR": str(self.data),
            "DL_MASTER_KEY_FILE": str(self.key_file),
            "DL_MISSION_FILE": str(ROOT / "missions" / "podgorica.toml"),
            "DL_TELEGRAM_TOKEN": TOKEN,
            "DL_TELEGRAM_API_URL": telegram.url,
            "DL_SIGNAL_ACCOUNT": ACCOUNT,
            "DL_SIGNAL_API_URL": messenger.url,
            "DL_SIGNAL_WEBHOOK_LISTEN": f"127.0.0.1:{port}",
            "DL_SIGNAL_WEBHOOK_SECRET": SECRET,
        }
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the supervisor; what it says goes to a file."""
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "bot", "run"]
            self._running = subprocess.Popen(command, cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    @property
    def pid(self) -> int:
        """The supervisor's."""
        assert self._running is not None
        return self._running.pid

    def master(self) -> MasterKey:
        """The key that the supervisor made."""
        return MasterKey.load(self.key_file)

    async def command(self, *words: str) -> str:
        """What another command of the same program prints."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, cwd=self.folder, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, words
        return said.decode().strip()

    def children(self) -> dict[str, int]:
        """The children that run, by name."""
        lines = {pid: _command_line(pid) for pid in _children_of(self.pid)}
        return {name: pid for pid, line in lines.items() for name, mark in _MARKS.items() if mark in line}

    async def kill(self, name: str) -> int:
        """Kill -9 a child as soon as there is one of that name; its process id."""
        await until(lambda: name in self.children(), f"{name} is running")
        pid = self.children()[name]
        os.kill(pid, signal.SIGKILL)
        return pid

    async def kill_supervisor(self) -> None:
        """Kill -9 the supervisor and wait until its children are gone too."""
        assert self._running is not None
        left = _children_of(self.pid)
        self._running.kill()
        self._running.wait()
        await until(lambda: not any(map(is_alive, left)), "the children end with their supervisor", 5.0)

    async def stop(self) -> None:
        """Ask it to go, and wait; made to go when it does not."""
        if self._running is None or self._running.poll() is not None:
            return
        self._running.terminate()
        try:
            await until(lambda: self._running is None or self._running.poll() is not None, "it stops when it is asked to")
        finally:
            self._running.kill()


class Intake:
    """The naive intake in a process of its own; its socket is held by the killed process itself, or by us."""

    def __init__(
        self, folder: Path, telegram: TelegramStandIn, messenger: SignalStandIn, *, holds_socket: bool = False, store_first: bool = False
    ) -> None:
        self._database = folder / "naive.db"
        self._telegram = telegram
        self._held = socket.create_server(("127.0.0.1", 0)) if holds_socket else None
        port = self._held.getsockname()[1] if self._held else free_port()
        messenger.webhook = f"http://127.0.0.1:{port}/"
        where = [f"--fd={self._held.fileno()}"] if self._held else [f"--port={port}"]
        given = [f"--telegram={telegram.url}", f"--database={self._database}", *where, *(["--store-first"] if store_first else [])]
        self._command = [sys.executable, "-m", "tests.promises.naive", *given]
        self._running: subprocess.Popen[bytes] | None = None
        self._seen = 0

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Started, and killed at the end."""
        self.start()
        try:
            await until(lambda: self.is_polling, "the intake works")
            yield
        finally:
            self.kill()
            if self._held is not None:
                self._held.close()

    def start(self) -> None:
        fds = (self._held.fileno(),) if self._held else ()
        self._running = subprocess.Popen(self._command, cwd=ROOT, pass_fds=fds, stdin=subprocess.DEVNULL)

    def kill(self) -> None:
        assert self._running is not None
        self._running.kill()
        self._running.wait()
        self._seen = len(self._telegram.offsets)

    @property
    def is_polling(self) -> bool:
        """It has asked Telegram since it was started."""
        return len(self._telegram.offsets) > self._seen

    def kept(self) -> list[str]:
        """What its table holds."""
        return [row[0] for row in self._rows("SELECT text FROM inbox")]

    @property
    def is_idle(self) -> bool:
        """Nothing waits in its memory: it says so in its database."""
        return self._rows("SELECT waiting FROM memory") == [(0,)]

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=10.0)) as connection:
            return connection.execute(query).fetchall()


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    return _stat(pid)[:1] not in ([], [b"Z"])


def _stat(pid: int) -> list[bytes]:
    """State and parent of a process, and more; nothing when there is none.  The name before them may hold spaces and brackets."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return []


def _children_of(parent: int) -> list[int]:
    return [pid for pid in map(int, filter(str.isdecimal, os.listdir("/proc"))) if _stat(pid)[1:2] == [str(parent).encode()]]


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
