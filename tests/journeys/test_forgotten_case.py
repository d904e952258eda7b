"""After an erasure from a phone with an open emergency: whoever holds it learns nothing, and an emergency rings as ever."""

import re

import pytest

from bot.domain.message import ChannelName
from bot.usecases import alert, handoff
from tests.journeys.house import Home

ALARM = "police arrested me just now"
TELLING = ("officers were rung", "an officer took", "opened", "waiting for an officer under")


async def erased(home: Home, *, taken: bool = False) -> str:
    """Somebody arrested, whose phone is then emptied; the reference of the case."""
    ana = await home.enrols()
    first = await home.says(ALARM)
    reference = first[0].split("it is ")[1][:7]
    if taken:
        await handoff.claim(home.house, ana, reference)
        await home.settles()
    assert await home.says("/forget") == ["Done."]
    return reference


def _timeless(text: str) -> str:
    return re.sub(r"\d\d:\d\d", "", text)


@pytest.mark.parametrize("text", ["hello", "/status", "what is this number", "/start", "/help", "K7T-42M"])
@pytest.mark.parametrize("taken", [False, True])
async def test_harmless_words_hear_what_a_new_person_hears(home: Home, text: str, taken: bool) -> None:
    home.nlu.known |= {"hello": "greet", "what is this number": "bot_identity"}
    reference = await erased(home, taken=taken)
    said = await home.says(text)
    stranger = await home.says(text, sender="77")
    assert [_timeless(each) for each in said] == [_timeless(each) for each in stranger]
    assert not any(reference in each for each in said)


async def test_the_reference_itself_is_not_known_there_any_more(home: Home) -> None:
    reference = await erased(home)
    assert await home.says(reference) == await home.says("K7T-42M", sender="77")


async def test_before_the_erasure_the_status_says_all(home: Home) -> None:
    """The control."""
    await home.enrols()
    await home.says(ALARM)
    assert "rung" in "\n".join(await home.says("/status"))


@pytest.mark.parametrize("taken", [False, True])
async def test_a_new_emergency_rings_and_is_answered_as_a_new_persons(home: Home, taken: bool) -> None:
    reference = await erased(home, taken=taken)
    await home.passes(minutes=20)
    alerts = len(home.alerts())
    said = "\n".join(await home.says("they are breaking the door"))
    assert "I have read your message" in said
    assert "I am trying to reach an officer now" in said
    assert not any(word in said.lower() for word in TELLING)
    await home.passes(minutes=6)
    assert len(home.alerts()) > alerts
    status = "\n".join(await home.says("/status"))
    assert not any(word in status.lower() for word in TELLING)
    assert reference in status


async def test_the_ladder_never_writes_to_that_phone_again(home: Home) -> None:
    home.nlu.known["hello"] = "greet"
    await erased(home)
    await home.says("hello")
    before = len(home.channels[ChannelName.SIGNAL].sent)
    await home.passes(minutes=20)
    assert not [sent for sent in home.channels[ChannelName.SIGNAL].sent[before:] if sent.address == "42"]


@pytest.mark.parametrize("naive", [False, True])
async def test_the_end_of_a_claim_marks_nothing_as_told_to_that_phone(home: Home, monkeypatch: pytest.MonkeyPatch, naive: bool) -> None:
    """Naive: the reply seems to be owed and is queued; it is not sent, and a new emergency is answered as if it had been."""
    if naive:
        monkeypatch.setattr(alert, "is_unmentioned", lambda _: False)
    await erased(home, taken=True)
    before = len(home.alerts("42"))
    await home.passes(minutes=20)
    assert len(home.alerts("42")) == before
    assert ("I have read your message" in "\n".join(await home.says("they are breaking the door"))) is not naive
