"""Looking for handoffs, open and closed: lists without content, each officer's lanes only, every search audited."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.handoff import HandoffLine
from bot.domain.search import Sought
from bot.ports import Officer
from bot.usecases.house import House
from bot.usecases.sight import lanes_of

#: So many on a page.
PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of what was found, the latest first."""

    lines: Sequence[HandoffLine]
    more: str | None  #: the reference after which the next page begins; None: this is the last one


async def search(house: House, officer: Officer, sought: Sought) -> Found:
    """What this officer may see of it.  The audit says by what was searched, never for whom."""
    async with house.store.begin() as tx:
        lines = await tx.handoffs.search(sought, sorted(lanes_of(officer, await tx.officers.all())), PAGE + 1)
        shown = lines[:PAGE]
        await tx.audit.append(f"officer:{officer.id}", "searched", "search", {"by": " ".join(sought.by), "found": len(shown)})
        await tx.commit()
    return Found(lines=shown, more=shown[-1].reference if len(lines) > PAGE else None)


async def people(house: House) -> list[Officer]:
    """Whose cases can be looked for."""
    async with house.store.begin() as tx:
        return await tx.officers.all()


async def refused(house: House) -> None:
    """Count a search that asked for what cannot be."""
    async with house.store.begin() as tx:
        await tx.counts.add("search_refused")
        await tx.commit()
