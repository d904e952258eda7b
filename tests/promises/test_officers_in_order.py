"""What one officer writes is done in the order in which it was written: words for B never reach A because "take B" took longer."""

import asyncio

import pytest
from sqlalchemy import bindparam, or_, select

from bot.domain.message import ChannelName, Kind
from bot.storage import inbox as inbox_store
from bot.storage.database import SqlStore
from bot.storage.tables import inbox
from bot.usecases import officeracts, officers
from bot.usecases.officerturn import Turn
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.promises.case import CRY

WORDS = "Your lawyer waits at Njegoseva 5"


@pytest.fixture
def home(store: SqlStore, clock: FakeClock) -> Home:
    return Home(store, clock)


@pytest.fixture(params=[False, True])
def naive(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """The next message is whichever nobody handles just now."""
    if request.param:
        free = or_(inbox.c.state == "waiting", inbox.c.lease_until <= bindparam("now"))
        any_one = select(inbox).where(inbox_store._OFFICERS_WAITING, free).order_by(inbox.c.received_at).limit(1)
        monkeypatch.setattr(inbox_store, "_OFFICERS_NEXT", any_one.with_for_update(skip_locked=True))
    return bool(request.param)


def to(home: Home, sender: str) -> list[str]:
    """What a phone got."""
    return [sent.piece.text for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == sender]


async def between_two(home: Home) -> str:
    """The officer holds A's case and has answered; B waits; "take B" and words for B have just come."""
    await home.enrols()
    await home.says(CRY, sender="A")
    first = await home.reference()
    await home.says(f"take {first}", sender="900")
    await home.says("I am here.", sender="900")
    await home.says("please hurry", sender="A")
    await home.says(CRY, sender="B")
    async with home.house.store.begin() as tx:
        second = next(line.reference for line in await tx.handoffs.queue() if line.reference != first)
    await home.writes(f"take {second}", sender="900")
    await home.writes(WORDS, sender="900")
    return second


async def test_words_wait_for_an_act_whose_worker_was_killed(home: Home, naive: bool) -> None:
    await between_two(home)
    async with home.house.store.begin() as tx:
        await tx.inbox.claim_officer(home.clock.now(), officers.LEASE_SECONDS)
        await tx.commit()
    await home.settles()
    assert (WORDS in to(home, "A")) is naive
    home.clock.move(seconds=61)
    await home.settles()
    assert (WORDS in to(home, "A")) is naive


async def test_words_wait_for_an_act_that_failed(home: Home, naive: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    await between_two(home)
    real, failed = officeracts._VERBS["take"], []

    async def locked_once(turn: Turn, said: object) -> None:
        if not failed:
            failed.append(turn)
            raise RuntimeError("database is locked")
        await real(turn, said)  # type: ignore[arg-type]  # as it came

    monkeypatch.setitem(officeracts._VERBS, "take", locked_once)
    await home.settles()
    home.clock.move(seconds=2)
    await home.settles()
    assert (WORDS in to(home, "A")) is naive
    assert (await home.counted())["officer_message_failed"] == 1


async def test_two_workers_at_once_keep_the_order(home: Home) -> None:
    """The naive one gives each worker a message of the same officer; on SQLite there is one writer, so it is not shown here."""
    await between_two(home)
    await asyncio.gather(officers.hear_officer(home.house), officers.hear_officer(home.house))
    await home.settles()
    assert WORDS not in to(home, "A")


async def test_what_came_in_one_moment_is_told_apart_by_its_number(home: Home) -> None:
    """The clock of these tests stands still: a time tells nothing."""
    await home.enrols()
    for number in range(12):
        await home.writes(f"word {number}", sender="900")
    heard = []
    for _ in range(12):
        async with home.house.store.begin() as tx:
            claimed = await tx.inbox.claim_officer(home.clock.now(), officers.LEASE_SECONDS)
            assert claimed is not None
            heard.append(claimed[0].text)
            await tx.inbox.finish_officer(claimed[0].id, claimed[1])
            await tx.commit()
    assert heard == [f"word {number}" for number in range(12)]


async def test_what_fails_for_good_takes_what_came_after_it_along_and_its_officer_hears_of_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    await between_two(home)

    async def broken(_: Turn, __: object) -> None:
        raise RuntimeError("always")

    monkeypatch.setitem(officeracts._VERBS, "take", broken)
    for _ in range(officers.TRIES + 1):
        await home.settles()
        home.clock.move(seconds=33)
    await home.settles()
    assert WORDS not in to(home, "A")
    assert WORDS not in to(home, "B")
    assert "could NOT be carried out" in to(home, "900")[-1]
    counted = await home.counted()
    assert (counted["officer_message_failed"], counted["officer_message_given_up"]) == (officers.TRIES, 2)
    await home.says("queue", sender="900")
    assert "could NOT" not in to(home, "900")[-1]


async def test_another_officer_does_not_wait(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    await home.enrols("Bo", sender="901")
    await between_two(home)

    async def broken(_: Turn, __: object) -> None:
        raise RuntimeError("always")

    monkeypatch.setitem(officeracts._VERBS, "take", broken)
    await home.settles()
    before = len(to(home, "901"))
    await home.says("queue", sender="901")
    assert len(to(home, "901")) == before + 1


async def test_a_suspended_phone_holds_up_nothing(home: Home) -> None:
    await between_two(home)
    await home.writes("", sender="900", kind=Kind.UNREADABLE, key_changed=True)
    await home.settles()
    async with home.house.store.begin() as tx:
        assert await tx.inbox.claim_officer(home.clock.now(), officers.LEASE_SECONDS) is None
