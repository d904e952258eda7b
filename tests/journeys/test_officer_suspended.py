"""An officer whose safety number changed is neither heard nor counted on, until a leader has asked them in person."""

import pytest

from bot.domain.account import Account, AccountId, Role
from bot.domain.errors import KeyChanged, Refused, TryLater, Unreachable
from bot.domain.message import ChannelName, Kind
from bot.ports import Officer
from bot.usecases import handoff, messengers
from tests.journeys.house import Home
from tests.promises.case import found, rings

CRY = "they are breaking the door"
ROOT = Account(id=AccountId("root"), name="Root", role=Role.ADMINISTRATOR)


async def _ana(home: Home) -> Officer:
    async with home.house.store.begin() as tx:
        ana = await tx.officers.by_name("Ana")
    assert ana is not None
    return ana


@pytest.fixture
async def suspended(home: Home) -> Officer:
    """Ana's Signal says that it is another phone; Bo is there too."""
    await home.enrols()
    await home.enrols("Bo", sender="901")
    await home.says("", sender="900", kind=Kind.UNREADABLE, key_changed=True)
    ana = await _ana(home)
    assert ana.suspended_at is not None
    assert ana.enrolled
    assert not ana.is_person
    return ana


async def test_what_that_phone_says_is_not_obeyed_and_not_answered_and_the_others_are_told(home: Home, suspended: Officer) -> None:
    await home.says(CRY)
    reference = await home.reference()
    assert await home.says(f"ack {reference}", sender="900") == []
    assert await home.says(f"take {reference}", sender="900") == []
    case = await found(home, reference)
    assert (case.acknowledged_at, case.holder) == (None, None)
    assert len([said for said in home.alerts("901") if "cannot be reached by alerts on Signal" in said]) == 1
    assert not any("Ana" in said for said in home.alerts("901"))


async def test_they_are_not_rung_and_an_emergency_rings_the_others(home: Home, suspended: Officer) -> None:
    await home.says(CRY)
    assert (rings(home, "900"), rings(home, "901")) == (0, 1)


async def test_control_the_same_phone_unsuspended_is_rung_and_obeyed(home: Home) -> None:
    await home.enrols()
    await home.enrols("Bo", sender="901")
    await home.says(CRY)
    assert rings(home, "900") == 1
    assert "is acknowledged" in (await home.says(f"ack {await home.reference()}", sender="900"))[0]


async def test_a_messenger_that_refuses_the_key_suspends_too(home: Home) -> None:
    await home.enrols()
    await home.enrols("Bo", sender="901")
    home.channels[ChannelName.SIGNAL].refused["900"] = KeyChanged("untrusted")
    await home.says(CRY)
    assert (await _ana(home)).suspended_at is not None
    assert rings(home, "901") >= 1


async def test_what_they_hold_on_that_phone_rings_others_at_once(home: Home) -> None:
    await home.enrols()
    await home.enrols("Bo", sender="901")
    await home.says(CRY)
    reference = await home.reference()
    await home.says(f"take {reference}", sender="900")
    await home.says("I am here", sender="900")
    before = rings(home, "901")
    await home.says("", sender="900", kind=Kind.UNREADABLE, key_changed=True)
    await home.passes(seconds=1)
    case = await found(home, reference)
    assert case.holder is None
    assert rings(home, "901") == before + 1


async def test_what_they_hold_at_the_desk_stays_theirs(home: Home) -> None:
    ana = await home.enrols()
    await home.enrols("Bo", sender="901")
    await home.says(CRY)
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await handoff.reply(home.house, ana, reference, "I am here")
    await home.says("", sender="900", kind=Kind.UNREADABLE, key_changed=True)
    await home.passes(seconds=1)
    assert (await found(home, reference)).holder == ana.id


async def test_when_the_last_one_is_suspended_defenders_are_answered_all_the_same_and_told_the_truth(home: Home) -> None:
    home.attended()
    await home.enrols()
    await home.says("", sender="900", kind=Kind.UNREADABLE, key_changed=True)
    said = "\n".join(await home.says(CRY))
    assert await home.reference() in said
    assert "No officer can be rung" in said or "nobody" in said.lower()


async def test_after_a_word_in_person_they_are_heard_rung_and_proven_again(home: Home, suspended: Officer) -> None:
    signal = home.channels[ChannelName.SIGNAL]
    await messengers.confirm(home.house, ROOT, suspended.id)
    assert (await _ana(home)).suspended_at is not None, "not before the messenger has been told"
    await home.settles()
    assert signal.trusted == ["900"]
    assert (await _ana(home)).suspended_at is None
    assert home.alerts()[-1].startswith("Test alert")
    await home.says(CRY)
    assert rings(home, "900") == 1
    with pytest.raises(Refused, match="not_changed"):
        await messengers.confirm(home.house, ROOT, suspended.id)


async def test_a_messenger_that_will_not_trust_leaves_them_suspended(home: Home, suspended: Officer) -> None:
    home.channels[ChannelName.SIGNAL].trust_failures = [Unreachable("trust_refused")]
    await messengers.confirm(home.house, ROOT, suspended.id)
    await home.settles()
    assert (await _ana(home)).suspended_at is not None


async def test_a_phone_that_is_ended_is_a_stranger_and_what_was_to_ring_there_rings_others_now(home: Home) -> None:
    ana = await home.enrols()
    await home.enrols("Bo", sender="901")
    home.channels[ChannelName.SIGNAL].refused["900"] = TryLater("down", 600.0)
    await home.says(CRY)
    assert rings(home, "901") == 1
    await messengers.end(home.house, ROOT, ana.id)
    await home.passes(seconds=1)
    assert rings(home, "901") == 2, "not only after two minutes"
    assert not (await _ana(home)).enrolled
    said = await home.says("take 222-222", sender="900")
    assert not any("no open case" in each for each in said)
    with pytest.raises(Refused, match="unknown"):
        await messengers.end(home.house, ROOT, ana.id)


async def test_a_code_from_the_desk_enrols_one_phone_and_only_where_there_is_none(home: Home) -> None:
    ana = await home.enrols()
    with pytest.raises(Refused, match="enrolled"):
        await messengers.new_code(home.house, ROOT, ana.id)
    await messengers.end(home.house, ROOT, ana.id)
    _, code = await messengers.new_code(home.house, ROOT, ana.id)
    assert any("You are enrolled" in said for said in await home.says(code, sender="777", channel=ChannelName.TELEGRAM))
    again = await _ana(home)
    assert (again.enrolled, again.channel) == (True, ChannelName.TELEGRAM)
