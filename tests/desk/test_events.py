"""What an open page is told: at once, again after a lost connection, nothing of anybody's words, and no longer than its session."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from bot.desk.events import Board, Listener
from bot.desk.proofs import DeskProofs
from bot.domain.errors import Unreachable
from bot.domain.message import ChannelName
from bot.domain.queue import News
from bot.ports import Officer
from bot.usecases import drill, handoff, sign_in, transfer
from tests.desk.people import Person, enters, joined
from tests.journeys.house import Home


async def officer_of(home: Home, person: Person) -> Officer:
    assert person.account is not None
    assert person.account.officer is not None
    async with home.house.store.begin() as tx:
        return await tx.officers.get(person.account.officer)


class Ear:
    """An open page's connection."""

    def __init__(self, home: Home, officer: Officer, token: str, seen: str, *, every: float = 15.0) -> None:
        listener = Listener(board=Board(home.house), officer=officer, token=token, seen=seen, every=every)
        self._events: AsyncIterator[str] = listener.events()

    async def hears(self, seconds: float = 10.0, *, of: tuple[str, ...] = ("queue", "ended")) -> dict[str, str]:
        """The fields of the next event of that sort."""
        async with asyncio.timeout(seconds):
            while True:
                said = await anext(self._events)
                fields = dict(line.split(": ", 1) for line in said.strip().splitlines() if ": " in line)
                if fields.get("event") in of:
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


async def test_that_somebody_is_there_is_told_at_once_and_again_whatever_else_is_told(home: Home, proofs: DeskProofs, ana: Person) -> None:
    token, officer = (await enters(home.house, proofs, ana)).token, await officer_of(home, ana)
    quiet = Ear(home, officer, token, await shown(home, officer), every=0.3)
    for _ in range(3):
        assert json.loads((await quiet.hears(2.5, of=("alive",)))["data"]) == {"fades": ""}
    busy, heard = Ear(home, officer, token, "", every=0.3), list[str]()
    for number in range(6):
        await home.says("police are at my door right now", sender=str(number))
        heard.append((await busy.hears(2.5, of=("queue", "alive")))["event"])
        await asyncio.sleep(0.2)
    assert set(heard) == {"queue", "alive"}


async def test_a_page_is_told_when_its_session_is_about_to_end_and_when_somebody_is_there_again(
    home: Home, proofs: DeskProofs, ana: Person
) -> None:
    token, officer = (await enters(home.house, proofs, ana)).token, await officer_of(home, ana)
    ear, said = Ear(home, officer, token, await shown(home, officer)), list[str]()

    async def hears() -> None:
        said.append(json.loads((await ear.hears(of=("alive",)))["data"])["fades"])

    await hears()
    home.clock.move(minutes=25)
    await hears()
    assert await sign_in.visit(home.house, token, acts=False) is not None, "control: what a page asks for by itself keeps nothing"
    await sign_in.visit(home.house, token, acts=True)
    await hears()
    for _ in range(34):
        home.clock.move(minutes=20)
        await sign_in.visit(home.house, token, acts=True)
    home.clock.move(minutes=10)
    await asyncio.sleep(1.1)  # sessions are looked at once a second
    await hears()
    assert said == ["", "idle", "", "old"]


async def test_who_holds_a_case_hears_of_its_words_and_of_what_could_not_be_sent_and_nobody_else(
    home: Home, proofs: DeskProofs, root: Person, ana: Person
) -> None:
    bea = await joined(home.house, proofs, root, "Bea")
    await home.says("police are at my door right now", sender="7")
    reference = await home.reference()
    mine, hers = [await officer_of(home, person) for person in (ana, bea)]
    await handoff.claim(home.house, mine, reference)
    board = Board(home.house)
    before = await board.news(mine)
    await home.says("they are inside", sender="7")
    after = await fresh(board).news(mine)
    assert after.words[reference] > before.words[reference]
    await transfer.offer(home.house, mine, reference, hers.id)
    home.channels[ChannelName.SIGNAL].refused["7"] = Unreachable("bad_request")
    await handoff.reply(home.house, mine, reference, "I am here")
    home.clock.move(seconds=10)
    await home.settles()
    assert (await fresh(board).news(mine)).failed == {reference: 1}
    assert await fresh(board).news(hers) == News(offers=[reference])
    assert "inside" not in str(await fresh(board).news(mine))


def fresh(board: Board) -> Board:
    """One that has looked at nothing yet."""
    return Board(board.house)


async def test_real_emergencies_are_told_before_exercises_and_who_waits_longest_first(home: Home, proofs: DeskProofs, ana: Person) -> None:
    officer, references = await officer_of(home, ana), list[str]()
    await home.enrols("Zoe", sender="950")
    for sender in ("1", "2"):
        before = set((await Board(home.house).glance(officer)).ringing)
        await home.says("police are at my door right now", sender=sender)
        references += set((await Board(home.house).glance(officer)).ringing) - before
        home.clock.move(seconds=30)
        if sender == "1":
            await drill.start(home.house, "operator")
            home.clock.move(seconds=2)
            await home.settles()
    glance = await Board(home.house).glance(officer)
    assert list(glance.ringing) == [*references, *glance.exercises]
    assert len(glance.exercises) == 1, "control: the exercise began between the two"
