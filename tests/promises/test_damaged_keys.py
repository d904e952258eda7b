"""A contact's key that is damaged in the database: everybody else is served, and whoever it was is heard again, and can be erased."""

import contextlib

import pytest
from sqlalchemy import select, update

from bot.crypto import Unsealable
from bot.domain.errors import Refused
from bot.domain.ids import new_id
from bot.domain.message import ChannelName, Incoming, Kind
from bot.storage import base, taking
from bot.storage import heads as storing
from bot.storage import inbox as inbox_store
from bot.storage.arrivals import Arrivals
from bot.storage.database import SqlStore
from bot.storage.tables import contacts
from bot.usecases import forget, handoff, receive, respond, retention
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.promises.case import CRY, SENDER, rings, to_phone


@pytest.fixture
def home(store: SqlStore, clock: FakeClock) -> Home:
    return Home(store, clock)


async def damage(home: Home) -> None:
    """The keys of all contacts so far."""
    async with home.house.store.begin() as tx:
        await tx._work.run(update(contacts).values(wrapped_key=b"damaged" * 12))  # type: ignore[attr-defined]  # an SqlTransaction
        await tx.commit()


async def broken_key(home: Home) -> None:
    """An answer waits for somebody whose key is damaged in the database."""
    await home.enrols()
    await home.writes("/help", sender="7")
    claimed = await respond.claim(home.house)
    assert claimed is not None
    await respond.respond(home.house, claimed)
    await damage(home)


async def test_a_damaged_key_of_one_contact_keeps_no_answer_from_anybody_else(home: Home) -> None:
    await broken_key(home)
    await home.says(CRY, sender=SENDER)
    assert rings(home) == 1
    assert "attack_now" in to_phone(home, SENDER)


async def test_control_a_courier_that_opens_every_key_stands_still(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    await broken_key(home)
    monkeypatch.setattr(storing, "contact_of", lambda work, row: taking._recipient("contacts", row, work.sealer(row)))
    with pytest.raises(Unsealable):
        await home.says(CRY, sender=SENDER)
    assert to_phone(home, SENDER) == []


@pytest.mark.parametrize("naive", [False, True])
async def test_a_damaged_key_of_one_contact_who_waits_keeps_nobody_elses_cry_waiting(
    home: Home, monkeypatch: pytest.MonkeyPatch, naive: bool
) -> None:
    """Naive: whoever looks for the next conversation opens its key, and finds that one first for ever."""
    await home.enrols()
    await home.writes("one", sender="7")
    await home.writes("two", sender="7")
    await damage(home)
    async with home.house.store.begin() as tx:
        await tx.inbox.release_all()
        await tx.commit()
    home.clock.move(seconds=1)
    cry = Incoming(channel=ChannelName.SIGNAL, account="us", key=new_id(), sender=SENDER, kind=Kind.TEXT, text=CRY)
    await receive.receive(home.house.store, home.clock, [cry])
    if naive:
        monkeypatch.setattr(inbox_store, "sealer_of", lambda work, row: work.sealer(row))
    for _ in range(6):
        with contextlib.suppress(Unsealable):
            await home.settles()
    assert rings(home) == (0 if naive else 1)


@pytest.mark.parametrize("naive", [False, True])
async def test_a_damaged_key_of_one_contact_keeps_nobody_from_being_erased(
    home: Home, monkeypatch: pytest.MonkeyPatch, naive: bool
) -> None:
    """Naive: the key is opened for erasing, and the janitor's whole round fails, for ever and for everybody."""
    await home.says("hello", sender="7")
    await damage(home)
    await home.says("hello", sender="8")
    home.clock.move(hours=24 * 200)
    if naive:
        monkeypatch.setattr(base, "sealer_of", lambda work, row: work.sealer(row))
    with contextlib.suppress(Unsealable):
        await retention.sweep(home.house)
    async with home.house.store.begin() as tx:
        left = await tx._work.rows(select(contacts.c.id).where(contacts.c.wrapped_key.is_not(None)))  # type: ignore[attr-defined]
    assert len(left) == (2 if naive else 0)


@pytest.mark.parametrize("naive", [False, True])
async def test_whose_key_is_damaged_is_heard_again_when_they_cry(home: Home, monkeypatch: pytest.MonkeyPatch, naive: bool) -> None:
    """Naive: their place is the old one, in which nothing can be kept."""
    await home.enrols()
    await home.says("hello")
    await damage(home)
    if naive:
        monkeypatch.setattr(Arrivals, "_known", lambda arrivals, index: arrivals._work.person_at(index))
        with pytest.raises(LookupError):
            await home.says(CRY)
        return
    await home.says(CRY)
    assert rings(home) == 1
    assert "attack_now" in to_phone(home, "42")
    assert (await home.counted())["contact_key_damaged"] == 1
    await home.says("they are inside now")
    assert (await home.counted())["contact_key_damaged"] == 1


async def test_a_case_behind_a_damaged_key_is_claimed_and_closed_and_nobody_believes_that_words_arrived(home: Home) -> None:
    ana = await home.enrols()
    await home.says(CRY)
    await damage(home)
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    with pytest.raises(Refused) as refused:
        await handoff.reply(home.house, ana, reference, "where are you?")
    assert refused.value.reason == "damaged"
    with pytest.raises(Refused) as refused:
        await handoff.note(home.house, ana, reference, "called the police")
    assert refused.value.reason == "damaged"
    opened = await handoff.show(home.house, ana, reference)
    assert {line.kind for line in opened.spoken if line.who == "defender"} == {"unreadable"}
    await handoff.close(home.house, ana, reference, "advised")
    async with home.house.store.begin() as tx:
        assert await tx.handoffs.queue() == []


@pytest.mark.parametrize("naive", [False, True])
async def test_an_operator_erases_whose_key_is_damaged(home: Home, monkeypatch: pytest.MonkeyPatch, naive: bool) -> None:
    """Naive: their chat is locked by opening its key."""
    await home.enrols()
    await home.says(CRY)
    await damage(home)
    reference = await home.reference()
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
    assert found is not None
    if naive:
        monkeypatch.setattr(base, "sealer_of", lambda work, row: work.sealer(row))
        with pytest.raises(Unsealable):
            await forget.forget(home.house, found.conversation)
        return
    await forget.forget(home.house, found.conversation)
    async with home.house.store.begin() as tx:
        left = await tx._work.rows(select(contacts.c.wrapped_key, contacts.c.address_sealed, contacts.c.address_index))  # type: ignore[attr-defined]
        assert [tuple(row.values()) for row in left] == [(None, None, None)]
        assert (await tx.handoffs.find(found.reference)) is not None
