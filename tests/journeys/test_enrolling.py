"""A future officer presses START, and sends a code: by hand, or by a link that carries it."""

import pytest
from click.testing import CliRunner

from bot.cli import commands
from bot.usecases import handoff
from tests.journeys.house import Home


async def code_of(home: Home, name: str = "Ana") -> str:
    """A one-time code."""
    async with home.house.store.begin() as tx:
        code = await tx.officers.invite(name, ("general",), home.clock.now())
        await tx.commit()
    return code


async def is_enrolled(home: Home, name: str = "Ana") -> bool:
    async with home.house.store.begin() as tx:
        officer = await tx.officers.by_name(name)
    return officer is not None and officer.enrolled


@pytest.mark.parametrize("form", ["{}", "/start {}", "/start@info_bot {}", " /START  {} ", "/start\n{}"])
async def test_a_code_enrols_also_behind_start(home: Home, form: str) -> None:
    code = await code_of(home)
    await home.says(form.format(code), sender="900")
    assert await is_enrolled(home)


@pytest.mark.parametrize("form", ["/started {}", "/start", "start {}", "/help {}"])
async def test_control_nothing_else_before_it_does(home: Home, form: str) -> None:
    code = await code_of(home)
    await home.says(form.format(code), sender="900")
    assert not await is_enrolled(home)


@pytest.mark.parametrize("before", [("/start",), ("/start", "/start wrong-code")])
async def test_who_has_begun_before_the_code_is_answered_as_an_officer_only(home: Home, before: tuple[str, ...]) -> None:
    for text in before:
        await home.writes(text, sender="900")
    ana = await home.enrols()
    await home.passes(minutes=5)
    assert len(home.alerts()) == 1, "the word that they are enrolled"
    assert await handoff.queue(home.house, ana) == []


async def test_control_an_emergency_before_the_code_is_answered_and_rings(home: Home) -> None:
    await home.writes("/start", sender="900")
    await home.writes("they are breaking my door", sender="900")
    ana = await home.enrols()
    await home.passes(minutes=5)
    assert [line.cls for line in await handoff.queue(home.house, ana)] == ["E1"]


@pytest.mark.parametrize("name", ["", " ", "a" * 81, "a\x00b"])
@pytest.mark.parametrize("command", [("officer", "enrol"), ("alert", "service")])
def test_a_name_that_is_none_is_refused_at_the_terminal_too(command: tuple[str, ...], name: str) -> None:
    said = CliRunner().invoke(commands, [*command, name])
    assert said.exit_code == 2
    assert "signs that can be printed" in said.output


def test_a_time_that_nobody_means_is_refused_in_words() -> None:
    said = CliRunner().invoke(commands, ["queue", "snooze", "K7T-42M", "999999999999"])
    assert said.exit_code == 2
    assert "999999999999 is not in the range" in said.output
