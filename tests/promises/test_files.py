"""Files that people send: kept sealed and whole, whatever the messenger deletes; fetched again after a kill, gone when erased."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.domain.errors import Refused, TryLater
from bot.domain.files import CHUNK, FileState
from bot.domain.handoff import Spoken
from bot.domain.message import Attachment, ChannelName, Kind
from bot.ports import Officer
from bot.storage.database import SqlStore
from bot.storage.filetables import attachment_chunks, attachments
from bot.storage.tables import metadata
from bot.usecases import attached, fetching, handoff
from bot.usecases.fetching import fetch_next
from bot.usecases.retention import sweep
from tests.journeys.files import COMMENT, DEVICE, PLACE, fetched, jpeg, kept, sends
from tests.journeys.house import Home
from tests.promises.search import folder, hits

DANGER = "police are at my door right now"
LARGE = bytes(range(256)) * (CHUNK * 3 // 256) + b"the end"


@pytest.fixture
def home(store: SqlStore, clock: Any) -> Home:
    return Home(store, clock)


async def case(home: Home, *contents: bytes, **more: object) -> tuple[Officer, str]:
    """An emergency, then a message with files, which are fetched."""
    ana = await home.enrols()
    await home.says(DANGER, **{name: value for name, value in more.items() if name in {"channel", "sender"}})
    await sends(home, *contents, **more)  # type: ignore[arg-type]  # test values
    await fetched(home)
    return ana, await home.reference()


async def rows(home: Home, table: Any = attachments) -> list[dict[str, Any]]:
    async with home.house.store.begin() as tx:
        return [dict(row) for row in await tx._work.rows(select(table))]  # type: ignore[attr-defined]  # the real one


async def run(home: Home, statement: Any) -> None:
    async with home.house.store.begin() as tx:
        await tx._work.run(statement)  # type: ignore[attr-defined]  # the real one
        await tx.commit()


async def line_of(home: Home, officer: Officer, reference: str) -> Spoken:
    opened = await handoff.show(home.house, officer, reference)
    return next(line for line in opened.spoken if line.attachments)


@pytest.mark.parametrize("content", [b"", b"x", LARGE, jpeg()], ids=["empty", "a byte", "four pieces", "a photograph"])
@pytest.mark.parametrize("channel", [ChannelName.SIGNAL, ChannelName.TELEGRAM])
async def test_a_file_is_kept_as_it_came_whatever_the_messenger_deletes_later(home: Home, content: bytes, channel: ChannelName) -> None:
    ana, reference = await case(home, content, channel=channel, sender="77")
    home.channels[channel].files.clear()
    file = (await line_of(home, ana, reference)).files[1]
    assert (file.state, file.size, file.sha256) == (FileState.KEPT, len(content), hashlib.sha256(content).hexdigest())
    assert await kept(home, ana, reference) == content


async def test_what_is_kept_is_deleted_from_the_disk_of_signals_rest_api(home: Home) -> None:
    await case(home, LARGE)
    assert home.channels[ChannelName.SIGNAL].discarded == ["file-0"]


async def test_control_what_could_not_be_had_is_left_there(home: Home) -> None:
    home.channels[ChannelName.SIGNAL].refuses = TryLater("broken")
    await case(home, LARGE)
    assert home.channels[ChannelName.SIGNAL].discarded == []
    assert [row["state"] for row in await rows(home)] == [FileState.WANTED]


async def _values(store: SqlStore) -> dict[str, bytes]:
    held = {}
    async with store._engine.connect() as connection:
        for table in metadata.sorted_tables:
            for number, row in enumerate((await connection.execute(select(table))).mappings()):
                held |= {f"{table.name}.{name}.{number}": v if isinstance(v, bytes) else str(v).encode() for name, v in row.items()}
    return held


async def test_nothing_of_a_picture_nor_its_hash_is_in_clear_in_the_database_or_on_the_disk(home: Home, tmp_path: Path) -> None:
    ana, reference = await case(home, jpeg())
    await attached.keep_preview(home.house, await attached.find(home.house, ana, reference, "2.1"), b"a small picture of Kestrel")
    secrets = (DEVICE, COMMENT, PLACE, jpeg()[:40], hashlib.sha256(jpeg()).hexdigest(), b"a small picture of Kestrel")
    assert hits(secrets, await _values(home.house.store)) == []
    assert hits(secrets, folder(tmp_path)) == []
    await run(home, update(attachment_chunks).values(content_sealed=jpeg()))
    assert {name for _, name in hits(secrets[:4], await _values(home.house.store))} == {repr(each)[:40] for each in secrets[:4]}, "control"


@pytest.mark.parametrize("harm", ["swapped", "cut", "another's", "count", "doubled"])
async def test_pieces_that_are_swapped_cut_or_anothers_are_noticed(home: Home, harm: str) -> None:
    ana, reference = await case(home, LARGE, LARGE[::-1])
    first, second = await rows(home)
    mine = attachment_chunks.c.attachment_id == first["id"]
    blobs = {row["number"]: row["content_sealed"] for row in await rows(home, attachment_chunks) if row["attachment_id"] == first["id"]}
    theirs = next(row for row in await rows(home, attachment_chunks) if row["attachment_id"] == second["id"])
    assert len(blobs) == 4
    if harm == "cut":
        await run(home, delete(attachment_chunks).where(mine, attachment_chunks.c.number == 3))
    elif harm == "count":
        await run(home, delete(attachment_chunks).where(mine, attachment_chunks.c.number == 3))
        await run(home, update(attachments).where(attachments.c.id == first["id"]).values(chunks=3))
    else:
        put = {"swapped": {0: blobs[1], 1: blobs[0]}, "another's": {0: theirs["content_sealed"]}, "doubled": {1: blobs[0]}}[harm]
        for number, blob in put.items():
            await run(home, update(attachment_chunks).where(mine, attachment_chunks.c.number == number).values(content_sealed=blob))
    with pytest.raises(Refused, match="damaged"):
        await kept(home, ana, reference)
    assert await kept(home, ana, reference, "2.2") == LARGE[::-1], "control: the other one is whole"


class _Killed(BaseException):
    pass


@pytest.mark.parametrize("at", ["fetch", "put", "keep"])
async def test_killed_between_fetching_and_keeping_it_is_fetched_again(home: Home, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    ana = await home.enrols()
    await home.says(DANGER)
    await sends(home, LARGE * 2)

    async def killed(*_: object) -> bytes:
        raise _Killed

    async with home.house.store.begin() as tx:
        target = home.channels[ChannelName.SIGNAL] if at == "fetch" else type(tx.files)
    with monkeypatch.context() as broken:
        broken.setattr(target, at, killed)
        with pytest.raises(_Killed):
            await fetch_next(home.house, home.channels)
    assert not await fetch_next(home.house, home.channels), "nobody else takes it while it may still be under way"
    home.clock.move(seconds=fetching.LEASE_SECONDS + 1)
    await fetched(home)
    assert await kept(home, ana, await home.reference()) == LARGE * 2


async def test_control_a_fetcher_that_forgets_what_it_took_loses_the_file(home: Home) -> None:
    await sends(home, LARGE)
    await run(home, delete(attachments))  # the naive way: taken from the list before it is kept, and killed then
    home.clock.move(seconds=fetching.LEASE_SECONDS + 1)
    await fetched(home)
    assert await rows(home) == []


async def test_two_fetchers_never_take_the_same_file(home: Home) -> None:
    await sends(home, *(bytes([number]) for number in range(6)))
    asked: list[str] = []
    fetch = home.channels[ChannelName.SIGNAL].fetch

    async def slow(handle: str, account: str) -> bytes:
        asked.append(handle)
        await asyncio.sleep(0.05)
        return await fetch(handle, account)

    home.channels[ChannelName.SIGNAL].fetch = slow  # type: ignore[method-assign]  # slower
    await asyncio.gather(fetched(home), fetched(home), fetched(home))
    assert sorted(asked) == [f"file-{number}" for number in range(6)]


async def test_an_answer_and_an_alarm_come_while_a_file_hangs(home: Home) -> None:
    await home.enrols()
    started, go_on = asyncio.Event(), asyncio.Event()

    async def hangs(handle: str, account: str) -> bytes:
        started.set()
        await go_on.wait()
        return b""

    home.channels[ChannelName.SIGNAL].fetch = hangs  # type: ignore[method-assign]  # hangs
    await sends(home, LARGE)
    fetches = asyncio.ensure_future(fetch_next(home.house, home.channels))
    await started.wait()
    assert await asyncio.wait_for(home.says(DANGER), 20)
    assert home.alerts()
    go_on.set()
    await fetches


async def _gone(home: Home) -> bool:
    return not await rows(home) and not await rows(home, attachment_chunks)


async def test_to_be_forgotten_erases_files_and_those_under_way(home: Home) -> None:
    await sends(home, LARGE)
    await fetched(home)
    await sends(home, LARGE)
    assert not await _gone(home)
    await home.says("/forget")
    assert await _gone(home)
    await fetched(home)
    assert await _gone(home)


async def test_a_file_that_is_erased_while_it_is_fetched_is_not_kept(home: Home) -> None:
    fetch = home.channels[ChannelName.SIGNAL].fetch

    async def forgets(handle: str, account: str) -> bytes:
        await home.says("/forget")
        return await fetch(handle, account)

    await sends(home, LARGE)
    home.channels[ChannelName.SIGNAL].fetch = forgets  # type: ignore[method-assign]  # the wish comes meanwhile
    await fetched(home)
    assert await _gone(home)


async def test_files_that_came_after_the_wish_to_be_forgotten_stay_readable_under_the_new_key(home: Home) -> None:
    ana = await home.enrols()
    await home.says(DANGER)
    await sends(home, LARGE)
    await fetched(home)
    await home.writes("/forget")
    home.clock.move(seconds=1)
    home.channels[ChannelName.SIGNAL].files["late"] = LARGE[::-1]
    late = Attachment(content_type="image/png", handle="late", size=len(LARGE))
    await home.writes("", kind=Kind.PHOTO, attachments=(late,))
    while await fetch_next(home.house, home.channels):
        pass
    assert len(await rows(home)) == 2
    await home.settles()
    assert len(await rows(home)) == 1
    assert await kept(home, ana, await home.reference(), "4.1") == LARGE[::-1]


async def test_files_go_with_a_message_that_disappears_or_is_taken_back(home: Home) -> None:
    await sends(home, b"one", text="thanks", kind=Kind.TEXT, expires_in=60)
    await sends(home, b"two", text="thanks", kind=Kind.TEXT, key="k-1")
    await fetched(home)
    await home.writes("", kind=Kind.DELETION, target="k-1")
    await home.settles()
    assert len(await rows(home)) == 1
    home.clock.move(minutes=2)
    await sweep(home.house)
    assert await _gone(home)


async def test_what_the_phone_took_back_in_an_emergency_is_for_the_claimant_alone_until_closing(home: Home) -> None:
    ana = await home.enrols()
    bo = await home.enrols("Bo", sender="901")
    await home.says(DANGER)
    await sends(home, jpeg(), key="k-1")
    await home.writes("", kind=Kind.DELETION, target="k-1")
    await home.settles()
    await fetched(home)
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    assert await kept(home, ana, reference) == jpeg()
    with pytest.raises(Refused, match="no_attachment"):
        await kept(home, bo, reference)
    await handoff.close(home.house, ana, reference)
    home.clock.move(minutes=1)
    await sweep(home.house)
    assert await _gone(home)


async def test_files_go_when_texts_go_by_time(home: Home) -> None:
    ana, reference = await case(home, LARGE)
    await handoff.claim(home.house, ana, reference)
    await handoff.close(home.house, ana, reference)
    home.clock.move(days=29)
    await sweep(home.house)
    assert not await _gone(home)
    home.clock.move(days=2)
    await sweep(home.house)
    assert await _gone(home)


async def test_control_erasing_the_message_alone_leaves_the_file(home: Home) -> None:
    from bot.storage.erasing import ERASED
    from bot.storage.tables import inbox

    await sends(home, LARGE)
    await fetched(home)
    await run(home, update(inbox).values(**ERASED))
    assert not await _gone(home)
