"""Keeping what arrived, whatever happens: a payload that cannot be stored never blocks the next one, and is never dropped."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.domain.message import Arrival, Ignored, Poison

log = structlog.get_logger(__name__)

#: Stores arrivals in one transaction; only when it has returned may they be acknowledged.
Keep = Callable[[Sequence[Arrival]], Awaitable[None]]
Count = Callable[[str], Awaitable[None]]
#: Seconds between tries where the messenger itself delivers again.
SHORT = (0.2, 1.0, 2.0)
#: Where it does not: as long as we hold the post, nothing is lost.
LONG = (0.2, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0)
#: From this try on something may be wrong with one arrival rather than with the database.
_ONE_BY_ONE = 2


@dataclass(frozen=True, kw_only=True)
class Received:
    """An arrival, and the same payload as poison should it prove impossible to store."""

    arrival: Arrival
    as_poison: Poison


async def keep_surely(keep: Keep, received: Sequence[Received], pauses: Sequence[float]) -> None:
    """Store everything, together or at last one by one.  Raises what the database raised when even poison cannot be stored.

    A hiccup of the database must not turn an emergency into poison, which rings nobody: so the first tries are for everything together.
    """
    for number, pause in enumerate((*pauses, None)):
        try:
            await (keep([each.arrival for each in received]) if number < _ONE_BY_ONE else _one_by_one(keep, received))
        except Exception:  # whatever it was: the payload must not be lost for it
            log.exception("keep_failed", attempt=number + 1)
            if pause is None:
                raise
            await asyncio.sleep(pause)
        else:
            return


async def _one_by_one(keep: Keep, received: Sequence[Received]) -> None:
    for each in received:
        try:
            await keep([each.arrival])
        except Exception:
            log.exception("keep_alone_failed", channel=each.arrival.channel)
            await keep([Ignored(channel=each.arrival.channel, reason="probe")])
            await _now_or_as_poison(keep, each)


async def _now_or_as_poison(keep: Keep, each: Received) -> None:
    """The database has just written something, so what fails now is the payload: a lock that ended must not make poison of an alarm."""
    try:
        await keep([each.arrival])
    except Exception:
        await keep([each.as_poison])
        log.exception("kept_as_poison", channel=each.arrival.channel)
