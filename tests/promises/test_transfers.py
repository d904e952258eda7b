"""Of two acts on an offer at the same moment one wins, whatever they are; a case never has two holders, nor none by mistake."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.domain.errors import Refused
from bot.domain.handoff import HELD, Handoff, State
from bot.domain.ids import OfficerId
from bot.ports import Officer
from bot.storage.database import SqlStore
from bot.storage.tables import handoffs
from bot.usecases import alert, forced, handoff, transfer
from bot.usecases.house import House
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.promises.case import found

ROUNDS = 12
Act = Callable[[], Awaitable[object]]


class Scene:
    """Ana holds cases, each offered to Bo; Lea leads, Cy is there too."""

    def __init__(self, home: Home, ana: Officer, bo: Officer, cy: Officer) -> None:
        self.home, self.house, self.ana, self.bo, self.cy = home, home.house, ana, bo, cy
        self.lea = replace(cy, leads=True)

    async def offered(self, number: int) -> str:
        """A new case, offered to Bo."""
        await self.home.says("/human", sender=f"person-{number}")
        async with self.house.store.begin() as tx:
            (line,) = await tx.handoffs.queue((State.WAITING, State.UNCLEAR))
        await handoff.claim(self.house, self.ana, line.reference)
        await transfer.offer(self.house, self.ana, line.reference, self.bo.id)
        return line.reference


@pytest.fixture
async def scene(store: SqlStore, clock: FakeClock) -> Scene:
    home = Home(store, clock)
    ana, bo, cy = [await home.enrols(name, sender=f"90{place}") for place, name in enumerate(("Ana", "Bo", "Cy"))]
    return Scene(home, ana, bo, cy)


async def wins(act: Awaitable[object]) -> bool:
    try:
        await act
    except Refused:
        return False
    return True


OTHERS: dict[str, Callable[[Scene, str], Awaitable[object]]] = {
    "accepted at another door": lambda scene, reference: transfer.accept(scene.house, scene.bo, reference),
    "declined at another door": lambda scene, reference: transfer.decline(scene.house, scene.bo, reference),
    "taken back": lambda scene, reference: transfer.take_back(scene.house, scene.ana, reference),
    "returned": lambda scene, reference: handoff.give_back(scene.house, scene.ana, reference),
    "closed": lambda scene, reference: handoff.close(scene.house, scene.ana, reference),
    "forced": lambda scene, reference: forced.force(scene.house, scene.lea, reference, scene.cy.id, "why", scene.ana.id),
}


def holder_after(scene: Scene, how: str) -> OfficerId | None:
    """Who holds it when the other act has won."""
    return {
        "accepted at another door": scene.bo.id,
        "declined at another door": scene.ana.id,
        "taken back": scene.ana.id,
        "forced": scene.cy.id,
    }.get(how)


@pytest.mark.parametrize("how", OTHERS)
async def test_an_offer_is_accepted_or_the_other_act_is_done_and_never_both(scene: Scene, how: str) -> None:
    for number in range(ROUNDS):
        reference = await scene.offered(number)
        acts = [transfer.accept(scene.house, scene.bo, reference), OTHERS[how](scene, reference)]
        # Now one comes first, now the other.
        won = await asyncio.gather(*map(wins, acts if number % 2 else acts[::-1]))
        accepted, other = won if number % 2 else won[::-1]
        held = await found(scene.home, reference)
        assert (accepted, other) in {(True, False), (False, True)}, how
        assert held.holder == (scene.bo.id if accepted else holder_after(scene, how))
        assert (held.offered_to, held.offer_until) == (None, None)
        assert (held.state in HELD) == (held.holder is not None)
        if held.state in HELD:
            await handoff.close(scene.house, next(each for each in (scene.ana, scene.bo, scene.cy) if each.id == held.holder), reference)
        elif held.is_open:
            await handoff.claim(scene.house, scene.ana, reference)


async def test_a_claim_that_ends_while_it_is_accepted_has_the_new_holder_or_rings_and_is_never_lost(scene: Scene) -> None:
    for number in range(ROUNDS):
        reference = await scene.offered(number)
        scene.home.clock.move(minutes=5)
        seen = await found(scene.home, reference)
        # The alarm clock's second half, with the case as its first half has read it: else it always comes later.
        clock = alert._one(scene.house, seen)
        acts: list[Awaitable[object]] = [wins(transfer.accept(scene.house, scene.bo, reference)), clock]
        results = await asyncio.gather(*(acts if number % 2 else acts[::-1]))
        accepted = results[0 if number % 2 else 1]
        held = await found(scene.home, reference)
        expected = (State.CLAIMED, scene.bo.id) if accepted is True else (State.WAITING, None)
        assert (held.state, held.holder) == expected
        assert (held.claim_until is not None) == (accepted is True), "whoever takes it over has a clock of their own"
        await scene.home.settles()
        if accepted is not True:
            await handoff.claim(scene.house, scene.bo, reference)
        await handoff.close(scene.house, scene.bo, reference)


async def naive(house: House, reference: str, to: OfficerId, both_have_read: asyncio.Barrier) -> None:
    """The control: look whether it is offered, then write who has it."""
    async with house.store.begin() as tx:
        seen: Handoff | None = await tx.handoffs.find(reference)
    if seen is None or not seen.is_offered(house.clock.now()):
        raise Refused("not_offered")
    await both_have_read.wait()
    async with house.store.begin() as tx:
        mine = handoffs.c.id == seen.id
        await tx._work.run(update(handoffs).where(mine).values(holder_id=to, offered_to=None))  # type: ignore[attr-defined]  # an SqlTransaction
        await tx.commit()


async def test_control_reading_and_then_writing_lets_two_hold_it(scene: Scene) -> None:
    reference, barrier = await scene.offered(0), asyncio.Barrier(2)
    won = await asyncio.gather(*(wins(naive(scene.house, reference, officer.id, barrier)) for officer in (scene.bo, scene.cy)))
    assert won == [True, True]
