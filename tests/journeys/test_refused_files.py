"""A file that could not be kept is told to its sender: with an answer, or in one line where the bot may write first; once for all of it."""

import pytest
from sqlalchemy import text

from bot.domain.errors import TryLater, Unreachable
from bot.domain.files import LARGEST
from bot.domain.message import Attachment, ChannelName, Kind
from bot.usecases import handoff
from bot.usecases.fetching import fetch_next
from tests.journeys.files import fetched, jpeg, sends
from tests.journeys.house import Home

PROGRAM = b"MZ kestrel"
LARGE = Attachment(content_type="video/mp4", handle="large", size=LARGEST + 1)


def names(home: Home, sender: str = "42") -> list[str]:
    return [sent.name for channel in home.channels.values() for sent in channel.sent if sent.address == sender]


def told(home: Home) -> int:
    return names(home).count("attachment_refused")


async def test_too_large_a_file_is_told_with_the_answer_which_does_not_say_that_it_is_kept(home: Home) -> None:
    await home.says("", kind=Kind.VIDEO, attachments=(LARGE,))
    assert names(home)[0] == "attachment_refused"
    assert "photo_kept" not in names(home)
    await home.says("hello")
    await fetched(home)
    assert told(home) == 1


async def test_control_what_is_kept_is_said_to_be_and_nothing_is_told(home: Home) -> None:
    await sends(home, jpeg())
    await fetched(home)
    assert ("photo_kept" in names(home), told(home)) == (True, 0)


async def test_of_what_came_together_one_part_kept_both_is_said(home: Home) -> None:
    home.channels[ChannelName.SIGNAL].files["small"] = jpeg()
    small = Attachment(content_type="image/jpeg", handle="small", size=9)
    await home.says("", kind=Kind.PHOTO, attachments=(small, LARGE))
    assert names(home)[:2] == ["attachment_refused", "photo_kept"]


async def test_what_turns_out_later_is_told_in_one_line_for_all_of_it(home: Home) -> None:
    home.nlu.known["see these"] = "thanks"
    await sends(home, PROGRAM, PROGRAM, PROGRAM, text="see these", kind=Kind.TEXT)
    before = len(names(home))
    await fetched(home)
    assert names(home)[before:] == ["attachment_refused"]
    await sends(home, PROGRAM, text="see these", kind=Kind.TEXT)
    await fetched(home)
    assert told(home) == 1, "it is the same batch still"
    home.clock.move(minutes=11)
    await sends(home, PROGRAM, text="see these", kind=Kind.TEXT)
    await fetched(home)
    assert told(home) == 2


async def test_nothing_is_told_while_more_of_it_is_on_its_way(home: Home) -> None:
    await sends(home, PROGRAM, jpeg(), text="thanks", kind=Kind.TEXT)
    await fetch_next(home.house, home.channels)
    await home.settles()
    assert told(home) == 0
    await fetched(home)
    assert told(home) == 1


ARREST = "police are at my door right now"


async def test_in_an_arrest_the_bot_does_not_write_first_but_says_it_with_its_next_answer(home: Home) -> None:
    await home.enrols()
    await home.says(ARREST)
    await sends(home, PROGRAM)
    before = len(names(home))
    await fetched(home)
    assert names(home)[before:] == [], "nothing lights up the phone"
    await home.says("what now")
    assert told(home) == 1


@pytest.mark.parametrize("text", [ARREST, "my colleague has not come home since yesterday"])
async def test_after_an_arrest_is_closed_the_bot_does_not_write_first_either(home: Home, text: str) -> None:
    """What was sent in the case turns out later not to be had; the control is a case in which the bot may write first."""
    ana = await home.enrols()
    home.nlu.known["my colleague has not come home since yesterday"] = "missing_person"
    await home.says(text)
    reference = await home.reference()
    await sends(home, PROGRAM)
    await handoff.claim(home.house, ana, reference)
    await handoff.close(home.house, ana, reference, "helped")
    await home.settles()
    await fetched(home)
    assert told(home) == (text != ARREST)


async def test_control_in_a_missing_person_case_it_is_told_at_once(home: Home) -> None:
    await home.enrols()
    home.nlu.known["my colleague has not come home since yesterday"] = "missing_person"
    await home.says("my colleague has not come home since yesterday")
    await sends(home, PROGRAM)
    await fetched(home)
    assert told(home) == 1


async def test_an_alarms_own_reply_comes_first(home: Home) -> None:
    await home.enrols()
    await home.says(ARREST, kind=Kind.TEXT, attachments=(LARGE,))
    assert names(home).index("attachment_refused") > 0
    assert names(home)[0] not in {"attachment_refused", "photo_kept"}


async def test_while_an_officer_speaks_the_bot_is_silent_and_the_officer_sees_it(home: Home) -> None:
    ana = await home.enrols()
    await home.says("/human")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await sends(home, PROGRAM)
    await fetched(home)
    assert told(home) == 0
    opened = await handoff.show(home.house, ana, reference)
    assert [file.failure for line in opened.spoken for file in line.files.values()] == ["program"]


@pytest.mark.parametrize("mark", ["do_not_write_first = true", "muted = true", "shut_out_at = 1"])
async def test_who_is_not_to_be_written_to_is_told_with_an_answer_only(home: Home, mark: str) -> None:
    await home.says("hello")
    async with home.house.store.begin() as tx:
        assert await tx._work.run(text(f"UPDATE contacts SET {mark}")) == 1  # type: ignore[attr-defined]
        await tx.commit()
    await sends(home, PROGRAM, text="thanks", kind=Kind.TEXT)
    await fetched(home)
    assert told(home) == 0
    await home.says("hello again")
    assert told(home) == (1 if mark.startswith("do_not") else 0)


async def test_who_threatens_the_mission_learns_nothing(home: Home) -> None:
    await home.enrols("Sec", sender="901", duties=("general", "security"))
    await home.says("there is a bomb in the embassy", attachments=(LARGE,))
    await sends(home, PROGRAM)
    await fetched(home)
    await home.says("hello")
    assert told(home) == 0


@pytest.mark.parametrize("fault", [Unreachable("gone"), TryLater("broken")])
async def test_what_the_messenger_does_not_give_is_told_when_it_is_given_up(home: Home, fault: Exception) -> None:
    await sends(home, jpeg(), text="thanks", kind=Kind.TEXT)
    home.channels[ChannelName.SIGNAL].refuses = fault
    await fetched(home)
    assert told(home) == (1 if isinstance(fault, Unreachable) else 0)


async def test_what_was_erased_is_told_to_nobody(home: Home) -> None:
    await home.says("thanks", attachments=(LARGE,), expires_in=1)
    before = told(home)
    await home.says("/forget")
    await fetched(home)
    assert told(home) == before
