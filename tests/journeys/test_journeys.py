"""A person writes, something arrives."""

import pytest

from bot.domain.errors import Ambiguous, KeyChanged, Refused, TryLater, Unreachable
from bot.domain.message import ChannelName, Kind
from bot.usecases import handoff
from tests.journeys.house import Home


async def test_a_question_gets_its_answer_and_the_greeting(home: Home) -> None:
    home.nlu.known["who reads this?"] = "confidentiality"
    said = await home.says("who reads this?")
    assert "A program reads first" in said[0]
    assert "in any language" in said[1]


async def test_an_emergency_rings_every_officer_and_says_only_what_is_true(home: Home) -> None:
    await home.enrols()
    said = await home.says("police are searching our office right now")
    assert len(said) == 1
    assert "I am trying to reach an officer now." in said[0]
    assert "rung at" not in said[0]
    reference = await home.reference()
    alert = home.alerts()[-1]
    assert reference in alert
    assert "E1" in alert
    assert "searching" not in alert
    assert "Officers were rung at 12:0" in (await home.says("/status"))[0]


async def test_with_nobody_enrolled_people_are_told_that_nobody_is_being_rung(home: Home) -> None:
    said = await home.says("they are breaking the door")
    assert "nobody is being rung" in said[0]


async def test_without_an_officer_a_real_messenger_only_keeps(home: Home) -> None:
    home.attended()
    assert await home.says("they are breaking the door") == []
    await home.enrols()
    assert [sent.name for sent in home.channels[ChannelName.SIGNAL].sent].count("attack_now") == 1, "kept, and answered now"


async def test_alerts_repeat_until_acknowledged_by_reply(home: Home) -> None:
    await home.enrols()
    await home.says("they are breaking the door")
    await home.passes(minutes=5, seconds=30)
    assert len([line for line in home.alerts() if "ack" in line and "E1" in line]) == 3
    await home.says(f"ack {await home.reference()}", sender="900")
    before = len(home.alerts())
    await home.passes(minutes=9)
    assert len(home.alerts()) == before, "acknowledged: silent"
    await home.passes(minutes=2)
    assert len(home.alerts()) == before + 1, "acknowledged, but nobody took it: it rings again"


async def test_a_bare_ack_means_the_one_emergency_that_rings(home: Home) -> None:
    await home.enrols()
    await home.says("they are breaking the door")
    await home.says("ACK", sender="900")
    assert "acknowledged" in home.alerts()[-1]


async def test_the_ladder_never_ends_and_the_defender_is_told_once_that_everybody_was_rung(home: Home) -> None:
    await home.enrols()
    await home.says("somebody sent me a death threat")
    await home.passes(hours=1)
    told = [sent for sent in home.channels[ChannelName.SIGNAL].sent if sent.name == "ladder_through"]
    assert len(told) == 1
    assert told[0].piece.text.endswith("Answering now: Emergency number 112; Front Line Defenders +353 1 210 0489.")
    assert len(home.alerts()) > 12


async def test_where_the_state_is_the_danger_the_ladder_names_others_and_never_the_police(home: Home) -> None:
    await home.enrols()
    await home.says("a policeman says he will kill me")
    await home.passes(hours=1)
    told = [sent for sent in home.channels[ChannelName.SIGNAL].sent if sent.name == "ladder_through"]
    assert told[0].piece.text.endswith("Answering now: Front Line Defenders +353 1 210 0489.")


async def test_in_an_arrest_the_bot_never_writes_first(home: Home) -> None:
    ana = await home.enrols()
    await home.says("police are taking me away")
    await home.passes(minutes=30)
    await handoff.claim(home.house, ana, await home.reference())
    await home.settles()
    mine = [sent.name for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == "42"]
    assert mine == ["arrest_now"]


async def test_silence_after_an_odd_message_rings_once_after_five_minutes(home: Home) -> None:
    await home.enrols()
    home.nlu.known["odd men near the shop i think"] = "unsure"
    said = await home.says("odd men near the shop i think")
    assert "write 1" in said[0]
    before = len(home.alerts())
    await home.passes(minutes=4)
    assert len(home.alerts()) == before
    await home.passes(minutes=2)
    assert len(home.alerts()) == before + 1
    await home.passes(minutes=20)
    assert len(home.alerts()) == before + 1


async def test_the_whole_talk_with_an_officer(home: Home) -> None:
    ana = await home.enrols()
    await home.says("they sent me a death threat", sender="7")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    home.clock.move(seconds=1)
    await handoff.reply(home.house, ana, reference, "This is an *officer*. Are you safe?")
    home.clock.move(seconds=1)
    await handoff.note(home.house, ana, reference, "knows him from the union")
    await home.settles()
    got = [sent.piece.text for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == "7"]
    assert got[-1] == "This is an *officer*. Are you safe?"
    assert "has taken this" in got[-2]
    home.nlu.known["yes i am with a friend"] = "help"
    assert await home.says("yes i am with a friend", sender="7") == [], "the bot is silent beside an officer"
    opened = await handoff.show(home.house, ana, reference)
    assert [line.who for line in opened.spoken] == ["defender", "bot", "notice", "officer", "note", "defender"]
    await handoff.close(home.house, ana, reference)
    await home.settles()
    home.nlu.known["who reads this?"] = "confidentiality"
    assert "A program reads first" in (await home.says("who reads this?", sender="7"))[0]


async def test_a_reply_by_somebody_who_does_not_hold_the_handoff_is_refused(home: Home) -> None:
    ana, ben = await home.enrols(), await home.enrols("Ben", sender="901")
    await home.says("they sent me a death threat")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    with pytest.raises(Refused, match="not_holder") as refusal:
        await handoff.reply(home.house, ben, reference, "hello")
    assert refusal.value.holder == "Ana"


async def test_threats_to_the_mission_are_unseen_by_other_officers(home: Home) -> None:
    ana, sam = await home.enrols(), await home.enrols("Sam", sender="901", duties=("security",))
    said = await home.says("there is a bomb in the embassy")
    assert said == ["Received. If anybody is in danger now, call 112."]
    assert await handoff.queue(home.house, ana) == []
    assert len(await handoff.queue(home.house, sam)) == 1
    assert len(home.alerts("901")) == 2
    assert len(home.alerts("900")) == 1, "only the enrolment's answer"
    with pytest.raises(Refused, match="unknown"):
        await handoff.show(home.house, ana, (await handoff.queue(home.house, sam))[0].reference)


async def test_a_claim_without_first_words_ends_after_five_minutes_and_others_are_rung(home: Home) -> None:
    ana = await home.enrols()
    await home.says("they sent me a death threat")
    await handoff.claim(home.house, ana, await home.reference())
    await home.settles()
    before = len(home.alerts())
    await home.passes(minutes=6)
    assert len(home.alerts()) > before
    assert "The connection with the officer broke" in home.channels[ChannelName.SIGNAL].sent[-1].piece.text or any(
        "The connection" in sent.piece.text for sent in home.channels[ChannelName.SIGNAL].sent
    )
    async with home.house.store.begin() as tx:
        line = (await tx.handoffs.queue())[0]
    assert line.holder_name is None


async def test_a_call_a_voice_note_and_a_picture_each_get_a_fitting_reply(home: Home) -> None:
    for kind, word in ((Kind.CALL, "Calls cannot be taken"), (Kind.VOICE, "voice message is kept"), (Kind.PHOTO, "picture is kept")):
        said = await home.says("", kind=kind, sender=kind)
        assert word in said[0]
        assert "write 1" in said[1]


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\ud800", "\u202e\u200b", "🆘", "?!", "a" * 65_536, "/start@x /help", "<b>&amp;*_`["])
async def test_odd_input_gets_a_reply_and_loses_nothing(home: Home, text: str) -> None:
    assert await home.says(text)
    async with home.house.store.begin() as tx:
        assert await tx.inbox.waiting() == 0


async def test_groups_are_told_once_and_left(home: Home) -> None:
    for number in range(3):
        await home.writes("", kind=Kind.GROUP, sender="-100", key=f"g{number}", channel=ChannelName.TELEGRAM)
        await home.settles()
    telegram = home.channels[ChannelName.TELEGRAM]
    assert len(telegram.sent) == 1
    assert telegram.left == ["-100"]


async def test_a_flood_wait_of_one_chat_never_delays_another(home: Home) -> None:
    signal = home.channels[ChannelName.SIGNAL]
    signal.failures.append(TryLater("flood", 60.0))
    assert await home.says("/about", sender="1") == []
    assert len(await home.says("/about", sender="2")) == 1
    home.clock.move(seconds=61)
    await home.settles()
    assert {sent.address for sent in signal.sent} == {"1", "2"}


async def test_after_an_ambiguous_failure_an_answer_comes_once_more_and_an_emergency_until_confirmed(home: Home) -> None:
    signal = home.channels[ChannelName.SIGNAL]
    for text, sender, tries in (("/about", "1", 2), ("they are breaking the door", "2", 5)):
        signal.failures = [Ambiguous("timed_out")] * 4
        await home.says(text, sender=sender)
        for _ in range(6):
            home.clock.move(seconds=400)
            await home.settles()
        used = 4 - len(signal.failures)
        signal.failures = []
        assert used + len([sent for sent in signal.sent if sent.address == sender]) == tries


async def test_what_cannot_be_delivered_is_kept_and_counted(home: Home) -> None:
    home.channels[ChannelName.SIGNAL].failures = [Unreachable("forbidden")]
    await home.says("/about")
    assert (await home.counted())["given_up_signal_forbidden"] == 1


async def test_after_a_changed_safety_number_answers_wait_for_an_officers_word(home: Home) -> None:
    ana = await home.enrols()
    await home.says("they sent me a death threat")
    signal = home.channels[ChannelName.SIGNAL]
    signal.failures = [KeyChanged("untrusted")]
    assert await home.says("/status") == []
    assert await home.says("/status") == []
    assert await handoff.trust(home.house, ana, await home.reference()) == 2
    await home.settles()
    assert signal.trusted == ["42"]
    assert [sent.name for sent in signal.sent if sent.address == "42"][-2:] == ["status_open", "status_open"]
