"""The defender sees that somebody is writing: a wish of the desk, which the bot's process carries out within seconds or never."""

import asyncio
from collections.abc import Mapping

from bot.dialogue.truth import may_write_first
from bot.domain.errors import SendFailed
from bot.domain.handoff import State
from bot.domain.message import ChannelName
from bot.ports import Channel, Officer
from bot.usecases.house import House
from bot.usecases.sight import may_see

#: A messenger that does not answer within so many seconds is not asked again: the moment is over.
_WITHIN = 3.0


async def wish(house: House, officer: Officer, reference: str) -> bool:
    """Let the defender see it; only where writing first is allowed, and only for the holder.  Whether it was kept."""
    async with house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
        if found is None or not may_see(officer, found.lane, await tx.officers.all()):
            return False
        conversation = await tx.conversations.lock(found.conversation)
        held = conversation.handoff
        if held is None or held.id != found.id or held.state is not State.CLAIMED or held.holder != officer.id:
            return False
        if not may_write_first(conversation, held) or conversation.key_changed_at is not None:
            return False
        if not await tx.typing.wish(conversation.id, house.clock.now()):
            return False
        await tx.commit()
    return True


async def show(house: House, channels: Mapping[ChannelName, Channel]) -> int:
    """Carry out the wishes of the last seconds; how many.  One that fails is forgotten: later it would be untrue."""
    async with house.store.begin() as tx:
        wishes = await tx.typing.take(house.clock.now())
        if not wishes:
            return 0
        await tx.counts.add("typing_shown", len(wishes))
        await tx.commit()
    await asyncio.gather(*(_show(channels.get(channel), address) for channel, address in wishes))
    return len(wishes)


async def _show(channel: Channel | None, address: str) -> None:
    if channel is None:
        return
    try:
        async with asyncio.timeout(_WITHIN):
            await channel.typing(address)
    except (SendFailed, TimeoutError):
        return
