"""The last lane: one line to many, each case for itself; and headings under which nothing is twice or nowhere."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.domain.handoff import HandoffClass, State
from bot.domain.message import ChannelName
from bot.ports import Officer
from bot.usecases import handoff, otherbusiness
from tests.desk.browser import read
from tests.desk.people import Person, joined
from tests.desk.test_events import officer_of
from tests.desk.test_pages import desk_of
from tests.journeys.house import Home

VISA, INSIST = "how do I get a visa", "I want a person"


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


@pytest.fixture
async def officer(home: Home, ana: Person) -> Officer:
    return await officer_of(home, ana)


async def insists(home: Home, sender: str) -> str:
    """Somebody who asks for an officer about a visa; the case's reference."""
    home.nlu.known |= {VISA: "consular_question", INSIST: "request_human"}
    async with home.house.store.begin() as tx:
        before = {line.reference for line in await tx.handoffs.queue()}
    await home.says(VISA, sender=sender)
    await home.says(INSIST, sender=sender)
    async with home.house.store.begin() as tx:
        (new,) = {line.reference for line in await tx.handoffs.queue() if line.cls is HandoffClass.OTHER} - before
    return new


def heard(home: Home, sender: str) -> list[str]:
    return [each.piece.text for channel in home.channels.values() for each in channel.sent if each.address == sender]


async def state_of(home: Home, reference: str) -> State:
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
    assert found is not None
    return found.state


async def test_many_are_answered_in_one_act_and_closed_each_with_its_own_audit_row(home: Home, proofs: DeskProofs, ana: Person) -> None:
    references = [await insists(home, sender) for sender in ("1", "2", "3")]
    browser = await desk_of(home, proofs, ana)
    page = (await browser.get("/queue/more?of=other")).text
    assert re.findall(r'name="case_([^"]+)"', page) == references
    answer = await browser.post("/queue/other", on="/queue/more?of=other", **{f"case_{each}": "1" for each in references[:2]})
    assert "2 cases were answered and closed." in answer.text
    await home.settles()
    assert [heard(home, sender)[-1].startswith("I am sorry, this is not the place") for sender in ("1", "2")] == [True, True]
    assert [await state_of(home, each) for each in references] == [State.CLOSED, State.CLOSED, State.WAITING]
    async with home.house.store.begin() as tx:
        assert [await tx.audit.last("closed", each) is not None for each in references] == [True, True, False]
    assert (await browser.post("/queue/other", on="/queue/more?of=other")).status_code == 400


async def test_one_refusal_stops_no_other_and_says_why(home: Home, proofs: DeskProofs, ana: Person, officer: Officer, root: Person) -> None:
    urgent, held, first, free = [await insists(home, sender) for sender in ("1", "2", "3", "4")]
    await home.says("police are at my door right now", sender="1")
    bo = await officer_of(home, await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR))
    await handoff.claim(home.house, bo, held)
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(first)
        assert found is not None
        conversation = await tx.conversations.lock(found.conversation)
        await tx.conversations.save(replace(conversation, do_not_write_first=True))
        await tx.commit()
    answered = await otherbusiness.answer_all(home.house, officer, [urgent, held, first, "AAA-AAA", free, free])
    assert [each.refused and each.refused.reason for each in answered] == [
        "more_urgent", "not_claimable", "do_not_write_first", "unknown", None,
    ]  # fmt: skip
    await home.settles()
    assert [await state_of(home, each) for each in (urgent, held, first, free)] == [
        State.WAITING, State.CLAIMED, State.WAITING, State.CLOSED,
    ]  # fmt: skip
    assert not any("not the place" in text for sender in "123" for text in heard(home, sender)[-1:])
    browser = await desk_of(home, proofs, ana)
    shown = read((await browser.post("/queue/other", on="/", **{f"case_{held}": "1", f"case_{urgent}": "1"})).text)[1]
    assert "it is held by Bo since" in shown
    assert "more than other business now" in shown


async def test_whoever_was_answered_and_writes_of_danger_rings(home: Home, officer: Officer) -> None:
    reference = await insists(home, "1")
    await otherbusiness.answer_all(home.house, officer, [reference])
    await home.settles()
    await home.says("police are at my door right now", sender="1")
    async with home.house.store.begin() as tx:
        (line,) = await tx.handoffs.queue()
    assert (line.cls, line.acknowledged) == (HandoffClass.E1, False)


async def test_threats_and_what_was_put_off_have_headings_of_their_own_and_each_case_is_under_one(
    home: Home, proofs: DeskProofs, root: Person
) -> None:
    guard = await joined(home.house, proofs, root, "Sec", duties=("general", "security"))
    home.nlu.known["a bomb is in the embassy"] = "threat_to_mission"
    await home.says("a bomb is in the embassy", sender="666", channel=ChannelName.TELEGRAM)
    later = await insists(home, "1")
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(later)
        assert found is not None
        await tx.conversations.lock(found.conversation)
        await tx.handoffs.save(replace(found, state=State.SNOOZED, wake_at=home.clock.now() + timedelta(hours=1)))
        await tx.commit()
    browser = await desk_of(home, proofs, guard)
    page = (await browser.get("/")).text
    assert sections_of(page) == {"ringing": "1", "unclear": "0", "snoozed": "1"}
    threat = re.search(r'href="/conversation/([^"]+)"', page[page.index('id="ringing"') :])
    assert threat
    await browser.does(threat[1], "acknowledge")
    page = (await browser.get("/")).text
    assert sections_of(page) == {"emergencies": "0", "threats": "1", "unclear": "0", "snoozed": "1"}
    assert page.count('class="reference"') == 2


def sections_of(page: str) -> dict[str, str]:
    """The headings that are shown, with their numbers."""
    return dict(re.findall(r'<section aria-labelledby="(\w+)".*?<span class="number">(\d+)</span>', page, re.DOTALL))
