"""/forget empties the chat of what was on its way too; a changed safety number keeps nobody's address for long."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.message import ChannelName, Outgoing
from bot.storage.tables import contacts
from bot.usecases import deliver, respond, retention, troubles
from tests.journeys.house import Home

WHO = "A1"


def _in_chat(home: Home) -> set[str]:
    """The names of our messages that nothing has deleted there; the answer to the erasure stays."""
    signal = home.channels[ChannelName.SIGNAL]
    gone = {key for _, keys in signal.erased for key in keys}
    return {sent.name for place, sent in enumerate(signal.sent, 1) if sent.address == WHO and f"sent-{place}" not in gone} - {"erased"}


async def _on_its_way(home: Home) -> Outgoing:
    await home.says("hello", sender=WHO)
    await home.writes("/about", sender=WHO)
    claimed = await respond.claim(home.house)
    assert claimed is not None
    await respond.respond(home.house, claimed)
    taken = await deliver.take(home.house)
    assert taken is not None
    return taken


@pytest.mark.parametrize("forgets", [True, False])
async def test_what_was_on_its_way_is_deleted_when_it_has_arrived(home: Home, forgets: bool) -> None:
    """Control: what is sent to somebody who does not ask for it stays in the chat."""
    await home.enrols()
    taken = await _on_its_way(home)
    home.clock.move(seconds=1)
    await home.writes("/forget" if forgets else "/help", sender=WHO)
    claimed = await respond.claim(home.house)
    assert claimed is not None
    await respond.respond(home.house, claimed)
    await deliver.deliver(home.house, home.channels, taken)
    await home.settles()
    assert ("about" in _in_chat(home)) is not forgets
    home.clock.move(hours=1)
    await retention.sweep(home.house)
    assert await _has_address(home) is not forgets


async def _has_address(home: Home) -> bool:
    async with home.house.store.begin() as tx:
        return (await tx._work.value(select(contacts.c.address_sealed))) is not None  # type: ignore[attr-defined]  # what the table holds


async def test_what_is_written_after_the_erasure_is_not_deleted(home: Home) -> None:
    await home.enrols()
    await home.says("/about", sender=WHO)
    await home.says("/forget", sender=WHO)
    await home.says("/about", sender=WHO)
    assert _in_chat(home) == {"about"}


async def test_a_held_erasure_is_shown_and_keeps_the_address_for_a_day(home: Home) -> None:
    await home.enrols()
    await home.says("/about", sender=WHO)
    assert not (await troubles.look(home.house))[0].held
    await home.writes("/forget", sender=WHO, key_changed=True)
    await home.settles()
    (held,) = (await troubles.look(home.house))[0].held
    assert held.empties
    for after, kept in ((timedelta(hours=23), True), (timedelta(hours=2), False)):
        home.clock.move(seconds=after.total_seconds())
        await retention.sweep(home.house)
        assert await _has_address(home) is kept
    assert (await home.counted())["chat_not_emptied"] == 1
    assert not (await troubles.look(home.house))[0].held


async def test_control_what_is_held_for_somebody_who_is_not_forgotten_waits_on(home: Home) -> None:
    await home.enrols()
    await home.writes("/about", sender=WHO, key_changed=True)
    await home.settles()
    home.clock.move(hours=48)
    await retention.sweep(home.house)
    (held,) = (await troubles.look(home.house))[0].held
    assert not held.empties
    assert await _has_address(home)
