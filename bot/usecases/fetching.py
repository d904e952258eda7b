"""Fetch the next file that came with a message, and keep it sealed: beside everything else, and never in its way."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.domain.errors import LostClaim, SendFailed, TryLater, Unreachable
from bot.domain.files import CHUNK, LARGEST, REFUSED, FileState, Wanted, known
from bot.domain.message import ChannelName
from bot.ports import Channel
from bot.usecases.house import House
from bot.usecases.refused import tell

log = structlog.get_logger(__name__)

#: A messenger that has not given it within so many seconds is asked again later.
WITHIN = 120.0
#: Who was killed between fetching and keeping leaves it free for the next after so long.
LEASE_SECONDS = 300.0
#: Waits between tries double up to this; it ends after so long and at least so many tries.
LONGEST_WAIT = 3_600.0
TRIED_FOR = timedelta(days=7)
_FEWEST_TRIES = 5
#: So many pieces are written in one transaction: others write in between.
_AT_ONCE = 2


async def fetch_next(house: House, channels: Mapping[ChannelName, Channel]) -> bool:
    """Fetch and keep one file, or write down why not; False when none is due."""
    # Looking takes nobody's turn: who fetches asks every second, and mostly there is nothing.
    async with house.store.look() as seen:
        if not await seen.file_wanted(house.clock.now()):
            return False
    async with house.store.begin() as tx:
        wanted = await tx.files.take(house.clock.now(), LEASE_SECONDS)
        if wanted is None:
            return False
        room = await tx.files.room(wanted, house.clock.now())
        await tx.commit()
    try:
        if wanted.attempts > _FEWEST_TRIES and house.clock.now() - wanted.wanted_at > TRIED_FOR:
            await _end(house, wanted, FileState.FAILED, "not_had")
        elif room.is_used_up:
            await _end(house, wanted, FileState.REFUSED, "too_many")
        elif room.in_all + LARGEST > house.files_room:
            log.error("no_room_for_files")
            house.pulses.beat("files", ok=False)
            await _later(house, wanted, "no_room")
        else:
            house.pulses.beat("files", ok=True)
            await _fetch(house, channels.get(wanted.channel), wanted)
    except LostClaim:
        pass  # erased meanwhile, or another has it
    return True


async def _fetch(house: House, channel: Channel | None, wanted: Wanted) -> None:
    if channel is None:
        await _later(house, wanted, "channel_off")
        return
    try:
        async with asyncio.timeout(WITHIN):
            content = await channel.fetch(wanted.handle, house.accounts.get(wanted.channel, ""))
    except Unreachable as error:
        state = FileState.REFUSED if error.reason == "too_large" else FileState.FAILED
        await _end(house, wanted, state, error.reason)
    except TryLater as error:
        await _later(house, wanted, error.reason, error.seconds)
    except (SendFailed, TimeoutError):
        await _later(house, wanted, "broken")
    else:
        await _keep(house, wanted, content)


async def _keep(house: House, wanted: Wanted, content: bytes) -> None:
    # Its hash takes as long as some answers do: beside the event loop.
    found = await asyncio.to_thread(known, content)
    if found.sort in REFUSED or found.size > LARGEST:
        await _end(house, wanted, FileState.REFUSED, "program" if found.sort in REFUSED else "too_large")
        return
    pieces = [content[start : start + CHUNK] for start in range(0, len(content), CHUNK)] or [b""]
    for first in range(0, len(pieces), _AT_ONCE):
        async with house.store.begin() as tx:
            await tx.files.put(wanted, first, len(pieces), pieces[first : first + _AT_ONCE])
            await tx.commit()
    async with house.store.begin() as tx:
        await tx.files.keep(wanted, found, house.clock.now())
        await tell(tx, house, await tx.conversations.lock(wanted.conversation))
        await tx.counts.add(f"file_kept_{found.sort}")
        await tx.commit()


async def _later(house: House, wanted: Wanted, reason: str, seconds: float | None = None) -> None:
    """Again, at growing distances."""
    wait = seconds or min(LONGEST_WAIT, 5.0 * 2.0 ** min(wanted.attempts, 12))
    async with house.store.begin() as tx:
        await tx.files.postpone(wanted, house.clock.now() + timedelta(seconds=wait), reason)
        await tx.counts.add("file_postponed")
        await tx.commit()


async def _end(house: House, wanted: Wanted, state: FileState, reason: str) -> None:
    async with house.store.begin() as tx:
        await tx.files.end(wanted, state, reason, house.clock.now())
        await tell(tx, house, await tx.conversations.lock(wanted.conversation))
        await tx.counts.add(f"file_{state}_{reason}")
        await tx.commit()
