"""*Do not write first*: an officer marks a contact so, or ends the mark; every outgoing path looks at it (``dialogue.truth``)."""

from contextlib import suppress
from dataclasses import replace

from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.handoff import Handoff
from bot.ports import Officer, Transaction
from bot.usecases.block import may_block
from bot.usecases.handoff import carry_out, holding
from bot.usecases.house import House


async def bar(house: House, officer: Officer, reference: str) -> Handoff:
    """From now on nothing goes to the contact of this open case that answers nothing.

    Raises Refused: ``not_holder`` for whoever neither holds it nor leads, or ``marked`` already.
    """

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        await _may(tx, officer, handoff)
        if conversation.do_not_write_first:
            raise Refused("marked")
        await tx.conversations.save(replace(conversation, do_not_write_first=True))
        return handoff

    return await carry_out(house, officer, reference, "first_words_barred", act)


async def allow(house: House, officer: Officer, reference: str, reason: str) -> Handoff:
    """End the mark, whoever has set it; why is kept as a note.

    Raises Refused: ``not_holder`` as above, ``no_reason``, or ``not_marked``.
    """

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        await _may(tx, officer, handoff)
        if not conversation.do_not_write_first:
            raise Refused("not_marked")
        said = house.words(house.officer_locale).gettext("May be written to first again: {reason}", reason=reason)
        with suppress(LookupError):  # of somebody whose key is destroyed nothing can be kept
            await tx.conversations.note(conversation.id, officer.id, said, house.clock.now())
        await tx.conversations.save(replace(conversation, do_not_write_first=False))
        return handoff

    if not reason.strip():
        raise Refused("no_reason")
    return await carry_out(house, officer, reference, "first_words_allowed", act)


async def _may(tx: Transaction, officer: Officer, handoff: Handoff) -> None:
    """Whoever may block a contact; who else is told who holds the case."""
    if not may_block(officer, handoff):
        await holding(tx, officer, handoff)
