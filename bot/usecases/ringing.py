"""Whom a round of the ladder rings."""

from datetime import timedelta

import structlog

from bot.domain.ladder import Circle
from bot.ports import Officer, Transaction
from bot.usecases.house import House, on_duty

log = structlog.get_logger(__name__)
#: Older covers and days off are nobody's business now, in whatever zone.
_AROUND = timedelta(days=3)


async def to_ring(tx: Transaction, house: House, lane: str, circle: Circle) -> list[Officer]:
    """Who is on duty now, supervisors too, or everybody, and every service.

    Where nobody is on duty whom alarms reach, everybody is rung: an alarm must be heard.
    """
    able = on_duty(await tx.officers.all(), lane)
    if circle is Circle.EVERYBODY:
        return able
    people = {officer.id for officer in able if not officer.is_service}
    try:
        now = house.clock.now()
        chosen = people & (await tx.roster.read(now.date() - _AROUND)).on_duty(now, house.timezone)
    except (ValueError, TypeError, OverflowError):  # hours that cannot be read ring everybody, never nobody
        log.exception("roster_unreadable")
        return able
    dead = {officer for officer, reached in (await tx.officers.reached()).items() if reached.failed}
    if not chosen - dead:
        return able
    if circle is Circle.SUPERVISORS:
        chosen |= {officer.id for officer in able if officer.leads}
    return [officer for officer in able if officer.is_service or officer.id in chosen]
