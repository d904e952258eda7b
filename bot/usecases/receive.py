"""A message arrives: keep it, commit, and only then may the channel acknowledge it (LAW)."""

from collections.abc import Sequence

from bot.domain.message import Arrival, Ignored, Incoming, Poison
from bot.ports import Clock, Store, Transaction


async def receive(store: Store, clock: Clock, arrivals: Sequence[Arrival]) -> None:
    """Keep everything in one transaction; when this returns, all of it may be acknowledged.  A redelivery changes nothing."""
    if not arrivals:
        return
    async with store.begin() as tx:
        for arrival in arrivals:
            await _keep(tx, clock, arrival)
        await tx.commit()


async def _keep(tx: Transaction, clock: Clock, arrival: Arrival) -> None:
    match arrival:
        case Incoming():
            kept = await tx.inbox.keep(arrival, clock.now())
            await tx.counts.add(f"kept_{arrival.channel}" if kept.new else f"redelivered_{arrival.channel}")
        case Poison():
            if await tx.inbox.keep_poison(arrival, clock.now()):
                await tx.counts.add(f"poison_{arrival.channel}")
        case Ignored():
            await tx.counts.add(f"ignored_{arrival.channel}_{arrival.reason}")
