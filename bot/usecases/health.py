"""Telling the truth about the house: from stored facts, never a constant."""

from bot.domain.health import Health
from bot.usecases.house import House


async def health(house: House, *, model_answers: bool, disk_free: int) -> Health:
    """How the house stands now.  Raises what the database raises: a house that cannot look is not well."""
    async with house.store.begin() as tx:
        stored = await tx.health.stored(house.clock.now())
    return Health(
        at=house.clock.now(),
        stored=stored,
        model_answers=model_answers,
        disk_free=disk_free,
        needs_officers=house.has_messenger,
        serving=house.serving,
    )
