"""A message arrives: keep it, commit, and only then may the channel acknowledge it (LAW)."""

from collections.abc import Callable, Sequence

from bot.domain.message import Arrival, Ignored, Incoming, Poison
from bot.ports import Clock, Store, Transaction


async def receive(store: Store, clock: Clock, arrivals: Sequence[Arrival], *, expect: Callable[[Incoming], None] | None = None) -> None:
    """Keep everything in one transaction; when this returns, all of it may be acknowledged.  A redelivery changes nothing.

    ``expect`` is told of a defender's single new message while it is being committed, so that the model can begin to read it.
    """
    if not arrivals:
        return
    async with store.begin() as tx:
        for arrival in arrivals:
            is_new = await _keep(tx, clock, arrival)
            if is_new and expect is not None and len(arrivals) == 1 and isinstance(arrival, Incoming):
                expect(arrival)
        await tx.commit()


async def _keep(tx: Transaction, clock: Clock, arrival: Arrival) -> bool:
    """Whether it is a defender's, and new."""
    match arrival:
        case Incoming():
            kept = await tx.inbox.keep(arrival, clock.now())
            await tx.counts.add(f"kept_{arrival.channel}" if kept.new else f"redelivered_{arrival.channel}")
            return kept.new and not kept.from_officer
        case Poison():
            if await tx.inbox.keep_poison(arrival, clock.now()):
                await tx.counts.add(f"poison_{arrival.channel}")
        case Ignored():
            await tx.counts.add(f"ignored_{arrival.channel}_{arrival.reason}")
    return False
