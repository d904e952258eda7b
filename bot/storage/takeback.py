"""Words that an officer queued and takes back before a courier has them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, select, update

from bot.domain.ids import ConversationId
from bot.domain.message import Speaker
from bot.storage.base import Work, opened_piece
from bot.storage.tables import outbox

#: Why a row was cancelled: it stays in the talk, as words that nobody got.
TAKEN_BACK = "taken_back"
_NEVER_TAKEN = ("waiting", "held")


def never_taken(row: RowMapping) -> bool:
    """No courier has ever had it: it has surely not been sent."""
    return bool(row["speaker"] == Speaker.OFFICER and row["state"] in _NEVER_TAKEN and row["attempts"] == 0 and row["text_sealed"])


def may_go_again(row: RowMapping) -> bool:
    """It could not be sent, and nobody has said that they see to it."""
    failed = row["state"] == "given_up" and row["settled_at"] is None
    return bool(row["speaker"] == Speaker.OFFICER and failed and row["text_sealed"])


async def take_back(work: Work, conversation: ConversationId, row: str, since: datetime) -> str | None:
    """The words of a row with the other pieces that were queued with it; None, and nothing done, when one may have gone."""
    named = await work.one(select(outbox).where(outbox.c.id == row, outbox.c.conversation_id == conversation))
    if named is None or named["created_at"] < since or not never_taken(named):
        return None
    whole = _together(named)
    # Held in their order, as a courier takes them: whoever comes first has them, and the other one sees that.
    rows = await work.rows(select(outbox).where(whole).order_by(outbox.c.seq).with_for_update())
    sealer = (await work.person(conversation)).sealer
    pieces = [opened_piece(sealer, each) for each in rows if never_taken(each)]
    if len(pieces) != len(rows) or None in pieces:
        return None
    await work.run(update(outbox).where(whole).values(state="cancelled", failure=TAKEN_BACK))
    return "".join(piece.text for piece in pieces if piece)


def _together(named: RowMapping) -> ColumnElement[bool]:
    same: Any = (outbox.c.stream == named["stream"], outbox.c.created_at == named["created_at"], outbox.c.speaker == Speaker.OFFICER)
    return and_(*same)
