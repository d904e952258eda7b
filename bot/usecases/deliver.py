"""Send the next due row: the courier's one step."""

import asyncio
import json
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import structlog

from bot.domain.errors import Ambiguous, KeyChanged, TryLater, Unreachable
from bot.domain.message import ACTS, ERASE_FILES, OFFICER_CONTENT, SET_TIMER, TRUST_KEY, Care, ChannelName, Lane, Outgoing, Sent
from bot.ports import Channel, Transaction
from bot.usecases.house import House
from bot.usecases.passing import tell_holder, timer_failed
from bot.usecases.rounds import alert_drafts, ring_others, tell_of_failed_alerts

log = structlog.get_logger(__name__)

#: Longer than any channel's own timeout: a courier that died holds its row so long.
LEASE_SECONDS = 90.0
#: Whoever has not answered by then has maybe sent it; shorter than the lease, or another courier would send it meanwhile.
WITHIN_SECONDS = 60.0
#: Waits between tries double up to this.
LONGEST_WAIT = 300.0
#: An alert, an emergency and an officer's words are tried again sooner.
LONGEST_URGENT_WAIT = 30.0
#: An officer waits for words that wait for a timer: after so many tries they hear that none come.
TIMER_TRIES = 5


async def take(house: House, busy: Callable[[], Sequence[str]] = list) -> Outgoing | None:
    """The next due row, taken under a lease; None when nothing is due, but for what goes a way that is ``busy``."""
    async with house.store.begin() as tx:
        taken = await tx.outbox.take(house.clock.now(), LEASE_SECONDS, busy())
        if taken is not None:
            await tx.commit()
    return taken


async def deliver(house: House, channels: Mapping[ChannelName, Channel], taken: Outgoing) -> None:
    """Send a taken row, and write down what became of it."""
    channel = channels.get(taken.channel)
    if channel is None:
        await _postpone(house, taken, LONGEST_WAIT, "channel_off", ambiguous=False)
    else:
        await _send(house, channel, taken)


async def _send(house: House, channel: Channel, taken: Outgoing) -> None:
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            sent = await _said(channel, taken)
    except TimeoutError:
        await _maybe_sent(house, taken, Ambiguous("no_answer"))
    except TryLater as error:
        await _later(house, taken, error)
    except Ambiguous as error:
        await _maybe_sent(house, taken, error)
    except KeyChanged:
        await _hold(house, taken)
    except Unreachable as error:
        await _give_up(house, taken, error.reason)
    else:
        await _done(house, taken, sent)


async def _done(house: House, taken: Outgoing, sent: Sent) -> None:
    async with house.store.begin() as tx:
        if taken.name == TRUST_KEY:
            await _trusted(tx, house, taken)
        elif taken.name == SET_TIMER and taken.officer is not None:
            await tx.officers.timed(taken.officer, house.clock.now())
        await tx.outbox.sent(taken, sent, house.clock.now())
        await tx.counts.add(f"sent_{taken.speaker}")
        await tx.commit()


async def _later(house: House, taken: Outgoing, error: TryLater) -> None:
    if taken.name == SET_TIMER and taken.attempts + 1 >= TIMER_TRIES:
        await _give_up(house, taken, error.reason)
    else:
        await _postpone(house, taken, error.seconds or _backoff(taken), error.reason, ambiguous=False)


async def _trusted(tx: Transaction, house: House, taken: Outgoing) -> None:
    """Only now that the messenger trusts the key: before, it would refuse what was held once more."""
    if taken.officer is not None:
        await tx.counts.add("officer_key_trusted")
        await tx.officers.trust(taken.officer)
        # What was given up before stands against this phone until something has got there.
        for draft in alert_drafts(house, await tx.officers.get(taken.officer), "alert_test", None, "en"):
            await tx.outbox.queue_alert(taken.officer, None, draft, house.clock.now())
    if taken.conversation is not None:
        await tx.counts.add("key_trusted")
        await tx.conversations.trust(taken.conversation)


async def _said(channel: Channel, taken: Outgoing) -> Sent:
    if taken.name not in ACTS:
        return await _spoken(channel, taken)
    if taken.name == TRUST_KEY:
        await channel.trust(taken.address)
    elif taken.name == SET_TIMER:
        await channel.timer(taken.address, int(taken.piece.text))
    elif taken.name == ERASE_FILES:
        await channel.discard(json.loads(taken.piece.text))
    else:
        await channel.erase(taken.address, json.loads(taken.piece.text))
    return Sent(key="")


async def _spoken(channel: Channel, taken: Outgoing) -> Sent:
    sent = await channel.send(taken)
    if taken.name == "group_not_served":
        await channel.leave(taken.address)
    return sent


async def _maybe_sent(house: House, taken: Outgoing, error: Ambiguous) -> None:
    """It may have arrived: emergencies, officers' words and alerts again until confirmed, an ordinary answer at most once more."""
    if taken.care is Care.ONCE and taken.ambiguous >= 1:
        await _give_up(house, taken, "ambiguous_twice")
    else:
        await _postpone(house, taken, _backoff(taken), error.reason, ambiguous=True)


def _backoff(taken: Outgoing) -> float:
    longest = LONGEST_WAIT if taken.care is Care.ONCE else LONGEST_URGENT_WAIT
    return min(longest, 2.0 ** min(taken.attempts, 9)) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, no secret


async def _postpone(house: House, taken: Outgoing, seconds: float, reason: str, *, ambiguous: bool) -> None:
    async with house.store.begin() as tx:
        await tx.outbox.postpone(taken, house.clock.now() + timedelta(seconds=seconds), ambiguous=ambiguous)
        await tx.counts.add(f"{'ambiguous' if ambiguous else 'postponed'}_{taken.channel}_{reason}")
        await tx.commit()


async def _hold(house: House, taken: Outgoing) -> None:
    """A defender's answers wait for an officer's word; an officer is suspended until a leader has asked them in person."""
    if taken.officer is not None:
        async with house.store.begin() as tx:
            if await tx.officers.suspend(taken.officer, house.clock.now()):
                await tx.counts.add("officer_key_changed")
                await tell_of_failed_alerts(tx, house, taken.officer, taken.channel)
                await tx.commit()
        await _give_up(house, taken, "key_changed")
        return
    async with house.store.begin() as tx:
        await tell_holder(tx, house, taken, "officer_words_held")
        await tx.outbox.hold_for_key(taken, house.clock.now())
        await tx.counts.add("key_changed")
        await tx.commit()


async def _give_up(house: House, taken: Outgoing, reason: str) -> None:
    async with house.store.begin() as tx:
        await tell_holder(tx, house, taken, "officer_words_lost")
        await tx.outbox.give_up(taken, reason, house.clock.now())
        await tx.counts.add(f"given_up_{taken.channel}_{reason}")
        if taken.name == SET_TIMER:
            await timer_failed(tx, house, taken)
        elif taken.officer is not None and taken.name != OFFICER_CONTENT:
            await ring_others(tx, house, taken)
            await tell_of_failed_alerts(tx, house, taken.officer, taken.channel)
        await tx.commit()
    if taken.officer is not None and taken.lane is Lane.ALERT:
        log.error("alert_given_up", officer=taken.officer, channel=taken.channel, reason=reason)
