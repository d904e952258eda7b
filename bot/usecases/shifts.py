"""The end of a shift: whoever still holds cases is told once, and supervisors once where nobody has taken over.

Nothing is taken from anybody: the holder may be talking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.dialogue.truth import is_unanswered
from bot.domain.errors import Refused
from bot.domain.handoff import HELD, HandoffClass, HandoffLine
from bot.domain.ids import OfficerId
from bot.domain.ladder import Circle
from bot.domain.roster import LOOKS_BACK, Roster
from bot.ports import Officer, Transaction
from bot.usecases.house import House, on_duty
from bot.usecases.ringing import to_ring
from bot.usecases.rounds import alert_drafts, tell_officer
from bot.usecases.transfer import offer

log = structlog.get_logger(__name__)

#: After so long supervisors hear that nobody has taken over.
LEFT_AFTER = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Left:
    """What somebody still holds whose hours have ended."""

    officer: OfficerId
    ended_at: datetime
    lines: Sequence[HandoffLine]


def left_over(roster: Roster, claimed: Sequence[HandoffLine], now: datetime, zone: ZoneInfo) -> list[Left]:
    """By holder, the one whose hours ended first before the others; no exercises, and nothing that was claimed after the hours."""
    held: dict[OfficerId, list[HandoffLine]] = {}
    for line in claimed:
        if line.state in HELD and line.holder is not None and line.claimed_at is not None and not line.is_exercise:
            held.setdefault(line.holder, []).append(line)
    found = []
    for officer, lines in held.items():
        ended = roster.ended(officer, now, zone)
        before = [line for line in lines if ended is not None and line.claimed_at is not None and line.claimed_at < ended]
        if ended is not None and before:
            found.append(Left(officer=officer, ended_at=ended, lines=before))
    return sorted(found, key=lambda left: left.ended_at)


async def look(house: House) -> int:
    """Tell whoever is to be told now; of how many officers the hours have ended while they hold cases."""
    now = house.clock.now()
    async with house.store.begin() as tx:
        roster = await tx.roster.read(now.date() - LOOKS_BACK)
        claimed = await tx.handoffs.queue(tuple(HELD)) if roster.shifts else []
    found = left_over(roster, claimed, now, house.timezone)
    for left in found:
        try:
            await _tell_holder(house, left)
            if left.ended_at + LEFT_AFTER <= now:
                for line in left.lines:
                    await _tell_supervisors(house, left, line)
        except Exception:
            log.exception("shift_end_not_told", officer=left.officer)
    return len(found)


async def _told(tx: Transaction, event: str, subject: str, since: datetime) -> bool:
    last = await tx.audit.last(event, subject)
    return last is not None and last >= since


async def _tell_holder(house: House, left: Left) -> None:
    async with house.store.begin() as tx:
        if await _told(tx, "shift_ended", left.officer, left.ended_at):
            return
        officer = await tx.officers.get(left.officer)
        if officer.is_person:
            references = ", ".join(line.reference for line in left.lines)
            for draft in alert_drafts(house, officer, "officer_shift_ended", None, "en", 0, references=references):
                await tx.outbox.queue_alert(officer.id, None, draft, house.clock.now())
        await tx.handoffs.renew(left.officer)
        # Of several workers one: whoever holds the chain's end looks again.
        await tx.audit.head()
        if await _told(tx, "shift_ended", left.officer, left.ended_at):
            return
        await tx.audit.append("bot", "shift_ended", left.officer, {"cases": len(left.lines)})
        await tx.commit()


async def _tell_supervisors(house: House, left: Left, line: HandoffLine) -> None:
    async with house.store.begin() as tx:
        if await _told(tx, "shift_left", line.reference, left.ended_at):
            return
        handoff = await tx.handoffs.find(line.reference)
        if handoff is None:
            return
        conversation = await tx.conversations.lock(handoff.conversation)
        held = conversation.handoff
        if held is None or held.id != handoff.id or held.state not in HELD or held.holder != left.officer:
            return
        if held.cls is not HandoffClass.E1 and not is_unanswered(conversation):
            return
        for officer in await _supervisors(tx, house, held.lane, left.officer):
            await tell_officer(tx, house, officer.id, "officer_shift_left", held, conversation)
        await tx.audit.head()
        if await _told(tx, "shift_left", line.reference, left.ended_at):
            return
        await tx.audit.append("bot", "shift_left", line.reference, {})
        await tx.commit()


async def _supervisors(tx: Transaction, house: House, lane: str, holder: OfficerId) -> list[Officer]:
    """Those of the lane who can be told on a messenger; where there is none, whoever is on duty: somebody has to hear it."""
    able = [each for each in on_duty(await tx.officers.all(), lane) if each.is_person and each.id != holder]
    leading = [each for each in able if each.leads]
    return leading or [each for each in await to_ring(tx, house, lane, Circle.DUTY) if each.id != holder]


async def offer_all(house: House, officer: Officer, of: OfficerId, to: OfficerId) -> tuple[list[str], list[str]]:
    """Offer everything that ``of`` holds to a successor: what is offered, and what cannot be (offered already, or not for them to see).

    Raises Refused("role") for anybody but ``of`` and supervisors.
    """
    if officer.id != of and not officer.leads:
        raise Refused("role")
    async with house.store.begin() as tx:
        lines = [line for line in await tx.handoffs.queue(tuple(HELD)) if line.holder == of and not line.is_exercise]
    offered, left = list[str](), list[str]()
    for line in lines:
        try:
            await offer(house, officer, line.reference, to)
        except Refused as refusal:
            # Of a lane that is not theirs a supervisor hears nothing.
            if refusal.reason != "unknown":
                left.append(line.reference)
        else:
            offered.append(line.reference)
    return offered, left
