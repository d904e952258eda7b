"""A second officer looks on: reads the case, is rung with the others when its claim ends, and says nothing to the defender."""

from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.handoff import HELD, Handoff
from bot.ports import Officer, Transaction
from bot.usecases.handoff import carry_out
from bot.usecases.house import House


async def watch(house: House, officer: Officer, reference: str) -> Handoff:
    """Look on beside the holder, until it is closed.  Raises Refused("not_watchable"): nobody else holds it."""

    async def act(tx: Transaction, _: Conversation, handoff: Handoff) -> Handoff:
        if handoff.state not in HELD or handoff.holder == officer.id:
            raise Refused("not_watchable")
        await tx.handoffs.watch(handoff.id, officer.id, house.clock.now())
        return handoff

    return await carry_out(house, officer, reference, "watched", act)


async def unwatch(house: House, officer: Officer, reference: str) -> Handoff:
    """Look on no more; whoever does not look on any more is not refused."""

    async def act(tx: Transaction, _: Conversation, handoff: Handoff) -> Handoff:
        await tx.handoffs.unwatch(handoff.id, officer.id)
        return handoff

    return await carry_out(house, officer, reference, "unwatched", act)
