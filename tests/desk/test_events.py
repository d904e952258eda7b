"""What an open page is told: at once, again after a lost connection, nothing of anybody's words, and no longer than its session."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from bot.desk.events import Board, Listener
from bot.desk.proofs import DeskProofs
from bot.ports import Officer
from bot.usecases import handoff, sign_in
from tests.desk.people import Person, enters, joined
from tests.journeys.house import Home


async def officer_of(home: Home, person: Person) -> Officer:
    assert person.account is not None
    assert person.account.officer is not None
    async with home.house.store.begin() as tx:
        return await tx.officers.get(person.account.officer)


class Ear:
    """An open page's connection."""

    def __init__(self, home: Home, officer: Officer, token: str, seen: str) -> None:
        listener = Listener(board=Board(home.house), officer=officer, token=token, seen=seen)
        self._events: AsyncIterator[str] = listener.events()

    async def hears(self, seconds: float = 10.0) -> dict[str, str]:
        """The next event's fields."""
        async with asyncio.timeout(seconds):
            while True:
                said = await anext(self._events)
                fields = dict(line.split(": ", 1) for line in said.strip().splitlines() if ": " in line)
                if "event" in fields:
                    return fields


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


async def shown(home: Home, officer: Officer) -> str:
    return (await Board(home.house).glance(officer)).version


async def test_an_emergency_is_told_at_once_without_its_words_until_somebody_acknowledges(
    home: Home, proofs: DeskProofs, ana: Person
) -> None:
    token, officer = (await enters(home.house, proofs, ana)).token, await officer_of(home, ana)
    ear = Ear(home, officer, token, await shown(home, officer))
    waiting = asyncio.ensure_future(ear.hears())
    await asyncio.sleep(0.3)
    assert not waiting.done(), "nothing has changed: nothing is said"
    await home.says("police are at my door right now")
    event, reference = await waiting, await home.reference()
    assert (event["event"], json.loads(event["data"])["ringing"]) == ("queue", [reference])
    assert "door" not in str(event)
    await handoff.acknowledge(home.house, officer, reference)
    assert json.loads((await ear.hears())["data"])["ringing"] == []


async def test_whoever_comes_back_is_told_what_was_missed_and_not_told_twice(home: Home, proofs: DeskProofs, ana: Person) -> None:
    token, officer = (await enters(home.house, proofs, ana)).token, await officer_of(home, ana)
    before = await shown(home, officer)
    await home.says("police are at my door right now")
    missed = await Ear(home, officer, token, before).hears()
    assert missed["id"] == await shown(home, officer) == json.loads(missed["data"])["version"]
    again = Ear(home, officer, token, missed["id"])
    with pytest.raises(TimeoutError):
        await again.hears(0.6)


async def test_a_new_message_in_a_conversation_is_news_too(home: Home, proofs: DeskProofs, ana: Person) -> None:
    token, officer = (await enters(home.house, proofs, ana)).token, await officer_of(home, ana)
    await home.says("police are at my door right now")
    ear = Ear(home, officer, token, await shown(home, officer))
    waiting = asyncio.ensure_future(ear.hears())
    await home.says("they are inside")
    assert (await waiting)["event"] == "queue"


async def test_when_the_session_ends_the_page_is_told_and_hears_no_more(home: Home, proofs: DeskProofs, ana: Person) -> None:
    entered, officer = await enters(home.house, proofs, ana), await officer_of(home, ana)
    ear = Ear(home, officer, entered.token, await shown(home, officer))
    waiting = asyncio.ensure_future(ear.hears())
    await asyncio.sleep(0.3)
    await sign_in.sign_out(home.house, entered.account, entered.session)
    assert (await waiting)["event"] == "ended"
    with pytest.raises(StopAsyncIteration):
        await ear.hears()


async def test_listening_keeps_no_session_awake(home: Home, proofs: DeskProofs, ana: Person) -> None:
    entered, officer = await enters(home.house, proofs, ana), await officer_of(home, ana)
    ear = Ear(home, officer, entered.token, await shown(home, officer))
    waiting = asyncio.ensure_future(ear.hears())
    await asyncio.sleep(0.3)
    home.clock.move(minutes=30)
    assert (await waiting)["event"] == "ended"


async def test_another_lane_is_not_told_of(home: Home, proofs: DeskProofs, ana: Person) -> None:
    await home.enrols("Sec", duties=("security",))
    token, officer = (await enters(home.house, proofs, ana)).token, await officer_of(home, ana)
    ear = Ear(home, officer, token, await shown(home, officer))
    home.nlu.known["a bomb is in the embassy"] = "threat_to_mission"
    await home.says("a bomb is in the embassy")
    with pytest.raises(TimeoutError):
        await ear.hears(0.6)
