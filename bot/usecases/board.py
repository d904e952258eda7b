"""The queue for pages: headings with their first cases, what rings, and whether anything has changed.  It only reads."""

import hashlib
from collections.abc import Collection, Mapping

from bot.domain.account import Session
from bot.domain.handoff import DutyLane, HandoffLine
from bot.domain.queue import Glance, Group
from bot.ports import Looking, Officer
from bot.usecases.house import House
from bot.usecases.sight import lanes_of

Lanes = frozenset[DutyLane]


async def glance(seen: Looking, lanes: Lanes, stamps: Mapping[str, str]) -> Glance:
    """What those lanes come to; ``stamps`` were read before."""
    ringing, exercises, unheard = await seen.lines.ringing(lanes)
    return Glance(version=version_of(lanes, stamps), ringing=ringing, exercises=exercises, unheard=unheard)


def version_of(lanes: Lanes, stamps: Mapping[str, str]) -> str:
    """Another word for every state of those lanes."""
    said = "|".join(f"{lane} {stamps.get(lane, '')}" for lane in sorted(lanes))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


async def some(house: House, officer: Officer, group: Group, skip: int, most: int) -> list[HandoffLine]:
    """The cases under one heading, after the first so many."""
    async with house.store.look() as seen:
        return await seen.lines.some(lanes_of(officer, await seen.officers()), officer.id, group, skip, most)


async def still_here(house: House, tokens: Collection[str]) -> Mapping[str, Session]:
    """The sessions of those tokens, as far as they go on, as ``sign_in.visit`` has it; nobody is kept awake by it."""
    now = house.clock.now()
    async with house.store.look() as seen:
        found = await seen.sessions(sorted(tokens))
    return {token: session for token, (account, session) in found.items() if session.is_alive(now) and account.is_live}
