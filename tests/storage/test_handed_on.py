"""Work that is taken in the transaction that makes it: a message claimed where it is kept, a reply leased where it is queued."""

import asyncio
from dataclasses import replace

from bot.domain.ids import ConversationId
from bot.domain.message import ChannelName, Outgoing, Sent
from bot.ports import Claimed
from bot.storage.database import SqlStore
from bot.usecases.receive import HANDED_ON_SECONDS, receive_and_hand_on
from bot.usecases.relay import never
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.storage.test_store import answer, incoming, kept

LEASE = 60.0


async def keep_and_claim(store: SqlStore, clock: FakeClock, text: str = "hello") -> Claimed | None:
    """What the listener gets for the responder."""
    async with store.begin() as tx:
        result = await tx.inbox.keep(incoming(text), clock.now(), LEASE)
        await tx.commit()
    return result.claimed


async def queue(
    store: SqlStore, clock: FakeClock, conversation: ConversationId, *texts: str, lease: float | None = LEASE
) -> Outgoing | None:
    """What the responder gets for a courier."""
    async with store.begin() as tx:
        taken = await tx.outbox.queue(conversation, [answer(text) for text in texts], clock.now(), lease)
        await tx.commit()
    return taken


async def next_claimed(store: SqlStore, clock: FakeClock) -> Claimed | None:
    async with store.begin() as tx:
        found = await tx.inbox.claim(clock.now(), LEASE)
        await tx.commit()
    return found


async def next_taken(store: SqlStore, clock: FakeClock) -> Outgoing | None:
    async with store.begin() as tx:
        found = await tx.outbox.take(clock.now(), LEASE)
        await tx.commit()
    return found


async def test_a_message_claimed_where_it_is_kept_is_the_one_that_the_responder_would_have_read(store: SqlStore, clock: FakeClock) -> None:
    claimed = await keep_and_claim(store, clock, "they\x00 broke \ud800 the door")
    assert claimed is not None
    assert await next_claimed(store, clock) is None
    clock.move(seconds=LEASE + 1)
    later = await next_claimed(store, clock)
    assert later is not None
    assert later.messages == claimed.messages


async def test_control_without_the_wish_nothing_is_claimed(store: SqlStore, clock: FakeClock) -> None:
    await kept(store, clock, incoming())
    assert await next_claimed(store, clock) is not None


async def test_behind_a_message_that_waits_or_is_answered_nothing_is_claimed(store: SqlStore, clock: FakeClock) -> None:
    await kept(store, clock, incoming("first"))
    assert await keep_and_claim(store, clock, "second") is None
    both = await next_claimed(store, clock)
    assert both is not None
    assert [message.text for message in both.messages] == ["first", "second"]
    assert await keep_and_claim(store, clock, "third") is None


async def test_a_reply_leased_where_it_is_queued_goes_to_nobody_else_and_comes_again_as_possibly_sent(
    store: SqlStore, clock: FakeClock
) -> None:
    conversation = await kept(store, clock, incoming())
    taken = await queue(store, clock, conversation, "one", "two")
    assert taken is not None
    assert taken.piece.text == "one"
    assert await next_taken(store, clock) is None
    clock.move(seconds=LEASE + 1)
    again = await next_taken(store, clock)
    assert again is not None
    assert replace(again, token=taken.token, attempts=0, ambiguous=0, alone=False) == taken
    assert again.ambiguous == 1


async def test_a_reply_is_not_leased_before_what_still_waits_in_its_conversation(store: SqlStore, clock: FakeClock) -> None:
    conversation = await kept(store, clock, incoming())
    await queue(store, clock, conversation, "one", lease=None)
    assert await queue(store, clock, conversation, "two") is None
    first = await next_taken(store, clock)
    assert first is not None
    assert first.piece.text == "one"
    async with store.begin() as tx:
        await tx.outbox.sent(first, Sent(key="k"), clock.now())
        await tx.commit()
    second = await next_taken(store, clock)
    assert second is not None
    assert second.piece.text == "two"


async def test_nothing_is_leased_that_waits_for_an_officers_word_on_the_key(store: SqlStore, clock: FakeClock) -> None:
    conversation = await kept(store, clock, incoming(channel=ChannelName.SIGNAL, key_changed=True))
    assert await queue(store, clock, conversation, "one") is None


async def test_while_no_loop_runs_a_message_is_only_kept(store: SqlStore, clock: FakeClock) -> None:
    home = Home(store, clock)
    await receive_and_hand_on(home.house, [incoming()])
    assert await next_claimed(store, clock) is not None


async def test_what_was_handed_to_a_worker_that_died_is_taken_within_seconds(store: SqlStore, clock: FakeClock) -> None:
    home, handed = Home(store, clock), list[Claimed]()
    home.house.answering.open(asyncio.Semaphore(1), handed.append, never)
    await receive_and_hand_on(home.house, [incoming()])
    assert len(handed) == 1
    assert await next_claimed(store, clock) is None
    clock.move(seconds=HANDED_ON_SECONDS + 1)
    again = await next_claimed(store, clock)
    assert again is not None
    assert again.messages == handed[0].messages
