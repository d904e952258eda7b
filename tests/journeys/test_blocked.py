"""A blocked contact hears nothing and sets off nothing, but an emergency of theirs is answered, rings once, marked, and waits."""

from dataclasses import replace

import pytest

from bot.domain.errors import Refused
from bot.domain.handoff import DutyLane, Handoff, HandoffClass, State
from bot.domain.message import Kind
from bot.domain.search import Sought
from bot.ports import Officer, Transaction
from bot.usecases import block, handoff, respond
from tests.journeys.house import Home
from tests.promises.case import CRY, ended, found, to_phone

ABUSER = "666"
WHY = "writes insults every night"


@pytest.fixture
async def ana(home: Home) -> Officer:
    """Somebody has asked for a person, and is blocked and closed."""
    ana = await home.enrols()
    await home.says("/human", sender=ABUSER)
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await block.block(home.house, ana, reference, WHY)
    await handoff.close(home.house, ana, reference, "not_ours")
    await home.settles()
    home.clock.move(hours=30)
    return ana


async def cases(home: Home) -> list[Handoff]:
    """Everything that is open."""
    async with home.house.store.begin() as tx:
        lines = await tx.handoffs.queue()
    return [await found(home, line.reference) for line in lines]


def marked(home: Home) -> list[str]:
    """What rang the officer for a blocked contact."""
    return [name for name in to_phone(home, "900") if name.startswith("alert")]


@pytest.mark.parametrize("text", ["hello", "what are the guidelines", "/human", "/status", "/help", "hm, there is something", "1 2 3"])
async def test_a_blocked_contact_gets_no_answer_and_makes_no_case(home: Home, ana: Officer, text: str) -> None:
    home.nlu.known |= {"hm, there is something": "unsure", "what are the guidelines": "guidelines_about"}
    before = len(to_phone(home, "900"))
    assert await home.says(text, sender=ABUSER) == []
    assert await cases(home) == []
    await home.passes(minutes=10)
    assert len(to_phone(home, "900")) == before
    assert (await home.counted())["blocked_contact_message"] == 1


@pytest.mark.parametrize("text", ["hello", "/human", "hm, there is something"])
async def test_control_anybody_else_is_answered(home: Home, ana: Officer, text: str) -> None:
    home.nlu.known["hm, there is something"] = "unsure"
    assert await home.says(text, sender="5") != []


async def test_what_a_blocked_contact_writes_is_kept_for_officers(home: Home, ana: Officer) -> None:
    await home.says("here is my address", sender=ABUSER)
    await home.says(CRY, sender=ABUSER)
    (case,) = await cases(home)
    spoken = (await handoff.show(home.house, ana, case.reference)).spoken
    assert [line.text for line in spoken if line.who == "defender"][-2:] == ["here is my address", CRY]
    assert any(WHY in line.text for line in spoken if line.who == "note")


async def unblocked_and_asked(home: Home, ana: Officer) -> None:
    """The danger question had been put, and then they were blocked."""
    home.nlu.known["there is something"] = "unsure"
    async with home.house.store.begin() as tx:
        (closed,) = await tx.handoffs.search(Sought(), [DutyLane.GENERAL], 9)
    await block.unblock(home.house, ana, closed.reference)
    await home.says("there is something", sender=ABUSER)
    (unclear,) = await cases(home)
    await block.block(home.house, replace(ana, leads=True), unclear.reference, WHY)


@pytest.mark.parametrize("by", ["rule", "model", "yes"])
async def test_an_emergency_rings_once_marked_and_lies_in_the_queue_until_an_officer_closes_it(home: Home, ana: Officer, by: str) -> None:
    home.nlu.known["my colleague has not come home"] = "missing_person"
    text = {"rule": CRY, "model": "my colleague has not come home", "yes": "1"}[by]
    if by == "yes":
        await unblocked_and_asked(home, ana)
    said = await home.says(text, sender=ABUSER)
    assert len(said) == 1, "the reply that an emergency gets, and nothing beside it"
    assert marked(home)[-1:] == ["alert_shut_out"]
    assert home.alerts()[-1].startswith("Blocked contact: ")
    (case,) = [each for each in await cases(home) if each.is_emergency]
    assert (case.state, case.cls, case.rings_once) == (State.WAITING, HandoffClass.E1, True)
    await home.sleeps(6)
    assert await home.says(text, sender=ABUSER) == [], "nothing said is repeated"
    await home.passes(minutes=15)
    assert marked(home).count("alert_shut_out") == 1
    assert (await found(home, case.reference)).is_open


async def test_control_dropping_what_a_blocked_contact_writes_loses_the_emergency(home: Home, ana: Officer) -> None:
    """The plain way: claimed, finished, and not looked at."""
    await home.writes(CRY, sender=ABUSER)
    claimed = await respond.claim(home.house)
    assert claimed is not None
    async with home.house.store.begin() as tx:
        await tx.inbox.finish(claimed, home.clock.now())
        await tx.commit()
    await home.settles()
    await home.passes(minutes=15)
    assert marked(home) == ["alert"], "the one for the case before"
    assert await cases(home) == []


async def test_a_heard_emergency_of_a_blocked_contact_does_not_ring_again_when_nobody_takes_it(home: Home, ana: Officer) -> None:
    await home.says(CRY, sender=ABUSER)
    (case,) = await cases(home)
    await handoff.acknowledge(home.house, ana, case.reference)
    await home.sleeps(2)
    assert marked(home).count("alert_shut_out") == 1


async def test_unblocking_makes_everything_as_for_anybody_and_an_unheard_emergency_rings_without_end(home: Home, ana: Officer) -> None:
    await home.says(CRY, sender=ABUSER)
    (case,) = await cases(home)
    await block.unblock(home.house, ana, case.reference)
    assert await ended(home, case.reference) == []
    await handoff.claim(home.house, ana, case.reference)
    await handoff.close(home.house, ana, case.reference, "no_danger")
    home.clock.move(hours=30)
    assert await home.says("hello", sender=ABUSER) != []
    with pytest.raises(Refused, match="not_blocked"):
        await block.unblock(home.house, ana, case.reference)


async def test_blocking_silences_no_emergency_that_rings(home: Home) -> None:
    ana = replace(await home.enrols(), leads=True)
    await home.says(CRY, sender=ABUSER)
    (case,) = await cases(home)
    await block.block(home.house, ana, case.reference, WHY)
    before = marked(home).count("alert_shut_out")
    await home.passes(minutes=12)
    assert marked(home).count("alert_shut_out") >= before + 3
    unheard = await found(home, case.reference)
    assert (unheard.rings_once, unheard.next_ring_at is not None) == (False, True)


async def test_an_emergency_inside_a_claim_rings_once_and_ends_the_claim_of_who_sleeps(home: Home) -> None:
    ana = await home.enrols()
    await home.enrols("Ben", sender="901")
    await home.says("/human", sender=ABUSER)
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await handoff.reply(home.house, ana, reference, "Please stop.")
    await block.block(home.house, ana, reference, WHY)
    await home.settles()
    assert await home.says("hello again", sender=ABUSER) == []
    await home.passes(minutes=6)
    assert (await found(home, reference)).state is State.CLAIMED, "nobody owes an answer"
    await home.says(CRY, sender=ABUSER)
    assert to_phone(home, "901")[-1] == "alert_shut_out"
    await home.passes(minutes=2, seconds=30)
    case = await found(home, reference)
    assert (case.state, case.front, case.is_emergency) == (State.WAITING, True, True)
    assert "attack_now" in to_phone(home, ABUSER), "the reply that it is owed"


@pytest.mark.parametrize("with_emergency", [False, True])
async def test_a_blocked_contact_can_be_forgotten(home: Home, ana: Officer, with_emergency: bool) -> None:
    if with_emergency:
        await home.says(CRY, sender=ABUSER)
    assert await home.says("/forget", sender=ABUSER) == ["Done."]
    assert [case.is_emergency for case in await cases(home)] == ([True] if with_emergency else [])


async def test_nobody_writes_first_to_a_blocked_contact_but_an_officer(home: Home, ana: Officer) -> None:
    home.nlu.known["my colleague has not come home"] = "missing_person"
    await home.says("my colleague has not come home", sender=ABUSER)
    (case,) = await cases(home)
    before = len(to_phone(home, ABUSER))
    await handoff.claim(home.house, ana, case.reference)
    await handoff.reply(home.house, ana, case.reference, "I am here.")
    await handoff.close(home.house, ana, case.reference, "helped")
    await home.settles()
    assert to_phone(home, ABUSER)[before:] == ["officer_reply"]


async def test_only_who_holds_the_case_or_leads_blocks_and_once(home: Home) -> None:
    ana, ben = await home.enrols(), await home.enrols("Ben", sender="901")
    await home.says("/human", sender=ABUSER)
    reference = await home.reference()
    with pytest.raises(Refused, match="not_holder"):
        await block.block(home.house, ana, reference, WHY)
    await handoff.claim(home.house, ana, reference)
    with pytest.raises(Refused, match="not_holder"):
        await block.block(home.house, ben, reference, WHY)
    await block.block(home.house, replace(ben, leads=True), reference, WHY)
    with pytest.raises(Refused, match="blocked"):
        await block.block(home.house, ana, reference, WHY)
    async with home.house.store.begin() as tx:
        audited = [entry.event for entry in await tx.audit.of(reference, 50)]
    assert audited.count("contact_blocked") == 1


async def test_that_the_person_blocks_us_and_writes_again_ends_no_block_of_ours(home: Home, ana: Officer) -> None:
    await home.writes("", sender=ABUSER, kind=Kind.BLOCKED)
    await home.settles()
    assert await home.says("hello", sender=ABUSER) == []


async def silent_holder(home: Home, ana: Officer) -> str:
    """Ana holds an emergency and has answered; its contact is blocked, writes, and is unblocked; and Ana sleeps."""
    await home.says(CRY, sender="7")
    (case,) = await cases(home)
    await handoff.claim(home.house, ana, case.reference)
    await handoff.reply(home.house, ana, case.reference, "I am here.")
    await block.block(home.house, ana, case.reference, WHY)
    await home.settles()
    await home.says("please answer me", sender="7")
    return case.reference


async def test_unblocking_begins_the_clock_of_an_answer_that_was_not_owed_before(home: Home, ana: Officer) -> None:
    reference = await silent_holder(home, ana)
    await home.passes(minutes=10)
    assert (await found(home, reference)).state is State.CLAIMED
    await block.unblock(home.house, ana, reference)
    before = len(marked(home))
    await home.passes(minutes=6)
    case = await found(home, reference)
    assert (case.state, case.holder) == (State.WAITING, None)
    assert len(marked(home)) > before


async def test_control_only_taking_the_mark_away_leaves_it_with_somebody_who_sleeps(home: Home, ana: Officer) -> None:
    reference = await silent_holder(home, ana)
    async with home.house.store.begin() as tx:
        await tx.conversations.shut_out((await tx.conversations.lock((await found_in(tx, reference)).conversation)).id, None)
        await tx.commit()
    await home.passes(minutes=30)
    assert (await found(home, reference)).state is State.CLAIMED


async def found_in(tx: Transaction, reference: str) -> Handoff:
    """The same, in that transaction."""
    case = await tx.handoffs.find(reference)
    assert case is not None
    return case
