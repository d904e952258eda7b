"""The courier's next row: the head of a stream, looked at once more in the transaction that hands it out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, RowMapping, and_, bindparam, case, exists, literal_column, or_, select, text, update

from bot.crypto import Sealer
from bot.domain.drill import EXERCISE_ALERT
from bot.domain.handoff import HELD
from bot.domain.ids import new_id
from bot.domain.message import ERASE_FILES, OFFICER_CONTENT, Care, Lane, Outgoing, Speaker
from bot.storage.base import Work, opened_piece
from bot.storage.passing import DROPPED, Passing
from bot.storage.rows import FILES_KEY
from bot.storage.tables import handoffs, outbox
from bot.storage.taking import CONTACT, OFFICER, Recipient, contact_of, leased, officer_of, outgoing

#: After this many ambiguous tries an ordinary answer is given up.
_ONCE_MORE = 2
_NOW: BindParameter[datetime] = bindparam("now")
_earlier = outbox.alias("earlier")
#: The condition of the partial index, written out so that the index is used.
_PENDING = text("outbox.state IN ('waiting', 'taken')")
_DUE = or_(and_(outbox.c.state == "waiting", outbox.c.due_at <= _NOW), and_(outbox.c.state == "taken", outbox.c.lease_until <= _NOW))
_BLOCKED = exists().where(
    _earlier.c.stream == outbox.c.stream, _earlier.c.seq < outbox.c.seq, text("earlier.state IN ('waiting', 'taken', 'held')")
)
#: As ``bot.domain.message.Outgoing.way`` names it.
_WAY = outbox.c.channel + ":" + outbox.c.lane
_HEAD = (
    select(outbox)
    .where(_PENDING, _DUE, ~_BLOCKED, _WAY.not_in(bindparam("busy", expanding=True)))
    .order_by(case((outbox.c.name == EXERCISE_ALERT, 1), (outbox.c.lane == Lane.ALERT, 0), else_=2), outbox.c.due_at)
    .limit(1)
    .with_for_update(skip_locked=True, of=outbox)
)
_ANOTHER: Any = select(literal_column("1")).where(_PENDING, _DUE, ~_BLOCKED).limit(1)
_CLAIMED_AT = select(handoffs.c.claimed_at).where(handoffs.c.conversation_id == bindparam("of"), handoffs.c.state.in_(HELD))
#: What cannot be opened cannot be sent, and must not stop what comes after it.
_DAMAGED: dict[str, Any] = {"state": "given_up", "failure": "unsealable"}


class Heads:
    """Hands them out."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work
        self._passing = Passing(work)

    async def take(self, now: datetime, lease_seconds: float, busy: Sequence[str]) -> Outgoing | None:
        """The next due one under a lease, alerts first; what must not be sent any more ends here."""
        while (row := await self._work.one(_HEAD, {"now": now, "busy": list(busy)})) is not None:
            gone = await self._not_to_be_sent(row)
            taken = None if gone else await self._taken(row, now, lease_seconds)
            if taken is not None:
                return replace(taken, alone=await self._work.value(_ANOTHER, {"now": now}) is None)
            await self._work.run(update(outbox).where(outbox.c.id == row["id"]).values({"token": None} | (gone or _DAMAGED)))
        return None

    async def _not_to_be_sent(self, row: RowMapping) -> dict[str, Any] | None:
        """The holder is read in this transaction: beside an officer the bot is silent.  An answer that may have arrived twice ends."""
        if row["state"] == "taken" and row["care"] == Care.ONCE and row["ambiguous"] + 1 >= _ONCE_MORE:
            return {"state": "given_up", "failure": "ambiguous_twice"}
        if row["name"] == OFFICER_CONTENT and not await self._passing.is_theirs(row["handoff_id"], row["officer_id"]):
            return DROPPED
        if row["speaker"] != Speaker.BOT or row["conversation_id"] is None or row["is_erasure"]:
            return None
        claimed_at = await self._work.value(_CLAIMED_AT, {"of": row["conversation_id"]})
        # Commands are answered beside an officer too: only what was queued before the claim is cancelled.
        return {"state": "cancelled"} if claimed_at is not None and row["created_at"] <= claimed_at else None

    async def _taken(self, row: RowMapping, now: datetime, lease_seconds: float) -> Outgoing | None:
        """The row under a lease; None when it cannot be opened, or its recipient cannot."""
        lost, token = int(row["state"] == "taken"), new_id()
        to = await self._recipient(row)
        is_files = row["name"] == ERASE_FILES  # they outlive the contact's key and address
        piece = opened_piece(await self._key_of(row, to), row)
        if piece is None or not (to.address or is_files) or (row["name"] == OFFICER_CONTENT and not piece.text):
            self._work.counted["unsealable_outgoing"] += 1
            return None
        tried = {"attempts": row["attempts"] + lost, "ambiguous": row["ambiguous"] + lost}
        await self._work.change(outbox, row["id"], **leased(token, now, lease_seconds), **tried)
        self._work.wakes_only()
        return outgoing(row, to, piece, token, **tried)

    async def _key_of(self, row: RowMapping, to: Recipient) -> Sealer | None:
        """With which its words are sealed."""
        if row["name"] == OFFICER_CONTENT:
            return await self._passing.sealer(row["handoff_id"])
        return self._work.kinds[FILES_KEY] if row["name"] == ERASE_FILES else to.sealer

    async def _recipient(self, row: RowMapping) -> Recipient:
        of, statement, read = (
            (row["conversation_id"], CONTACT, contact_of) if row["officer_id"] is None else (row["officer_id"], OFFICER, officer_of)
        )
        found = await self._work.one(statement, {"of": of})
        if found is None:
            raise LookupError("a foreign key holds every recipient")
        return read(self._work, found)
