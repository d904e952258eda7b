"""Between defender, bot and officer: taking, answering, losing, closing, reopening; what is told and what is not."""

import pytest

from bot.domain.errors import Refused
from bot.domain.message import ChannelName
from bot.usecases import handoff
from tests.journeys.house import Home


def names(home: Home, sender: str = "42") -> list[str]:
    """What a defender got, by name."""
    return [sent.name for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == sender]


async def test_taken_returned_and_closed_are_each_told_once(home: Home) -> None:
    ana = await home.enrols()
    await home.says("/human")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await home.settles()
    await handoff.give_back(home.house, ana, reference)
    await home.settles()
    await handoff.claim(home.house, ana, reference)
    await handoff.close(home.house, ana, reference)
    await home.settles()
    assert names(home)[2:] == ["officer_taken", "officer_returned", "officer_taken", "officer_closed"]


@pytest.mark.parametrize("how", ["arrest", "muted"])
async def test_where_writing_first_is_not_allowed_an_officers_acts_are_told_to_nobody(home: Home, how: str) -> None:
    ana = await home.enrols()
    await home.says("police are taking me away" if how == "arrest" else "/human")
    if how == "muted":
        await home.says("/stop")
    before = len(names(home))
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await home.settles()
    await handoff.give_back(home.house, ana, reference)
    await handoff.claim(home.house, ana, reference)
    await handoff.close(home.house, ana, reference)
    await home.settles()
    assert names(home)[before:] == []


async def test_an_arrest_whose_claim_ends_unheard_gets_no_word_that_nobody_asked_for(home: Home) -> None:
    ana = await home.enrols()
    await home.says("police are taking me away")
    await handoff.claim(home.house, ana, await home.reference())
    await home.settles()
    rung = len(home.alerts())
    await home.passes(minutes=7)
    assert names(home) == ["arrest_now"]
    assert len(home.alerts()) > rung, "but others are rung"


async def test_at_three_in_the_morning_an_emergency_inside_a_sleepers_claim_rings_and_is_answered_after_two_minutes(home: Home) -> None:
    ana = await home.enrols()
    await home.says("/human")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await handoff.reply(home.house, ana, reference, "Let us speak tomorrow.")
    await home.settles()
    home.clock.move(hours=11)
    rung = len(home.alerts())
    assert await home.says("they are breaking the door") == []
    assert "E1" in home.alerts()[rung], "at once"
    await home.passes(minutes=2, seconds=30)
    assert names(home)[-1] == "attack_now"
    line = (await handoff.queue(home.house, ana))[0]
    assert (line.state, line.holder_name) == ("waiting", None)


async def test_a_holder_who_acknowledges_keeps_the_emergency(home: Home) -> None:
    ana = await home.enrols()
    await home.says("/human")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await home.settles()
    await home.says("they are breaking the door")
    await home.says("ack", sender="900")
    await home.passes(minutes=4)
    assert (await handoff.queue(home.house, ana))[0].holder_name == "Ana"
    assert "attack_now" not in names(home)


async def test_the_lease_runs_only_while_something_is_unanswered(home: Home) -> None:
    ana = await home.enrols()
    await home.says("/human")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await handoff.reply(home.house, ana, reference, "Hello.")
    await home.settles()
    await home.sleeps(hours=12)
    assert (await handoff.queue(home.house, ana))[0].holder_name == "Ana", "the officer may sleep while nothing is due"
    home.nlu.known["can you come?"] = "request_meeting"
    await home.says("can you come?")
    await home.passes(minutes=6)
    assert (await handoff.queue(home.house, ana))[0].holder_name is None
    assert names(home)[-1] == "connection_broke"


async def test_a_reply_of_somebody_who_lost_the_case_is_not_sent_but_kept_for_the_holder(home: Home) -> None:
    ana, ben = await home.enrols(), await home.enrols("Ben", sender="901")
    await home.says("they sent me a death threat")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await home.passes(minutes=6)
    await handoff.claim(home.house, ben, reference)
    with pytest.raises(Refused, match="not_holder"):
        await handoff.reply(home.house, ana, reference, "Come to the *back* door.")
    await home.settles()
    assert all("Come to the" not in sent.piece.text for sent in home.channels[ChannelName.SIGNAL].sent)
    opened = await handoff.show(home.house, ben, reference)
    note = next(line for line in opened.spoken if line.who == "note")
    assert note.text.startswith("NOT SENT")
    assert "Ana" in note.text
    assert note.text.endswith("Come to the *back* door.")


async def test_a_reference_from_another_contact_is_shown_to_its_holder_and_the_writer_learns_nothing(home: Home) -> None:
    ana = await home.enrols()
    await home.says("they sent me a death threat", sender="1")
    reference = await home.reference()
    home.nlu.known |= {f"i am {reference}": "greet", "i am 222-222": "greet", f"i am {reference.lower().replace('-', '')}": "greet"}
    theirs = await home.says(f"i am {reference}", sender="2")
    assert theirs == await home.says("i am 222-222", sender="3"), "a reference that exists and one that does not look alike"
    await home.says(f"i am {reference.lower().replace('-', '')}", sender="2")
    await home.says(f"i am {reference}", sender="1")
    notes = [line.text for line in (await handoff.show(home.house, ana, reference)).spoken if line.who == "note"]
    assert len(notes) == 2
    assert all("claimed, not proven" in note for note in notes)


async def test_a_closed_reference_from_another_contact_is_noted_nowhere(home: Home) -> None:
    ana = await home.enrols()
    await home.says("/human", sender="1")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await handoff.close(home.house, ana, reference)
    await home.says(f"i am {reference}", sender="2")
    assert (await home.counted()).get("reference_claimed") is None


async def test_a_closed_emergency_that_reopens_is_nobodys_and_rings_until_acknowledged(home: Home) -> None:
    ana = await home.enrols()
    await home.says("they are breaking the door")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await handoff.close(home.house, ana, reference)
    await home.settles()
    home.nlu.known["and now the other thing"] = "request_meeting"
    home.clock.move(hours=3)
    rung = len(home.alerts())
    said = await home.says("and now the other thing")
    assert f"I have opened {reference} again" in said[-1]
    assert "rung at 12" not in said[-1], "the rings of the first time are no fact about this one"
    await home.passes(minutes=5, seconds=30)
    assert len(home.alerts()) == rung + 3


async def test_a_defenders_yes_belongs_to_the_officer_once_the_officer_has_written(home: Home) -> None:
    ana = await home.enrols()
    home.nlu.known["two men"] = "unsure"
    await home.says("two men")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await handoff.reply(home.house, ana, reference, "Shall I call you?")
    await home.settles()
    rung = len(home.alerts())
    assert await home.says("yes") == []
    assert len(home.alerts()) == rung


async def test_who_is_removed_holds_nothing_any_more_and_others_are_rung(home: Home) -> None:
    ana, ben = await home.enrols(), await home.enrols("Ben", sender="901")
    await home.says("they are breaking the door")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await home.settles()
    async with home.house.store.begin() as tx:
        await tx.officers.remove(ana.id)
        await tx.commit()
    rung = len(home.alerts("901"))
    await home.passes(seconds=30)
    assert len(home.alerts("901")) > rung
    assert (await handoff.queue(home.house, ben))[0].holder_name is None
