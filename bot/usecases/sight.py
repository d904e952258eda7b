"""Who may see what: the lanes of the queue, and of a talk what belongs to them."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.conversation import Conversation
from bot.domain.handoff import DutyLane, Handoff, Spoken
from bot.domain.message import Attachment
from bot.ports import Officer, Transaction
from bot.usecases.house import House


def may_see(officer: Officer, lane: str, everybody: Sequence[Officer]) -> bool:
    """Threats to the mission are for the security duty only, at the desk or on a messenger; where nobody has it for supervisors.

    Where there is no supervisor either, everybody is rung, and who is rung may act.
    """
    if lane in officer.duties:
        return True
    people = [each for each in everybody if each.is_person or each.at_desk]
    if any(lane in each.duties for each in people):
        return False
    return officer.leads or not any(each.leads for each in people)


def lanes_of(officer: Officer, everybody: Sequence[Officer]) -> frozenset[DutyLane]:
    """What this officer may see."""
    return frozenset(lane for lane in DutyLane if may_see(officer, lane, everybody))


async def of_lanes(tx: Transaction, officer: Officer, conversation: Conversation, only: int | None = None) -> list[Spoken]:
    """The talk without what belongs to cases that are for other eyes: from the end of the one before to their own end.

    ``only``: of one message of the person, by its number.
    """
    everybody, lines, ended = await tx.officers.all(), await tx.conversations.read(conversation.id, only=only), None
    for each in sorted(await tx.handoffs.of(conversation.id), key=lambda one: one.opened_at):
        if each.closed_at is not None and not may_see(officer, each.lane, everybody):
            lines = [line for line in lines if line.at > each.closed_at or (ended is not None and line.at <= ended)]
        ended = each.closed_at or ended
    return list(lines)


def as_read(handoff: Handoff, house: House) -> Handoff:
    """An officer has opened it; the first time is kept."""
    return replace(handoff, opened_by_person_at=handoff.opened_by_person_at or house.clock.now())


def numbered(line: Spoken) -> list[tuple[str, Attachment]]:
    """A message's attachments with the numbers by which they are asked for; they stay the same whatever is erased beside them."""
    return [(f"{line.seq}.{place}", each) for place, each in enumerate(line.attachments, 1)]


def shown(line: Spoken, handoff: Handoff, officer: Officer, house: House) -> Spoken:
    """What the phone deleted, or lets disappear, is kept for the claimant alone (section 7)."""
    hidden = line.hidden_from is not None and line.hidden_from <= house.clock.now()
    return replace(line, text="", attachments=(), files={}) if hidden and handoff.holder != officer.id else line
