"""What strangers have made is opened in a process of its own, that has nothing: bytes in, bytes out, and little time."""

import asyncio
import contextlib
import sys
from pathlib import Path


class Cannot(Exception):
    """It cannot be shown or played: not of the sort that we open, damaged, too large, or made to break who opens it."""

    def __init__(self, *, for_good: bool) -> None:
        """``for_good``: it said so itself, and would again; else it was too slow, or stopped from outside."""
        super().__init__()
        self.for_good = for_good


class Apart:
    """Runs a script a few at a time."""

    def __init__(self, *, at_once: int, within: float, largest: int) -> None:
        """``within``: seconds after which it is stopped; ``largest``: bytes that it may say."""
        self._places = asyncio.Semaphore(at_once)
        self._within = within
        self._largest = largest

    async def run(self, script: Path, *arguments: str, given: bytes) -> tuple[int, bytes]:
        """Its exit code, below 0 when it was stopped, and what it said: not more than ``largest``."""
        async with self._places:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", str(script), *arguments, env={}, cwd="/",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            try:
                async with asyncio.timeout(self._within):
                    said, _ = await asyncio.gather(self._read(process), _write(process, given))
                    code = await process.wait()
            except TimeoutError:
                code, said = -1, b""
            finally:
                if process.returncode is None:
                    _stop(process)
                    await self._read(process)
                    await process.wait()
        return (-1, b"") if len(said) > self._largest else (code, said)

    async def _read(self, process: asyncio.subprocess.Process) -> bytes:
        """What it says, to its end: a process whose pipe is full never ends.  Who says too much is stopped."""
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        said = bytearray()
        while part := await process.stdout.read(65_536):
            if len(said) > self._largest:
                _stop(process)
            else:
                said += part
        return bytes(said)


def _stop(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()


async def _write(process: asyncio.subprocess.Process, given: bytes) -> None:
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    try:
        process.stdin.write(given)
        await process.stdin.drain()
        process.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        return  # it has ended: its exit code says so
