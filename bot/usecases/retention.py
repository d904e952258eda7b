"""Erasing by time: what the janitor does on every round."""

from collections.abc import Mapping
from datetime import timedelta

from bot.ports import Sweep
from bot.usecases.house import House

#: What a sweep only counts.
NOT_ERASED = frozenset({"exempt", "cases_wait"})


async def sweep(house: House, *, by_time: bool = True) -> Mapping[str, int]:
    """Erase what is due by the mission's times; cases that wait for officers are exempt and counted.

    Not ``by_time`` (the clock is not believed): only what was asked for.
    """
    now = house.clock.now()
    due = Sweep(
        now=now,
        text_before=now - timedelta(days=house.text_days),
        contact_before=now - timedelta(days=house.contact_days),
        audit_before=now - timedelta(days=house.audit_days),
    )
    async with house.store.begin() as tx:
        erased = await (tx.retention.sweep(due) if by_time else tx.retention.asked_for(now))
        if any(number for kind, number in erased.items() if kind not in NOT_ERASED):
            await tx.audit.append("janitor", "swept", "retention", dict(erased))
        await tx.commit()
    return erased


async def erased_from_log(house: House) -> bool:
    """Whether no erased page is left in the write-ahead log; counted while a reader is in the way."""
    done = await house.store.truncate_log()
    if not done:
        async with house.store.begin() as tx:
            await tx.counts.add("erasure_waits_for_reader")
            await tx.commit()
    return done


async def erasures(house: House) -> int:
    """How often anything was erased so far, on request or by time, in whatever process."""
    async with house.store.begin() as tx:
        return (await tx.counts.all()).get("erasures", 0)
