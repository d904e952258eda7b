"""Taking a case over on one's own messenger."""

from bot.dialogue.officerwords import Said
from bot.domain.errors import Refused
from bot.usecases import handoff
from bot.usecases.officerturn import Turn


async def take(turn: Turn, said: Said) -> None:
    """Claim it, where words may pass to this messenger: whoever cannot read a case cannot hold it."""
    if not turn.house.doors.open_to(turn.officer.channel):
        await turn.say("officer_no_content")
        return
    if said.reference is None:
        await turn.say("officer_which_take")
        return
    try:
        await handoff.claim(turn.house, turn.officer, said.reference, within=turn.done("officer_took", said.reference))
    except Refused as refusal:
        await turn.refused(refusal, said.reference)
