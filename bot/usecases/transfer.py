"""A case goes from one officer to another: offered and accepted; until then the holder holds it, and every clock runs on."""

from dataclasses import replace
from datetime import timedelta

import structlog

from bot.dialogue.aside import woken
from bot.dialogue.truth import is_unanswered
from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.handoff import FIRST_WORDS, HELD, Handoff
from bot.domain.ids import OfficerId
from bot.ports import Officer, Transaction
from bot.usecases.handoff import Within, alone, carry_out, holding, tell
from bot.usecases.house import House
from bot.usecases.rounds import tell_officer
from bot.usecases.sight import may_see

log = structlog.get_logger(__name__)

#: An offer that nobody has accepted ends after so long.
OFFER_LIVES = timedelta(minutes=10)


async def offer(house: House, officer: Officer, reference: str, to: OfficerId, *, within: Within = alone) -> Handoff:
    """Ask a named officer to take it over; the holder, or a supervisor for them.  They hear of it on their own messenger.

    Raises Refused: ``not_holder``, ``no_successor`` (nobody who may take it), ``offered`` (to somebody, already).
    """

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        await _hands_over(tx, officer, handoff)
        successor = await successor_of(tx, handoff, to)
        now = house.clock.now()
        if handoff.is_offered(now):
            raise Refused("offered")
        until = now + OFFER_LIVES
        time = house.local_time(until, house.officer_locale)
        await tell_officer(tx, house, successor.id, "officer_offered", handoff, conversation, time=time)
        return replace(woken(handoff, now), offered_to=successor.id, offered_at=now, offer_until=until)

    return await carry_out(house, officer, reference, "offered", act, {"to": to}, within=within)


async def _hands_over(tx: Transaction, officer: Officer, handoff: Handoff) -> None:
    """Whether this officer may let it go to another: whoever holds it, and a supervisor for whoever does."""
    if not (officer.leads and handoff.state in HELD and handoff.holder is not None):
        await holding(tx, officer, handoff)


async def successor_of(tx: Transaction, handoff: Handoff, to: OfficerId) -> Officer:
    """The officer of that id.  Raises Refused("no_successor") for whoever may not take it, and for the holder."""
    everybody = await tx.officers.all()
    found = next((each for each in everybody if each.id == to), None)
    if found is None or found.id == handoff.holder or not may_take(found, handoff, everybody):
        raise Refused("no_successor")
    return found


def may_take(officer: Officer, handoff: Handoff, everybody: list[Officer]) -> bool:
    """A person who can be reached, at the desk or on a messenger, and whose lane it is."""
    return (officer.is_person or officer.at_desk) and may_see(officer, handoff.lane, everybody)


async def accept(house: House, officer: Officer, reference: str, *, within: Within = alone) -> Handoff:
    """Take over what is offered: compare-and-set, so that of two acts one wins.

    Raises Refused("not_offered"), with who holds it: it was taken back, has ended, or was never offered to this officer.
    """

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        now, before = house.clock.now(), handoff.holder
        taken = await tx.handoffs.hand_over(handoff.id, before, officer.id, now, offered=True) if before else None
        if taken is None or before is None:
            raise await _not_offered(tx, handoff)
        await tell_officer(tx, house, before, "officer_offer_accepted", handoff, conversation)
        await tell(tx, house, conversation, taken, "officer_transferred")
        due = is_unanswered(conversation) or handoff.claim_until is not None
        return replace(
            taken, claim_until=now + FIRST_WORDS if due else None, next_ring_at=None, acknowledged_at=now, acknowledged_by=officer.id
        )  # fmt: skip

    return await carry_out(house, officer, reference, "accepted", act, within=within)


async def _not_offered(tx: Transaction, handoff: Handoff) -> Refused:
    holder = (await tx.officers.get(handoff.holder)).name if handoff.holder else None
    return Refused("not_offered", holder=holder, since=handoff.claimed_at)


async def decline(house: House, officer: Officer, reference: str, *, within: Within = alone) -> Handoff:
    """Say no to an offer: the holder goes on holding it, and hears so.  Raises Refused("not_offered")."""

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        if handoff.offered_to != officer.id:
            raise await _not_offered(tx, handoff)
        if handoff.holder is not None:
            await tell_officer(tx, house, handoff.holder, "officer_offer_declined", handoff, conversation)
        return handoff.unoffered()

    return await carry_out(house, officer, reference, "declined", act, within=within)


async def take_back(house: House, officer: Officer, reference: str) -> Handoff:
    """Ask nobody any more to take it over.  Raises Refused: ``not_holder``, ``not_offered``."""

    async def act(tx: Transaction, _: Conversation, handoff: Handoff) -> Handoff:
        await _hands_over(tx, officer, handoff)
        if handoff.offered_to is None:
            raise Refused("not_offered")
        return handoff.unoffered()

    return await carry_out(house, officer, reference, "offer_withdrawn", act)


async def end_offers(house: House) -> int:
    """End the offers that nobody has accepted in time; how many.  Nothing rings less for it: the holder has held it all along."""
    async with house.store.begin() as tx:
        over = await tx.handoffs.offers_over(house.clock.now())
    for handoff in over:
        try:
            await _end_offer(house, handoff)
        except Exception:
            log.exception("offer_not_ended", handoff=handoff.id)
    return len(over)


async def _end_offer(house: House, seen: Handoff) -> None:
    async with house.store.begin() as tx:
        conversation = await tx.conversations.lock(seen.conversation)
        handoff, now = conversation.handoff, house.clock.now()
        if handoff is None or handoff.id != seen.id or handoff.offer_until is None or handoff.offer_until > now:
            return
        if handoff.holder is not None:
            await tell_officer(tx, house, handoff.holder, "officer_offer_over", handoff, conversation)
        await tx.handoffs.save(handoff.unoffered())
        await tx.audit.append("bot", "offer_over", handoff.reference, {})
        await tx.commit()
