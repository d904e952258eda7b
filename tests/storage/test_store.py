"""The promises of one transaction, and the path of a message through the tables."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.errors import LostClaim, Refused
from bot.domain.handoff import Handoff, HandoffClass, State
from bot.domain.ids import ConversationId, HandoffId, new_id, new_reference
from bot.domain.message import Care, ChannelName, Draft, Incoming, Kind, Piece, Poison, Sent, Speaker
from bot.storage.database import SqlStore
from tests.fakes import FakeClock


def incoming(text: str = "hello", *, sender: str = "42", key: str | None = None, **more: object) -> Incoming:
    """A message from a Telegram user."""
    values: dict[str, object] = {"channel": ChannelName.TELEGRAM, "account": "bot", "kind": Kind.TEXT} | more
    return Incoming(key=key or new_id(), sender=sender, text=text, **values)  # type: ignore[arg-type]  # test values


def answer(text: str = "an answer", *, speaker: Speaker = Speaker.BOT, care: Care = Care.ONCE) -> Draft:
    """Something to say."""
    return Draft(piece=Piece(text=text), speaker=speaker, care=care, name="x")


async def kept(store: SqlStore, clock: FakeClock, *messages: Incoming) -> ConversationId:
    """Keep messages; their conversation."""
    async with store.begin() as tx:
        for message in messages:
            result = await tx.inbox.keep(message, clock.now())
        await tx.commit()
    assert result.conversation is not None
    return result.conversation


def handoff(conversation: ConversationId, clock: FakeClock, **more: object) -> Handoff:
    """An open emergency."""
    values: dict[str, object] = {"state": State.WAITING, "cls": HandoffClass.E1, "kind": "arrest_now"} | more
    return Handoff(
        id=HandoffId(new_id()), reference=new_reference(), conversation=conversation, opened_at=clock.now(), **values  # type: ignore[arg-type]  # test values
    )  # fmt: skip


async def test_what_is_not_committed_never_happened(store: SqlStore, clock: FakeClock) -> None:
    async with store.begin() as tx:
        await tx.inbox.keep(incoming(), clock.now())
    async with store.begin() as tx:
        assert await tx.inbox.waiting() == 0


async def test_what_is_committed_is_there_for_the_next(store: SqlStore, clock: FakeClock) -> None:
    await kept(store, clock, incoming())
    async with store.begin() as tx:
        assert await tx.inbox.waiting() == 1


async def test_an_error_inside_rolls_back(store: SqlStore, clock: FakeClock) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.begin() as tx:
            await tx.inbox.keep(incoming(), clock.now())
            raise ZeroDivisionError
    async with store.begin() as tx:
        assert await tx.inbox.waiting() == 0


async def test_a_redelivery_is_quietly_the_same_message(store: SqlStore, clock: FakeClock) -> None:
    same = incoming(key="7")
    await kept(store, clock, same, same)
    async with store.begin() as tx:
        claimed = await tx.inbox.claim(clock.now(), 60)
    assert claimed is not None
    assert len(claimed.messages) == 1


async def test_a_redelivery_at_the_same_moment_from_many_tasks_is_kept_once(store: SqlStore, clock: FakeClock) -> None:
    same = incoming(key="7")

    async with asyncio.TaskGroup() as tasks:
        for _ in range(8):
            tasks.create_task(kept(store, clock, same))
    async with store.begin() as tx:
        assert await tx.inbox.waiting() == 1


async def test_waiting_messages_come_in_order_and_to_one_taker_only(store: SqlStore, clock: FakeClock) -> None:
    await kept(store, clock, *(incoming(str(number)) for number in range(5)))
    async with store.begin() as tx:
        first = await tx.inbox.claim(clock.now(), 60)
        await tx.commit()
    async with store.begin() as tx:
        assert await tx.inbox.claim(clock.now(), 60) is None
    assert first is not None
    assert [message.text for message in first.messages] == ["0", "1", "2", "3", "4"]


async def test_an_expired_lease_is_free_again_and_the_first_holder_may_not_finish(store: SqlStore, clock: FakeClock) -> None:
    await kept(store, clock, incoming())
    async with store.begin() as tx:
        first = await tx.inbox.claim(clock.now(), 60)
        await tx.commit()
    clock.move(seconds=61)
    async with store.begin() as tx:
        second = await tx.inbox.claim(clock.now(), 60)
        await tx.commit()
    assert first is not None
    assert second is not None
    async with store.begin() as tx:
        with pytest.raises(LostClaim):
            await tx.inbox.finish(first, clock.now())
    async with store.begin() as tx:
        await tx.inbox.finish(second, clock.now())
        await tx.commit()
    async with store.begin() as tx:
        assert await tx.inbox.waiting() == 0


async def test_what_arrives_while_another_message_is_answered_is_answered_next(store: SqlStore, clock: FakeClock) -> None:
    await kept(store, clock, incoming("one"))
    async with store.begin() as tx:
        claimed = await tx.inbox.claim(clock.now(), 60)
        await tx.commit()
    await kept(store, clock, incoming("two"))
    assert claimed is not None
    async with store.begin() as tx:
        await tx.inbox.finish(claimed, clock.now())
        await tx.commit()
    async with store.begin() as tx:
        following = await tx.inbox.claim(clock.now(), 60)
    assert following is not None
    assert [message.text for message in following.messages] == ["two"]


async def test_a_new_message_does_not_wait_for_the_retry_of_an_older_one(store: SqlStore, clock: FakeClock) -> None:
    await kept(store, clock, incoming("one"))
    async with store.begin() as tx:
        claimed = await tx.inbox.claim(clock.now(), 60)
        assert claimed is not None
        await tx.inbox.release(claimed, clock.now() + timedelta(seconds=15))
        assert await tx.inbox.claim(clock.now(), 60) is None
        await tx.commit()
    await kept(store, clock, incoming("help, they are here"))
    async with store.begin() as tx:
        again = await tx.inbox.claim(clock.now(), 60)
    assert again is not None
    assert len(again.messages) == 2


async def test_poison_is_kept_once_and_blocks_nothing(store: SqlStore, clock: FakeClock) -> None:
    poison = Poison(channel=ChannelName.SIGNAL, account="a", key="k", raw="{broken")
    async with store.begin() as tx:
        assert await tx.inbox.keep_poison(poison, clock.now())
        assert not await tx.inbox.keep_poison(poison, clock.now())
        assert await tx.inbox.claim(clock.now(), 60) is None


async def test_only_the_head_of_a_conversation_is_taken_and_others_do_not_wait(store: SqlStore, clock: FakeClock) -> None:
    mine = await kept(store, clock, incoming())
    other = await kept(store, clock, incoming(sender="43"))
    async with store.begin() as tx:
        await tx.outbox.queue(mine, [answer("1"), answer("2")], clock.now())
        await tx.outbox.queue(other, [answer("3")], clock.now())
        taken = [await tx.outbox.take(clock.now(), 60) for _ in range(3)]
        assert [row.piece.text if row else None for row in taken] == ["1", "3", None]
        assert taken[0] is not None
        await tx.outbox.postpone(taken[0], clock.now() + timedelta(seconds=30), ambiguous=False)
        assert await tx.outbox.take(clock.now(), 60) is None
        clock.move(seconds=31)
        again = await tx.outbox.take(clock.now(), 60)
        assert again is not None
        assert (again.piece.text, again.attempts) == ("1", 1)
        await tx.outbox.sent(again, Sent(key="k1"), clock.now())
        second = await tx.outbox.take(clock.now(), 60)
        assert second is not None
        assert second.piece.text == "2"
        assert (second.address, second.channel) == ("42", ChannelName.TELEGRAM)
        assert await tx.outbox.sent_keys(mine) == ["k1"]


async def test_an_ordinary_answer_is_sent_again_at_most_once_an_emergency_until_confirmed(store: SqlStore, clock: FakeClock) -> None:
    for care, tries in ((Care.ONCE, 2), (Care.MUST, 6)):
        conversation = await kept(store, clock, incoming(sender=care))
        async with store.begin() as tx:
            await tx.outbox.queue(conversation, [answer(care=care)], clock.now())
            await tx.commit()
        seen = 0
        for _ in range(6):
            async with store.begin() as tx:
                seen += await tx.outbox.take(clock.now(), 60) is not None
                await tx.commit()
            clock.move(seconds=61)
        assert seen == tries
        async with store.begin() as tx:
            await tx.conversations.erase(conversation, clock.now(), keep_address=False)
            await tx.commit()


async def test_a_claim_cancels_what_the_bot_had_to_say_and_not_what_others_say(store: SqlStore, clock: FakeClock) -> None:
    conversation = await kept(store, clock, incoming())
    case = handoff(conversation, clock)
    async with store.begin() as tx:
        await tx.officers.invite("Ana", ["general"], clock.now())
        ana = (await tx.officers.all())[0]
        await tx.handoffs.open(case)
        await tx.outbox.queue(conversation, [answer("bot"), answer("notice", speaker=Speaker.NOTICE)], clock.now())
        await tx.handoffs.claim(case.reference, ana.id, clock.now())
        assert await tx.outbox.cancel_bot_rows(conversation) == 1
        taken = await tx.outbox.take(clock.now(), 60)
    assert taken is not None
    assert taken.piece.text == "notice"


async def test_twenty_claims_at_once_have_one_winner_and_the_losers_learn_who_it_is(store: SqlStore, clock: FakeClock) -> None:
    conversation = await kept(store, clock, incoming())
    case = handoff(conversation, clock)
    async with store.begin() as tx:
        for number in range(20):
            await tx.officers.invite(f"officer {number}", ["general"], clock.now())
        everybody = await tx.officers.all()
        await tx.handoffs.open(case)
        await tx.commit()

    async def one(officer: object) -> str:
        try:
            async with store.begin() as tx:
                await tx.handoffs.claim(case.reference, officer.id, clock.now())  # type: ignore[attr-defined]  # an Officer
                await tx.commit()
        except Refused as refusal:
            assert refusal.reason == "taken"
            assert refusal.since == clock.now()
            return f"lost to {refusal.holder}"
        return f"won: {officer.name}"  # type: ignore[attr-defined]  # an Officer

    results = await asyncio.gather(*(one(officer) for officer in everybody))
    won = [result for result in results if result.startswith("won")]
    assert len(won) == 1
    assert {result for result in results if result.startswith("lost")} == {won[0].replace("won: ", "lost to ")}


async def test_a_second_open_handoff_of_a_conversation_is_refused_by_the_database(store: SqlStore, clock: FakeClock) -> None:
    conversation = await kept(store, clock, incoming())
    async with store.begin() as tx:
        await tx.handoffs.open(handoff(conversation, clock))
        with pytest.raises(Exception, match=r"(?i)unique"):
            await tx.handoffs.open(handoff(conversation, clock))


async def test_a_class_is_never_lowered(store: SqlStore, clock: FakeClock) -> None:
    conversation = await kept(store, clock, incoming())
    case = handoff(conversation, clock)
    async with store.begin() as tx:
        await tx.handoffs.open(case)
        lower = Handoff(**{**case.__dict__, "cls": HandoffClass.E2})
        with pytest.raises(ValueError, match="rises"):
            await tx.handoffs.save(lower)


async def test_an_officer_is_learned_from_the_message_with_the_code_and_never_becomes_a_contact(store: SqlStore, clock: FakeClock) -> None:
    async with store.begin() as tx:
        code = await tx.officers.invite("Ana", ["general"], clock.now())
        await tx.commit()
    async with store.begin() as tx:
        result = await tx.inbox.keep(incoming(f" {code.lower()} ", sender="900"), clock.now())
        assert result.from_officer
        claimed = await tx.inbox.claim_officer(clock.now(), 60)
        assert claimed is not None
        officer = await tx.officers.redeem(claimed[0].id, clock.now())
        assert officer is not None
        assert (officer.name, officer.enrolled) == ("Ana", True)
        await tx.inbox.finish_officer(*_named(claimed))
        again = await tx.inbox.keep(incoming("they are shooting", sender="900"), clock.now())
        assert again.from_officer
        assert await tx.inbox.claim(clock.now(), 60) is None
        await tx.outbox.queue_alert(officer.id, None, answer("alert"), clock.now())
        alert = await tx.outbox.take(clock.now(), 60)
        assert alert is not None
        assert alert.address == "900"


def _named(claimed: tuple[object, str]) -> tuple[object, str]:
    return claimed[0].id, claimed[1]  # type: ignore[attr-defined]  # an OfficerMessage


async def test_a_spent_or_expired_code_is_an_ordinary_message(store: SqlStore, clock: FakeClock) -> None:
    async with store.begin() as tx:
        code = await tx.officers.invite("Ana", ["general"], clock.now())
        await tx.commit()
    clock.move(hours=25)
    async with store.begin() as tx:
        result = await tx.inbox.keep(incoming(code, sender="900"), clock.now())
    assert not result.from_officer


async def test_the_audit_chain_shows_every_change_and_a_missing_tail(store: SqlStore, clock: FakeClock) -> None:
    from sqlalchemy import text

    async with store.begin() as tx:
        for number in range(5):
            await tx.audit.append("a", "event", str(number))
        assert await tx.audit.verify() is None
        await tx.commit()
    for change, first in (
        ("UPDATE audit SET subject = 'x' WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 5", 5),
    ):
        async with store.begin() as tx:
            await tx._work.connection.execute(text(change))
            assert await tx.audit.verify() == first


async def test_changed_safety_number_holds_the_answers_until_an_officer_trusts_it(store: SqlStore, clock: FakeClock) -> None:
    conversation = await kept(store, clock, incoming())
    async with store.begin() as tx:
        await tx.outbox.queue(conversation, [answer("1"), answer("2")], clock.now())
        taken = await tx.outbox.take(clock.now(), 60)
        assert taken is not None
        await tx.outbox.hold_for_key(taken, clock.now())
        await tx.outbox.queue(conversation, [answer("3")], clock.now())
        assert await tx.outbox.take(clock.now(), 60) is None
        assert await tx.conversations.trust(conversation) == 3
        freed = await tx.outbox.take(clock.now(), 60)
        assert freed is not None
        assert freed.piece.text == "1"
