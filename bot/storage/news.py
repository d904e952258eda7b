"""What each officer must hear of soon: new words in their cases, offers, answers that could not be sent.  Open pages ask often."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import and_, func, or_, select, text

from bot.domain.ids import OfficerId
from bot.domain.message import Speaker
from bot.domain.queue import News
from bot.storage.base import Work
from bot.storage.tables import conversations, handoffs, outbox

#: The conditions of the partial indexes, written out so that they are used.
_OPEN = text("handoffs.state <> 'closed'")
_UNDELIVERED = text("outbox.state = 'given_up' AND outbox.settled_at IS NULL")
_HELD = (
    select(handoffs.c.reference, handoffs.c.holder_id, handoffs.c.offered_to, conversations.c.in_seq)
    .join_from(handoffs, conversations, conversations.c.id == handoffs.c.conversation_id)
    .where(_OPEN, or_(handoffs.c.holder_id.is_not(None), handoffs.c.offered_to.is_not(None)))
)
_FAILED = (
    select(outbox.c.author_id, handoffs.c.reference, func.count().label("number"))
    .join_from(outbox, handoffs, and_(handoffs.c.conversation_id == outbox.c.conversation_id, _OPEN))
    .where(_UNDELIVERED, outbox.c.speaker == Speaker.OFFICER, outbox.c.author_id.is_not(None))
    .group_by(outbox.c.author_id, handoffs.c.reference)
)


async def news_of(work: Work) -> Mapping[OfficerId, News]:
    """By officer."""
    words: dict[str, dict[str, int]] = defaultdict(dict)
    offers: dict[str, list[str]] = defaultdict(list)
    failed: dict[str, dict[str, int]] = defaultdict(dict)
    for row in await work.rows(_HELD):
        words[row["holder_id"]][row["reference"]] = int(row["in_seq"])
        offers[row["offered_to"]].append(row["reference"])
    for row in await work.rows(_FAILED):
        failed[row["author_id"]][row["reference"]] = int(row["number"])
    everybody = (words.keys() | offers.keys() | failed.keys()) - {None}
    return {
        OfficerId(each): News(words=words.get(each, {}), offers=sorted(offers.get(each, [])), failed=failed.get(each, {}))
        for each in everybody
    }
