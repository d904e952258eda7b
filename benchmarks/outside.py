"""The program as it runs: supervisor, worker and model as processes, seen from the messenger's side."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import aiohttp

from benchmarks.door import ROOT, Door
from bot.settings import process_environment


@dataclass(frozen=True, kw_only=True)
class Running:
    """A program that has answered its first message."""

    door: Door
    started_in: float
    pid: int
    nlu_url: str = field(repr=False)
    nlu_token: str = field(repr=False)

    async def parse(self, client: aiohttp.ClientSession, text: str) -> float:
        """Seconds of the bare call to the model."""
        began = perf_counter()
        headers = {"Authorization": f"Bearer {self.nlu_token}"}
        async with client.post(f"{self.nlu_url}/model/parse", json={"text": text}, headers=headers) as answer:
            assert answer.status == 200, answer.status
            await answer.read()
        return perf_counter() - began

    def memory(self) -> dict[str, float]:
        """Resident megabytes of each process."""
        names = {"supervisor": self.pid, "worker": _child(self.pid, b"\0work\0"), "nlu": _child(self.pid, b"nlu/server.py")}
        return {name: _resident(pid) for name, pid in names.items()}


@asynccontextmanager
async def running(folder: Path, client: aiohttp.ClientSession) -> AsyncIterator[Running]:
    """Start the program and wait until the model has answered a message."""
    door = Door()
    await door.start()
    kept = {name: value for name, value in process_environment().items() if not name.startswith("DL_")}
    env = {**kept, **door.settings(folder), "PYTHONPATH": str(ROOT)}
    began = perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", env=env, cwd=folder)
    try:
        await _told_or_ended(door, process)
        _, _, replied = await door.ask(client, "what are the guidelines?", 1)
        address = _environment(_child(process.pid, b"\0work\0"))
        yield Running(
            door=door,
            started_in=replied - began,
            pid=process.pid,
            nlu_url=address["DL_NLU_URL"],
            nlu_token=address["DL_NLU_TOKEN"],
        )
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()
        await door.stop()


async def _told_or_ended(door: Door, process: asyncio.subprocess.Process) -> None:
    """The program has told the messenger where to post; SystemExit when it ended instead."""
    told, ended = asyncio.ensure_future(door.told.wait()), asyncio.ensure_future(process.wait())
    await asyncio.wait({told, ended}, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if not told.done():
        told.cancel()
        raise SystemExit(f"the program ended with {process.returncode} before it was ready")


def _child(parent: int, mark: bytes) -> int:
    """The child of ``parent`` whose command line holds ``mark``."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            is_child = int(status.read_text().rsplit(")", 1)[1].split()[1]) == parent
            if is_child and mark in status.with_name("cmdline").read_bytes():
                return int(status.parent.name)
        except OSError:
            continue
    raise LookupError(mark)


def _environment(pid: int) -> Mapping[str, str]:
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmRSS:"))
    return int(kilobytes) / 1000
