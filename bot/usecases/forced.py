"""A supervisor names a successor, who holds the case at once, and has as long for an answer as after a claim."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.handoff import FIRST_WORDS, HELD, Handoff
from bot.domain.ids import OfficerId
from bot.ports import Officer, Transaction
from bot.usecases.handoff import carry_out, tell
from bot.usecases.house import House
from bot.usecases.rounds import tell_officer
from bot.usecases.transfer import successor_of


async def force(house: House, officer: Officer, reference: str, to: OfficerId, reason: str, holder: OfficerId) -> Handoff:
    """Hand it from ``holder``, as the supervisor saw it, to ``to``; the reason stays as a sealed note, and both are told.

    Raises Refused: ``role`` for anybody but a supervisor, ``no_reason``, ``not_holder`` when another one, or nobody, holds it by now,
    ``no_successor``.
    """
    if not officer.leads:
        raise Refused("role")
    if not reason.strip():
        raise Refused("no_reason")

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        now = house.clock.now()
        successor = await successor_of(tx, handoff, to)
        held = await tx.handoffs.hand_over(handoff.id, holder, successor.id, now, offered=False)
        if held is None:
            name = (await tx.officers.get(handoff.holder)).name if handoff.holder and handoff.state in HELD else None
            raise Refused("not_holder", holder=name, since=handoff.claimed_at)
        forced = replace(held, claim_until=_due(handoff, now))
        await _keep_reason(tx, house, officer, conversation, successor, reason)
        time = house.local_time(forced.claim_until or now, house.officer_locale)
        await tell_officer(tx, house, successor.id, "officer_forced_to", handoff, conversation, time=time)
        await tell_officer(tx, house, holder, "officer_forced_from", handoff, conversation)
        await tell(tx, house, conversation, forced, "officer_transferred")
        return forced

    return await carry_out(house, officer, reference, "forced", act, {"from": holder, "to": to})


def _due(handoff: Handoff, now: datetime) -> datetime:
    """LAW: the claim on an emergency that nobody has acknowledged ends no later for it, and it goes on ringing."""
    until = now + FIRST_WORDS
    unheard = handoff.is_emergency and handoff.acknowledged_at is None
    return min(handoff.claim_until or until, until) if unheard else until


async def _keep_reason(
    tx: Transaction, house: House, officer: Officer, conversation: Conversation, successor: Officer, reason: str
) -> None:
    mark = house.responses.line("note_forced", house.officer_locale, {"name": successor.name})
    # Of somebody whose key is destroyed nothing can be kept; that holds up no hand-over.
    with suppress(LookupError):
        await tx.conversations.note(conversation.id, officer.id, f"{mark}\n{reason.strip()}", house.clock.now())
