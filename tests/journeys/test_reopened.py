"""The way back from a wrong close: for a day the same case is open again, unowned; an emergency rings; the person is told nothing."""

import asyncio

import pytest

from bot.domain.errors import Refused
from bot.domain.handoff import HandoffClass, State
from bot.domain.message import ChannelName
from bot.ports import Officer
from bot.usecases import block, drill, handoff, reopen
from tests.journeys.house import Home
from tests.promises.case import found, to_phone

DANGER = "police are at my door right now"


@pytest.fixture
async def ana(home: Home) -> Officer:
    return await home.enrols()


async def closed(home: Home, ana: Officer, text: str = DANGER, outcome: str | None = "no_danger") -> str:
    """A case that was taken and closed."""
    await home.says(text)
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await handoff.close(home.house, ana, reference, outcome)
    await home.settles()
    return reference


def told(home: Home) -> list[str]:
    return [sent.name for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == "42"]


def alarms(home: Home) -> int:
    return len([name for name in to_phone(home, "900") if name.startswith("alert")])


async def opens(home: Home, officer: Officer, reference: str) -> str:
    """Done, or why not."""
    try:
        await reopen.reopen(home.house, officer, reference)
    except Refused as refusal:
        return refusal.reason
    return "done"


async def test_an_emergency_is_the_same_case_again_nobodys_and_rings_until_somebody_hears_it(home: Home, ana: Officer) -> None:
    reference = await closed(home, ana)
    before, said = alarms(home), told(home)
    await home.passes(minutes=10)
    assert alarms(home) == before, "the control: what is closed rings nobody"
    await reopen.reopen(home.house, ana, reference)
    await home.settles()
    again = await found(home, reference)
    assert (again.state, again.cls, again.holder, again.claimed_at) == (State.WAITING, HandoffClass.E1, None, None)
    assert (again.closed_at, again.outcome, again.acknowledged_at) == (None, None, None), "nor does it say how it ended"
    assert alarms(home) == before + 1
    await home.passes(minutes=40)
    assert alarms(home) > before + 3
    assert told(home) == said, "the person hears of none of it, not even that everybody was rung"
    await handoff.claim(home.house, ana, reference)
    rung = alarms(home)
    await home.passes(minutes=4)
    assert alarms(home) == rung
    async with home.house.store.begin() as tx:
        assert [each.actor for each in await tx.audit.of(reference, 99) if each.event == "reopened"] == [f"officer:{ana.id}"]


@pytest.mark.parametrize(("again", "lines"), [(True, 0), (False, 1)])
async def test_the_person_is_not_told_either_that_everybody_was_rung(home: Home, ana: Officer, again: bool, lines: int) -> None:
    threat = "somebody sent me a death threat"
    if again:
        reference = await closed(home, ana, threat)
        await reopen.reopen(home.house, ana, reference)
    else:
        await home.says(threat)
    await home.passes(hours=1)
    assert told(home).count("ladder_through") == lines, "the control: who has just written is told"
    assert alarms(home) > 10


async def test_a_request_is_told_to_officers_once(home: Home, ana: Officer) -> None:
    reference = await closed(home, ana, "/human", "helped")
    before = len(to_phone(home, "900"))
    await reopen.reopen(home.house, ana, reference)
    await home.settles()
    assert (await found(home, reference)).state is State.WAITING
    assert len(to_phone(home, "900")) == before + 1
    await home.passes(minutes=40)
    assert len(to_phone(home, "900")) == before + 1


async def test_what_was_ticked_off_as_unclear_can_be_opened_too(home: Home, ana: Officer) -> None:
    home.nlu.known["hm, there is something"] = "unsure"
    await home.says("hm, there is something")
    reference = await home.reference()
    await handoff.close(home.house, ana, reference)
    assert await opens(home, ana, reference) == "done"
    again = await found(home, reference)
    assert (again.state, again.cls) == (State.WAITING, HandoffClass.UNCLEAR)
    assert again.next_ring_at is not None, "it is ticked off anew, or rings"


@pytest.mark.parametrize(("hours", "outcome"), [(24, "done"), (24.01, "too_late")])
async def test_for_a_day_and_no_longer(home: Home, ana: Officer, hours: float, outcome: str) -> None:
    reference = await closed(home, ana)
    home.clock.move(seconds=hours * 3600)
    assert await opens(home, ana, reference) == outcome


async def test_not_where_the_person_has_a_newer_case_open_or_closed(home: Home, ana: Officer) -> None:
    old = await closed(home, ana)
    home.clock.move(hours=24.5)
    await home.says(DANGER)
    new = await home.reference()
    assert new != old
    assert await opens(home, ana, old) == "newer"
    await handoff.claim(home.house, ana, new)
    await handoff.close(home.house, ana, new)
    assert await opens(home, ana, old) == "newer"
    assert await opens(home, ana, new) == "done"
    assert await opens(home, ana, new) == "is_open"


async def test_not_where_the_person_was_erased(home: Home, ana: Officer) -> None:
    reference = await closed(home, ana)
    async with home.house.store.begin() as tx:
        handoff_ = await tx.handoffs.find(reference)
        assert handoff_ is not None
        await tx.conversations.erase(handoff_.conversation, home.clock.now(), keep_address=False)
        await tx.commit()
    before = alarms(home)
    assert await opens(home, ana, reference) == "erased"
    assert alarms(home) == before


async def test_an_officer_without_that_duty_does_not_find_a_threat_to_the_mission(home: Home, ana: Officer) -> None:
    guard = await home.enrols("Sec", sender="950", duties=("security",))
    await home.says("there is a bomb in your embassy")
    reference = await home.reference()
    await handoff.claim(home.house, guard, reference)
    await handoff.close(home.house, guard, reference)
    assert await opens(home, ana, reference) == "unknown"
    assert await opens(home, guard, reference) == "done"


async def test_an_exercise_is_begun_anew_instead(home: Home, ana: Officer) -> None:
    name = await drill.start(home.house, f"officer:{ana.id}", ana.id)
    await home.settles()
    async with home.house.store.begin() as tx:
        (line,) = await tx.handoffs.queue()
    await drill.end(home.house, f"officer:{ana.id}", name)
    assert await opens(home, ana, line.reference) == "exercise"


async def test_a_blocked_contacts_emergency_rings_once_as_it_would_have(home: Home, ana: Officer) -> None:
    await home.says(DANGER)
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await block.block(home.house, ana, reference, "insults")
    await handoff.close(home.house, ana, reference)
    await home.settles()
    before = alarms(home)
    await reopen.reopen(home.house, ana, reference)
    await home.passes(minutes=40)
    assert alarms(home) == before + 1


async def test_of_two_who_open_it_at_once_one_does(home: Home, ana: Officer) -> None:
    reference = await closed(home, ana)
    before = alarms(home)
    assert sorted(await asyncio.gather(*(opens(home, ana, reference) for _ in range(2)))) == ["done", "is_open"]
    await home.settles()
    assert alarms(home) == before + 1


async def test_what_the_phone_opens_again_does_not_say_either_how_it_ended(home: Home, ana: Officer) -> None:
    reference = await closed(home, ana)
    await home.says(DANGER)
    again = await found(home, reference)
    assert (again.is_open, again.outcome) == (True, None)
