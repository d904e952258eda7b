"""A child that never was well is started again too: one that hangs before its first answer would else hang for ever."""

import asyncio
import sys
from pathlib import Path

import pytest

from bot.workers.supervisor import Child, Supervisor
from tests.promises.processes import until


async def lives(folder: Path, *, well: bool, first_answer: float) -> int:
    """How often a child that does nothing is started within its time and a while more."""
    begun = folder / "begun"
    code = f"import time; open({str(begun)!r}, 'a').write('x'); time.sleep(3600)"

    async def probe() -> bool:
        return well

    child = Child(name="still", argv=[sys.executable, "-S", "-c", code], env={}, probe=probe)
    supervisor = Supervisor([child], probe_every=0.05, first_answer=first_answer)
    running = asyncio.create_task(supervisor.run())
    await until(begun.exists, "it was started")
    if not well and first_answer < 60:
        await until(lambda: begun.stat().st_size > 1, "it was started again")
    else:
        await asyncio.sleep(2.0)
    supervisor._stop.set()
    await running
    return begun.stat().st_size


async def test_a_child_that_hangs_before_its_first_answer_is_killed_and_started_again(tmp_path: Path) -> None:
    assert await lives(tmp_path, well=False, first_answer=0.5) > 1


@pytest.mark.parametrize(("well", "first_answer"), [(True, 0.5), (False, 3600.0)])
async def test_control_a_child_that_is_well_or_still_has_its_time_lives(tmp_path: Path, well: bool, first_answer: float) -> None:
    assert await lives(tmp_path, well=well, first_answer=first_answer) == 1
