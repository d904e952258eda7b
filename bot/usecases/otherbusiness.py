"""The last lane: who insisted although officers cannot help gets one prepared line, many cases in one act of an officer."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.dialogue.truth import may_write_first
from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.handoff import CLAIMABLE, Handoff, HandoffClass
from bot.ports import Officer, Transaction
from bot.usecases.handoff import carry_out
from bot.usecases.house import House
from bot.usecases.speak import notice

#: The line, in each person's own language.
LINE = "not_ours"
#: So many at once.
MOST = 100


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What became of one case."""

    reference: str
    refused: Refused | None = None  #: None: the line is queued and the case is closed


async def answer_all(house: House, officer: Officer, references: Sequence[str]) -> list[Answered]:
    """The line to each, and the case closed as not for us; each in a commit of its own, so that one refusal stops no other."""
    return [await _answered(house, officer, reference) for reference in list(dict.fromkeys(references))[:MOST]]


async def _answered(house: House, officer: Officer, reference: str) -> Answered:
    async def act(tx: Transaction, conversation: Conversation, handoff: Handoff) -> Handoff:
        # The class only rises: what was other business when the list was shown may be an emergency by now.
        if handoff.cls is not HandoffClass.OTHER:
            raise Refused("more_urgent")
        if handoff.state not in CLAIMABLE:
            holder = (await tx.officers.get(handoff.holder)).name if handoff.holder else None
            raise Refused("not_claimable", holder=holder, since=handoff.claimed_at)
        if not may_write_first(conversation, handoff):
            raise Refused("do_not_write_first")
        await tx.outbox.queue(conversation.id, notice(house, conversation, LINE, handoff), house.clock.now())
        await tx.conversations.save(conversation.remembering(told=(), kind_asked=False, question_open=False, waiting_for=None))
        return handoff.closed(house.clock.now(), "not_ours")

    try:
        await carry_out(house, officer, reference, "closed", act, {"outcome": "not_ours", "line": LINE})
    except Refused as refusal:
        return Answered(reference=reference, refused=refusal)
    return Answered(reference=reference)
