"""The defender is told that a file could not be kept: with the answer to its message, or in one line where that may be written."""

from bot.dialogue.decision import Decision, Say
from bot.dialogue.truth import may_write_first
from bot.domain.conversation import Conversation
from bot.domain.handoff import DutyLane, Handoff
from bot.ports import Transaction
from bot.usecases.house import House
from bot.usecases.speak import drafts, facts_of

NAME = "attachment_refused"
#: Answers which say that a file is kept: untrue where none of it was.
_KEPT = frozenset({"voice_kept", "photo_kept", "document_kept"})


async def with_refusals(tx: Transaction, house: House, decision: Decision, handoff: Handoff | None) -> tuple[Say, ...]:
    """What is said, with one line more when a file of the last day could not be kept and nobody has said so yet.

    It comes with an answer, so it is no writing first; whoever threatens the mission learns nothing.
    """
    says, conversation = decision.says, decision.conversation
    if not says or decision.erase or (handoff is not None and handoff.lane is DutyLane.SECURITY):
        return says
    if conversation.shut_out_at is not None or not conversation.file_untold:
        return says
    refusals = await tx.files.refusals(conversation.id, house.clock.now())
    if not refusals.untold:
        return says
    await tx.files.told(conversation.id, house.clock.now())
    left = says if refusals.others else tuple(say for say in says if say.name not in _KEPT)
    # An alarm's reply comes before anything else.
    return (*left, Say(name=NAME)) if decision.rings else (Say(name=NAME), *left)


async def tell(tx: Transaction, house: House, conversation: Conversation) -> None:
    """A file was given up after its message was answered: say so now where the bot speaks and may write first; else with the next answer.

    One line for everything that came together: not while more of it is on its way, and not again within ten minutes.
    """
    if conversation.voice == "OFFICER" or not _may_tell(conversation):
        return
    refusals = await tx.files.refusals(conversation.id, house.clock.now())
    if not refusals.untold or refusals.under_way:
        return
    await tx.files.told(conversation.id, house.clock.now())
    if refusals.told_lately:
        return
    facts = await facts_of(tx, house, conversation, conversation.handoff)
    await tx.outbox.queue(conversation.id, drafts(house, conversation, [Say(name=NAME)], facts), house.clock.now())


def _may_tell(conversation: Conversation) -> bool:
    # A case that is closed says as much about whose hands the phone may be in.
    case = conversation.handoff or conversation.closed_handoff
    if case is not None:
        return may_write_first(conversation, case)
    unwanted = conversation.muted or conversation.erased or conversation.do_not_write_first
    return not unwanted and conversation.shut_out_at is None
