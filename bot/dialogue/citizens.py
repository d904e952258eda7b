"""A citizen of the United States in the hands of others: officers see it, and the person is told once whom else there is to ask for."""

from dataclasses import replace

from bot.dialogue.decision import Decision, Say
from bot.dialogue.emptied import is_hidden
from bot.domain.conversation import Conversation
from bot.domain.handoff import DutyLane, HandoffClass
from bot.domain.message import Care

#: Emergencies in which others hold somebody, or keep somebody from leaving.
_HELD = frozenset({"arrest_now", "arrest_of_other", "deportation_now", "raid_now"})
_TOLD = "citizen_contact"


def told(before: Conversation, decision: Decision) -> Decision:
    """The decision with the true sentence on the embassy's own service for citizens, once in a case."""
    conversation = decision.conversation
    memory, change, held = conversation.memory, decision.change, before.handoff
    kind = change.kind if change is not None and change.cls is HandoffClass.E1 else held.kind if held is not None else None
    quiet = before.voice == "OFFICER" or decision.erase or is_hidden(before) or conversation.muted
    security = held is not None and held.lane is DutyLane.SECURITY
    if not memory.citizen or kind not in _HELD or _TOLD in memory.told or quiet or security:
        return decision
    # It comes first among what was told: the last of that is what is said again in another language.
    known = conversation.remembering(told=(_TOLD, *memory.told))
    return replace(decision, conversation=known, says=(*decision.says, Say(name=_TOLD, care=Care.MUST)))
