"""Waking waiting workers when somebody commits: in this process, in others, and by a short poll always."""

import asyncio
import contextlib
import os
import secrets
import socket
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakKeyDictionary

#: The poll that catches what every wake-up missed.
POLL = 0.25
#: Woken by every commit.
ANY = ""
#: On the wire: a commit that may concern everybody.
_EVERYBODY = "*"
#: Nanoseconds after which a folder's last change surely was the last one of its tick.
_SETTLED = 1_000_000_000


@dataclass(kw_only=True)
class _Ear:
    """Who waits for one thing; a new one looks once before it waits."""

    calls: int = 1
    event: asyncio.Event = field(default_factory=asyncio.Event)

    def call(self) -> None:
        self.calls += 1
        self.event.set()
        self.event = asyncio.Event()


class Wake:
    """One process's ear: an event for its own tasks, a UNIX datagram socket for other processes' commits."""

    def __init__(self, folder: Path | None) -> None:
        """``folder`` None: no other process on this machine is woken by datagrams (PostgreSQL's NOTIFY does it)."""
        self._folder = folder
        self._ears: dict[str, _Ear] = {}
        self._seen: WeakKeyDictionary[asyncio.Task[object], int] = WeakKeyDictionary()
        self._socket: socket.socket | None = None
        self._path: Path | None = None
        self._known: Sequence[str] = ()
        self._read_at = 0

    def start(self) -> None:
        """Bind our own socket; call in the running loop."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = self._folder / f"{os.getpid()}-{secrets.token_hex(3)}"
        ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        try:
            ear.bind(str(self._path))
        except OSError:
            # A path too long for a socket: the poll does it alone.
            ear.close()
            self._path = None
            return
        self._socket = ear
        asyncio.get_running_loop().add_reader(ear.fileno(), self._heard)

    def _heard(self) -> None:
        assert self._socket is not None  # noqa: S101 - the reader is removed before the socket is closed
        with contextlib.suppress(BlockingIOError):
            while word := self._socket.recv(256):
                self.heard(word.decode("ascii", "replace"))

    def heard(self, word: str) -> None:
        """Another process committed and said this ``word``."""
        self.wake(None if word in {"", _EVERYBODY} else word.split())

    def wake(self, whom: Collection[str] | None) -> None:
        """Wake this process's tasks that wait for one of these, or for anything; None: all."""
        for name in list(self._ears) if whom is None else {*whom, ANY}:
            self._ears.setdefault(name, _Ear()).call()

    def word(self, whom: Collection[str] | None) -> str:
        """What is said to other processes."""
        return _EVERYBODY if whom is None else " ".join(sorted(whom))

    def call(self, whom: Collection[str] | None = None) -> None:
        """Somebody here committed: wake our own tasks and every other process; sockets of the dead are removed."""
        self.wake(whom)
        if self._folder is None or self._socket is None:
            return
        word = self.word(whom).encode("ascii")
        for name in self._others():
            try:
                self._socket.sendto(word, name)
            except (ConnectionRefusedError, FileNotFoundError):
                Path(name).unlink(missing_ok=True)
            except OSError:
                continue

    def _others(self) -> Sequence[str]:
        """Sockets of other processes; the folder is read again only when it has changed, since every commit asks."""
        assert self._folder is not None  # noqa: S101 - only a Wake with a folder calls others
        changed = self._folder.stat().st_mtime_ns
        if changed != self._read_at:
            # The clock of a file system is coarse: another socket may come within the tick in which this one was read.
            self._read_at = changed if time.time_ns() - changed > _SETTLED else 0
            self._known = [str(path) for path in self._folder.iterdir() if path != self._path]
        return self._known

    async def wait(self, seconds: float, name: str = ANY) -> None:
        """Until the next wake-up of ``name``, at most ``seconds``, at most one poll.

        A wake-up since this task's last wait counts: it may have come between its looking and its waiting.
        """
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine always runs in a task
        ear = self._ears.setdefault(name, _Ear())
        if self._seen.get(task, 0) != ear.calls:
            self._seen[task] = ear.calls
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(seconds, POLL)):
                await ear.event.wait()
        self._seen[task] = ear.calls

    def stop(self) -> None:
        """Close and remove our socket."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None
        if self._path is not None:
            self._path.unlink(missing_ok=True)
