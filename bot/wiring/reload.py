"""Content hot reload: changed files are served without a restart, or refused while the set that was read before goes on."""

import asyncio
from datetime import datetime
from pathlib import Path

import structlog

from bot.domain.errors import RefuseToStart
from bot.domain.health import Serving
from bot.usecases.house import House
from bot.wiring import lastgood
from bot.wiring.contents import Contents

log = structlog.get_logger(__name__)

#: Seconds between two looks at the files; what stood still for two looks is read.
LOOK_EVERY = 2.0

#: Of every file: when it was written (nanoseconds), and its size (bytes).
Marks = dict[str, tuple[int, int]]


def marks(mission_file: Path, root: Path) -> Marks:
    """How the files of mission and responses stand; two marks are equal when no file changed."""
    found: Marks = {}
    for file in (mission_file, *sorted((root / "responses").rglob("*"))):
        try:
            told = file.stat()
        except OSError:  # it is being replaced: the next look sees it
            continue
        found[str(file)] = (told.st_mtime_ns, 0 if file.is_dir() else told.st_size)
    return found


class Reload:
    """Looks at the files, and hands the house what they say now."""

    def __init__(self, house: House, mission_file: Path, root: Path, read: Marks, data_dir: Path | None = None) -> None:
        """``read``: the marks from before the house read its files, so that no change falls between.

        ``data_dir``: where what is served is kept for a process that starts again; None where another process keeps it.
        """
        self._house = house
        self._mission_file = mission_file
        self._root = root
        self._data_dir = data_dir
        self._done = self._seen = read

    async def look(self) -> None:
        """One look; files that changed since the last one may still be in the middle of a change, and are left alone once more."""
        stands = await asyncio.to_thread(marks, self._mission_file, self._root)
        still, self._seen = stands == self._seen, stands
        if not still or stands == self._done:
            return
        self._done = stands
        try:
            contents = await asyncio.to_thread(Contents.gated, self._mission_file, self._root)
        except RefuseToStart as refusal:
            await self._refuse(str(refusal))
        except Exception as error:  # whatever a file can do to its reader: people are answered from the old set
            await self._refuse(f"cannot be read: {type(error).__name__}")
        else:
            await self._serve(contents)
            if self._data_dir is not None:
                await asyncio.to_thread(lastgood.keep, self._mission_file, self._root, self._data_dir)

    async def _serve(self, contents: Contents) -> None:
        self._house.renew(**contents.for_house(), serving=Serving(since=self._now()))
        log.info("content_reloaded", texts=len(contents.library.texts))
        await self._count("content_reloaded")

    async def _refuse(self, why: str) -> None:
        serving = self._house.serving
        self._house.renew(serving=Serving(since=serving.since, refused=why))
        log.error("content_refused", why=why, serving_since=str(serving.since))
        await self._count("content_refused")

    async def _count(self, event: str) -> None:
        async with self._house.store.begin() as tx:
            await tx.counts.add(event)
            await tx.commit()

    def _now(self) -> datetime:
        return self._house.clock.now()
