"""Taking back words that have not gone yet: for some seconds after they were written at the desk."""

from datetime import timedelta

from bot.dialogue.aside import woken
from bot.dialogue.ended import owed_again, unanswered
from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.handoff import Handoff
from bot.ports import Officer, Transaction
from bot.usecases.handoff import carry_out, holding
from bot.usecases.house import House

#: So long words from the desk wait, for the officer to take them back.
WAIT = timedelta(seconds=5)


async def take_back(house: House, officer: Officer, reference: str, row: str) -> str:
    """Cancel words of this officer's claim that no courier has had; the words, for the box in which they were written.

    The person is unanswered again, and the clock of the claim runs on.  Raises Refused("gone"): they may have gone already.
    """
    words: list[str] = []

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        await holding(tx, officer, handoff)
        now = house.clock.now()
        found = await tx.outbox.take_back(conversation.id, row, handoff.claimed_at or now)
        if found is None:
            raise Refused("gone")
        words.append(found)
        spoke_at = await tx.outbox.officer_spoke_at(conversation.id)
        await tx.conversations.save(unanswered(conversation, spoke_at))
        return owed_again(woken(handoff, now), conversation.memory.ended, spoke_at, now)

    await carry_out(house, officer, reference, "undone", act)
    return words[0]
