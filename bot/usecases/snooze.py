"""Putting a case aside until a moment: it keeps its holder, and wakes by the clock or by what the person writes."""

from datetime import datetime, timedelta

from bot.dialogue.aside import aside, longest, refuses, woken
from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.handoff import Handoff
from bot.ports import Officer, Transaction
from bot.usecases.handoff import carry_out, holding
from bot.usecases.house import House

#: For how many minutes an officer may choose to put a case aside; ``opening``: until the mission opens the next day.
MINUTES = (15, 60, 240)
OPENING = "opening"


def choices(house: House, handoff: Handoff) -> list[tuple[str, datetime]]:
    """What may be chosen for this case, with when it would wake."""
    now = house.clock.now()
    found = [(str(minutes), now + timedelta(minutes=minutes)) for minutes in MINUTES]
    if opens := _opening(house, now):
        found.append((OPENING, opens))
    return [(name, until) for name, until in found if until <= now + longest(handoff)]


def _opening(house: House, now: datetime) -> datetime | None:
    """When the mission opens next, not before tomorrow; None: not known, or not at all."""
    tomorrow = now.astimezone(house.timezone).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, datetime.min.time(), tzinfo=house.timezone)
    return house.hours.next_opening(midnight) if house.hours else None


async def snooze(house: House, officer: Officer, reference: str, until: datetime) -> Handoff:
    """Put it aside; the bot stays silent in it.

    Raises Refused("not_holder"), and Refused("too_long"), ("unheard") or ("unanswered") by the rules of ``bot.dialogue.aside``.
    """

    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        await holding(tx, officer, handoff)
        if reason := refuses(conversation, handoff, until, house.clock.now()):
            raise Refused(reason)
        return aside(handoff, until)

    return await carry_out(house, officer, reference, "snoozed", act, {"until": until.isoformat(timespec="minutes")})


async def wake(house: House, officer: Officer, reference: str) -> Handoff:
    """Its holder takes it in hand again; the time to act begins, for somebody may wait for an answer.  Raises Refused("not_holder")."""

    async def act(tx: Transaction, _: Conversation, handoff: Handoff) -> Handoff:
        await holding(tx, officer, handoff)
        return woken(handoff, house.clock.now())

    return await carry_out(house, officer, reference, "woken", act)
