"""One round of alerts: content-free, to everybody on duty."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.conversation import Conversation
from bot.domain.drill import SHUT_OUT_ALERT, THREAT_ALERT, alert_name
from bot.domain.handoff import DutyLane, Handoff
from bot.domain.ids import OfficerId
from bot.domain.ladder import Circle
from bot.domain.message import Care, ChannelName, Draft, Lane, Outgoing, Piece, Speaker
from bot.locales import names
from bot.ports import Officer, Transaction
from bot.usecases.house import House, on_duty
from bot.usecases.ringing import to_ring

#: Officers hear of one of them who cannot be rung at most this often.
TOLD_AGAIN = timedelta(hours=1)
#: What belongs to no case of this round, and is looked at on the desk all the same.
_ON_THE_DESK = frozenset({"alert_digest", "officer_news"})


async def send_round(tx: Transaction, house: House, conversation: Conversation, handoff: Handoff, step: int) -> int:
    """One alert for everybody whom this round rings; how many.  Step 0 is outside the ladder."""
    officers = await to_ring(tx, house, handoff.lane, house.ladder.circle(max(step, 1)))
    officers += await _looking_on(tx, handoff, officers)
    for officer in officers:
        for draft in alert_drafts(house, officer, _alert_name(conversation, step), handoff, conversation.locale, step):
            await tx.outbox.queue_alert(officer.id, handoff.id, draft, house.clock.now())
    if step and conversation.memory.threat:
        await tell_security(tx, house, conversation, handoff, officers)
    await tx.counts.add("alerts_queued" if officers else "alert_without_officer", max(1, len(officers)))
    return len(officers)


async def tell_security(tx: Transaction, house: House, conversation: Conversation, handoff: Handoff, rung: Sequence[Officer] = ()) -> None:
    """A threat to the mission stands in a case of another lane: the security duty hears so, without the case's address."""
    if handoff.lane is DutyLane.SECURITY or conversation.channel is ChannelName.DRILL:
        return
    known = {officer.id for officer in rung}
    for officer in await to_ring(tx, house, DutyLane.SECURITY, Circle.DUTY):
        if officer.id not in known:
            for draft in alert_drafts(house, officer, THREAT_ALERT, None, conversation.locale, 0, reference=handoff.reference):
                await tx.outbox.queue_alert(officer.id, None, draft, house.clock.now())
    await tx.counts.add("security_told")


async def _looking_on(tx: Transaction, handoff: Handoff, rung: Sequence[Officer]) -> list[Officer]:
    """Whoever looks on knows the case: they are rung too, on duty or not."""
    looking = {watcher.officer for watcher in await tx.handoffs.watching(handoff.id)} - {officer.id for officer in rung}
    return [each for each in on_duty(await tx.officers.all(), handoff.lane) if each.id in looking] if looking else []


def alert_drafts(
    house: House, officer: Officer, name: str, handoff: Handoff | None, locale: str, step: int = 0, /, **more: str
) -> list[Draft]:
    """An alert, or an answer, for one officer: reference, class, kind and language, no content; and where the desk shows that case."""
    values = {"locale": locale, "time": house.local_time(house.clock.now(), house.officer_locale)} | more
    if handoff is not None:
        values |= {"reference": handoff.reference, "class": str(handoff.cls), **_named(house, handoff.kind, locale)}
    pieces = list(house.responses.pieces(name, house.officer_locale, officer.channel or ChannelName.CONSOLE, values))
    if house.desk_url is not None and (handoff is not None or name in _ON_THE_DESK):
        of = None if handoff is None else handoff.reference
        pieces[-1] = _with_address(pieces[-1], house.desk_url, of or more.get("reference"))
    return [
        Draft(piece=piece, speaker=Speaker.ALERT, care=Care.MUST, name=name, lane=Lane.ALERT, alert_step=step or None) for piece in pieces
    ]


def _with_address(piece: Piece, desk: str, reference: str | None) -> Piece:
    """One tap from the alert to the case, or to the queue."""
    return replace(piece, text=f"{piece.text}\n{desk}/" + (f"conversation/{reference}" if reference else ""))


def _alert_name(conversation: Conversation, step: int) -> str:
    """Which text rings officers; that the contact is blocked stands in it."""
    shut_out = conversation.shut_out_at is not None and conversation.channel is not ChannelName.DRILL  # an exercise is always called one
    return SHUT_OUT_ALERT if shut_out else alert_name(step, conversation.channel)


async def tell_officer(
    tx: Transaction, house: House, officer: OfficerId, name: str, handoff: Handoff, conversation: Conversation, /, **more: str
) -> None:
    """One word on a case to one officer, who need not have a messenger; content-free as an alert.

    It hangs on no handoff: whoever gets it has not been rung.
    """
    to = await tx.officers.get(officer)
    if not to.is_person:
        return
    for draft in alert_drafts(house, to, name, handoff, conversation.locale, 0, **more):
        await tx.outbox.queue_alert(officer, None, draft, house.clock.now())


def _named(house: House, kind: str, locale: str) -> dict[str, str]:
    """Kind and language as officers call them; a kind that officers have only just added has its label."""
    words = house.words(house.officer_locale)
    called = words.named(names.KINDS, kind) or house.responses.label(kind, house.officer_locale)
    return {"kind": called, "language": words.named(names.LANGUAGES, locale) or locale}


async def ring_others(tx: Transaction, house: House, alert: Outgoing) -> None:
    """Nobody else was rung by that round, and its one alert has failed: everybody else is rung at once, what rings once included."""
    reference = await tx.outbox.unrung(alert)
    handoff = await tx.handoffs.find(reference) if reference else None
    if handoff is None:
        return
    conversation = await tx.conversations.lock(handoff.conversation)
    others = [each for each in await to_ring(tx, house, handoff.lane, Circle.EVERYBODY) if each.id != alert.officer]
    for officer in others:
        for draft in alert_drafts(house, officer, _alert_name(conversation, 1), handoff, conversation.locale, handoff.ring_step):
            await tx.outbox.queue_alert(officer.id, handoff.id, draft, house.clock.now())
    await tx.counts.add("alerts_queued", len(others))
    held = conversation.handoff
    if not others and held is not None and held.rings_once and held.next_ring_at is None and held.acknowledged_at is None:
        # It has rung nobody, and nothing else would ring for it: it is tried again.
        await tx.handoffs.save(replace(held, next_ring_at=house.clock.now() + house.ladder.pause(max(1, held.ring_step))))


async def tell_of_failed_alerts(tx: Transaction, house: House, failed: OfficerId, channel: ChannelName) -> None:
    """An officer is silently not rung: the others hear that there is one, without a name.  The audit row is this transaction's last."""
    told_at = await tx.audit.last("alert_failed", failed)
    if told_at is not None and abs(house.clock.now() - told_at) < TOLD_AGAIN:
        return
    others = [officer for officer in await tx.officers.all() if officer.enrolled and officer.suspended_at is None and officer.id != failed]
    for officer in others:
        for draft in alert_drafts(house, officer, "alert_channel_failed", None, "en", 0, channel=channel.capitalize()):
            await tx.outbox.queue_alert(officer.id, None, draft, house.clock.now())
    await tx.audit.append("bot", "alert_failed", failed, {"channel": str(channel), "told": len(others)})
