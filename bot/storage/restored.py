"""What a restored copy must not bring back: whoever was shut out after it was made would have the way in again."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, update

from bot.domain.message import ChannelName
from bot.ports import Clock, Officer
from bot.storage.accounts import SqlAccounts
from bot.storage.base import Work
from bot.storage.desktables import challenges, devices, invitations, sessions
from bot.storage.ledger import SqlAudit, SqlCounts
from bot.storage.officers import SqlOfficers
from bot.storage.tables import officers


@dataclass(frozen=True, kw_only=True)
class Live:
    """Who has a way in by a restored copy; an operator compares it with what has been ended since."""

    accounts: Sequence[tuple[str, str]] = field(repr=False)  #: name and role: their passwords open the desk
    phones: Sequence[tuple[str, ChannelName]] = field(repr=False)  #: suspended until confirmed
    services: Sequence[str] = field(repr=False)  #: ring, and are told nothing of anybody


async def withdraw(work: Work, clock: Clock) -> Live:
    """End what opens without a password (sessions, known browsers, invitations, codes), and suspend every officer's phone."""
    for table in (sessions, devices, invitations, challenges):
        await work.run(delete(table))
    await work.run(update(officers).values(code_index=None, code_until=None, draft_sealed=None, draft_at=None))
    of = SqlOfficers(work)
    everybody = await of.all()
    phones = [each for each in everybody if each.has_phone]
    for each in phones:
        await of.suspend(each.id, clock.now())
    live = [(each.name, str(each.role)) for each in await SqlAccounts(work).all() if each.is_live]
    await SqlAudit(work, clock).append("operator", "restored", "database", {"accounts": len(live), "phones": len(phones)})
    await SqlCounts(work).flush()
    return Live(accounts=live, phones=list(map(_phone, phones)), services=[each.name for each in everybody if each.is_service])


def _phone(officer: Officer) -> tuple[str, ChannelName]:
    return officer.name, officer.channel or ChannelName.CONSOLE
