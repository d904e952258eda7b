"""Sealed columns hold no plain text, and a ciphertext is worth something in its own place only."""

import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, String, select, text

from bot.crypto import MasterKey, Sealer, Unsealable
from bot.domain.errors import RefuseToStart
from bot.domain.message import Attachment, ChannelName, Kind, Poison
from bot.storage.database import SqlStore, exists
from bot.storage.schema import migrate
from bot.storage.tables import metadata
from tests.fakes import FakeClock
from tests.promises.search import folder, hits
from tests.storage.test_store import answer, incoming, kept

#: Columns that may hold words: none of them ever comes from a person or a phone.
PLAIN = {
    "officers_heard.officer_id",
    "contacts.id", "contacts.channel", "conversations.id", "conversations.contact_id", "conversations.locale", "conversations.claim_token",
    "inbox.id", "inbox.channel", "inbox.party", "inbox.conversation_id", "inbox.officer_id", "inbox.kind", "inbox.language_hint",
    "inbox.state", "inbox.claim_token", "handoffs.id", "handoffs.reference", "handoffs.conversation_id", "handoffs.state", "handoffs.cls",
    "handoffs.kind", "handoffs.lane", "handoffs.reason", "handoffs.holder_id", "handoffs.acknowledged_by", "handoffs.previous_id",
    "outbox.id", "outbox.stream", "outbox.conversation_id", "outbox.officer_id", "outbox.handoff_id", "outbox.channel", "outbox.lane",
    "outbox.speaker", "outbox.care", "outbox.name", "outbox.state", "outbox.token", "outbox.failure",
    "outbox.author_id", "notes.id", "notes.conversation_id",
    "notes.officer_id", "officers.id", "officers.duties", "officers.channel", "audit.actor", "audit.event", "audit.subject",
    "audit.detail", "audit.hash", "chain.anchor_hash", "chain.head_hash", "counts.event", "sealing.kind",
    "inbox.misread_intent", "typing.conversation_id",
    # The desk: our own random ids, and one of three roles.
    "accounts.id", "accounts.role", "accounts.officer_id", "recovery_codes.account_id", "invitations.id", "invitations.role",
    "invitations.duties", "invitations.invited_by", "sessions.id", "sessions.account_id", "devices.id", "devices.account_id",
    # An administrator's own random id; one of a few words on how a case ended; which key, exercise or hours, and of which officer.
    "accounts.invited_by", "handoffs.outcome", "passkeys.id", "passkeys.account_id", "drills.id", "drills.conversation_id",
    "drills.started_by", "officers.languages", "shifts.id", "shifts.officer_id", "absences.id", "absences.officer_id", "covers.id",
    "covers.shift_id", "covers.officer_id", "handoffs.offered_to", "observers.handoff_id", "observers.officer_id",
    # Files: our own random ids, how far we are, one static word on why not, and a number such as 2.1; who asks and who agrees, by id.
    "attachments.id", "attachments.conversation_id", "attachments.inbox_id", "attachments.state", "attachments.failure",
    "attachments.token", "attachment_chunks.attachment_id", "exports.id", "exports.attachment_id", "exports.number", "exports.asked_by",
    "exports.agreed_by",
    # Days, times of a clock on the wall and a zone: whose they are stands in a random id.
    "shifts.begins", "shifts.ends", "shifts.zone", "absences.first_day", "absences.last_day", "covers.day",
    # Static words on services, and files of ours by their names.
    "services.name", "services.detail", "reviews.id", "reviews.file", "reviews.hash", "reviews.officer_id",
}  # fmt: skip
SECRETS = (
    "Kestrel is hiding at Njegoševa 17",
    "7310554821",
    "handle-of-a-photo",
    "Officer Wren",
    "officer-8815-kestrel",
    "a note about Kestrel",
    "42-kestrel-key",
)


def test_a_new_column_for_words_must_be_sealed_or_have_its_reason() -> None:
    words = {f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.c if isinstance(column.type, String)}
    assert words == PLAIN


def test_every_column_of_bytes_is_sealed_a_key_or_an_index() -> None:
    for table in metadata.tables.values():
        for column in table.c:
            if isinstance(column.type, LargeBinary):
                assert column.name == "wrapped_key" or column.name.endswith(("_sealed", "_index")), f"{table.name}.{column.name}"


async def _lived_in(store: SqlStore, clock: FakeClock) -> None:
    """Something sealed in every column that can be."""
    photo = (Attachment(content_type="image/jpeg", handle=SECRETS[2]),)
    talk = await kept(store, clock, incoming(SECRETS[0], sender=SECRETS[1], key=SECRETS[6], kind=Kind.PHOTO, attachments=photo))
    async with store.begin() as tx:
        await tx.inbox.keep_poison(Poison(channel=ChannelName.SIGNAL, account="us", key="p", raw=SECRETS[0]), clock.now())
        code = await tx.officers.invite(SECRETS[3], ("general",), clock.now())
        await tx.inbox.keep(incoming(code, sender=SECRETS[4]), clock.now())
        await tx.commit()
    async with store.begin() as tx:
        claimed = await tx.inbox.claim_officer(clock.now(), 60)
        assert claimed is not None
        officer = await tx.officers.redeem(claimed[0].id, clock.now())
        assert officer is not None
        held = await tx.conversations.lock(talk)
        await tx.conversations.save(held.remembering(question_open=True))
        await tx.conversations.note(talk, officer.id, SECRETS[5], clock.now())
        await tx.outbox.queue(talk, [answer(SECRETS[0])], clock.now())
        await tx.outbox.queue_alert(officer.id, None, answer(SECRETS[0]), clock.now())
        await tx.commit()


async def _every_value(store: SqlStore) -> dict[str, bytes]:
    held = {}
    async with store._engine.connect() as connection:
        for table in metadata.sorted_tables:
            for number, row in enumerate((await connection.execute(select(table))).mappings()):
                for name, value in row.items():
                    held[f"{table.name}.{name}.{number}"] = value if isinstance(value, bytes) else str(value).encode()
    return held


async def test_no_column_holds_in_clear_what_a_person_or_an_officer_is(store: SqlStore, clock: FakeClock, tmp_path: Path) -> None:
    await _lived_in(store, clock)
    assert hits(SECRETS, await _every_value(store)) == []
    assert hits(SECRETS, folder(tmp_path)) == []


async def test_control_one_unsealed_column_is_found(store: SqlStore, clock: FakeClock) -> None:
    await _lived_in(store, clock)
    async with store._engine.begin() as connection:
        await connection.execute(text("UPDATE outbox SET failure = :what"), {"what": SECRETS[0]})
    assert hits(SECRETS, await _every_value(store)) != []


async def _ciphertexts(store: SqlStore) -> tuple[dict[str, tuple[Sealer, bytes]], Sealer]:
    """Every sealed value of many contacts: its place, the key that belongs there, and the bytes."""
    async with store._engine.connect() as connection:
        people = (await connection.execute(select(metadata.tables["contacts"]))).mappings().all()
        messages = (await connection.execute(select(metadata.tables["inbox"]))).mappings().all()
        talks = {row["id"]: row["contact_id"] for row in (await connection.execute(select(metadata.tables["conversations"]))).mappings()}
    keys = {row["id"]: store._master.unwrap(row["wrapped_key"], f"contacts|wrapped_key|{row['id']}") for row in people}
    found: dict[str, tuple[Sealer, bytes]] = {}
    for row in people:
        for column in ("address_sealed", "account_sealed"):
            found[f"contacts|{column}|{row['id']}"] = (keys[row["id"]], row[column])
    for row in messages:
        found[f"inbox|text_sealed|{row['id']}"] = (keys[talks[row["conversation_id"]]], row["text_sealed"])
    return found, next(iter(keys.values()))


async def _many(store: SqlStore, clock: FakeClock) -> None:
    messages = [incoming("the same words", sender=str(number % 20)) for number in range(100)]
    await kept(store, clock, *messages)


def _accepted(swaps: list[tuple[Any, bytes, str]]) -> int:
    number = 0
    for sealer, blob, place in swaps:
        try:
            sealer.open(blob, place)
            number += 1
        except Unsealable:
            pass
    return number


async def test_ten_thousand_swaps_of_ciphertexts_are_all_refused(store: SqlStore, clock: FakeClock) -> None:
    await _many(store, clock)
    found, _ = await _ciphertexts(store)
    places, chance = sorted(found), random.Random(7)
    pairs = [chance.sample(places, 2) for _ in range(10_000)]
    own_key_kept = [(found[here][0], found[there][1], here) for here, there in pairs]
    key_moved_along = [(found[there][0], found[there][1], here) for here, there in pairs]
    assert _accepted([(sealer, blob, place) for place, (sealer, blob) in found.items()]) == len(found)
    assert _accepted(own_key_kept) == 0
    assert _accepted(key_moved_along) == 0


class _Placeless:
    """The naive way: one key, no place."""

    def __init__(self) -> None:
        self._cipher = AESGCM(Sealer.new().key)

    def seal(self, plain: bytes) -> bytes:
        return self._cipher.encrypt(b"\0" * 12, plain, None)

    def open(self, blob: bytes, _: str) -> bytes:
        return self._cipher.decrypt(b"\0" * 12, blob, None)


def test_control_without_a_place_every_swap_is_accepted() -> None:
    naive = _Placeless()
    blobs = [naive.seal(str(number).encode()) for number in range(100)]
    assert _accepted([(naive, blob, "another row") for blob in blobs]) == 100


async def test_a_swapped_message_is_answered_as_unreadable_and_stops_nobody(store: SqlStore, clock: FakeClock) -> None:
    await kept(store, clock, incoming("one", sender="1"))
    await kept(store, clock, incoming("two", sender="2"))
    async with store._engine.begin() as connection:
        rows = (await connection.execute(text("SELECT id, text_sealed FROM inbox ORDER BY id"))).all()
        for here, there in ((rows[0], rows[1]), (rows[1], rows[0])):
            values = {"id": here[0], "blob": there[1]}
            await connection.execute(text("UPDATE inbox SET text_sealed = :blob WHERE id = :id"), values)
    async with store.begin() as tx:
        claims = [await tx.inbox.claim(clock.now(), 60), await tx.inbox.claim(clock.now(), 60)]
        await tx.commit()
    assert [(message.kind, message.text) for claim in claims if claim for message in claim.messages] == [(Kind.UNREADABLE, "")] * 2


async def test_every_contact_has_a_key_of_its_own(store: SqlStore, clock: FakeClock) -> None:
    await _many(store, clock)
    found, _ = await _ciphertexts(store)
    assert len({sealer.key for sealer, _ in found.values()}) == 20
    assert len({blob[1:5] for _, blob in found.values()}) == 20


def _bytes(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def closed(tmp_path: Path, sqlite_template: Path) -> Path:
    """A data directory with a database that nobody has open."""
    root = tmp_path / "data"
    root.mkdir()
    (root / "defender-line.db").write_bytes(sqlite_template.read_bytes())
    return root


async def test_a_wrong_key_is_refused_and_nothing_is_written(closed: Path, tmp_path: Path) -> None:
    wrong, before = MasterKey.create(tmp_path / "wrong"), _bytes(closed)
    url = f"sqlite:///{closed / 'defender-line.db'}"
    for attempt in (lambda: SqlStore.open(url, wrong, data_dir=closed), lambda: migrate(url, wrong)):
        with pytest.raises(RefuseToStart, match="not the key"):
            await attempt()
        assert _bytes(closed) == before


async def test_a_wrong_key_changes_nothing_of_what_a_killed_process_left_in_the_log(
    closed: Path, tmp_path: Path, master: MasterKey, clock: FakeClock
) -> None:
    url = f"sqlite:///{closed / 'defender-line.db'}"
    store = await SqlStore.open(url, master, data_dir=closed, clock=clock)
    await kept(store, clock, incoming("hello"))
    left = tmp_path / "left"
    left.mkdir()
    for name, content in _bytes(closed).items():
        if not name.startswith("wake"):
            (left / name).write_bytes(content)
    await store.close()
    rows = _rows(left / "defender-line.db", tmp_path / "before")
    with pytest.raises(RefuseToStart, match="not the key"):
        await SqlStore.open(f"sqlite:///{left / 'defender-line.db'}", MasterKey.create(tmp_path / "wrong"), data_dir=left)
    assert _rows(left / "defender-line.db", tmp_path / "after") == rows


def _rows(database: Path, copy: Path) -> list[str]:
    """Everything in a database, read from a copy so that reading it changes nothing."""
    copy.mkdir()
    for path in database.parent.glob("defender-line.db*"):
        (copy / path.name).write_bytes(path.read_bytes())
    with sqlite3.connect(copy / database.name) as connection:
        dumped = list(connection.iterdump())
    connection.close()
    return dumped


async def test_a_wrong_key_on_postgresql_is_refused_and_nothing_is_written(store: SqlStore, store_url: str, tmp_path: Path) -> None:
    before, wrong = await _every_value(store), MasterKey.create(tmp_path / "wrong")
    for attempt in (lambda: SqlStore.open(store_url, wrong, data_dir=tmp_path), lambda: migrate(store_url, wrong)):
        with pytest.raises(RefuseToStart, match="not the key"):
            await attempt()
    assert await _every_value(store) == before


@pytest.mark.parametrize("url", ["kestrel", "mysql://kestrel@127.0.0.1/x", "postgresql://[::1/x", ""])
async def test_what_is_no_database_of_ours_is_refused_without_its_words(url: str) -> None:
    with pytest.raises(RefuseToStart, match="DL_DATABASE_URL") as refusal:
        await exists(url)
    assert "kestrel" not in str(refusal.value)
