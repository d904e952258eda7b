"""One officer wins a claim and everybody else learns who; and beside an officer the bot is silent."""

import asyncio
import random
import time
from pathlib import Path

from bot.crypto import MasterKey
from bot.domain.message import Speaker
from bot.ports import Officer
from bot.storage.database import SqlStore
from bot.usecases import handoff
from bot.usecases.house import House
from tests.fakes import FakeClock
from tests.promises.claimers import Scene, everybody_claims, faults, set_scene
from tests.promises.racing import CarelessStore, Wire, all_done, answers_everything, at_work, until, working, writes

#: On each of the two databases, so five hundred times in all.
TIMES = 250
#: Conversations in which an officer's claim meets messages on their way.
RACES = 25


async def test_twenty_officers_in_four_processes_claim_one_handoff_at_once_five_hundred_times_and_each_has_one_winner(
    store: SqlStore, store_url: str, master: MasterKey, tmp_path: Path, clock: FakeClock
) -> None:
    references = await set_scene(store, clock, TIMES)
    scene = Scene(url=store_url, master=master, data_dir=tmp_path, references=references)
    outcomes = await asyncio.to_thread(everybody_claims, scene)
    assert faults(outcomes, references) == []
    assert len({outcome.officer for outcome in outcomes if outcome.won}) > 1, "it was a race, not a walkover"


async def test_control_looking_first_and_taking_then_gives_one_handoff_to_several(
    store: SqlStore, store_url: str, master: MasterKey, tmp_path: Path, clock: FakeClock
) -> None:
    references = await set_scene(store, clock, 20)
    scene = Scene(url=store_url, master=master, data_dir=tmp_path, references=references, naive=True)
    outcomes = await asyncio.to_thread(everybody_claims, scene)
    winners = [sum(outcome.won for outcome in outcomes if outcome.reference == reference) for reference in references]
    assert max(winners) > 1
    assert faults(outcomes, references)


async def _first_officer(house: House) -> Officer:
    async with house.store.begin() as tx:
        return (await tx.officers.all())[0]


async def _claimed_with_one_row_on_the_wire(house: House, reference: str) -> int:
    """The bot's rows that arrive when an officer claims while one is on the wire and others are queued."""
    wire = Wire(gate=asyncio.Event())
    ana = await _first_officer(house)
    async with working(house, wire):
        await until(wire.on_the_wire.is_set)
        for _ in range(3):
            await writes(house, "0")
        await _until_answered(house)
        await handoff.claim(house, ana, reference)
        assert wire.gate is not None
        wire.gate.set()
        await writes(house, "0")
        await all_done(house)
    assert [each.name for each in wire.arrived if each.speaker is Speaker.NOTICE] == ["officer_taken"]
    return wire.bot_after("0", 0.0)


async def _until_answered(house: House) -> None:
    async with asyncio.timeout(20):
        while True:
            async with house.store.begin() as tx:
                if await tx.inbox.waiting() == 0:
                    return
            await asyncio.sleep(0.02)


async def test_of_what_was_queued_before_a_claim_only_the_row_on_the_wire_arrives(store: SqlStore, clock: FakeClock) -> None:
    (reference,) = await set_scene(store, clock, 1)
    assert await _claimed_with_one_row_on_the_wire(at_work(store), reference) == 1


async def test_control_without_cancelling_and_looking_who_holds_it_the_bot_goes_on_talking(
    store_url: str, master: MasterKey, tmp_path: Path, clock: FakeClock
) -> None:
    careless = await CarelessStore.open(store_url, master, data_dir=tmp_path, clock=clock)
    (reference,) = await set_scene(careless, clock, 1)
    assert await _claimed_with_one_row_on_the_wire(at_work(careless), reference) > 1
    await careless.close()


async def _race(house: House, wire: Wire, ana: Officer, reference: str, sender: str) -> float:
    """Messages before, during and after a claim; when it was made."""
    await until(lambda: sender in wire.begun)
    during = asyncio.ensure_future(writes(house, sender))
    await asyncio.sleep(random.uniform(0, 0.05))
    await handoff.claim(house, ana, reference)
    moment = time.monotonic()
    await during
    await writes(house, sender)
    return moment


async def _races(store: SqlStore, clock: FakeClock) -> tuple[list[int], Wire]:
    """In every conversation something is queued, then couriers, people and an officer act at once; the bot's rows after each claim."""
    references = await set_scene(store, clock, RACES)
    house, wire = at_work(store), Wire(slowest=0.05)
    for sender in (*range(RACES), *range(RACES)):
        await answers_everything(house)
        await writes(house, str(sender))
    await answers_everything(house)
    ana = await _first_officer(house)
    async with working(house, wire):
        races = (_race(house, wire, ana, reference, str(sender)) for sender, reference in enumerate(references))
        moments = await asyncio.gather(*races)
        await all_done(house)
    return [wire.bot_after(str(sender), moment) for sender, moment in enumerate(moments)], wire


async def test_a_claim_while_messages_race_lets_at_most_one_row_of_the_bot_through(store: SqlStore, clock: FakeClock) -> None:
    after, wire = await _races(store, clock)
    async with store.begin() as tx:
        counted = await tx.counts.all()
    assert max(after) <= 1
    assert counted["bot_rows_cancelled"] > 0, "there was something to cancel"
    assert {each.address for each in wire.arrived if each.speaker is Speaker.NOTICE} == {str(sender) for sender in range(RACES)}


async def test_control_the_same_race_without_that_care_lets_several_rows_through(
    store_url: str, master: MasterKey, tmp_path: Path, clock: FakeClock
) -> None:
    careless = await CarelessStore.open(store_url, master, data_dir=tmp_path, clock=clock)
    after, _ = await _races(careless, clock)
    assert max(after) > 1
    await careless.close()
