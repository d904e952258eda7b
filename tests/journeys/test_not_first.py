"""Whoever is marked *do not write first* is written to first at no door; an answer to what they wrote is none, however late."""

from dataclasses import replace

import pytest

from bot.domain.errors import Refused, Unreachable
from bot.domain.ids import OutboxId
from bot.domain.message import ChannelName
from bot.ports import Officer
from bot.storage.database import SqlStore
from bot.usecases import alert, consent, handoff, troubles, typing
from tests.fakes import FakeClock
from tests.journeys.house import Home

MISSING = "my colleague has not come home since yesterday"


@pytest.fixture
def home(store: SqlStore, clock: FakeClock) -> Home:
    return Home(store, clock)


async def held(home: Home, *, marked: bool = True) -> tuple[Officer, str]:
    """An officer holds the case of somebody who is marked, and has answered; then the phone is silent."""
    ana = await home.enrols()
    home.nlu.known[MISSING] = "missing_person"
    await home.says(MISSING)
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await mark(home, reference, marked=marked)
    await handoff.reply(home.house, ana, reference, "I am here.")
    await home.settles()
    home.clock.move(minutes=11)
    return ana, reference


async def mark(home: Home, reference: str, *, marked: bool) -> None:
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
        assert found is not None
        talk = await tx.conversations.lock(found.conversation)
        await tx.conversations.save(replace(talk, do_not_write_first=marked))
        await tx.commit()


def heard(home: Home) -> list[str]:
    return [sent.piece.text for channel in home.channels.values() for sent in channel.sent if sent.address == "42"]


async def test_an_officers_words_after_a_silence_are_kept_and_not_sent(home: Home) -> None:
    ana, reference = await held(home)
    before = heard(home)
    with pytest.raises(Refused, match="not_first"):
        await handoff.reply(home.house, ana, reference, "Where are you?")
    await home.settles()
    assert heard(home) == before
    opened = await handoff.show(home.house, ana, reference)
    assert [line.who for line in opened.spoken if "Where are you?" in line.text] == ["note"]


async def test_control_without_the_mark_they_are_sent(home: Home) -> None:
    ana, reference = await held(home, marked=False)
    await handoff.reply(home.house, ana, reference, "Where are you?")
    await home.settles()
    assert heard(home)[-1] == "Where are you?"


async def test_the_answer_to_what_they_wrote_is_sent_however_late(home: Home) -> None:
    ana, reference = await held(home)
    await home.says("I am still here")
    home.clock.move(hours=3)
    await handoff.reply(home.house, ana, reference, "I have read it.")
    await home.settles()
    assert heard(home)[-1] == "I have read it."


async def test_no_notice_of_returning_closing_or_a_lost_claim_is_said(home: Home) -> None:
    ana, reference = await held(home)
    before = heard(home)
    await handoff.give_back(home.house, ana, reference)
    await home.settles()
    await home.passes(minutes=12)
    await handoff.claim(home.house, ana, reference)
    await home.passes(minutes=6)
    assert heard(home) == before


async def test_control_without_the_mark_returning_is_said(home: Home) -> None:
    ana, reference = await held(home, marked=False)
    before = heard(home)
    await handoff.give_back(home.house, ana, reference)
    await home.settles()
    assert len(heard(home)) == len(before) + 1


async def test_the_ladder_that_has_run_through_says_nothing(home: Home) -> None:
    ana, reference = await held(home)
    before = heard(home)
    await handoff.give_back(home.house, ana, reference)
    await home.passes(minutes=30)
    await alert.tick(home.house)
    await home.settles()
    assert heard(home) == before


async def test_no_consent_is_asked_for_first(home: Home) -> None:
    ana, reference = await held(home)
    with pytest.raises(Refused, match="not_first"):
        await consent.ask(home.house, ana, reference, "inside")


async def test_what_could_not_be_sent_is_not_sent_again_first(home: Home) -> None:
    ana, reference = await held(home)
    await home.says("I am still here")
    home.channels[ChannelName.SIGNAL].failures.append(Unreachable("refused"))
    await handoff.reply(home.house, ana, reference, "I have read it.")
    await home.settles()
    home.clock.move(minutes=11)
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
        assert found is not None
        [row] = [line.id for line in await tx.conversations.read(found.conversation) if line.state == "given_up"]
    with pytest.raises(Refused, match="not_first"):
        await troubles.again(home.house, ana, OutboxId(row))
    await mark(home, reference, marked=False)
    assert await troubles.again(home.house, ana, OutboxId(row)) == reference, "control: without the mark it is"


async def test_nobody_sees_an_officer_typing_first(home: Home) -> None:
    ana, reference = await held(home)
    assert not await typing.wish(home.house, ana, reference)
    await mark(home, reference, marked=False)
    assert await typing.wish(home.house, ana, reference), "control: without the mark they do"
    await mark(home, reference, marked=True)
    assert await typing.show(home.house, home.channels) == 0, "and not either when the mark came in between"
