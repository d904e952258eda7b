"""Whether alarms get through: a test alert every day on every way, and a way that is stuck is itself alarmed through the others."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.ids import OfficerId
from bot.domain.message import ChannelName
from bot.ports import Officer, Transaction
from bot.usecases.house import House
from bot.usecases.rounds import alert_drafts, tell_of_failed_alerts

#: An alert that no messenger has taken for so long gets to nobody.
STUCK_AFTER = timedelta(minutes=5)
#: A test alert that was not taken within this has proven that the way does not work.
PROVEN_WITHIN = timedelta(minutes=15)
_DAILY = "daily"


async def try_ways(house: House, officers: Sequence[Officer] | None = None) -> int:
    """Queue a test alert on every way, or on these; how many."""
    async with house.store.begin() as tx:
        chosen = await _queued(tx, house, officers)
        await tx.audit.append("operator", "alert_test", "officers", {"officers": chosen})
        await tx.commit()
    return chosen


async def _queued(tx: Transaction, house: House, officers: Sequence[Officer] | None = None) -> int:
    chosen = [officer for officer in (await tx.officers.all() if officers is None else officers) if officer.enrolled]
    for officer in chosen:
        for draft in alert_drafts(house, officer, "alert_test", None, "en"):
            await tx.outbox.queue_alert(officer.id, None, draft, house.clock.now())
    return len(chosen)


async def try_daily(house: House) -> bool:
    """Once a day, from the mission's hour on; whether it was now."""
    now, at = house.clock.now(), house.ladder.test_at
    if at is None or now < (due := datetime.combine(now.astimezone(house.timezone).date(), at, house.timezone)):
        return False
    async with house.store.begin() as tx:
        if await _tested(tx, due):
            return False
        number = await _queued(tx, house)
        # Of several workers one: whoever holds the chain's end looks again.
        await tx.audit.head()
        if await _tested(tx, due):
            return False
        await tx.audit.append("bot", "alert_test", _DAILY, {"officers": number})
        await tx.commit()
    return True


async def _tested(tx: Transaction, due: datetime) -> bool:
    last = await tx.audit.last("alert_test", _DAILY)
    return last is not None and last >= due


async def watch_ways(house: House) -> int:
    """Tell the others of everybody whom alarms do not reach; how many there are.  Each is told of at most once an hour."""
    async with house.store.begin() as tx:
        found = dict(await tx.officers.unreached(house.clock.now() - STUCK_AFTER))
        found |= await _unproven(tx, house.clock.now())
    for officer, channel in found.items():
        async with house.store.begin() as tx:
            await tell_of_failed_alerts(tx, house, officer, channel)
            await tx.commit()
    return len(found)


async def _unproven(tx: Transaction, now: datetime) -> dict[OfficerId, ChannelName]:
    """Who did not get the last daily test, although there was time."""
    tested = await tx.audit.last("alert_test", _DAILY)
    if tested is None or now - tested < PROVEN_WITHIN:
        return {}
    confirmed = {officer: reached.confirmed_at for officer, reached in (await tx.officers.reached()).items()}
    proven = {officer for officer, at in confirmed.items() if at is not None and at >= tested}
    everybody = await tx.officers.all()
    return {each.id: each.channel for each in everybody if each.enrolled and each.channel is not None and each.id not in proven}
