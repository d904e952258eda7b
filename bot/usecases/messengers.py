"""Officers' own messengers as leaders see to them: a code for a phone, a changed safety number, the end of an enrolment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.account import Account, Role
from bot.domain.errors import Refused
from bot.domain.ids import OfficerId
from bot.ports import Officer, Reached, Transaction
from bot.usecases.house import House
from bot.usecases.sign_in import actor


@dataclass(frozen=True, kw_only=True)
class Phones:
    """Everybody with what is known of their messenger."""

    officers: Sequence[Officer]
    reached: Mapping[OfficerId, Reached]


async def phones(house: House) -> Phones:
    """All officers who are people, oldest first."""
    async with house.store.begin() as tx:
        everybody = [each for each in await tx.officers.all() if not each.is_service]
        return Phones(officers=everybody, reached=await tx.officers.reached())


async def new_code(house: House, by: Account, officer: OfficerId) -> tuple[Officer, str]:
    """A one-time code for the phone of that officer, to be shown this once; it lives 24 hours, and no other is valid any more.

    Raises Refused: ``unknown``, ``enrolled`` (their messenger is ended first: else two phones would be one officer).
    """
    async with house.store.begin() as tx:
        found = await _officer(tx, officer)
        if found.enrolled:
            raise Refused("enrolled")
        code = await tx.officers.new_code(officer, house.clock.now())
        await tx.audit.append(actor(by), "messenger_invited", officer)
        await tx.commit()
    return found, code


async def confirm(house: House, by: Account, officer: OfficerId) -> None:
    """Somebody has asked that officer in person: the new safety number is theirs.  The messenger is told; then they are heard again.

    Raises Refused: ``unknown``, ``not_changed``, ``yourself`` (where there is another leader: whoever has the phone must not say so).
    """
    async with house.store.begin() as tx:
        await _officer(tx, officer)
        others = [each for each in await tx.accounts.all() if each.is_live and each.role is not Role.OFFICER and each.id != by.id]
        if by.officer == officer and others:
            raise Refused("yourself")
        if not await tx.officers.queue_trust(officer, house.clock.now()):
            raise Refused("not_changed")
        await tx.audit.append(actor(by), "messenger_confirmed", officer)
        await tx.commit()


async def end(house: House, by: Account, officer: OfficerId) -> None:
    """That phone is nobody's any more; the officer's account stays.  What they held there rings others.  Raises Refused("unknown")."""
    async with house.store.begin() as tx:
        await _officer(tx, officer)
        if not await tx.officers.end_messenger(officer):
            raise Refused("unknown")
        await tx.audit.append(actor(by), "messenger_ended", officer)
        await tx.commit()


async def _officer(tx: Transaction, officer: OfficerId) -> Officer:
    found = next((each for each in await tx.officers.all() if each.id == officer and not each.is_service), None)
    if found is None:
        raise Refused("unknown")
    return found
