"""A worker that hangs is noticed, killed and started again; one that takes long to start, or that is well, is left alone."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.workers.heart import Heart
from bot.workers.supervisor import Child, Supervisor

#: Notes that it has begun, says so many beats, then does nothing, as if it waited for ever; at its third life it ends everything.
LIFE = """
import os, sys, time
notes, fd, beats, gap = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
with open(notes, "a") as file:
    file.write("x")
if len(open(notes).read()) == 3:
    sys.exit(0)
while not os.path.exists(notes + ".over"):  # the test is: nothing of it may go on living
    if beats:
        beats -= 1
        os.write(fd, b".")
    time.sleep(gap or 0.05)
"""
STOPS, PROBES = 0.6, 0.1


async def _lives(notes: Path, beats: int, gap: float, *, heart: bool = True, within: float = 12.0) -> int:
    """How many lives it has had when everything ended, or when we waited no longer."""
    ear = Heart(STOPS)
    argv = [sys.executable, "-c", LIFE, str(notes), str(ear.fd), str(beats), str(gap)]
    watched = {"probe": ear.beats, "begins": ear.begin} if heart else {}
    child = Child(name="worker", argv=argv, env={}, fds=(ear.fd,), ends_all=True, **watched)  # type: ignore[arg-type]  # test values
    running = asyncio.create_task(Supervisor([child], probe_every=PROBES).run())
    await asyncio.wait({running}, timeout=within)
    lives = len(notes.read_text())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    Path(f"{notes}.over").touch()
    return lives


@pytest.mark.parametrize(("heart", "lives"), [(True, 3), (False, 1)], ids=["heard", "control: not heard"])
async def test_one_that_hangs_is_started_again(tmp_path: Path, heart: bool, lives: int) -> None:
    assert await _lives(tmp_path / "notes", beats=2, gap=0.05, heart=heart, within=12.0 if heart else 4.0) == lives


@pytest.mark.parametrize(("beats", "gap"), [(0, 0.0), (1000, 0.1)], ids=["takes long to start", "is well"])
async def test_one_that_starts_or_is_well_is_left_alone(tmp_path: Path, beats: int, gap: float) -> None:
    assert await _lives(tmp_path / "notes", beats=beats, gap=gap, within=4.0) == 1


async def test_the_last_beats_of_one_life_are_none_of_the_next() -> None:
    heart = Heart(STOPS)
    os.write(heart.fd, b"...")
    heart.begin()
    assert not await heart.beats()
    os.write(heart.fd, b".")
    assert await heart.beats()
    await asyncio.sleep(STOPS * 1.2)
    assert not await heart.beats()
