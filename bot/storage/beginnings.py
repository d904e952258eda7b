"""What a future officer wrote before their code: a chat with a bot begins with START, and that is no defender's word."""

import re

from sqlalchemy import and_, select, update

from bot.storage.base import Work, readable
from bot.storage.tables import conversations, inbox

#: START, and what a link may carry with it.
_START = re.compile(r"\s*/start(@\w+)?(\s+[\w-]{1,64})?\s*", re.IGNORECASE | re.ASCII)


async def settle(work: Work, channel: str, sender: str) -> None:
    """Nobody is answered as a defender for having begun; who wrote anything else too is answered as everybody is."""
    person = await work.person_at(work.blind("contacts.address", f"{channel}|{sender}"))
    if person is None or person.sealer is None:
        return
    conversation = person.row["conversation_id"]
    waiting = and_(inbox.c.conversation_id == conversation, inbox.c.state == "waiting")
    rows = await work.rows(select(inbox.c.id, inbox.c.text_sealed).where(waiting))
    texts = [readable(person.sealer, row["text_sealed"], "inbox", "text_sealed", row["id"]) or "" for row in rows]
    if not texts or not all(map(_START.fullmatch, texts)):
        return
    # Whoever is being answered already hears that answer to its end.
    free = and_(conversations.c.id == conversation, conversations.c.claim_token.is_(None))
    if await work.run(update(conversations).where(free).values(due_at=None)):
        await work.run(update(inbox).where(waiting).values(state="done"))
