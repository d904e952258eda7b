"""Exercises: a marked message goes through the whole chain, as an emergency would, and reaches no real person.

Its contact writes on a channel of its own, ``ChannelName.DRILL``: by that it is known everywhere, and counted in no figure.
"""

from collections.abc import Sequence

from bot.domain.drill import LASTS, Drill, Report
from bot.domain.errors import Refused
from bot.domain.ids import OfficerId, new_id
from bot.domain.message import ChannelName, Incoming, Kind
from bot.ports import Transaction
from bot.usecases.house import House

#: So many exercises are listed.
_LISTED = 20


async def start(house: House, actor: str, officer: OfficerId | None = None) -> str:
    """Begin one; its name.  Raises Refused: ``nobody`` can be rung, or one is ``running`` already."""
    now = house.clock.now()
    text = house.responses.line("drill_message", house.officer_locale, {})
    message = Incoming(channel=ChannelName.DRILL, account="drill", key=new_id(), sender=new_id(), kind=Kind.TEXT, text=text)
    async with house.store.begin() as tx:
        if not any(each.is_person for each in await tx.officers.all()):
            raise Refused("nobody")
        # One that came to no case has nothing to end: after its time it is over.
        if any(drill.runs and now - drill.started_at < LASTS for drill in await tx.drills.latest(1)):
            raise Refused("running")
        kept = await tx.inbox.keep(message, now)
        assert kept.conversation is not None  # noqa: S101 - its sender has just been made up: no officer has that address
        drill = await tx.drills.begin(kept.conversation, officer, now)
        await tx.audit.append(actor, "drill_started", drill)
        await tx.commit()
    return drill


async def latest(house: House) -> list[Drill]:
    """The exercises that were begun last, the latest first."""
    async with house.store.begin() as tx:
        return await tx.drills.latest(_LISTED)


async def report(house: House, drill: str) -> Report:
    """What became of it so far.  Raises Refused("unknown")."""
    async with house.store.begin() as tx:
        found = await tx.drills.report(drill)
    if found is None:
        raise Refused("unknown")
    return found


async def end(house: House, actor: str, drill: str) -> None:
    """Close what is open of it; nobody is rung any more.  Raises Refused: ``unknown``, or it has ``ended``."""
    async with house.store.begin() as tx:
        found = await tx.drills.report(drill)
        if found is None:
            raise Refused("unknown")
        if not await _close(tx, house, found.drill):
            raise Refused("ended")
        await tx.audit.append(actor, "drill_ended", drill)
        await tx.commit()


async def end_old(house: House) -> int:
    """End what nobody has ended in time; how many."""
    async with house.store.begin() as tx:
        old = [each for each in await tx.drills.latest(1) if each.runs and house.clock.now() - each.started_at >= LASTS]
        ended: Sequence[Drill] = [drill for drill in old if await _close(tx, house, drill)]
        for drill in ended:
            await tx.audit.append("bot", "drill_ended", drill.id)
        if ended:
            await tx.commit()
    return len(ended)


async def _close(tx: Transaction, house: House, drill: Drill) -> bool:
    """The same state in which an officer's closing leaves it; False when there is nothing open."""
    conversation = await tx.conversations.lock(drill.conversation)
    handoff = conversation.handoff
    if handoff is None:
        return False
    await tx.handoffs.save(handoff.closed(house.clock.now()))
    return True
