"""With the model dead, hung or answering rubbish nothing is missed: rules ring at once, everything else is asked about danger."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import pytest

from bot.domain.errors import NluUnavailable
from bot.domain.handoff import HandoffClass, State
from bot.domain.understanding import Ranked, Reading
from bot.nlu import HttpNlu
from bot.ports import Claimed
from bot.storage.database import SqlStore
from bot.usecases.house import House
from bot.usecases.respond import respond
from bot.usecases.understand import hear
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.promises.models import RUBBISH, SILENT, hung, recording, rubbish
from tests.promises.racing import Answer, Wire, all_done, at_work, until, working, writes

pytestmark = pytest.mark.alone
#: Emergencies that the rules know must be rung within this time (seconds).
WITHIN = 2.0
EMERGENCY = "they are breaking the door"
HARMLESS = ("hello there", "thank you so much", "what are the guidelines?", "can I get a visa", "my neighbour asks odd things")

Server = Callable[[], AbstractAsyncContextManager[str]]


@asynccontextmanager
async def _house(store: SqlStore, server: AbstractAsyncContextManager[str]) -> AsyncIterator[House]:
    """A house at that model; its time to start is over."""
    async with server as url:
        model = HttpNlu(url, "token", starts_within=0.0)
        try:
            yield replace(at_work(store), nlu=model)
        finally:
            await model.close()


async def _enrol(store: SqlStore, clock: FakeClock) -> None:
    """One officer, who is to be rung."""
    await Home(store, clock).enrols()


async def _missed(house: House, senders: dict[str, str], answer: Answer = respond) -> list[str]:
    """Who wrote an emergency and was not rung for in time, or anything else and was not asked about danger."""
    wire = Wire()
    async with working(house, wire, answer):
        began = time.monotonic()
        for sender, text in senders.items():
            await writes(house, sender, text)
        await all_done(house)
    alarms = sorted(each.at - began for each in wire.arrived if each.name in {"alert", "alert_again"})
    emergencies = [sender for sender, text in senders.items() if text == EMERGENCY]
    late = [f"alarm after {at:.1f} s" for at in alarms if at > WITHIN]
    unrung = ["unrung"] * max(0, len(emergencies) - len(alarms))
    asked = {each.address for each in wire.arrived if each.name == "danger_question"}
    return [*late, *unrung, *sorted(set(senders) - set(emergencies) - asked)]


async def _classes(house: House) -> list[tuple[HandoffClass, State]]:
    async with house.store.begin() as tx:
        return sorted((line.cls, line.state) for line in await tx.handoffs.queue())


async def _holds(store: SqlStore, clock: FakeClock, server: AbstractAsyncContextManager[str]) -> None:
    await _enrol(store, clock)
    people = {"e": EMERGENCY} | {f"h{number}": text for number, text in enumerate(HARMLESS)}
    async with _house(store, server) as house:
        assert await _missed(house, people) == []
        unclear = [(HandoffClass.UNCLEAR, State.UNCLEAR)] * len(HARMLESS)
        assert await _classes(house) == [(HandoffClass.E1, State.WAITING), *unclear]


@pytest.mark.parametrize("server", SILENT.values(), ids=SILENT.keys())
async def test_a_model_that_does_not_answer_delays_no_alarm_and_everything_else_is_asked_about(
    store: SqlStore, clock: FakeClock, server: Server
) -> None:
    await _holds(store, clock, server())


async def test_an_answer_that_is_none_is_not_believed(store: SqlStore, clock: FakeClock) -> None:
    await _enrol(store, clock)
    for number, what in enumerate(RUBBISH, start=1):
        people = {f"{number}e": EMERGENCY} | {f"{number}h{place}": text for place, text in enumerate(HARMLESS[:2])}
        async with _house(store, rubbish(what)) as house:
            assert (what, await _missed(house, people)) == (what, [])
            alarms, unclear = [(HandoffClass.E1, State.WAITING)] * number, [(HandoffClass.UNCLEAR, State.UNCLEAR)] * 2 * number
            assert await _classes(house) == alarms + unclear


@pytest.mark.parametrize("server", SILENT.values(), ids=SILENT.keys())
async def test_twenty_people_who_write_while_the_model_is_silent_do_not_wait_for_each_other(
    store: SqlStore, clock: FakeClock, server: Server
) -> None:
    await _enrol(store, clock)
    people = {str(number): EMERGENCY if number % 2 else "hello there" for number in range(20)}
    async with _house(store, server()) as house:
        assert await _missed(house, people) == []


@pytest.mark.parametrize("server", SILENT.values(), ids=SILENT.keys())
async def test_an_alarm_after_twenty_messages_of_the_same_person_rings_in_time(store: SqlStore, clock: FakeClock, server: Server) -> None:
    await _enrol(store, clock)
    async with _house(store, server()) as house:
        wire = Wire()
        for number in range(20):
            await writes(house, "1", f"good morning number {number}")
        reading = asyncio.Event()

        async def answer(house: House, claimed: Claimed) -> None:
            reading.set()
            await respond(house, claimed)

        async with working(house, wire, answer):
            await until(reading.is_set)
            began = time.monotonic()
            await writes(house, "1", EMERGENCY)
            await until(lambda: any(each.name == "alert" for each in wire.arrived))
            assert time.monotonic() - began < WITHIN


@pytest.mark.parametrize("server", SILENT.values(), ids=SILENT.keys())
async def test_twenty_cries_for_help_of_one_person_ring_in_time(store: SqlStore, clock: FakeClock, server: Server) -> None:
    await _enrol(store, clock)
    async with _house(store, server()) as house:
        wire = Wire()
        began = time.monotonic()
        for _ in range(20):
            await writes(house, "1", EMERGENCY)
        async with working(house, wire):
            await until(lambda: any(each.name == "alert" for each in wire.arrived))
        assert time.monotonic() - began < WITHIN


async def test_a_ranking_that_leaves_emergencies_out_proves_nothing_harmless(store: SqlStore, clock: FakeClock) -> None:
    home = Home(store, clock)
    async with recording([]) as url:
        model = HttpNlu(url, "token", intents=home.house.classes, starts_within=0.0)
        assert await _missed(replace(at_work(store), nlu=model), {"h": "hello there"}) == []
        await model.close()
        believing = HttpNlu(url, "token", starts_within=0.0)
        missed = await _missed(replace(at_work(store), nlu=believing), {"i": "hello there"})
        await believing.close()
    assert missed == ["i"], "control: it was sure of a greeting, among two intents"


class _CredulousNlu(HttpNlu):
    """The control: whatever is answered, it was surely a greeting."""

    async def read(self, text: str) -> Reading:
        try:
            return await super().read(text)
        except NluUnavailable:
            return Reading(ranking=(Ranked(intent="greet", confidence=1.0),))


@pytest.mark.parametrize("what", ["a page of HTML", "500", "NaN"])
async def test_control_a_house_that_believes_anything_asks_nobody_about_danger(store: SqlStore, clock: FakeClock, what: str) -> None:
    await _enrol(store, clock)
    async with rubbish(what) as url:
        model = _CredulousNlu(url, "token", starts_within=0.0)
        missed = await _missed(replace(at_work(store), nlu=model), {"e": EMERGENCY, "h": "hello there"})
        await model.close()
    assert missed == ["h"]


async def _asks_first(house: House, claimed: Claimed) -> None:
    """The control: nothing is decided before the model has spoken, and it is waited for."""
    with contextlib.suppress(NluUnavailable):
        await house.nlu.read(claimed.messages[0].text)
    await respond(house, claimed)


async def test_control_a_house_that_waits_for_a_hung_model_rings_too_late(store: SqlStore, clock: FakeClock) -> None:
    await _enrol(store, clock)
    async with hung() as url:
        model = HttpNlu(url, "token", starts_within=0.0, deadline=4.0)
        missed = await _missed(replace(at_work(store), nlu=model), {"e": EMERGENCY}, _asks_first)
        await model.close()
    assert missed[0].startswith("alarm after")


async def _one_after_the_other(house: House, claimed: Claimed) -> None:
    """The control: the model is asked about each of many cries, and waited for each time."""
    for message in claimed.messages:
        await hear(house, message)
    await respond(house, claimed)


async def test_control_a_house_that_asks_a_hung_model_about_each_cry_rings_too_late(store: SqlStore, clock: FakeClock) -> None:
    await _enrol(store, clock)
    async with _house(store, hung()) as house:
        wire = Wire()
        began = time.monotonic()
        for _ in range(8):
            await writes(house, "1", EMERGENCY)
        async with working(house, wire, _one_after_the_other):
            await until(lambda: any(each.name == "alert" for each in wire.arrived))
        assert time.monotonic() - began > WITHIN


SLASHED = ("/thanks they are breaking the door", "/help they are breaking the door", "//  /start they are breaking the door")


@pytest.mark.parametrize("text", SLASHED)
async def test_a_command_with_a_cry_for_help_behind_it_rings(store: SqlStore, clock: FakeClock, text: str) -> None:
    await _enrol(store, clock)
    asked: list[str] = []
    async with _house(store, recording(asked)) as house:
        wire = Wire()
        async with working(house, wire):
            await writes(house, "1", text)
            await all_done(house)
        assert "alert" in [each.name for each in wire.arrived]
        assert await _classes(house) == [(HandoffClass.E1, State.WAITING)]
        assert asked
        assert not [said for said in asked if said.lstrip().startswith("/")]


@pytest.mark.parametrize(
    "text", ["/greet", "/thanks x", " /request_human", "\t//greet{}", "\u00a0/greet", "/" * 3_000 + "greet", "\x1f/greet"]
)
async def test_no_text_on_the_wire_to_the_model_begins_with_a_slash(store: SqlStore, text: str) -> None:
    asked: list[str] = []
    async with _house(store, recording(asked)) as house:
        async with working(house, Wire()):
            await writes(house, "1", text)
            await all_done(house)
        assert len(asked) == 1
        assert not asked[0].strip().startswith("/"), "Rasa would believe it to be an intent's name"


async def test_control_the_text_as_it_was_written_begins_with_one() -> None:
    asked: list[str] = []
    async with recording(asked) as url:
        model = HttpNlu(url, "token", starts_within=0.0)
        await model.read(SLASHED[0])
        await model.close()
    assert asked[0].strip().startswith("/")
