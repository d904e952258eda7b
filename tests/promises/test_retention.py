"""Keeping no longer than we say: the janitor erases by the mission's times, and never an open emergency."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import select, text

from bot.crypto import MasterKey
from bot.domain.ids import ConversationId
from bot.domain.message import ChannelName, Kind, Poison
from bot.storage.database import SqlStore
from bot.storage.tables import metadata
from bot.usecases import handoff
from bot.usecases.retention import erased_from_log
from bot.workers.janitor import Janitor
from tests.fakes import FakeClock
from tests.journeys.house import Home

EMERGENCY = "police are breaking my door right now"
SEALED = [(table, column) for table in metadata.sorted_tables for column in table.c if column.name.endswith("_sealed")]


async def _sealed(store: SqlStore, *tables: str) -> dict[str, int]:
    """How many sealed values each column still holds."""
    held = {}
    async with store._engine.connect() as connection:
        for table, column in SEALED:
            found = (await connection.execute(select(column).where(column.is_not(None)))).all()
            if found and (not tables or table.name in tables):
                held[f"{table.name}.{column.name}"] = len(found)
    return held


async def _janitor(home: Home) -> None:
    await Janitor(home.house).round()


async def _closed(home: Home, reference: str, officer: Any) -> None:
    """An officer takes it and ends it."""
    await handoff.claim(home.house, officer, reference)
    await handoff.note(home.house, officer, reference, "a note")
    await handoff.close(home.house, officer, reference)
    await home.settles()


TEXTS = ("inbox", "outbox", "notes", "conversations")


async def test_texts_go_thirty_days_after_closing_and_the_contact_after_ninety(home: Home) -> None:
    officer = await home.enrols()
    await home.says(EMERGENCY)
    await _closed(home, await home.reference(), officer)
    home.clock.move(days=29, hours=23)
    await _janitor(home)
    assert {"inbox.text_sealed", "outbox.text_sealed", "notes.text_sealed"} <= set(await _sealed(home.house.store, *TEXTS))
    home.clock.move(hours=2)
    await _janitor(home)
    assert await _sealed(home.house.store, *TEXTS) == {}
    assert set(await _sealed(home.house.store, "contacts")) == {"contacts.address_sealed", "contacts.account_sealed"}
    home.clock.move(days=59, hours=22)
    await _janitor(home)
    assert await _sealed(home.house.store, "contacts") != {}
    home.clock.move(hours=3)
    await _janitor(home)
    assert await _sealed(home.house.store, *TEXTS, "contacts") == {}


async def test_control_without_the_janitor_everything_is_there_after_a_year(home: Home) -> None:
    officer = await home.enrols()
    await home.says(EMERGENCY)
    await _closed(home, await home.reference(), officer)
    before = await _sealed(home.house.store)
    home.clock.move(days=365)
    assert await _sealed(home.house.store) == before


async def test_a_talk_without_a_handoff_goes_thirty_days_after_its_last_message(home: Home) -> None:
    await home.says("hello")
    home.clock.move(days=29)
    await home.says("hello again")
    home.clock.move(days=29)
    await _janitor(home)
    assert (await _sealed(home.house.store))["inbox.text_sealed"] == 2
    home.clock.move(days=2)
    await _janitor(home)
    assert await _sealed(home.house.store, *TEXTS) == {}


async def test_a_new_message_keeps_the_talk_although_a_handoff_was_closed_long_ago(home: Home) -> None:
    officer = await home.enrols()
    await home.says(EMERGENCY)
    await _closed(home, await home.reference(), officer)
    home.clock.move(days=40)
    await home.says("thank you for then")
    await _janitor(home)
    assert "inbox.text_sealed" in await _sealed(home.house.store)


async def test_an_open_emergency_is_kept_however_old_and_warned_of(home: Home) -> None:
    await home.says(EMERGENCY)
    before = await _sealed(home.house.store, *TEXTS, "contacts")
    home.clock.move(days=400)
    with structlog.testing.capture_logs() as lines:
        await _janitor(home)
    assert await _sealed(home.house.store, *TEXTS, "contacts") == before
    assert [(line["event"], line["number"]) for line in lines if line["log_level"] == "warning"] == [("open_emergencies_past_retention", 1)]


async def test_a_disappearing_message_ends_by_its_own_timer(home: Home) -> None:
    await home.says("hello", expires_in=3600)
    await home.says("hello again")
    home.clock.move(minutes=59)
    await _janitor(home)
    assert (await _sealed(home.house.store))["inbox.text_sealed"] == 2
    home.clock.move(minutes=2)
    await _janitor(home)
    assert (await _sealed(home.house.store))["inbox.text_sealed"] == 1


async def test_a_disappearing_emergency_is_kept_for_the_claimant_until_closing(home: Home) -> None:
    officer = await home.enrols()
    await home.says(EMERGENCY, expires_in=60)
    reference = await home.reference()
    home.clock.move(days=1)
    await _janitor(home)
    await handoff.claim(home.house, officer, reference)
    opened = await handoff.show(home.house, officer, reference)
    assert EMERGENCY in [line.text for line in opened.spoken]
    await handoff.close(home.house, officer, reference)
    await home.settles()
    before = (await _sealed(home.house.store, "inbox"))["inbox.text_sealed"]
    await _janitor(home)
    assert (await _sealed(home.house.store, "inbox")).get("inbox.text_sealed", 0) == before - 1


async def test_a_disappearing_message_that_nobody_answered_yet_is_answered_first(home: Home) -> None:
    home.attended()
    await home.writes("hello", expires_in=1)
    home.clock.move(minutes=5)
    await _janitor(home)
    assert (await _sealed(home.house.store))["inbox.text_sealed"] == 1


async def test_answers_go_although_the_persons_own_words_went_before(home: Home) -> None:
    await home.says("hello", expires_in=60)
    home.clock.move(minutes=2)
    await _janitor(home)
    assert set(await _sealed(home.house.store, "inbox", "outbox")) == {"outbox.text_sealed", "outbox.key_sealed"}
    home.clock.move(days=31)
    await _janitor(home)
    assert await _sealed(home.house.store, *TEXTS) == {}


async def test_poison_goes_after_thirty_days(home: Home) -> None:
    async with home.house.store.begin() as tx:
        await tx.inbox.keep_poison(Poison(channel=ChannelName.SIGNAL, account="us", key="p", raw="rubbish"), home.clock.now())
        await tx.commit()
    home.clock.move(days=29)
    await _janitor(home)
    assert await _sealed(home.house.store, "inbox") == {"inbox.text_sealed": 1}
    home.clock.move(days=2)
    await _janitor(home)
    assert await _sealed(home.house.store, "inbox") == {}


async def test_a_deleted_message_goes_at_once_unless_an_alarm_nobody_has_read_is_open(home: Home) -> None:
    await home.says("hello", key="1")
    await home.says("", kind=Kind.DELETION, target="1")
    assert (await _sealed(home.house.store, "inbox"))["inbox.text_sealed"] == 1
    await home.says(EMERGENCY, key="2", sender="43")
    await home.says("", kind=Kind.DELETION, target="2", sender="43")
    assert (await _sealed(home.house.store, "inbox"))["inbox.text_sealed"] == 3


async def test_old_audit_rows_go_and_the_chain_stays_whole(home: Home) -> None:
    await home.enrols()
    await home.says(EMERGENCY)
    home.clock.move(days=731)
    await _janitor(home)
    async with home.house.store.begin() as tx:
        assert await tx.audit.verify() is None
    async with home.house.store._engine.connect() as connection:
        left = (await connection.execute(text("SELECT event FROM audit"))).scalars().all()
    assert list(left) == ["swept"]


async def test_sweeping_again_erases_nothing_more_and_writes_no_audit(home: Home) -> None:
    await home.says("hello")
    home.clock.move(days=100)
    await _janitor(home)
    async with home.house.store.begin() as tx:
        head = await tx.audit.head()
    await _janitor(home)
    async with home.house.store.begin() as tx:
        assert await tx.audit.head() == head


async def test_more_than_one_round_can_take_is_taken_in_the_next(home: Home) -> None:
    for number in range(210):
        await home.writes("hello", sender=str(number))
    async with home.house.store._engine.begin() as connection:
        await connection.execute(text("UPDATE inbox SET state = 'done'"))
    home.clock.move(days=31)
    await _janitor(home)
    assert await _sealed(home.house.store, "inbox") == {"inbox.text_sealed": 10}
    await _janitor(home)
    assert await _sealed(home.house.store, "inbox") == {}


@pytest.fixture
async def on_sqlite(sqlite_template: Path, master: MasterKey, tmp_path: Path, clock: FakeClock) -> Any:
    """A house on SQLite only, with the path of its file."""
    path = tmp_path / "defender-line.db"
    path.write_bytes(sqlite_template.read_bytes())
    store = await SqlStore.open(f"sqlite:///{path}", master, data_dir=tmp_path, clock=clock)
    yield Home(store, clock), path
    await store.close()


async def test_while_a_reader_is_in_the_way_erasure_is_not_done_is_counted_and_tried_again(on_sqlite: tuple[Home, Path]) -> None:
    home, path = on_sqlite
    await home.says("hello", expires_in=1)
    reader = sqlite3.connect(path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM inbox").fetchone()
    home.clock.move(minutes=1)
    janitor = Janitor(home.house)
    await janitor.round()
    assert (await home.counted())["erasure_waits_for_reader"] == 1
    assert path.with_name(path.name + "-wal").stat().st_size > 0
    await janitor.round()
    assert (await home.counted())["erasure_waits_for_reader"] == 2
    reader.close()
    await janitor.round()
    assert (await home.counted())["erasure_waits_for_reader"] == 2
    assert path.with_name(path.name + "-wal").stat().st_size == 0


async def test_an_erasure_by_another_process_is_followed_by_a_truncation_too(on_sqlite: tuple[Home, Path], master: MasterKey) -> None:
    home, path = on_sqlite
    await home.says("hello")
    janitor = Janitor(home.house)
    await janitor.round()
    other = await SqlStore.open(f"sqlite:///{path}", master, data_dir=path.parent, clock=home.clock)
    async with other.begin() as tx:
        talk = (await tx._work.one(text("SELECT id FROM conversations")))["id"]  # type: ignore[index]  # there is one
        await tx.conversations.erase(ConversationId(talk), home.clock.now(), keep_address=True)
        await tx.commit()
    wal = path.with_name(path.name + "-wal")
    assert wal.stat().st_size > 0
    await janitor.round()
    assert wal.stat().st_size == 0
    await other.close()


async def test_after_a_kill_the_next_start_truncates_what_the_last_one_could_not(on_sqlite: tuple[Home, Path]) -> None:
    home, path = on_sqlite
    await home.says("hello")
    assert path.with_name(path.name + "-wal").stat().st_size > 0
    await Janitor(home.house).round()
    assert path.with_name(path.name + "-wal").stat().st_size == 0


async def test_where_nothing_was_erased_the_log_is_left_alone(on_sqlite: tuple[Home, Path]) -> None:
    """Truncating holds the writer while it waits for readers: it is done when it is needed."""
    home, path = on_sqlite
    janitor = Janitor(home.house)
    await janitor.round()
    await home.says("hello")
    await janitor.round()
    assert path.with_name(path.name + "-wal").stat().st_size > 0


async def test_erasing_reports_whether_the_log_is_clean(home: Home) -> None:
    assert await erased_from_log(home.house)


async def test_a_message_that_comes_while_the_janitor_erases_its_sender_is_kept(home: Home) -> None:
    await home.says("hello")
    home.clock.move(days=91)
    await asyncio.gather(_janitor(home), home.writes("are you there?"))
    async with home.house.store.begin() as tx:
        assert await tx.inbox.waiting() == 1
    await home.settles()
    assert home.channels[ChannelName.SIGNAL].sent


def test_the_missions_times_are_those_of_the_rules() -> None:
    import tomllib

    mission = tomllib.loads((Path(__file__).resolve().parents[2] / "missions" / "podgorica.toml").read_text())
    assert (mission["retention"]["text_days"], mission["retention"]["contact_days"]) == (30, 90)
    assert timedelta(days=mission["retention"]["audit_days"]) > timedelta(days=90)
