"""Officers who claim the same handoffs at the same moment, from several processes of the operating system."""

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sqlalchemy import update

from bot.crypto import MasterKey
from bot.domain.errors import Refused
from bot.domain.handoff import CLAIMABLE, Handoff, HandoffClass, State
from bot.domain.ids import HandoffId, OfficerId, new_id, new_reference
from bot.domain.message import ChannelName, Incoming, Kind
from bot.ports import Officer
from bot.storage.database import SqlStore
from bot.storage.tables import handoffs
from bot.usecases import handoff
from bot.usecases.house import House
from tests.fakes import FakeClock
from tests.journeys.house import Home

PROCESSES = 4
EACH = 5  #: officers a process
PATIENCE = 90  #: seconds after which a process that waits for the others gives up, loudly


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What every process needs to know."""

    url: str
    master: MasterKey = field(repr=False)
    data_dir: Path
    references: tuple[str, ...]
    naive: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one officer's claim."""

    reference: str
    officer: str
    won: bool
    reason: str = ""
    told: str | None = None  #: who has it, as the loser was told
    knows_since: bool = False


Claim = Callable[[House, Officer, str], Awaitable[object]]


async def set_scene(store: SqlStore, clock: FakeClock, number: int) -> tuple[str, ...]:
    """Twenty officers, and so many open emergencies of people of their own; their references."""
    async with store.begin() as tx:
        for officer in range(PROCESSES * EACH):
            await tx.officers.invite(f"officer {officer}", ["general"], clock.now())
        cases = [await _case(tx, clock, str(person)) for person in range(number)]
        await tx.commit()
    return tuple(cases)


async def _case(tx: object, clock: FakeClock, sender: str) -> str:
    message = Incoming(channel=ChannelName.SIGNAL, account="us", key=new_id(), sender=sender, kind=Kind.TEXT, text="they are at the door")
    kept = await tx.inbox.keep(message, clock.now())  # type: ignore[attr-defined]  # a Transaction
    case = Handoff(
        id=HandoffId(new_id()), reference=new_reference(), conversation=kept.conversation, state=State.WAITING, cls=HandoffClass.E1,
        kind="attack_now", opened_at=clock.now(),
    )  # fmt: skip
    await tx.handoffs.open(case)  # type: ignore[attr-defined]  # a Transaction
    return case.reference


def everybody_claims(scene: Scene) -> list[Outcome]:
    """Every officer claims every handoff, all of them the same one at once."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(PROCESSES)
    with ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=_meet, initargs=(barrier,)) as pool:
        rooms = [pool.submit(claim_all, scene, number) for number in range(PROCESSES)]
        return [outcome for room in rooms for outcome in room.result(timeout=PATIENCE * 2)]


_met: list[Barrier] = []


def _meet(barrier: Barrier) -> None:
    _met.append(barrier)


def claim_all(scene: Scene, room: int) -> list[Outcome]:
    """One process: its five officers wait for the others before each handoff."""
    return asyncio.run(_claim_all(scene, room))


async def _claim_all(scene: Scene, room: int) -> list[Outcome]:
    store = await SqlStore.open(scene.url, scene.master, data_dir=scene.data_dir)
    home = Home(store, FakeClock())
    async with store.begin() as tx:
        officers = (await tx.officers.all())[room * EACH : (room + 1) * EACH]
    claim = naive_claim if scene.naive else handoff.claim
    outcomes: list[Outcome] = []
    for reference in scene.references:
        await asyncio.to_thread(_met[0].wait, PATIENCE)
        outcomes += await asyncio.gather(*(_one(partial(claim, home.house), officer, reference) for officer in officers))
    await store.close()
    return outcomes


async def _one(claim: Callable[[Officer, str], Awaitable[object]], officer: Officer, reference: str) -> Outcome:
    try:
        await claim(officer, reference)
    except Refused as refusal:
        return Outcome(
            reference=reference, officer=officer.name, won=False, reason=refusal.reason, told=refusal.holder,
            knows_since=refusal.since is not None,
        )  # fmt: skip
    return Outcome(reference=reference, officer=officer.name, won=True)


async def naive_claim(house: House, officer: Officer, reference: str) -> None:
    """The control: look whether it is free, then take it."""
    async with house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
    if found is None or found.state not in CLAIMABLE:
        raise Refused("taken")
    await _write(house, officer.id, found)


async def _write(house: House, officer: OfficerId, found: Handoff) -> None:
    async with house.store.begin() as tx:
        mine = handoffs.c.id == found.id
        await tx._work.run(update(handoffs).where(mine).values(state=State.CLAIMED, holder_id=officer))  # type: ignore[attr-defined]  # an SqlTransaction
        await tx.commit()


def faults(outcomes: Sequence[Outcome], references: Sequence[str]) -> list[str]:
    """The references that had not just one winner, or a loser who was not told who it is."""
    wrong = []
    for reference in references:
        mine = [outcome for outcome in outcomes if outcome.reference == reference]
        winners = {outcome.officer for outcome in mine if outcome.won}
        losers = [outcome for outcome in mine if not outcome.won]
        told = all(outcome.reason == "taken" and {outcome.told} == winners and outcome.knows_since for outcome in losers)
        if len(winners) != 1 or len(losers) != PROCESSES * EACH - 1 or not told:
            wrong.append(reference)
    return wrong
