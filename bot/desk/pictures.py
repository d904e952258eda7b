"""Pictures of strangers, drawn anew in a process that has nothing: what comes back is pixels, or nothing."""

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import Literal

import structlog

from bot.domain.files import MOST_PIXELS

log = structlog.get_logger(__name__)

_SCRIPT = Path(__file__).with_name("redraw.py")
#: Seconds for one picture, also while the machine is busy.
WITHIN = 30.0
#: Nothing that is drawn is larger.
_LARGEST = 16_000_000
_JPEG = b"\xff\xd8\xff"


class Cannot(Exception):
    """It cannot be shown: no picture that we draw, damaged, too large, or made to break who opens it."""

    def __init__(self, *, for_good: bool) -> None:
        """``for_good``: it said so itself, and would again; else it was too slow, or stopped from outside."""
        super().__init__()
        self.for_good = for_good


class Pictures:
    """Draws a few at a time."""

    def __init__(self, at_once: int = 2, within: float = WITHIN) -> None:
        """``within``: seconds after which a picture cannot be shown."""
        self._places = asyncio.Semaphore(at_once)
        self._within = within

    async def picture(self, original: bytes) -> bytes:
        """A JPEG of what it shows, at most 2048 pixels wide and high.  Raises Cannot."""
        return await self._drawn("picture", original)

    async def preview(self, original: bytes) -> bytes:
        """A JPEG of at most 24 pixels, blurred: colours, and nothing that could be known again.  Raises Cannot."""
        return await self._drawn("preview", original)

    async def _drawn(self, kind: Literal["picture", "preview"], original: bytes) -> bytes:
        async with self._places:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", str(_SCRIPT), kind, str(MOST_PIXELS), env={}, cwd="/",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            try:
                async with asyncio.timeout(self._within):
                    drawn, _ = await asyncio.gather(_read(process), _write(process, original))
                    code = await process.wait()
            except TimeoutError:
                code, drawn = -1, b""
            finally:
                if process.returncode is None:
                    _stop(process)
                    await _read(process)
                    await process.wait()
        if code != 0 or not drawn.startswith(_JPEG) or len(drawn) > _LARGEST:
            log.info("picture_not_drawn", code=code)
            raise Cannot(for_good=code >= 0)
        return drawn


async def _read(process: asyncio.subprocess.Process) -> bytes:
    """What it says, to its end: a process whose pipe is full never ends.  Who says too much is stopped."""
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    said = bytearray()
    while part := await process.stdout.read(65_536):
        if len(said) > _LARGEST:
            _stop(process)
        else:
            said += part
    return bytes(said)


def _stop(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()


async def _write(process: asyncio.subprocess.Process, original: bytes) -> None:
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    try:
        process.stdin.write(original)
        await process.stdin.drain()
        process.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        return  # it has ended: its exit code says so
