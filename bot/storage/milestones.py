"""When a case first came to each step.  What clocks and queue need is reset again and again; these are facts, written once.

When the class rises everything begins anew: how quick somebody was for something smaller is no fact about an emergency.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, select, update

from bot.domain.handoff import HELD, Handoff, HandoffClass
from bot.domain.message import Lane, Speaker
from bot.storage.base import Work
from bot.storage.tables import handoffs


def milestones(row: RowMapping, handoff: Handoff) -> dict[str, Any]:
    """What the first times are when ``row`` becomes ``handoff``."""
    if HandoffClass(row["cls"]).rank < handoff.cls.rank:
        held = handoff.claimed_at if handoff.state in HELD else None
        return {
            "first_rung_at": None,
            "first_acknowledged_at": handoff.acknowledged_at,
            "first_claimed_at": held,
            "first_words_at": None,
        }
    return {
        "first_acknowledged_at": row["first_acknowledged_at"] or handoff.acknowledged_at,
        "first_claimed_at": row["first_claimed_at"] or handoff.claimed_at,
    }


async def sent_milestone(work: Work, row: RowMapping, now: datetime) -> None:
    """A messenger has taken an alert, or an officer's words, of the outbox."""
    if row["handoff_id"] is not None and row["lane"] == Lane.ALERT:
        first = (handoffs.c.id == row["handoff_id"], handoffs.c.first_rung_at.is_(None))
        # An alert of before the class rose may be sent after it: that is no alert for what it is now.
        begun = func.coalesce(handoffs.c.asked_at, handoffs.c.opened_at) <= row["created_at"]
        await work.run(update(handoffs).where(*first, begun).values(first_rung_at=now))
    elif row["conversation_id"] is not None and row["speaker"] == Speaker.OFFICER:
        mine = select(handoffs.c.id).where(handoffs.c.conversation_id == row["conversation_id"], handoffs.c.opened_at <= row["created_at"])
        latest = mine.order_by(handoffs.c.opened_at.desc()).limit(1).scalar_subquery()
        first = (handoffs.c.id == latest, handoffs.c.first_words_at.is_(None))
        await work.run(update(handoffs).where(*first).values(first_words_at=now))
