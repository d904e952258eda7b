"""The first minutes: the greeting, calls and wordless messages, forwarded ones, the night, the desk of unclear items."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.domain.hours import DAYS, Hours
from bot.domain.message import ChannelName, Kind
from bot.usecases import handoff
from tests.journeys.house import Home

WORKDAYS = dict.fromkeys(DAYS, "13:00-17:00")


async def test_the_greeting_says_what_a_stranger_must_know_with_the_missions_own_times(home: Home) -> None:
    home.nlu.known["who reads this?"] = "confidentiality"
    signal = (await home.says("who reads this?"))[1]
    telegram = (await home.says("who reads this?", channel=ChannelName.TELEGRAM))[1]
    for greeting in (signal, telegram):
        for words in ("program reads this first", "officers", "30 days", "not an emergency service", "Write it now, in any language"):
            assert words in greeting
        assert len([line for line in greeting.splitlines() if line.strip()]) <= 6
    assert "not end-to-end encrypted" in telegram
    assert "end-to-end" not in signal


async def test_the_danger_question_stands_alone_and_the_greeting_comes_later(home: Home) -> None:
    home.nlu.known["two men ask for me"] = "unsure"
    said = await home.says("two men ask for me")
    assert len(said) == 1
    assert "A program reads this" not in said[0]
    assert "program reads this first" in (await home.says("2"))[-1]


async def test_the_menus_first_choice_is_that_somebody_is_in_danger(home: Home) -> None:
    choices = [line for line in (await home.says("/help"))[0].splitlines() if line.startswith(("-", "–", "•"))]
    assert "in danger" in choices[0]


async def test_a_forwarded_message_is_heard_like_ones_own_words(home: Home) -> None:
    home.nlu.known["who reads this?"] = "confidentiality"
    assert "A program reads first" in (await home.says("who reads this?", sender="1", forwarded=True))[0]
    assert "Your reference for it is" in (await home.says("they are breaking the door", sender="2", forwarded=True))[0]


@pytest.mark.parametrize("kind", [Kind.CONTACT, Kind.LOCATION, Kind.DOCUMENT, Kind.VIDEO, Kind.UNREADABLE, Kind.STICKER])
async def test_what_has_no_words_is_kept_asked_about_and_rings_when_the_phone_stays_silent(home: Home, kind: Kind) -> None:
    await home.enrols()
    said = await home.says("", kind=kind)
    assert "write 1" in said[1]
    await home.passes(minutes=6)
    assert "unclear" in home.alerts()[-1]


async def test_a_request_out_of_hours_is_told_before_when_nobody_reads_it(home: Home) -> None:
    await home.enrols()
    home.house = replace(home.house, hours=Hours.of(WORKDAYS, ZoneInfo("UTC")))
    assert "Nobody reads it before 13:00." in (await home.says("/human", sender="1"))[0]
    home.clock.move(hours=5)
    assert "Nobody reads it before Wed, Nov 25, 13:00." in (await home.says("/human", sender="2"))[0]
    home.clock.move(hours=20)
    assert "before" not in (await home.says("/human", sender="3"))[0]
    assert "Nobody reads it" not in (await home.says("they are breaking the door", sender="4"))[0]


async def test_hours_that_the_mission_has_not_confirmed_are_told_to_nobody(home: Home) -> None:
    await home.enrols()
    assert "how soon somebody reads it I cannot say" in (await home.says("/human"))[0]


async def test_an_unclear_item_that_nobody_ticked_rings_once_after_a_day_and_a_ticked_one_does_not(home: Home) -> None:
    ana = await home.enrols()
    for sender in ("1", "2"):
        await home.says("?!", sender=sender)
    lines = await handoff.queue(home.house, ana)
    await handoff.close(home.house, ana, lines[0].reference)
    before = len(home.alerts())
    await home.sleeps(hours=23)
    assert len(home.alerts()) == before
    await home.sleeps(hours=2)
    assert [lines[1].reference in line for line in home.alerts()[before:]] == [True]
    await home.sleeps(hours=48)
    assert len(home.alerts()) == before + 1


async def test_unclear_rings_that_come_slowly_are_rung_one_by_one(home: Home) -> None:
    """The control: as many as in the flood below, but never more than four in ten minutes."""
    await home.enrols()
    before = len(home.alerts())
    for number in range(8):
        await home.says("", kind=Kind.VOICE, sender=f"s{number}")
        await home.passes(minutes=3)
    await home.passes(minutes=6)
    assert [" unclear " in line for line in home.alerts()[before:]] == [True] * 8


async def test_a_ring_of_silence_counts_for_once_an_hour_too(home: Home) -> None:
    await home.enrols()
    before = len(home.alerts())
    await home.says("", kind=Kind.VOICE)
    await home.passes(minutes=6)
    await home.says("", kind=Kind.VOICE)
    await home.passes(minutes=10)
    assert len(home.alerts()) == before + 1
    await home.passes(minutes=50)
    await home.says("", kind=Kind.VOICE)
    assert len(home.alerts()) == before + 2


async def test_more_than_five_unclear_rings_in_ten_minutes_become_one_digest_and_none_is_passed_over(home: Home) -> None:
    await home.enrols()
    before = len(home.alerts())
    for number in range(12):
        await home.says("", kind=Kind.VOICE, sender=f"s{number}")
    await home.passes(minutes=7)
    flood = home.alerts()[before:]
    assert len([line for line in flood if "Reply: ack" in line]) == 5
    assert len([line for line in flood if "unclear messages" in line]) == 1
    assert len(flood) == 6
    await home.says("they are breaking the door", sender="e")
    assert "E1" in home.alerts()[-1], "an emergency is never held back"
    await home.says(f"ack {home.alerts()[-1].split()[0]}", sender="900")
    await home.says("", kind=Kind.VOICE, sender="late")
    await home.passes(minutes=6)
    later = before + 6
    assert [line for line in home.alerts()[later:] if " unclear " in line] == [], "it waits for the end of the ten minutes"
    await home.passes(minutes=5)
    assert len([line for line in home.alerts()[later:] if " unclear " in line]) == 1, "and then it is rung for"
    async with home.house.store.begin() as tx:
        lines = await tx.handoffs.queue()
        found = [await tx.handoffs.find(line.reference) for line in lines if line.cls == "unclear"]
    assert [handoff.ring_step for handoff in found if handoff] == [1] * 13


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("меня держат в отделе и не дают позвонить", "Russian"),
        ("drže me u stanici i ne daju mi da zovem", "Montenegrin (Latin letters)"),
        ("arrested!", "English"),
    ],
)
async def test_officers_see_in_an_alert_which_language_was_written(home: Home, text: str, language: str) -> None:
    home.nlu.known[text] = "arrest_now"
    await home.enrols("Ana")
    await home.writes(text)
    await home.settles()
    assert any(f" {language}. Reply" in alert for alert in home.alerts())


LANGUAGES = ("en", "sr_Latn_ME", "sr_Cyrl_ME", "sq", "ru")


async def test_whose_language_is_unknown_is_asked_in_each_of_the_missions_and_who_wrote_enough_in_theirs(home: Home) -> None:
    home.house = replace(home.house, locales=LANGUAGES)
    home.nlu.known["hm"] = home.nlu.known["ne znam kome ovo da kažem, dva čovjeka stoje ispod"] = "unsure"
    asked = (await home.says("hm", sender="1"))[-1]
    assert [words in asked for words in ("Is anyone hurt", "Je li neko povrijeđen", "A është dikush", "Кто-то ранен")] == [True] * 4
    assert "Је ли неко" not in asked, "whoever reads Cyrillic reads the Latin line too"
    assert asked.startswith("One question, so that nobody is overlooked."), "a stranger sees the beginning"
    theirs = (await home.says("ne znam kome ovo da kažem, dva čovjeka stoje ispod", sender="2"))[-1]
    assert "Je li neko povrijeđen" in theirs
    assert "Is anyone hurt" not in theirs


async def test_control_a_mission_of_one_language_asks_in_that_one_only(home: Home) -> None:
    home.nlu.known["hm"] = "unsure"
    asked = (await home.says("hm"))[-1]
    assert "Is anyone hurt" in asked
    assert "Je li neko" not in asked


async def test_a_yes_to_the_question_in_every_language_rings(home: Home) -> None:
    await home.enrols()
    home.house = replace(home.house, locales=LANGUAGES)
    home.nlu.known["hm"] = "unsure"
    await home.says("hm")
    await home.says("Да")
    assert "E1" in home.alerts()[-1]


async def test_whoever_cries_in_another_language_is_answered_in_it_at_once(home: Home) -> None:
    home.nlu.known["where can I read the whole text of it?"] = "guidelines_full_text"
    home.nlu.known["a gdje mogu da pročitam cijeli tekst"] = "guidelines_full_text"
    assert "The" in (await home.says("where can I read the whole text of it?"))[0]
    calm = (await home.says("a gdje mogu da pročitam cijeli tekst"))[0]
    assert "Smjernic" not in calm, "control: one calm text in another language turns nothing"
    home.house = replace(home.house, locales=LANGUAGES)
    cried = (await home.says("lupaju mi na vrata, policija je ispred zgrade"))[0]
    assert "Vaša oznaka" in cried
