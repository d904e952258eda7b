"""A case goes from one officer to another by a word on their own messengers; until it is accepted its holder holds it."""

from bot.dialogue.officerwords import Said
from bot.domain.errors import Refused
from bot.usecases import handoff, transfer
from bot.usecases.officertake import shown
from bot.usecases.officerturn import Turn


async def offer(turn: Turn, said: Said) -> None:
    """Ask somebody by name to take it over."""
    name = said.rest.strip(" .,!?:;@")
    if said.reference is None or not name:
        await turn.say("officer_transfer_how")
        return
    async with turn.house.store.begin() as tx:
        to = await tx.officers.by_name(name)
    if to is None:
        await turn.say("officer_no_successor", said.reference)
        return
    try:
        within = turn.done("officer_offer_made", said.reference, name=to.name)
        await transfer.offer(turn.house, turn.officer, said.reference, to.id, within=within)
    except Refused as refusal:
        await turn.refused(refusal, said.reference)


async def accept(turn: Turn, said: Said) -> None:
    """Take over what was offered, where words may pass here; then card and last words, as after a claim."""
    if not turn.house.doors.open_to(turn.officer.channel):
        await turn.say("officer_no_content")
        return
    if said.reference is None:
        await turn.say("officer_transfer_how")
        return
    try:
        if said.reference not in turn.references:
            await transfer.accept(turn.house, turn.officer, said.reference)
        await handoff.show(turn.house, turn.officer, said.reference, passing=shown(turn))
    except Refused as refusal:
        await turn.refused(refusal, said.reference)


async def decline(turn: Turn, said: Said) -> None:
    """Say no to what was offered."""
    if said.reference is None:
        await turn.say("officer_transfer_how")
        return
    try:
        await transfer.decline(turn.house, turn.officer, said.reference, within=turn.done("officer_declined", said.reference))
    except Refused as refusal:
        await turn.refused(refusal, said.reference)
