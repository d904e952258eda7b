"""What officers write to the bot on their own phones: acknowledged however it is typed, and never taken for a defender's words."""

import pytest

from bot.domain.message import ChannelName, Kind
from bot.usecases import handoff
from tests.journeys.house import Home

CYRILLIC = str.maketrans("AEKMT", "АЕКМТ")
FORMS = {
    "as shown": lambda reference: f"ack {reference}",
    "small, without a dash": lambda reference: f"ack {reference.lower().replace('-', '')}",
    "in capitals with marks": lambda reference: f"ACK: {reference}.",
    "as a command": lambda reference: f"/ack {reference}",
    "with words after it": lambda reference: f"ack {reference} on my way",
    "the reference in Cyrillic": lambda reference: f"ack {reference.translate(CYRILLIC)}",
    "all of it in Cyrillic": lambda reference: f"аск {reference.translate(CYRILLIC).lower()}",
    "the reference alone": lambda reference: reference,
    "a bare word": lambda _: "ok",
}


@pytest.mark.parametrize("form", FORMS)
async def test_an_alert_is_acknowledged_however_it_is_typed(home: Home, form: str) -> None:
    await home.enrols()
    await home.says("they are breaking the door")
    await home.says(FORMS[form](await home.reference()), sender="900")
    assert "is acknowledged" in home.alerts()[-1]


async def test_a_bare_ack_among_several_names_them(home: Home) -> None:
    await home.enrols()
    await home.says("they are breaking the door", sender="1")
    await home.says("they are breaking the door", sender="2")
    await home.says("ack", sender="900")
    assert "Say which case is meant" in home.alerts()[-1]


async def test_a_bare_ack_means_the_emergency_rather_than_an_unclear_item(home: Home) -> None:
    ana = await home.enrols()
    await home.says("?!", sender="1")
    await home.says("they are breaking the door", sender="2")
    await home.says("ack", sender="900")
    lines = await handoff.queue(home.house, ana)
    assert [(line.cls, line.acknowledged) for line in lines] == [("E1", True), ("unclear", False)]


@pytest.mark.parametrize(("text", "kind"), [
    ("help they are killing me", Kind.TEXT), ("", Kind.CALL), ("/forget", Kind.TEXT), ("1", Kind.TEXT),
])  # fmt: skip
async def test_an_officers_words_never_enter_the_defenders_path_and_are_answered_with_what_an_officer_can_do(
    home: Home, text: str, kind: Kind
) -> None:
    ana = await home.enrols()
    said = await home.says(text, sender="900", kind=kind)
    assert len(said) == 1
    assert "ack REFERENCE" in said[0]
    assert "112" in said[0]
    assert await handoff.queue(home.house, ana) == []


async def test_return_gives_the_case_back_and_a_bare_return_means_the_one_that_is_held(home: Home) -> None:
    ana = await home.enrols()
    await home.says("/human")
    await handoff.claim(home.house, ana, await home.reference())
    await home.settles()
    await home.says("return", sender="900")
    assert (await handoff.queue(home.house, ana))[0].holder_name is None


async def test_an_alert_shows_reference_class_kind_and_language_and_nothing_else(home: Home) -> None:
    await home.enrols()
    await home.says("they are breaking the door of Marko Popović at Bulevar 5")
    reference = await home.reference()
    assert home.alerts()[-1] == f"{reference} E1 attack English. Reply: ack {reference}"


async def test_an_officer_who_was_removed_is_a_stranger_again(home: Home) -> None:
    ana = await home.enrols()
    async with home.house.store.begin() as tx:
        await tx.officers.remove(ana.id)
        await tx.commit()
    said = await home.says("they are breaking the door", sender="900")
    assert "Your reference for it is" in said[0]


async def test_where_nobody_has_the_security_duty_whoever_is_rung_can_act(home: Home) -> None:
    await home.enrols()
    await home.says("there is a bomb in the embassy")
    await home.says("ack", sender="900")
    assert "is acknowledged" in home.alerts()[-1]


async def test_ringing_goes_to_the_officers_own_messenger_and_the_defender_never_sees_it(home: Home) -> None:
    await home.enrols()
    await home.says("they are breaking the door", channel=ChannelName.TELEGRAM)
    assert {sent.address for sent in home.channels[ChannelName.TELEGRAM].sent} == {"42"}
    assert "E1" in home.alerts()[-1]
