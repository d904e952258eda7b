"""Whom a round of the ladder rings."""

from collections.abc import Set

from bot.domain.account import Role
from bot.domain.ids import OfficerId
from bot.domain.ladder import Circle
from bot.ports import Officer, Transaction
from bot.usecases.house import House, on_duty


async def to_ring(tx: Transaction, house: House, lane: str, circle: Circle) -> list[Officer]:
    """Who is on duty now, supervisors too, or everybody, and every service.

    Where nobody is on duty who can be rung, everybody is: an alarm must be heard.
    """
    able = on_duty(await tx.officers.all(), lane)
    if circle is Circle.EVERYBODY:
        return able
    people = {officer.id for officer in able if not officer.is_service}
    chosen = people & (await tx.roster.read()).on_duty(house.clock.now(), house.timezone)
    if not chosen:
        return able
    if circle is Circle.SUPERVISORS:
        chosen |= people & await _supervisors(tx)
    return [officer for officer in able if officer.is_service or officer.id in chosen]


async def _supervisors(tx: Transaction) -> Set[OfficerId]:
    accounts = await tx.accounts.all()
    return {each.officer for each in accounts if each.role is Role.SUPERVISOR and each.is_live and each.officer is not None}
