"""An officer asks the defender for a consent; the question is the bot's, the act is the officer's, and both are audited."""

from datetime import timedelta

from bot.dialogue.triage import asked, text_of
from bot.dialogue.truth import may_write_first
from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.handoff import Handoff
from bot.domain.triage import CONSENT
from bot.ports import Officer, Transaction
from bot.usecases.handoff import carry_out, holding
from bot.usecases.house import House
from bot.usecases.speak import notice

#: After a longer silence the phone may be in other hands, and no question of ours may light it up where the bot never writes first.
STILL_THERE = timedelta(minutes=10)


async def ask(house: House, officer: Officer, reference: str, consent: str) -> Handoff:
    """Queue the question of that consent, one of ``CONSENTS``.

    Raises Refused("not_holder"), and Refused("not_first") where the bot never writes first and the person has been silent.
    """

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        await holding(tx, officer, handoff)
        if not _may_ask(house, conversation, handoff):
            raise Refused("not_first")
        question = f"{CONSENT}{consent}"
        now = house.clock.now()
        await tx.outbox.queue(conversation.id, notice(house, conversation, text_of(question), handoff), now)
        await tx.conversations.save(asked(conversation, question, now).remembering(question_open=False))
        return handoff

    return await carry_out(house, officer, reference, "consent_asked", act, {"consent": consent})


def _may_ask(house: House, conversation: Conversation, handoff: Handoff) -> bool:
    last = conversation.last_message_at
    there = last is not None and house.clock.now() - last <= STILL_THERE
    return may_write_first(conversation, handoff) or (there and not conversation.muted and not conversation.erased)
