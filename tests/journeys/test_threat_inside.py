"""A threat to the mission inside a case of the human rights officers: the security duty hears of it, and gets the case when it is free."""

import pytest

from bot.domain.handoff import DutyLane, HandoffLine
from bot.ports import Officer
from bot.usecases import handoff
from tests.journeys.house import Home
from tests.promises.case import CRY

BOMB = "there is a bomb in your embassy"


@pytest.fixture
async def ana(home: Home) -> Officer:
    home.nlu.known[BOMB] = "threat_to_mission"
    await home.enrols("Sec", sender="903", duties=("security",))
    return await home.enrols("Ana", sender="900")


async def _line(home: Home) -> HandoffLine:
    async with home.house.store.begin() as tx:
        (line,) = await tx.handoffs.queue()
    return line


def _words(home: Home, sender: str = "903") -> int:
    """How often somebody was told with the word of its own."""
    return sum(sent.name == "alert_threat" for channel in home.channels.values() for sent in channel.sent if sent.address == sender)


@pytest.mark.parametrize("emergency", [True, False])
async def test_the_security_duty_hears_of_it_again_and_again_until_somebody_has_heard(home: Home, ana: Officer, emergency: bool) -> None:
    """Control: of what is no threat it hears nothing, and of one in its own lane it gets the usual alert."""
    await home.says(CRY if emergency else "/human")
    await handoff.claim(home.house, ana, (await _line(home)).reference)
    await home.says("thank you")
    assert _words(home) == 0
    before = len(home.alerts("903"))
    await home.says(BOMB)
    assert _words(home) >= 1
    assert (await _line(home)).reference in home.alerts("903")[-1]
    assert len(home.alerts("903")) > before
    await home.passes(minutes=9)
    assert _words(home) + sum("threat" in said and "other officers" not in said for said in home.alerts("903")) >= 3
    assert not _words(home, "900")


async def test_a_threat_outside_any_case_needs_no_word_of_its_own(home: Home, ana: Officer) -> None:
    await home.says(BOMB)
    assert (await _line(home)).lane is DutyLane.SECURITY
    assert _words(home) == 0
    assert len(home.alerts("903")) == 2


@pytest.mark.parametrize("ends", ["returned", "left", "closed"])
async def test_a_case_whose_kind_is_the_threat_is_the_security_dutys_when_its_holder_is_done(home: Home, ana: Officer, ends: str) -> None:
    await home.says("/human")
    reference = (await _line(home)).reference
    await handoff.claim(home.house, ana, reference)
    await home.says(BOMB)
    assert (await _line(home)).lane is DutyLane.GENERAL  # its holder goes on seeing what they hold
    if ends == "returned":
        await handoff.give_back(home.house, ana, reference)
    elif ends == "left":
        await home.passes(minutes=6)
    else:
        await handoff.close(home.house, ana, reference)
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
    assert found is not None
    assert found.lane is DutyLane.SECURITY
    await home.settles()
    if ends != "closed":
        assert any("threat to the mission" in said and "other officers" not in said for said in home.alerts("903"))


async def test_an_own_emergency_keeps_its_lane(home: Home, ana: Officer) -> None:
    await home.says(CRY)
    await home.says(BOMB)
    reference = (await _line(home)).reference
    await handoff.claim(home.house, ana, reference)
    await handoff.give_back(home.house, ana, reference)
    await home.settles()
    assert (await _line(home)).lane is DutyLane.GENERAL
    assert _words(home) >= 2
