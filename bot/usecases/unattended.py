"""While nobody may be answered (no officer is enrolled, or their last phone is just being replaced) emergencies are heard all the same:
they stand in the queue, and ring the desk and every service.  Nobody is told anything, and everything waits for its answer."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.domain.conversation import Conversation
from bot.domain.handoff import HandoffClass
from bot.domain.ids import ConversationId
from bot.domain.message import SILENT_KINDS, Message
from bot.usecases.house import House
from bot.usecases.respond import apply_change, decided, note_handoff
from bot.usecases.understand import hear_all

log = structlog.get_logger(__name__)


class Unattended:
    """Remembers up to where each conversation was heard; a new start hears all of it once more."""

    def __init__(self, house: House) -> None:
        """Nothing was heard yet."""
        self._house = house
        self._heard: dict[ConversationId, int] = {}

    async def look(self) -> None:
        """Hear what is new, while nobody may be answered.  One conversation that fails is tried again, and holds no other one up."""
        async with self._house.store.begin() as tx:
            attended = await self._house.attended(tx)
            latest = {} if attended else await tx.unanswered.latest(self._house.clock.now())
        if attended:
            await self._over()
            return
        for conversation, seq in latest.items():
            if seq <= self._heard.get(conversation, 0):
                continue
            try:
                await self._hear(conversation)
            except Exception:
                log.exception("unanswered_not_heard", conversation=conversation)
            else:
                self._heard[conversation] = seq

    async def _over(self) -> None:
        """Somebody is enrolled: they do not wait for the next round of what rang the desk and services only."""
        while self._heard:
            conversation = next(iter(self._heard))
            async with self._house.store.begin() as tx:
                held = (await tx.conversations.lock(conversation)).handoff
                if held is not None and held.is_emergency and held.acknowledged_at is None and held.next_ring_at is not None:
                    await tx.handoffs.save(replace(held, next_ring_at=self._house.clock.now()))
                    await tx.commit()
            del self._heard[conversation]

    async def _hear(self, of: ConversationId) -> None:
        house = self._house
        async with house.store.begin() as tx:
            messages = await tx.unanswered.read(of, self._heard.get(of, 0))
        heard = await hear_all(house, [message for message in messages if message.kind not in SILENT_KINDS])
        if not heard:
            return
        async with house.store.begin() as tx:
            conversation = house.in_language(await tx.conversations.lock(of), messages)
            change = decided(house, conversation, heard).change
            if change is None or change.close or change.cls is HandoffClass.OTHER or _known(conversation, messages):
                return
            await tx.conversations.save(conversation)
            # What the phone says later is weighed when it is answered.
            change = replace(change, phone_says_over=False, unring=False)
            handoff = await apply_change(tx, house, conversation, change, min(message.received_at for message in messages))
            if handoff is None or await house.attended(tx):
                return  # an officer was enrolled meanwhile: it is answered, and rung for, as always
            await tx.counts.add("unanswered_heard")
            await note_handoff(tx, handoff)
            await tx.commit()


def _known(conversation: Conversation, messages: Sequence[Message]) -> bool:
    """An officer has heard of the case since all of this came: after a new start it rings nobody again."""
    held = conversation.handoff
    heard_at = None if held is None else held.acknowledged_at or held.claimed_at
    return heard_at is not None and all(message.received_at <= heard_at for message in messages)
