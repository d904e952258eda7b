"""What came with a message: shown to officers by number, fetched by one who may, deleted with the text it came with."""

import contextlib

import pytest
from sqlalchemy import select, update

from bot.crypto import Sealer, Unsealable
from bot.domain.errors import Refused
from bot.domain.handoff import Handoff
from bot.domain.message import Attachment, ChannelName, Kind
from bot.ports import Officer
from bot.storage import fetching as fetching_store
from bot.storage.base import Work
from bot.storage.erasing import ERASED
from bot.storage.filetables import attachments
from bot.storage.handoffs import SqlHandoffs
from bot.storage.tables import audit, contacts, conversations, inbox
from bot.usecases import attached, handoff, sight
from bot.usecases.casefile import open_case
from bot.usecases.fetching import fetch_next
from bot.usecases.retention import sweep
from tests.journeys.files import fetched, jpeg
from tests.journeys.house import Home

VOICE = Attachment(content_type="audio/aac", handle="v1.aac", size=4_000)
PLACE = Attachment(content_type="geo", handle="geo:42.44,19.26 Park")


async def _sends(home: Home, *files: Attachment, kind: Kind = Kind.VOICE, **more: object) -> None:
    await home.says("", kind=kind, attachments=files, **more)


async def _case(home: Home, *files: Attachment) -> tuple[Officer, str]:
    """An emergency, then files."""
    ana = await home.enrols()
    await home.says("they sent me a death threat")
    await _sends(home, *files)
    return ana, await home.reference()


async def _listed(home: Home, officer: Officer, reference: str) -> list[tuple[str, Attachment]]:
    opened = await handoff.show(home.house, officer, reference)
    return [each for line in opened.spoken for each in sight.numbered(line)]


async def _read(home: Home) -> list[str]:
    """Who read which attachment, by the audit."""
    async with home.house.store.begin() as tx:
        rows = await tx._work.rows(select(audit).where(audit.c.event == "attachment_read"))  # type: ignore[attr-defined]  # the real one
    return [f"{row['actor']} {row['subject']} {row['detail']}" for row in rows]


def discarded(home: Home, channel: ChannelName = ChannelName.SIGNAL) -> list[str]:
    return home.channels[channel].discarded


async def test_each_attachment_has_a_number_and_whoever_asks_for_it_is_in_the_audit(home: Home) -> None:
    other = Attachment(content_type="image/jpeg", handle="p.jpg", size=7)
    ana, reference = await _case(home, VOICE, other)
    await _sends(home, PLACE, kind=Kind.LOCATION)
    assert await _listed(home, ana, reference) == [("2.1", VOICE), ("2.2", other), ("3.1", PLACE)]
    home.channels[ChannelName.SIGNAL].files["p.jpg"] = jpeg()
    await fetched(home)
    found = await attached.read(home.house, ana, reference, "2.2")
    assert (found.attached.attachment, found.content) == (other, jpeg())
    (line,) = await _read(home)
    assert line.startswith(f"officer:{ana.id} {reference}")
    assert '"number":"2.2"' in line
    assert "p.jpg" not in line + repr(found)


@pytest.mark.parametrize("number", ["", "1", "1.1", "2.2", "2.1 ", "9.9", "../x"])
async def test_a_number_that_there_is_not_is_refused_and_nothing_is_read(home: Home, number: str) -> None:
    ana, reference = await _case(home, VOICE)
    with pytest.raises(Refused, match="no_attachment"):
        await attached.read(home.house, ana, reference, number)
    assert await _read(home) == []


async def test_the_numbers_stay_when_something_before_them_is_erased(home: Home) -> None:
    ana, reference = await _case(home, VOICE)
    await _sends(home, PLACE, kind=Kind.LOCATION)
    async with home.house.store.begin() as tx:
        await tx._work.run(update(inbox).where(inbox.c.kind == "voice").values(**ERASED))  # type: ignore[attr-defined]  # the real one
        await tx.commit()
    assert await _listed(home, ana, reference) == [("3.1", PLACE)]


async def test_to_look_at_a_picture_is_to_open_the_case(home: Home) -> None:
    ana, reference = await _case(home, VOICE)
    home.channels[ChannelName.SIGNAL].files["v1.aac"] = jpeg()
    await fetched(home)
    assert (await attached.read(home.house, ana, reference, "2.1")).content == jpeg()
    assert "A person opened it" in " ".join(await home.says("/status"))


async def test_what_the_phone_took_back_is_for_the_claimant_alone(home: Home) -> None:
    ana, reference = await _case(home)
    bo = await home.enrols("Bo", sender="901")
    await _sends(home, VOICE, expires_in=60)
    home.clock.move(minutes=2)
    await sweep(home.house)
    await handoff.claim(home.house, ana, reference)
    assert await _listed(home, bo, reference) == []
    with pytest.raises(Refused, match="no_attachment"):
        await attached.read(home.house, bo, reference, "3.1")
    assert [number for number, _ in await _listed(home, ana, reference)] == ["3.1"]
    assert discarded(home) == [], "an alarm is open: the claimant may still need it"


async def test_a_security_case_is_nobody_elses_to_fetch_from(home: Home) -> None:
    ana = await home.enrols()
    security = await home.enrols("Sava", sender="902", duties=("security",))
    await home.says("there is a bomb in the embassy", attachments=(VOICE,))
    reference = await home.reference()
    with pytest.raises(Refused, match="unknown"):
        await attached.read(home.house, ana, reference, "1.1")
    assert (await attached.find(home.house, security, reference, "1.1")).attachment == VOICE


async def test_to_be_forgotten_deletes_the_files_at_the_messenger_too(home: Home) -> None:
    await _sends(home, VOICE)
    await home.says("/forget")
    await home.settles()
    assert discarded(home) == ["v1.aac"]


async def test_files_that_came_after_the_wish_to_be_forgotten_stay_with_their_message(home: Home) -> None:
    await home.says("they sent me a death threat")
    await _sends(home, VOICE)
    await home.writes("/forget")
    later = Attachment(content_type="audio/aac", handle="v2.aac", size=1)
    home.clock.move(seconds=1)
    await home.writes("", kind=Kind.VOICE, attachments=(later,))
    await home.settles()
    assert discarded(home) == ["v1.aac"]
    ana = await home.enrols()
    assert [each.handle for _, each in await _listed(home, ana, await home.reference())] == ["v2.aac"]


async def test_files_go_when_texts_go_by_time(home: Home) -> None:
    await _sends(home, VOICE)
    async with home.house.store.begin() as tx:
        reference = (await tx.handoffs.queue())[0].reference
    ana = await home.enrols()
    await handoff.close(home.house, ana, reference)
    home.clock.move(days=29)
    await sweep(home.house)
    await home.settles()
    assert discarded(home) == []
    home.clock.move(days=2)
    assert (await sweep(home.house))["texts"] >= 1
    await home.settles()
    assert discarded(home) == ["v1.aac"]
    assert (await sweep(home.house))["texts"] == 0, "the row that deletes the file is no text that is left"


async def test_files_go_though_the_contacts_key_is_destroyed_before_they_are_deleted(home: Home) -> None:
    await home.says("/human")
    await _sends(home, VOICE)
    async with home.house.store.begin() as tx:
        reference = (await tx.handoffs.queue())[0].reference
    ana = await home.enrols()
    await handoff.claim(home.house, ana, reference)
    await handoff.close(home.house, ana, reference)
    home.clock.move(days=91)
    assert (await sweep(home.house))["contacts"] == 1
    assert discarded(home) == []
    await home.settles()
    assert discarded(home) == ["v1.aac"]


async def test_files_go_with_a_message_that_disappears_or_is_taken_back(home: Home) -> None:
    await home.says("thanks", attachments=(VOICE,), expires_in=60)
    gone = Attachment(content_type="image/png", handle="p2.png", size=1)
    await home.says("thanks", attachments=(gone,), key="k-1")
    await home.writes("", kind=Kind.DELETION, target="k-1")
    home.clock.move(minutes=2)
    await sweep(home.house)
    await home.settles()
    assert sorted(discarded(home)) == ["p2.png", "v1.aac"]


async def test_places_and_cards_are_no_files_and_telegram_keeps_its_own(home: Home) -> None:
    card = Attachment(content_type="text/vcard", handle="Zorica +38267123456")
    await _sends(home, PLACE, card, kind=Kind.CONTACT)
    await _sends(home, VOICE, channel=ChannelName.TELEGRAM, sender="77")
    await home.says("/forget")
    await home.says("/forget", channel=ChannelName.TELEGRAM, sender="77")
    assert discarded(home) == discarded(home, ChannelName.TELEGRAM) == []


async def test_a_row_that_deletes_files_waits_for_nothing_that_is_said(home: Home) -> None:
    await _sends(home, VOICE)
    await home.writes("hello", key_changed=True)
    await home.writes("/forget")
    await home.settles()
    assert discarded(home) == ["v1.aac"]


async def test_control_erasing_the_row_alone_leaves_the_file(home: Home) -> None:
    await _sends(home, VOICE)
    async with home.house.store.begin() as tx:
        await tx._work.run(update(inbox).values(**ERASED))  # type: ignore[attr-defined]  # the naive way
        await tx.commit()
    await home.says("/forget")
    assert discarded(home) == []


async def test_who_reads_a_file_while_the_case_is_closed_does_not_open_it_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL another one can close it between the look at the case and the hold on its conversation."""
    ana, reference = await _case(home)
    await _sends(home, PLACE, kind=Kind.LOCATION)
    await handoff.claim(home.house, ana, reference)
    async with home.house.store.begin() as tx:
        before = await tx.handoffs.find(reference)
    await handoff.close(home.house, ana, reference, "helped")
    find, seen = SqlHandoffs.find, list[Handoff | None]()

    async def late(handoffs: SqlHandoffs, name: str) -> Handoff | None:
        return seen.pop() if seen else await find(handoffs, name)

    monkeypatch.setattr(SqlHandoffs, "find", late)
    (number,) = [name for name, each in await _closed_numbers(home, ana, reference) if each == PLACE]
    seen.append(before)
    await attached.read(home.house, ana, reference, number)
    async with home.house.store.begin() as tx:
        case = await tx.handoffs.find(reference)
    assert case is not None
    assert not case.is_open


async def _closed_numbers(home: Home, officer: Officer, reference: str) -> list[tuple[str, Attachment]]:
    case = await open_case(home.house, officer, reference)
    return [each for line in case.opened.spoken for each in sight.numbered(line)]


@pytest.mark.parametrize("naive", [False, True])
async def test_a_damaged_key_of_one_contact_keeps_nobody_elses_file_waiting(
    home: Home, monkeypatch: pytest.MonkeyPatch, naive: bool
) -> None:
    """Naive: the key is opened while the next file is looked for, and whoever looks stands still there."""
    await home.enrols()
    await _sends(home, VOICE, sender="7")
    async with home.house.store.begin() as tx:
        await tx._work.run(update(contacts).values(wrapped_key=b"damaged" * 12))  # type: ignore[attr-defined]  # the real one
        await tx.commit()
    other = Attachment(content_type="image/jpeg", handle="p.jpg", size=7)
    await _sends(home, other, kind=Kind.PHOTO)
    home.channels[ChannelName.SIGNAL].files["p.jpg"] = jpeg()
    if naive:
        monkeypatch.setattr(fetching_store, "key_of", _opened_key)
    for _ in range(4):
        with contextlib.suppress(Unsealable):
            await fetch_next(home.house, home.channels)
    async with home.house.store.begin() as tx:
        rows = await tx._work.rows(select(attachments.c.state))  # type: ignore[attr-defined]  # the real one
    assert ("kept" in [row["state"] for row in rows]) is not naive


async def _opened_key(work: Work, conversation: str) -> Sealer | None:
    (row,) = await work.rows(select(contacts).join(conversations).where(conversations.c.id == conversation))
    return work.sealer(row)
