"""How a row of the outbox is made, whoever queues it."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, update

from bot.crypto import Sealer
from bot.domain.ids import new_id
from bot.domain.message import Draft
from bot.storage.base import Person, Work, sealed_piece
from bot.storage.tables import conversations

#: Files are deleted at the messenger also after the contact's own key was destroyed: their handles are sealed with the key of what
#: belongs to no contact.
FILES_KEY = "poison"


async def numbered(work: Work, table: Any, row: str, number: int) -> int:
    """The last of ``number`` new places in the streams of a conversation or an officer."""
    return int(await work.value(numbering(table), {"row": row, "number": number}))


@cache
def numbering(table: Any) -> Any:
    """The statement for it."""
    counted = update(table).where(table.c.id == bindparam("row")).values(out_seq=table.c.out_seq + bindparam("number"))
    return counted.returning(table.c.out_seq)


def outbox_row(draft: Draft, sealer: Sealer, now: datetime) -> dict[str, Any]:
    """The columns that the draft decides; where it goes is the caller's to add."""
    row = new_id()
    return {
        "id": row,
        "lane": draft.lane,
        "speaker": draft.speaker,
        "care": draft.care,
        "name": draft.name,
        "text_sealed": sealed_piece(sealer, draft.piece, row),
        "styled": draft.piece.styled,
        "is_question": draft.is_question,
        "is_erasure": draft.is_erasure,
        "alert_step": draft.alert_step,
        "author_id": draft.by,
        "due_at": now,
        "created_at": now,
    }


async def own_row(work: Work, person: Person, draft: Draft, sealer: Sealer, now: datetime) -> dict[str, Any]:
    """An act of a stream of its own (``OWN_STREAM``): it waits for no words, and none wait for it."""
    conversation = person.row["conversation_id"]
    work.wakes_only("courier")
    return outbox_row(draft, sealer, now) | {
        "stream": f"{draft.name[:5]}:{conversation}",
        "seq": await numbered(work, conversations, conversation, 1),
        "conversation_id": conversation,
        "channel": person.row["channel"],
        "state": "waiting",
    }
