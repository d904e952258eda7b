"""Telling the truth about the house: from stored facts, never a constant."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.domain.health import Health
from bot.domain.trouble import GONE, Service
from bot.usecases.house import House

#: Services that nothing stored tells of, and what health calls it when one does not work.
MESSENGERS = {"telegram": "telegram_down", "signal": "signal_down", "posts": "posts_refused"}


async def health(house: House, *, model_answers: bool, disk_free: int) -> Health:
    """How the house stands now.  Raises what the database raises: a house that cannot look is not well."""
    now = house.clock.now()
    async with house.store.begin() as tx:
        stored = await tx.health.stored(now)
        services = await tx.troubles.services()
    return Health(
        at=now,
        stored=stored,
        model_answers=model_answers,
        disk_free=disk_free,
        needs_officers=house.has_messenger,
        serving=house.serving,
        down=_down(services, now),
        clock_believed=house.pulses.beats.get("clock", (True, ""))[0],
    )


def _down(services: Iterable[Service], now: datetime) -> Mapping[str, datetime]:
    """What the desk shows too; of a messenger that nobody reports any more nothing is known: a setting has changed."""
    failing = [each for each in services if not each.ok and now - each.seen_at <= GONE]
    return {MESSENGERS[each.name]: each.since for each in failing if each.name in MESSENGERS}
