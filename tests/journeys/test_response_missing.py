"""A prepared text that is missing, or cannot be rendered, leaves no emergency unanswered and nobody unrung."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.domain.message import ChannelName, Piece
from bot.ports import Responses, Sourced
from bot.usecases import handoff
from bot.usecases.careful import Careful
from tests.journeys.house import Home

ARREST = "police are taking me away"


class Broken:
    """Responses of which some are gone."""

    def __init__(self, inner: Responses, gone: set[str], *, empty: bool = False) -> None:
        self._inner = inner
        self._gone = gone
        self._empty = empty

    def pieces(self, name: str, locale: str, channel: ChannelName, values: Mapping[str, str]) -> tuple[Piece, ...]:
        if name in self._gone and self._empty:
            return ()
        return self._inner.pieces(self._there(name), locale, channel, values)

    def line(self, name: str, locale: str, values: Mapping[str, str]) -> str:
        return self._inner.line(self._there(name), locale, values)

    def _there(self, name: str) -> str:
        if name in self._gone:
            raise KeyError(name)
        return name

    def has(self, name: str) -> bool:
        return self._inner.has(name)

    def label(self, intent: str, locale: str) -> str:
        self._there(f"label of {intent}")
        return self._inner.label(intent, locale)

    def answering(self, reply: str, locale: str) -> str:
        return self._inner.answering(reply, locale)

    def sources(self, name: str, locale: str) -> Sourced:
        self._there(f"sources of {name}")
        return self._inner.sources(name, locale)

    def choice(self, text: str) -> str | None:
        self._there("labels")
        return self._inner.choice(text)


def without(home: Home, *gone: str, careful: bool = True, empty: bool = False) -> None:
    """The house loses some of its texts."""
    broken = Broken(home.house.responses, set(gone), empty=empty)
    emergencies = [name for name, cls in home.house.classes.items() if cls == "E1"]
    home.house = replace(home.house, responses=Careful(broken, emergencies) if careful else broken)


def names(home: Home, sender: str = "42") -> list[str]:
    return [sent.name for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == sender]


async def _missing(home: Home) -> int:
    return (await home.counted()).get("response_missing", 0)


@pytest.mark.parametrize("empty", [False, True], ids=["gone", "rendered to nothing"])
async def test_an_emergency_whose_reply_is_missing_gets_the_one_for_every_kind_and_rings(home: Home, empty: bool) -> None:
    await home.enrols()
    without(home, "arrest_now", empty=empty)
    said = await home.says(ARREST)
    reference = await home.reference()
    assert len(said) == 1
    assert reference in said[0]
    assert said[0].splitlines()[-1] == _unknown_kind(home).splitlines()[-1]
    assert any(reference in alert for alert in home.alerts())
    assert await _missing(home) == 1


def _unknown_kind(home: Home) -> str:
    """The reply for every kind, without what is inserted."""
    values = {"people": "", "reference": ""}
    return home.house.responses.pieces("emergency_unknown", "en", ChannelName.SIGNAL, values)[0].text


async def test_with_no_text_for_emergencies_at_all_nothing_is_said_and_officers_are_rung(home: Home) -> None:
    await home.enrols()
    without(home, "arrest_now", "emergency_unknown")
    assert await home.says(ARREST) == []
    reference = await home.reference()
    assert any(reference in alert for alert in home.alerts())
    assert await _missing(home) == 2


async def test_control_without_care_nobody_is_answered_and_nobody_rung(home: Home) -> None:
    await home.enrols()
    without(home, "arrest_now", careful=False)
    rung = len(home.alerts())
    with pytest.raises(KeyError):
        await home.says(ARREST)
    async with home.house.store.begin() as tx:
        assert await tx.handoffs.queue() == []
    assert (len(home.alerts()), names(home)) == (rung, [])


async def test_an_alert_without_its_text_rings_with_the_bare_facts_again_and_again(home: Home) -> None:
    await home.enrols()
    without(home, "alert", "alert_again")
    await home.says(ARREST)
    reference = await home.reference()
    assert home.alerts()[-1].startswith(f"{reference} E1 ")
    rung = len(home.alerts())
    await home.passes(minutes=5)
    assert len(home.alerts()) == rung + 2
    assert await _missing(home) > 2


async def test_where_only_the_repeated_alert_is_missing_the_first_one_is_repeated(home: Home) -> None:
    await home.enrols()
    without(home, "alert_again")
    await home.says(ARREST)
    first = home.alerts()[-1]
    await home.passes(minutes=3)
    assert home.alerts()[-1] == first


async def test_a_line_that_is_inserted_and_missing_costs_no_more_than_itself(home: Home) -> None:
    await home.enrols()
    without(home, "people_trying", "people_rung", "label of arrest_now")
    assert len(await home.says(ARREST)) == 1
    assert len(home.alerts()) > 1


async def test_a_danger_question_that_cannot_be_put_is_a_persons_business_at_once(home: Home) -> None:
    await home.enrols()
    home.nlu.known["two men are asking for me"] = "unsure"
    without(home, "danger_question")
    rung = len(home.alerts())
    await home.says("two men are asking for me")
    assert len(home.alerts()) == rung + 1
    assert (await home.reference()) in home.alerts()[-1]


async def test_control_a_danger_question_that_was_put_rings_nobody_yet(home: Home) -> None:
    await home.enrols()
    home.nlu.known["two men are asking for me"] = "unsure"
    without(home)
    rung = len(home.alerts())
    await home.says("two men are asking for me")
    assert len(home.alerts()) == rung
    assert "danger_question" in names(home)


async def test_an_ordinary_answer_that_is_missing_is_counted_once_and_stops_nothing(home: Home) -> None:
    without(home, "about")
    await home.says("hello")
    assert await home.says("/about") == []
    home.clock.move(minutes=5)
    await home.settles()
    assert await _missing(home) == 1
    assert len(await home.says("/privacy")) > 0


async def test_an_officers_act_is_done_though_its_notice_is_missing(home: Home) -> None:
    ana = await home.enrols()
    without(home, "officer_taken")
    await home.says("they sent me a death threat")
    claimed = await handoff.claim(home.house, ana, await home.reference())
    await home.settles()
    assert claimed.holder == ana.id
    assert "officer_taken" not in names(home)


async def test_who_threatens_the_mission_never_gets_the_reply_for_people_in_danger(home: Home) -> None:
    without(home, "threat_to_mission")
    assert await home.says("there is a bomb in the embassy") == []
    async with home.house.store.begin() as tx:
        assert len(await tx.handoffs.queue()) == 1


async def test_without_sources_or_words_of_the_menu_people_are_answered_all_the_same(home: Home) -> None:
    home.nlu.known["who reads what I write here?"] = "confidentiality"
    without(home, "sources of confidentiality", "labels")
    assert "A program reads" in (await home.says("who reads what I write here?"))[0]
    assert "This is where" in (await home.says("source"))[0]
    assert (await home.counted())["response_missing"] == 2
