"""What officers say to the bot on their own messenger: an enrolment code, a word on a case, or words for a defender."""

from datetime import timedelta

import structlog

from bot.domain.errors import LostClaim
from bot.domain.message import ChannelName, Kind, OfficerMessage
from bot.ports import Transaction
from bot.usecases.house import House
from bot.usecases.officeracts import obey
from bot.usecases.officerturn import WAITS, Turn
from bot.usecases.rounds import tell_of_failed_alerts

log = structlog.get_logger(__name__)

LEASE_SECONDS = 60.0
#: So often a message is tried that fails, over about a minute; then its officer hears that nothing was done.
TRIES = 6


async def hear_officer(house: House) -> bool:
    """Handle the next officer's message; False when there is none.  Nothing of it ever enters the defenders' path."""
    async with house.store.begin() as tx:
        claimed = await tx.inbox.claim_officer(house.clock.now(), LEASE_SECONDS)
        if claimed is not None:
            await tx.commit()
    if claimed is None:
        return False
    message, token = claimed
    try:
        await (_handle(house, message, token) if message.attempts <= TRIES else _give_up(house, message, token))
    except LostClaim:
        return True
    except Exception:  # whatever it was: the words after it must not be said before it is done
        log.exception("officer_message_failed", attempts=message.attempts)
        async with house.store.begin() as tx:
            await tx.inbox.postpone_officer(message.id, token, house.clock.now() + timedelta(seconds=2.0 ** min(message.attempts - 1, 5)))
            await tx.counts.add("officer_message_failed")
            await tx.commit()
    return True


async def _give_up(house: House, message: OfficerMessage, token: str) -> None:
    """Nothing of it can be done, nor of what was written after it: that belongs to an act which never was."""
    async with house.store.begin() as tx:
        turn = Turn(house=house, officer=await tx.officers.get(message.officer), message=message, token=token)
        if turn.officer.is_person:
            await turn.answer(tx, "officer_failed")
        dropped = await tx.inbox.drop_officers(message.officer)
        await tx.counts.add("officer_message_given_up", dropped + turn.officer.is_person)
        await tx.commit()


async def _handle(house: House, message: OfficerMessage, token: str) -> None:
    async with house.store.begin() as tx:
        turn = Turn(house=house, officer=await tx.officers.get(message.officer), message=message, token=token)
        if not turn.officer.enrolled:
            await _enrol(tx, turn)
            await tx.commit()
            return
        if turn.officer.suspended_at is not None:
            await _unheard(tx, turn)
            await tx.commit()
            return
        turn = await _with_cases(tx, turn)
        if await _mind_timer(tx, turn):
            await tx.commit()
    await obey(turn)


async def _unheard(tx: Transaction, turn: Turn) -> None:
    """Whoever writes there may be somebody else: nothing is done and nothing answered, and the others hear that there is one."""
    await tx.counts.add("officer_unheard")
    await tx.inbox.finish_officer(turn.message.id, turn.token)
    if turn.officer.channel is not None:
        await tell_of_failed_alerts(tx, turn.house, turn.officer.id, turn.officer.channel)


async def _with_cases(tx: Transaction, turn: Turn) -> Turn:
    """What they hold, and which words of theirs wait; what has waited too long is not sent by any word."""
    waiting = await tx.officers.pending(turn.officer.id)
    if waiting is not None and turn.now - waiting.at > WAITS:
        waiting = None
    held = await tx.handoffs.held_by(turn.officer.id)
    return Turn(house=turn.house, officer=turn.officer, message=turn.message, token=turn.token, held=held, waiting=waiting)


async def _mind_timer(tx: Transaction, turn: Turn) -> bool:
    """Whether their phone says another time than ours: somebody has changed it, and before more words go there it is set again."""
    message, officer, doors = turn.message, turn.officer, turn.house.doors
    if officer.channel is not ChannelName.SIGNAL or message.kind is not Kind.TEXT:
        return False
    if message.expires_in == doors.disappearing.total_seconds():
        return False
    await tx.officers.timed(officer.id, None)
    return True


async def _enrol(tx: Transaction, turn: Turn) -> None:
    officer = await tx.officers.redeem(turn.message.id, turn.now)
    if officer is None:
        await tx.inbox.finish_officer(turn.message.id, turn.token)
        await tx.counts.add("enrolment_refused")
        return
    turn = Turn(house=turn.house, officer=officer, message=turn.message, token=turn.token)
    await turn.answer(tx, "officer_enrolled")
    await tx.audit.append(f"officer:{officer.id}", "enrolled", officer.id, {"channel": str(officer.channel)})
