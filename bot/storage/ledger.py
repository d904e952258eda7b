"""The audit chain and the counted events."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select, update

from bot.ports import Clock, Entry
from bot.storage.base import Work, upsert
from bot.storage.tables import audit, chain, counts, microseconds

_GENESIS = "0" * 64
_END = select(chain).where(chain.c.id == 1).with_for_update()


def hash_of(previous: str, seq: int, at: datetime, actor: str, event: str, subject: str, detail: str) -> str:
    """The hash of a row, which holds that of the row before it."""
    line = json.dumps([previous, seq, microseconds(at), actor, event, subject, detail], separators=(",", ":"))
    return hashlib.sha256(line.encode()).hexdigest()


class SqlAudit:
    """The port ``Audit``."""

    def __init__(self, work: Work, clock: Clock) -> None:
        """In this transaction; rows carry the clock's time."""
        self._work = work
        self._clock = clock

    async def append(self, actor: str, event: str, subject: str, detail: Mapping[str, str | int] | None = None) -> None:
        """Add a row; the chain's one row is held from here to the end of the transaction."""
        end = await self._end()
        text = json.dumps(dict(detail or {}), sort_keys=True, separators=(",", ":"))
        seq, at = end[0] + 1, self._clock.now()
        link = hash_of(end[1], seq, at, actor, event, subject, text)
        row = {"seq": seq, "at": at, "actor": actor, "event": event, "subject": subject, "detail": text, "hash": link}
        await self._work.run(audit.insert().values(row))
        await self._work.run(update(chain).where(chain.c.id == 1).values(head_seq=seq, head_hash=link))

    async def _end(self) -> tuple[int, str]:
        row = await self._work.one(_END)
        if row is None:
            begun = {"id": 1, "anchor_seq": 0, "anchor_hash": _GENESIS, "head_seq": 0, "head_hash": _GENESIS}
            await self._work.run(upsert(chain).values(begun).on_conflict_do_nothing())
            row = await self._work.one(_END)
        assert row is not None  # noqa: S101 - it was just made
        return int(row["head_seq"]), str(row["head_hash"])

    async def last(self, event: str, subject: str) -> datetime | None:
        """When that was last written of that subject."""
        same = (audit.c.event == event, audit.c.subject == subject)
        found: datetime | None = await self._work.value(select(func.max(audit.c.at)).where(*same))
        return found

    async def of(self, subject: str, last: int) -> list[Entry]:
        """The latest rows of one subject, oldest first."""
        rows = await self._work.rows(select(audit).where(audit.c.subject == subject).order_by(audit.c.seq.desc()).limit(last))
        found = [Entry(at=row["at"], actor=row["actor"], event=row["event"], detail=json.loads(row["detail"])) for row in rows]
        return found[::-1]

    async def head(self) -> tuple[int, str]:
        """Number and hash of the last row: kept elsewhere, it shows that a tail was cut off."""
        return await self._end()

    async def verify(self, kept: tuple[int, str] | None = None) -> int | None:
        """The first row that does not fit; the number after the last when the tail is missing; None when all is well."""
        broken = await self._broken()
        return kept[0] if broken is None and kept is not None and not await self._has(*kept) else broken

    async def _has(self, seq: int, link: str) -> bool:
        """Whether the chain still holds a head of earlier; one that retention has cut off since cannot be told any more."""
        row = await self._work.one(select(chain).where(chain.c.id == 1))
        if row is not None and seq < row["anchor_seq"]:
            return True
        ends = {} if row is None else {row["anchor_seq"]: row["anchor_hash"]}
        return link in {ends.get(seq), await self._work.value(select(audit.c.hash).where(audit.c.seq == seq))}

    async def _broken(self) -> int | None:
        row = await self._work.one(select(chain).where(chain.c.id == 1))
        if row is None:
            left = (await self._work.connection.execute(select(func.count()).select_from(audit))).scalar_one()
            return 1 if left else None
        seq, link = int(row["anchor_seq"]), str(row["anchor_hash"])
        for each in await self._work.rows(select(audit).order_by(audit.c.seq)):
            seq += 1
            fits = hash_of(link, seq, each["at"], each["actor"], each["event"], each["subject"], each["detail"])
            if each["seq"] != seq or each["hash"] != fits:
                return seq
            link = each["hash"]
        return None if (seq, link) == (row["head_seq"], row["head_hash"]) else seq + 1

    async def cut(self, before: datetime) -> int:
        """Cut off the old end, leaving the anchor that the rest hangs on; how many rows."""
        old = select(audit).where(audit.c.at < before).order_by(audit.c.seq.desc()).limit(1)
        last = await self._work.one(old)
        if last is None:
            return 0
        await self._end()
        await self._work.run(update(chain).where(chain.c.id == 1).values(anchor_seq=last["seq"], anchor_hash=last["hash"]))
        return await self._work.run(delete(audit).where(audit.c.seq <= last["seq"]))


_NEW = upsert(counts)
_COUNT = _NEW.on_conflict_do_update(index_elements=["event"], set_={"number": counts.c.number + _NEW.excluded.number})


class SqlCounts:
    """The port ``Counts``."""

    def __init__(self, work: Work) -> None:
        """In this transaction; the counts are written when it commits, in one order, so that no two transactions wait for each other."""
        self._work = work

    async def add(self, event: str, number: int = 1) -> None:
        """Count an event."""
        if number:
            self._work.counted[event] += number

    async def flush(self) -> None:
        """Write what was counted."""
        for event, number in sorted(self._work.counted.items()):
            await self._work.run(_COUNT, {"event": event, "number": number})
        self._work.counted.clear()

    async def all(self) -> dict[str, int]:
        """Every event counted so far."""
        return {row["event"]: row["number"] for row in await self._work.rows(select(counts).order_by(counts.c.event))}
