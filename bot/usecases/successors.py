"""Who may take a case over, those on duty first."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.handoff import HELD, Handoff
from bot.domain.roster import LOOKS_BACK
from bot.ports import Officer, Transaction
from bot.usecases.house import House
from bot.usecases.transfer import may_take


@dataclass(frozen=True, kw_only=True)
class Successor:
    """Somebody who may take it over."""

    officer: Officer
    on_duty: bool


async def successors(tx: Transaction, house: House, handoff: Handoff) -> Sequence[Successor]:
    """For a case that somebody holds: everybody else whose lane it is and who can be reached; whoever is on duty stands first."""
    if handoff.state not in HELD:
        return ()
    everybody, now = await tx.officers.all(), house.clock.now()
    duty = (await tx.roster.read(now.date() - LOOKS_BACK)).on_duty(now, house.timezone)
    able = [each for each in everybody if each.id != handoff.holder and may_take(each, handoff, everybody)]
    found = [Successor(officer=each, on_duty=each.id in duty) for each in able]
    return sorted(found, key=lambda each: (not each.on_duty, each.officer.name.casefold()))
