"""What a phone takes back: deletions, edits, forgetting, false alarms.  None of it ends an open emergency."""

from bot.domain.ids import new_id
from bot.domain.message import ChannelName, Kind
from bot.usecases import handoff
from tests.journeys.house import Home


async def test_forgetting_in_one_breath_with_an_emergency_rings_first_and_leaves_one_neutral_word(home: Home) -> None:
    ana = await home.enrols()
    await home.writes("they are breaking the door")
    await home.writes("/forget")
    await home.settles()
    mine = [sent.piece.text for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == "42"]
    assert mine == ["Done."]
    assert "E1" in home.alerts()[-1]
    opened = await handoff.show(home.house, ana, await home.reference())
    assert all(line.text in {"", "Done."} for line in opened.spoken), "a shell: no words are left"


async def test_an_emergency_right_behind_a_wish_to_be_forgotten_is_kept_and_answered(home: Home) -> None:
    ana = await home.enrols()
    home.nlu.known["who reads this?"] = "confidentiality"
    await home.says("who reads this?")
    await home.writes("/forget")
    await home.writes("they are breaking the door")
    await home.settles()
    mine = [sent.piece.text for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == "42"]
    assert mine[2] == "Done."
    assert "Your reference for it is" in mine[3]
    opened = await handoff.show(home.house, ana, await home.reference())
    assert [line.text for line in opened.spoken if line.who == "defender" and line.text] == ["they are breaking the door"]


async def test_forgetting_later_leaves_the_emergency_open_and_an_officer_can_still_write(home: Home) -> None:
    ana = await home.enrols()
    await home.says("they are breaking the door")
    reference = await home.reference()
    assert await home.says("/forget") == ["Done."]
    assert await home.reference() == reference
    await handoff.claim(home.house, ana, reference)
    await handoff.reply(home.house, ana, reference, "Can you write now?")
    await home.settles()
    assert home.channels[ChannelName.SIGNAL].sent[-1].piece.text == "Can you write now?"


async def test_a_message_deleted_before_the_answer_is_not_answered_and_an_alarm_in_it_still_rings(home: Home) -> None:
    await home.enrols()
    for sender, text in (("1", "who reads this?"), ("2", "they are breaking the door")):
        home.nlu.known["who reads this?"] = "confidentiality"
        key = new_id()
        await home.writes(text, sender=sender, key=key)
        await home.writes("", sender=sender, kind=Kind.DELETION, target=key)
    await home.settles()
    assert {sent.address for sent in home.channels[ChannelName.SIGNAL].sent} == {"900"}
    assert "E1" in home.alerts()[-1]


async def test_an_edit_that_becomes_alarming_rings_and_one_that_only_corrects_is_silent(home: Home) -> None:
    await home.enrols()
    home.nlu.known |= {"who raeds this?": "confidentiality", "who reads this?": "confidentiality"}
    key = new_id()
    await home.says("who raeds this?", key=key)
    assert await home.says("who reads this?", kind=Kind.EDIT, target=key) == []
    said = await home.says("they are breaking the door", kind=Kind.EDIT, target=key)
    assert "Your reference for it is" in said[0]
    assert "E1" in home.alerts()[-1]


async def test_a_false_alarm_is_noted_and_ringing_goes_on_until_a_person_has_heard(home: Home) -> None:
    await home.enrols()
    home.nlu.known["it was a mistake"] = "false_alarm"
    await home.says("they are breaking the door")
    assert "stays open" in (await home.says("it was a mistake"))[0]
    rung = len(home.alerts())
    await home.passes(minutes=4)
    assert len(home.alerts()) > rung
    await home.says("ack", sender="900")
    rung = len(home.alerts())
    await home.passes(minutes=30)
    assert len(home.alerts()) == rung
    assert await home.reference()


async def test_messages_that_waited_together_are_answered_once_by_the_gravest(home: Home) -> None:
    await home.enrols()
    home.nlu.known["who reads this?"] = "confidentiality"
    for text in ("hello", "who reads this?", "they are breaking the door", "thanks"):
        await home.writes(text)
    await home.settles()
    assert [sent.name for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == "42"] == ["attack_now"]


async def test_the_ladder_is_told_to_be_through_only_when_alerts_were_really_sent(home: Home) -> None:
    await home.says("somebody sent me a death threat")
    await home.passes(hours=1)
    assert "ladder_through" not in [sent.name for sent in home.channels[ChannelName.SIGNAL].sent], "nobody is enrolled: nobody was rung"


async def test_an_emergency_after_an_unclear_ring_is_not_told_of_the_older_ring(home: Home) -> None:
    await home.enrols()
    await home.says("", kind=Kind.VOICE)
    await home.passes(minutes=6)
    home.clock.move(hours=5)
    said = await home.says("they are breaking the door")
    assert "I am trying to reach an officer now." in said[0]
    assert "Officers were rung at 17:0" in (await home.says("/status"))[0]
