"""What could not be understood, shown to an officer."""

from collections.abc import Sequence

from bot.ports import KeptPoison, Officer
from bot.usecases.house import House


async def poison(house: House, officer: Officer, *, raw: bool) -> Sequence[KeptPoison]:
    """The latest payloads that nobody could parse; every reading is audited.  ``raw``: whether their text is going to be shown."""
    async with house.store.begin() as tx:
        kept = await tx.inbox.poison()
        await tx.audit.append(f"officer:{officer.id}", "poison_read", "poison", {"rows": len(kept), "raw": int(raw)})
        await tx.commit()
    return kept
