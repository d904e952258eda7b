"""What stands above an officer's queue: cases that are offered to them, and what is left over from hours that have ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.handoff import HandoffLine
from bot.domain.queue import Common, Group
from bot.domain.roster import Roster
from bot.ports import Officer
from bot.usecases.house import House
from bot.usecases.shifts import Left, left_over


@dataclass(frozen=True, kw_only=True)
class Beside:
    """As it is now."""

    offers: Sequence[HandoffLine] = ()
    left: Sequence[Left] = ()  #: their own; for a supervisor everybody's
    people: Sequence[Officer] = ()  #: to whom all of it may be offered


def beside(house: House, officer: Officer, everybody: Sequence[Officer], common: Common | None, roster: Roster) -> Beside:
    """Of the cases that this officer may see; ``common`` holds no others."""
    if common is None:
        return Beside()
    now = house.clock.now()
    offers = [line for line in common.claimed if line.offered_to == officer.id and line.offer_until is not None and now < line.offer_until]
    aside = [line for section in common.sections if section.group is Group.SNOOZED for line in section.lines]
    left = left_over(roster, [*common.claimed, *aside], now, house.timezone) if roster.shifts else []
    shown = [each for each in left if officer.leads or each.officer == officer.id]
    people = [each for each in everybody if each.is_person or each.at_desk] if shown else []
    return Beside(offers=offers, left=shown, people=sorted(people, key=lambda each: each.name.casefold()))
