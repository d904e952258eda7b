"""A reference written from another contact: its holder is told, as claimed and not proven; the writer learns nothing from it."""

from bot.domain.ids import ConversationId, references_in
from bot.ports import Claimed
from bot.usecases.house import House

#: Nobody writes more references than this in one go, save to try them out.
AT_MOST = 5


async def note_claimed_references(house: House, claimed: Claimed) -> None:
    """Keep a note at every open case of somebody else that these messages name.

    A transaction of its own, before the answer: two conversations are never locked together.  Tried again, it may note twice.
    """
    named = [reference for message in claimed.messages for reference in references_in(message.text)]
    for reference in list(dict.fromkeys(named))[:AT_MOST]:
        await _note(house, claimed.conversation, reference)


async def _note(house: House, writer: ConversationId, reference: str) -> None:
    async with house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
        if found is None or not found.is_open or found.conversation == writer:
            return
        words = house.responses.line("note_reference_claimed", house.officer_locale, {"reference": reference})
        await tx.conversations.note(found.conversation, None, words, house.clock.now())
        await tx.counts.add("reference_claimed")
        await tx.commit()
