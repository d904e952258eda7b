"""Files that are not kept, and what is told of them: too large, too many, no room, programs, what a messenger does not give."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refused, TryLater, Unreachable
from bot.domain.files import LARGEST, MOST_IN_DAY, MOST_OF_MESSAGE, FileState, Sort, judge
from bot.domain.message import Attachment, ChannelName, Kind
from bot.storage.database import SqlStore
from bot.storage.filetables import attachment_chunks
from bot.usecases import services, troubles
from bot.usecases.fetching import fetch_next
from tests.journeys.files import fetched, jpeg, kept, png, sends
from tests.journeys.house import Home
from tests.promises.test_files import DANGER, LARGE, case, line_of, rows


@pytest.fixture
def home(store: SqlStore, clock: Any) -> Home:
    return Home(store, clock)


async def test_a_messenger_that_fails_is_asked_again_at_growing_distances_and_at_last_no_more(home: Home) -> None:
    home.channels[ChannelName.SIGNAL].refuses = TryLater("broken")
    await sends(home, LARGE)
    gaps, before = [], home.clock.now()
    for _ in range(6):
        while not await fetch_next(home.house, home.channels):
            home.clock.move(seconds=1)
        gaps.append((home.clock.now() - before).total_seconds())
        before = home.clock.now()
    assert gaps[1:] == sorted(gaps[1:])
    assert gaps[-1] > 4 * gaps[1]
    home.clock.move(days=8)
    await fetched(home)
    assert [(row["state"], row["failure"]) for row in await rows(home)] == [(FileState.FAILED, "not_had")]


@pytest.mark.parametrize(
    ("fault", "state", "failure"),
    [(Unreachable("gone"), FileState.FAILED, "gone"), (Unreachable("too_large"), FileState.REFUSED, "too_large")],
)
async def test_what_the_messenger_does_not_give_is_shown_to_the_officer_with_its_reason(
    home: Home, fault: Exception, state: FileState, failure: str
) -> None:
    home.channels[ChannelName.SIGNAL].refuses = fault
    ana, reference = await case(home, LARGE)
    file = (await line_of(home, ana, reference)).files[1]
    assert (file.state, file.failure) == (state, failure)
    with pytest.raises(Refused, match="not_kept"):
        await kept(home, ana, reference)


async def test_too_large_a_file_is_refused_before_it_is_fetched_and_after(home: Home) -> None:
    claimed = Attachment(content_type="video/mp4", handle="v", size=LARGEST + 1)
    await home.says("", kind=Kind.VIDEO, attachments=(claimed,))
    await sends(home, b"\0" * (LARGEST + 1), claimed="video/mp4")
    assert [row["failure"] for row in await rows(home)] == ["too_large", "too_large"]
    lying = Attachment(content_type="video/mp4", handle="lie", size=5)
    home.channels[ChannelName.SIGNAL].files["lie"] = b"\0" * (LARGEST + 1)
    await home.says("", kind=Kind.VIDEO, attachments=(lying,))
    await fetched(home)
    assert [row["failure"] for row in await rows(home)] == ["too_large"] * 3
    assert await rows(home, attachment_chunks) == []


async def test_one_contact_fills_no_disk_but_in_an_emergency_no_limit_of_one_contact_holds(home: Home) -> None:
    for _ in range(2):
        await sends(home, *(b"x" for _ in range(MOST_OF_MESSAGE + 1)))
    await fetched(home)
    states = [(row["state"], row["failure"]) for row in await rows(home)]
    assert states.count((FileState.KEPT, None)) == MOST_IN_DAY
    assert states.count((FileState.REFUSED, "too_many")) == 2 * (MOST_OF_MESSAGE + 1) - MOST_IN_DAY
    await home.says(DANGER)
    await sends(home, b"y")
    await fetched(home)
    assert [row["state"] for row in await rows(home)].count(FileState.KEPT) == MOST_IN_DAY + 1


async def test_without_room_for_everybody_a_file_waits_and_is_kept_when_there_is_some(home: Home) -> None:
    home.house.__dict__["files_room"] = 0
    await sends(home, b"x")
    await fetched(home)
    assert [(row["state"], row["failure"]) for row in await rows(home)] == [(FileState.WANTED, "no_room")]
    assert "no_room_for_files" in await troubled(home), "an officer sees it, and not only who reads the log"
    home.house.__dict__["files_room"] = 10**9
    home.clock.move(hours=1)
    await fetched(home)
    assert [row["state"] for row in await rows(home)] == [FileState.KEPT]
    assert "no_room_for_files" not in await troubled(home)


async def troubled(home: Home) -> set[str]:
    await services.report(home.house, model_answers=True, disk_free=10**12)
    found, _ = await troubles.look(home.house)
    return {each.name for each in found.house}


async def test_a_program_is_not_kept_whatever_it_says_that_it_is(home: Home) -> None:
    await case(home, b"MZ" + b"\0" * 99, b"\x7fELF" + b"\0" * 99, b"#!/bin/sh\n", claimed="image/jpeg")
    assert {row["failure"] for row in await rows(home)} == {"program"}
    assert await rows(home, attachment_chunks) == []


@pytest.mark.parametrize(
    ("content", "sort"),
    [
        (jpeg(), Sort.JPEG),
        (png(), Sort.PNG),
        (b"RIFF\0\0\0\0WEBPVP8 ", Sort.WEBP),
        (b"GIF89a", Sort.GIF),
        (b"\0\0\0\x18ftypheic", Sort.HEIC),
        (b"%PDF-1.7", Sort.PDF),
        (b"OggS\0", Sort.AUDIO),
        (b"#!AMR\n", Sort.AUDIO),
        (b"\xff\xf1\x50\x80", Sort.AUDIO),
        (b"\0\0\0\x18ftypM4A ", Sort.AUDIO),
        (b"\0\0\0\x18ftypisom", Sort.VIDEO),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Sort.OTHER),
        (b"<!doctype html><script>", Sort.OTHER),
        (b"PK\x03\x04", Sort.OTHER),
        ("план".encode("utf-16"), Sort.OTHER),
        (b"MZ\x90", Sort.PROGRAM),
        (b"#!/bin/sh", Sort.PROGRAM),
        (b"", Sort.OTHER),
    ],
)
def test_a_file_is_what_its_bytes_are(content: bytes, sort: Sort) -> None:
    assert judge(content) is sort


@given(st.binary(max_size=64))
def test_whatever_the_bytes_are_the_judge_says_something(content: bytes) -> None:
    assert judge(content) in Sort
