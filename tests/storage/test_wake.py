"""A commit wakes the loops that it concerns, in every process, and lets the others sleep."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.ids import new_id
from bot.domain.message import ChannelName, Incoming, Kind
from bot.storage.database import SqlStore
from bot.storage.wake import Wake
from tests.fakes import FakeClock

LOOPS = ("responder", "courier", "officers", "")


class Sleepers:
    """One task a loop, asleep on the same ear."""

    def __init__(self, ear: Wake | SqlStore) -> None:
        self._ear = ear
        self.asleep: dict[str, asyncio.Task[None]] = {}

    async def fall_asleep(self) -> None:
        self.asleep = {name: asyncio.ensure_future(self._sleep(name)) for name in LOOPS}
        await _turns()

    async def _sleep(self, name: str) -> None:
        await self._ear.wait(60.0, name)  # the first time it looks once before it waits
        await self._ear.wait(60.0, name)

    def woken(self) -> set[str]:
        return {name for name, task in self.asleep.items() if task.done()}


async def _turns() -> None:
    """Let every task that can go on go on: far shorter than the poll that would wake them anyway."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
async def ears(tmp_path: Path) -> AsyncIterator[tuple[Wake, Wake]]:
    """The ears of two processes on one data directory."""
    both = Wake(tmp_path / "wake"), Wake(tmp_path / "wake")
    for ear in both:
        ear.start()
    yield both
    for ear in both:
        ear.stop()


@pytest.mark.parametrize(("whom", "woken"), [({"courier"}, {"courier", ""}), ({"-"}, {""}), (None, set(LOOPS))])
async def test_a_commit_wakes_whom_it_concerns_here_and_in_other_processes(
    ears: tuple[Wake, Wake], whom: set[str] | None, woken: set[str]
) -> None:
    here, there = Sleepers(ears[0]), Sleepers(ears[1])
    await here.fall_asleep()
    await there.fall_asleep()
    assert here.woken() | there.woken() == set()
    ears[0].call(whom)
    await _turns()
    assert here.woken() == woken
    assert there.woken() == woken


async def test_a_kept_message_wakes_the_responder_and_not_the_courier(store: SqlStore, clock: FakeClock) -> None:
    sleepers = Sleepers(store)
    await sleepers.fall_asleep()
    message = Incoming(channel=ChannelName.SIGNAL, account="us", key=new_id(), sender="1", kind=Kind.TEXT, text="hello")
    async with store.begin() as tx:
        await tx.inbox.keep(message, clock.now())
        assert tx._work.whom == {"responder"}
        await tx.commit()
    await asyncio.wait_for(sleepers.asleep["responder"], 5)
    await asyncio.wait_for(sleepers.asleep[""], 5)


async def test_control_a_commit_of_anything_else_wakes_everybody(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.counts.add("anything")
        assert tx._work.whom is None
        await tx.commit()


async def test_a_process_that_came_within_one_tick_of_the_file_systems_clock_is_called_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder says that it has not changed since it was read, although it has."""
    first, second = Wake(tmp_path), Wake(tmp_path)
    first.start()
    first.call()
    read = tmp_path.stat()
    second.start()
    os.utime(tmp_path, ns=(read.st_atime_ns, read.st_mtime_ns))
    try:
        assert len(first._others()) == 1
        monkeypatch.setattr("bot.storage.wake._SETTLED", -(10**12))
        first._read_at = 0
        second.stop()
        os.utime(tmp_path, ns=(read.st_atime_ns, read.st_mtime_ns))
        assert first._others() == []
        second.start()
        os.utime(tmp_path, ns=(read.st_atime_ns, read.st_mtime_ns))
        assert first._others() == [], "control: what was read is believed at once"
    finally:
        first.stop()
        second.stop()


async def test_the_folder_is_read_again_when_it_has_changed(ears: tuple[Wake, Wake], tmp_path: Path) -> None:
    old = time.time_ns() - 10**10
    os.utime(tmp_path / "wake", ns=(old, old))
    assert len(ears[0]._others()) == 1
    assert ears[0]._read_at == old, "it is not read at every commit"
    third = Wake(tmp_path / "wake")
    third.start()
    assert len(ears[0]._others()) == 2
    third.stop()
    assert len(ears[0]._others()) == 1
