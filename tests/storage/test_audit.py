"""The audit chain: whatever is done to its rows shows, to whoever kept the head."""

import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import wiring
from bot.settings import load
from bot.storage.database import SqlStore
from bot.storage.ledger import hash_of
from bot.storage.tables import audit, chain
from tests.fakes import FakeClock

ROWS = 30
ROOT = Path(__file__).resolve().parents[2]
Row = dict[str, Any]


@pytest.fixture
async def filled(store: SqlStore, clock: FakeClock) -> SqlStore:
    """A chain of some rows."""
    async with store.begin() as tx:
        for number in range(ROWS):
            clock.move(seconds=1)
            await tx.audit.append("officer:x", "read", f"K7T-4{number % 10}M", {"number": number})
        await tx.commit()
    return store


async def _verified(store: SqlStore) -> tuple[int | None, tuple[int, str]]:
    async with store.begin() as tx:
        return await tx.audit.verify(), await tx.audit.head()


async def test_an_untouched_chain_is_whole(filled: SqlStore) -> None:
    broken, head = await _verified(filled)
    assert broken is None
    assert head[0] == ROWS


def _edited(rows: list[Row], chance: random.Random) -> list[Row]:
    row, column = chance.choice(rows), chance.choice(["actor", "event", "subject", "detail", "hash", "at"])
    row[column] = row[column] + timedelta(microseconds=1) if column == "at" else "x" + row[column][1:]
    return rows


def _deleted(rows: list[Row], chance: random.Random) -> list[Row]:
    rows.pop(chance.randrange(len(rows)))
    return rows


def _inserted(rows: list[Row], chance: random.Random) -> list[Row]:
    place = chance.randrange(len(rows))
    new = dict(rows[place]) | {"event": "forged"}
    return _numbered([*rows[:place], new, *rows[place:]])


def _reordered(rows: list[Row], chance: random.Random) -> list[Row]:
    one, other = chance.sample(range(len(rows)), 2)
    rows[one], rows[other] = rows[other], rows[one]
    return _numbered(rows)


def _truncated(rows: list[Row], chance: random.Random) -> list[Row]:
    return rows[: chance.randrange(len(rows))]


def _numbered(rows: list[Row]) -> list[Row]:
    return [row | {"seq": place} for place, row in enumerate(rows, start=1)]


TAMPERING: list[Callable[[list[Row], random.Random], list[Row]]] = [_edited, _deleted, _inserted, _reordered, _truncated]


async def _written(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    await connection.execute(delete(audit))
    if rows:
        await connection.execute(insert(audit), list(rows))


@pytest.mark.parametrize("tamper", TAMPERING)
async def test_every_tampering_with_the_rows_is_noticed(filled: SqlStore, tamper: Callable[[list[Row], random.Random], list[Row]]) -> None:
    chance = random.Random(3)
    async with filled._engine.connect() as connection:
        untouched = [dict(row) for row in (await connection.execute(select(audit).order_by(audit.c.seq))).mappings()]
    for _ in range(25):
        async with filled._engine.begin() as connection:
            await _written(connection, tamper([dict(row) for row in untouched], chance))
        broken, _ = await _verified(filled)
        assert broken is not None


def _rehashed(rows: list[Row]) -> tuple[list[Row], str]:
    """What somebody does who knows how the chain is made."""
    link = "0" * 64
    for row in rows:
        link = hash_of(link, row["seq"], row["at"], row["actor"], row["event"], row["subject"], row["detail"])
        row["hash"] = link
    return rows, link


@pytest.mark.parametrize("keep", [ROWS, ROWS - 5])
async def test_a_full_rewrite_shows_only_to_who_kept_the_head_elsewhere(filled: SqlStore, keep: int) -> None:
    """Control and proof in one: the bare chain is content with the forgery, the exported head is not."""
    _, exported = await _verified(filled)
    async with filled._engine.begin() as connection:
        rows = [dict(row) for row in (await connection.execute(select(audit).order_by(audit.c.seq))).mappings()][:keep]
        rows[3]["subject"] = "AAA-AAA"
        forged, link = _rehashed(rows)
        await _written(connection, forged)
        await connection.execute(update(chain).values(head_seq=keep, head_hash=link))
    async with filled.begin() as tx:
        assert await tx.audit.verify() is None
        assert await tx.audit.verify(exported) == ROWS


async def test_an_exported_head_is_still_found_in_a_chain_that_grew(filled: SqlStore) -> None:
    _, exported = await _verified(filled)
    async with filled.begin() as tx:
        await tx.audit.append("bot", "rung", "K7T-42M")
        assert await tx.audit.verify(exported) is None


@pytest.mark.parametrize("older", [0, 10])
async def test_an_exported_head_that_retention_cut_off_is_no_alarm(filled: SqlStore, clock: FakeClock, older: int) -> None:
    async with filled.begin() as tx:
        exported = await tx.audit.head()
        for _ in range(older):
            clock.move(seconds=1)
            await tx.audit.append("bot", "rung", "K7T-42M")
        assert await tx.audit.cut(clock.now() + timedelta(seconds=1)) == ROWS + older
        assert await tx.audit.verify(exported) is None


async def test_emptying_chain_and_rows_shows_by_the_head(filled: SqlStore) -> None:
    _, exported = await _verified(filled)
    async with filled._engine.begin() as connection:
        await connection.execute(delete(audit))
        await connection.execute(delete(chain))
    async with filled.begin() as tx:
        assert await tx.audit.verify(exported) == ROWS


async def test_rows_without_their_chain_row_are_noticed(filled: SqlStore) -> None:
    async with filled._engine.begin() as connection:
        await connection.execute(delete(chain))
    async with filled.begin() as tx:
        assert await tx.audit.verify() == 1


async def test_cutting_the_old_end_by_retention_leaves_a_whole_chain(filled: SqlStore, clock: FakeClock) -> None:
    _, before = await _verified(filled)
    async with filled.begin() as tx:
        assert await tx.audit.cut(clock.now() - timedelta(seconds=10)) == ROWS - 11
        await tx.commit()
    broken, head = await _verified(filled)
    assert (broken, head) == (None, before)


async def test_after_a_cut_tampering_is_noticed_too(filled: SqlStore, clock: FakeClock) -> None:
    async with filled.begin() as tx:
        await tx.audit.cut(clock.now() - timedelta(seconds=10))
        await tx.commit()
    async with filled._engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit WHERE seq = (SELECT min(seq) FROM audit)"))
    broken, _ = await _verified(filled)
    assert broken is not None


async def test_what_did_not_commit_is_not_in_the_chain(filled: SqlStore) -> None:
    async with filled.begin() as tx:
        await tx.audit.append("bot", "rung", "K7T-42M")
    assert (await _verified(filled))[1][0] == ROWS


def test_a_hash_holds_every_field_and_the_hash_before(clock: FakeClock) -> None:
    base: list[Any] = ["0" * 64, 1, clock.now(), "a", "b", "c", "{}"]
    others = [
        [*base[:place], other, *base[place + 1 :]]
        for place, other in enumerate(["1" * 64, 2, clock.now() + timedelta(1), "x", "x", "x", "x"])
    ]
    assert len({hash_of(*each) for each in (base, *others)}) == 8


def test_control_fields_that_are_only_joined_could_be_moved_into_each_other(clock: FakeClock) -> None:
    one, other = ("officer", "read", "K7T"), ("officer", "readK", "7T")
    assert hashlib.sha256("".join(one).encode()).digest() == hashlib.sha256("".join(other).encode()).digest()
    assert hash_of("", 1, clock.now(), *one, "{}") != hash_of("", 1, clock.now(), *other, "{}")


def _bot(where: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("DL_")} | {"PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-m", "bot", *words], cwd=where, env=env, capture_output=True, text=True, timeout=120)


async def test_the_head_is_exported_and_checked_by_two_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    await wiring.prepare(load({}, dotenv=None))
    assert _bot(tmp_path, "export", "audit-head").stdout == "0:" + "0" * 64 + "\n"
    assert "the audit chain is broken at row 7" in _bot(tmp_path, "check", "--audit-head", "7:" + "a" * 64).stderr
