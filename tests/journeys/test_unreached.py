"""An officer who is silently not rung: the log, health, the other officers and the list say so."""

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import KeyChanged, SendFailed, Unreachable
from bot.domain.message import ChannelName
from bot.ports import Reached
from bot.usecases.ways import try_ways as ring_all
from tests.journeys.house import Home
from tests.journeys.test_health import faults

TOLD = "An officer cannot be reached by alerts on Signal."


async def _reached(home: Home, name: str) -> Reached:
    async with home.house.store.begin() as tx:
        officer = await tx.officers.by_name(name)
        assert officer is not None
        return (await tx.officers.reached())[officer.id]


async def _rings(home: Home) -> list[str]:
    """Everybody is rung; what the log says of alerts that were given up."""
    home.clock.move(seconds=1)
    with capture_logs() as lines:
        await ring_all(home.house)
        await home.settles()
    return [line["event"] for line in lines if line["log_level"] == "error"]


def told(home: Home, sender: str) -> int:
    """How often an officer heard that another cannot be reached."""
    return sum(text.startswith(TOLD) for text in home.alerts(sender))


@pytest.mark.parametrize("why", [KeyChanged("untrusted"), Unreachable("forbidden")], ids=lambda why: type(why).__name__)
async def test_an_officer_whose_alerts_are_given_up_is_a_fault_and_the_others_hear_of_it(home: Home, why: SendFailed) -> None:
    await home.enrols("Ana", sender="900")
    await home.enrols("Bo", sender="901")
    home.channels[ChannelName.SIGNAL].refused["900"] = why
    assert await _rings(home) == ["alert_given_up"]
    assert await faults(home) == ("alert_not_delivered",)
    assert (told(home, "901"), told(home, "900")) == (1, 0)
    assert "Ana" not in "".join(home.alerts("901"))
    assert (await _reached(home, "Ana")).failed
    assert await _reached(home, "Bo") == Reached(confirmed_at=home.clock.now(), failed=False)


async def test_each_alert_that_is_given_up_is_logged_and_the_others_hear_of_it_once_an_hour(home: Home) -> None:
    await home.enrols("Ana", sender="900")
    await home.enrols("Bo", sender="901")
    home.channels[ChannelName.SIGNAL].refused["900"] = Unreachable("forbidden")
    for _ in range(3):
        assert await _rings(home) == ["alert_given_up"]
    assert told(home, "901") == 1
    home.clock.move(minutes=61)
    assert await _rings(home) == ["alert_given_up"]
    assert told(home, "901") == 2


async def test_two_officers_who_cannot_be_reached_are_told_of_to_the_third_and_it_ends(home: Home) -> None:
    for name, sender in (("Ana", "900"), ("Bo", "901"), ("Cveta", "902")):
        await home.enrols(name, sender=sender)
    home.channels[ChannelName.SIGNAL].refused |= {"900": Unreachable("forbidden"), "901": KeyChanged("untrusted")}
    assert set(await _rings(home)) == {"alert_given_up"}
    assert told(home, "902") == 2


async def test_an_alert_that_gets_through_later_ends_the_fault_and_so_does_a_day(home: Home) -> None:
    await home.enrols()
    signal = home.channels[ChannelName.SIGNAL]
    signal.refused["900"] = Unreachable("forbidden")
    await _rings(home)
    assert await faults(home) == ("alert_not_delivered",)
    del signal.refused["900"]
    assert await _rings(home) == []
    assert await faults(home) == ()
    signal.refused["900"] = Unreachable("forbidden")
    await _rings(home)
    home.clock.move(hours=23)
    assert await faults(home) == ("alert_not_delivered",)
    home.clock.move(hours=2)
    assert await faults(home) == ()
    assert (await _reached(home, "Ana")).failed, "but the list says so still"


async def test_control_an_answer_to_a_defender_that_is_given_up_tells_nobody(home: Home) -> None:
    await home.enrols()
    home.channels[ChannelName.SIGNAL].refused["42"] = Unreachable("forbidden")
    with capture_logs() as lines:
        await home.says("/about")
    assert (lines, told(home, "900"), await faults(home)) == ([], 0, ())
