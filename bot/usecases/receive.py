"""A message arrives: keep it, commit, and only then may the channel acknowledge it (LAW)."""

from collections.abc import Sequence

from bot.domain.message import Arrival, Ignored, Incoming, Poison
from bot.ports import Clock, Kept, Store, Transaction
from bot.usecases.house import House
from bot.usecases.understand import expect

#: Longer than any answer takes, and short: should a commit succeed whose word never reached us (a broken connection to PostgreSQL), the
#: redelivery finds the message kept, and nobody holds it; after so long the responder takes it.
HANDED_ON_SECONDS = 15.0


async def receive(store: Store, clock: Clock, arrivals: Sequence[Arrival]) -> None:
    """Keep everything in one transaction; when this returns, all of it may be acknowledged.  A redelivery changes nothing."""
    if not arrivals:
        return
    async with store.begin() as tx:
        for arrival in arrivals:
            await _keep(tx, clock, arrival)
        await tx.commit()


async def receive_and_hand_on(house: House, arrivals: Sequence[Arrival]) -> None:
    """The same; a single message is claimed in the transaction that keeps it, and the model reads it while that is written.

    So its answer begins without another look into the database.  Nothing is promised by it: what is not claimed here waits, and is
    claimed by the responder's own look.
    """
    if len(arrivals) == 1 and isinstance(arrivals[0], Incoming):
        await _receive_one(house, arrivals[0])
    else:
        await receive(house.store, house.clock, arrivals)


async def _receive_one(house: House, incoming: Incoming) -> None:
    if is_familiar := house.familiar.has(incoming):
        expect(house, incoming)
    async with house.answering.place() as responder:
        async with house.store.begin() as tx:
            lease = HANDED_ON_SECONDS if responder.free and await house.attended(tx) else None
            kept = await _keep_message(tx, house.clock, incoming, lease)
            house.familiar.note(incoming, defender=not kept.from_officer)
            if kept.new and not kept.from_officer and not is_familiar:
                expect(house, incoming)
            await tx.commit()
        responder.fill(kept.claimed)


async def _keep(tx: Transaction, clock: Clock, arrival: Arrival) -> None:
    match arrival:
        case Incoming():
            await _keep_message(tx, clock, arrival)
        case Poison():
            if await tx.inbox.keep_poison(arrival, clock.now()):
                await tx.counts.add(f"poison_{arrival.channel}")
        case Ignored():
            await tx.counts.add(f"ignored_{arrival.channel}_{arrival.reason}")


async def _keep_message(tx: Transaction, clock: Clock, incoming: Incoming, lease_seconds: float | None = None) -> Kept:
    kept = await tx.inbox.keep(incoming, clock.now(), lease_seconds)
    await tx.counts.add(f"kept_{incoming.channel}" if kept.new else f"redelivered_{incoming.channel}")
    return kept
