"""A case that is put aside comes back: by the clock, by what the person writes, and at once when it is an emergency."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.dialogue.aside import aside
from bot.domain.conversation import Conversation
from bot.domain.errors import Refused, Unreachable
from bot.domain.handoff import HELD, Handoff, HandoffClass, State
from bot.domain.hours import Hours
from bot.domain.message import ChannelName, Speaker
from bot.ports import Officer, Transaction
from bot.usecases import handoff, snooze
from bot.usecases.takeback import WAIT, take_back
from tests.journeys.house import Home
from tests.promises.case import CRY, ended, found, left_alone, rings, to_phone

HOUR = timedelta(hours=1)


@pytest.fixture
async def held(home: Home) -> tuple[Officer, str]:
    """Somebody asked for a person; Ana has the case, and has answered."""
    ana = await home.enrols()
    await home.says("/human", sender="+38269112233")
    return ana, await answered(home, ana)


async def answered(home: Home, ana: Officer) -> str:
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    home.clock.move(seconds=5)
    await handoff.reply(home.house, ana, reference, "Good evening.")
    await home.settles()
    return reference


async def put(home: Home, ana: Officer, reference: str, **length: float) -> None:
    await snooze.snooze(home.house, ana, reference, home.clock.now() + timedelta(**length))


async def test_it_wakes_by_the_clock_its_holder_is_told_without_content_and_the_time_to_act_begins(
    home: Home, held: tuple[Officer, str]
) -> None:
    ana, reference = held
    await put(home, ana, reference, hours=1)
    await home.passes(minutes=59)
    assert (await found(home, reference)).state is State.SNOOZED
    assert "officer_woken" not in to_phone(home, "900")
    await home.passes(minutes=1, seconds=30)
    woken = await found(home, reference)
    assert (woken.state, woken.holder, woken.wake_at) == (State.CLAIMED, ana.id, None)
    assert to_phone(home, "900")[-1] == "officer_woken"
    assert home.alerts()[-1].startswith(reference)
    await home.passes(minutes=5)
    ended = await found(home, reference)
    assert (ended.state, ended.front) == (State.WAITING, True), "nobody acted: others are told"


async def test_it_wakes_in_a_house_that_was_down_at_its_time(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    await put(home, ana, reference, hours=1)
    home.clock.move(hours=9)
    again = Home(home.house.store, home.clock)  # type: ignore[arg-type]  # an SqlStore
    await again.passes(seconds=30)
    assert (await found(again, reference)).state is State.CLAIMED
    assert to_phone(again, "900") == ["officer_woken"]


@pytest.mark.parametrize("text", ["I have found the paper that you asked for", "hello", "/human"])
async def test_the_program_says_nothing_in_what_is_put_aside(home: Home, held: tuple[Officer, str], text: str) -> None:
    ana, reference = held
    await put(home, ana, reference, hours=1)
    assert [each for each in await home.says(text, sender="+38269112233") if text != "/human"] == []
    said = [line for line in (await handoff.show(home.house, ana, reference)).spoken if line.who == Speaker.BOT]
    assert {line.kind for line in said} <= {"queued_human", "greeting", "status_open"}, "a command is answered, as beside any officer"


async def test_what_wants_an_answer_wakes_it_as_in_any_claim_and_its_holder_is_told(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    await put(home, ana, reference, hours=4)
    await home.says("could you call me now?", sender="+38269112233")
    woken = await found(home, reference)
    assert (woken.state, woken.holder, woken.wake_at) == (State.CLAIMED, ana.id, None)
    assert woken.claim_until is not None
    assert to_phone(home, "900")[-1] == "officer_woken"
    await home.passes(minutes=5, seconds=30)
    assert (await found(home, reference)).state is State.WAITING


async def test_thanks_wake_nothing_and_take_no_clock_away(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    home.nlu.known["thank you"] = "thanks"
    await put(home, ana, reference, hours=1)
    await home.says("thank you", sender="+38269112233")
    still = await found(home, reference)
    assert (still.state, still.wake_at is not None) == (State.SNOOZED, True)
    await home.passes(hours=1)
    assert to_phone(home, "900")[-1] == "officer_woken"


async def test_an_emergency_rings_at_once_and_who_sleeps_loses_it_after_two_minutes(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    await home.enrols("Ben", sender="901")
    await put(home, ana, reference, hours=24)
    before = rings(home, "901")
    await home.says(CRY, sender="+38269112233")
    assert await left_alone(home, reference, before) == []
    assert await ended(home, reference) == []


async def test_control_a_naive_snooze_loses_an_emergency(home: Home, held: tuple[Officer, str]) -> None:
    """Put aside by hiding it and stopping its clocks, without a state of its own: nothing looks at it any more."""
    ana, reference = held
    await home.says(CRY, sender="+38269112233")

    async def naive(_: Transaction, __: Conversation, case: Handoff) -> Handoff:
        return replace(case, next_ring_at=None, claim_until=None)

    await handoff.carry_out(home.house, ana, reference, "snoozed", naive)
    assert await ended(home, reference) == ["it does not ring"]


async def test_an_emergency_is_put_aside_only_when_it_was_heard_and_answered_and_for_an_hour_at_most(home: Home) -> None:
    ana = await home.enrols()
    await home.says(CRY, sender="+38269112233")
    reference = await home.reference()
    for why, act in (
        ("not_holder", lambda: handoff.acknowledge(home.house, ana, reference)),
        ("not_holder", lambda: handoff.claim(home.house, ana, reference)),
        ("unanswered", lambda: handoff.acknowledge(home.house, ana, reference)),
        ("unanswered", lambda: handoff.reply(home.house, ana, reference, "I am here.")),
    ):
        with pytest.raises(Refused, match=why):
            await put(home, ana, reference, minutes=15)
        home.clock.move(seconds=5)
        await act()  # type: ignore[no-untyped-call]  # a table of acts
    with pytest.raises(Refused, match="too_long"):
        await put(home, ana, reference, minutes=61)
    await put(home, ana, reference, minutes=60)
    await home.passes(hours=1, minutes=6)
    woken = await found(home, reference)
    assert woken.state is State.WAITING
    assert await ended(home, reference) == []


async def test_new_danger_inside_an_emergency_is_unheard_again_and_is_not_put_aside(home: Home) -> None:
    ana = await home.enrols()
    await home.says(CRY, sender="+38269112233")
    reference = await answered(home, ana)
    await home.passes(minutes=3)
    await home.says("they are inside, they hit my brother", sender="+38269112233")
    with pytest.raises(Refused, match=r"un(heard|answered)"):
        await put(home, ana, reference, minutes=15)


@pytest.mark.parametrize("hours", [0, -1, 24.1])
async def test_nothing_is_put_aside_for_longer_than_a_day_or_into_the_past(home: Home, held: tuple[Officer, str], hours: float) -> None:
    with pytest.raises(Refused, match="too_long"):
        await put(home, *held, hours=hours)


async def test_nobody_but_its_holder_puts_it_aside_or_wakes_it_and_nobody_else_takes_it(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    ben = await home.enrols("Ben", sender="901")
    with pytest.raises(Refused, match="not_holder"):
        await put(home, ben, reference, hours=1)
    await put(home, ana, reference, hours=1)
    with pytest.raises(Refused, match="not_holder"):
        await snooze.wake(home.house, ben, reference)
    with pytest.raises(Refused, match="taken") as refused:
        await handoff.claim(home.house, ben, reference)
    assert refused.value.holder == "Ana"


async def test_its_holder_wakes_it_and_then_words_are_due(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    await put(home, ana, reference, hours=4)
    await snooze.wake(home.house, ana, reference)
    assert (await found(home, reference)).claim_until == home.clock.now() + handoff.FIRST_WORDS
    await snooze.wake(home.house, ana, reference)
    await home.passes(minutes=5, seconds=30)
    assert (await found(home, reference)).state is State.WAITING


@pytest.mark.parametrize("how", ["removed", "dead phone"])
async def test_what_nobody_holds_any_more_or_hears_goes_to_the_front_and_others_are_told(
    home: Home, held: tuple[Officer, str], how: str
) -> None:
    ana, reference = held
    await home.enrols("Ben", sender="901")
    await put(home, ana, reference, hours=4)
    if how == "removed":
        async with home.house.store.begin() as tx:
            await tx.officers.remove(ana.id)
            await tx.commit()
        await home.passes(seconds=30)
    else:
        home.channels[ChannelName.SIGNAL].refused["900"] = Unreachable("unregistered")
        await home.says("/human", sender="77")
        await home.passes(hours=4)
    await home.passes(minutes=1)
    assert "alert" in to_phone(home, "901")
    free = await found(home, reference)
    assert (free.state, free.holder, free.front) == (State.WAITING, None, True)


async def _reply(home: Home, ana: Officer, reference: str) -> None:
    await handoff.reply(home.house, ana, reference, "I am here again.")


async def _undone(home: Home, ana: Officer, reference: str) -> None:
    await snooze.wake(home.house, ana, reference)
    home.clock.move(seconds=1)
    await handoff.reply(home.house, ana, reference, "Wait.", WAIT)
    row = next(line.id for line in (await handoff.show(home.house, ana, reference)).spoken if line.text == "Wait.")
    await put(home, ana, reference, hours=1)
    await take_back(home.house, ana, reference, row)


ACTS: dict[str, tuple[Callable[[Home, Officer, str], Awaitable[object]], State, bool]] = {
    "acknowledge": (lambda home, ana, ref: handoff.acknowledge(home.house, ana, ref), State.SNOOZED, True),
    "note": (lambda home, ana, ref: handoff.note(home.house, ana, ref, "a note"), State.SNOOZED, True),
    "read": (lambda home, ana, ref: handoff.show(home.house, ana, ref), State.SNOOZED, True),
    "reply": (_reply, State.CLAIMED, False),
    "undo": (_undone, State.CLAIMED, True),
    "wake": (lambda home, ana, ref: snooze.wake(home.house, ana, ref), State.CLAIMED, True),
    "return": (lambda home, ana, ref: handoff.give_back(home.house, ana, ref), State.WAITING, False),
    "close": (lambda home, ana, ref: handoff.close(home.house, ana, ref, "helped"), State.CLOSED, False),
    "forget": (lambda home, _, __: home.says("/forget", sender="+38269112233"), State.CLOSED, False),
    "emergency": (lambda home, _, __: home.says(CRY, sender="+38269112233"), State.CLAIMED, True),
    "words": (lambda home, _, __: home.says("are you there?", sender="+38269112233"), State.CLAIMED, True),
    "status": (lambda home, _, __: home.says("/status", sender="+38269112233"), State.SNOOZED, True),
}


@pytest.mark.parametrize("act", list(ACTS))
async def test_after_every_act_what_was_put_aside_has_a_clock_or_is_out_again(home: Home, held: tuple[Officer, str], act: str) -> None:
    ana, reference = held
    await put(home, ana, reference, hours=1)
    does, state, clock = ACTS[act]
    await does(home, ana, reference)
    case = await found(home, reference)
    assert case.state is state
    assert (case.wake_at is not None) == (state is State.SNOOZED), "it wakes if, and only if, it is put aside"
    if clock:
        due = [at for at in (case.wake_at, case.claim_until, case.next_ring_at) if at]
        assert min(due) <= home.clock.now() + HOUR
    async with home.house.store.begin() as tx:
        assert await tx.handoffs.next_due() == min(
            (at for at in (case.wake_at, case.claim_until, case.next_ring_at) if at and case.is_open), default=None
        )


async def test_the_database_keeps_nothing_aside_that_would_never_wake(home: Home, held: tuple[Officer, str]) -> None:
    _, reference = held
    case = await found(home, reference)
    async with home.house.store.begin() as tx:
        with pytest.raises(ValueError, match="time to wake"):
            await tx.handoffs.save(replace(aside(case, home.clock.now() + HOUR), wake_at=None))


async def test_figures_count_what_is_put_aside_as_held(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    await put(home, ana, reference, hours=1)
    async with home.house.store.look() as seen:
        load = await seen.figures.load(["general"], home.clock.now(), home.clock.now())
    assert [(each.name, each.cases) for each in load.holding] == [("Ana", 1)]
    assert [each.held for each in load.waiting] == [1]


async def test_the_last_choice_is_the_opening_of_the_next_day_when_that_is_within_a_day(home: Home, held: tuple[Officer, str]) -> None:
    _, reference = held
    case = await found(home, reference)
    days = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), "09:00-17:00")
    home.house = replace(home.house, hours=Hours.of(days, ZoneInfo("UTC")))
    chosen = dict(snooze.choices(home.house, case))
    assert list(chosen) == ["15", "60", "240", "opening"]
    assert chosen["opening"].isoformat() == "2026-11-25T09:00:00+00:00"
    urgent = replace(case, cls=HandoffClass.E1)
    assert [name for name, _ in snooze.choices(home.house, urgent)] == ["15", "60"]
    home.clock.move(hours=-4)
    assert "opening" not in dict(snooze.choices(home.house, case)), "a day and an hour is too long"


def test_whoever_has_a_case_has_it_while_it_is_put_aside() -> None:
    assert {State.CLAIMED, State.SNOOZED} == HELD
