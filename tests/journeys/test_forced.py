"""A supervisor names a successor; officers look on; shifts end while cases are held."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.domain.errors import Refused
from bot.domain.handoff import State
from bot.domain.ids import OfficerId, new_id
from bot.domain.message import Kind
from bot.domain.roster import Absence, Roster, Shift
from bot.ports import Officer
from bot.usecases import forced, handoff, shifts, transfer, watching
from tests.journeys.house import Home
from tests.journeys.test_handover import names
from tests.journeys.test_transfer import Two, two
from tests.promises.case import found, rings, to_phone
from tests.promises.test_ladder import _supervisor

__all__ = ["two"]
WHY = "Ana's phone is off, the kestrel matter cannot wait"


async def leading(home: Home, name: str = "Lea", sender: str = "905") -> Officer:
    lea = await home.enrols(name, sender=sender)
    await _supervisor(home, lea)
    async with home.house.store.begin() as tx:
        return await tx.officers.get(lea.id)


async def hands(two: Two, lea: Officer, to: OfficerId | None = None, reason: str = WHY, holder: OfficerId | None = None) -> None:
    await forced.force(two.home.house, lea, two.reference, to or two.bo.id, reason, holder or two.ana.id)
    await two.home.settles()


async def test_a_forced_hand_over_is_told_to_both_officers_and_once_to_the_defender(two: Two) -> None:
    lea = await leading(two.home)
    await handoff.reply(two.home.house, two.ana, two.reference, "hello")
    await hands(two, lea)
    held = await two.now()
    assert (held.state, held.holder, held.claim_until) == (State.CLAIMED, two.bo.id, two.home.clock.now() + handoff.FIRST_WORDS)
    assert (to_phone(two.home, "901")[-1], to_phone(two.home, "900")[-1]) == ("officer_forced_to", "officer_forced_from")
    assert names(two.home)[-1] == "officer_transferred"
    opened = await handoff.show(two.home.house, two.bo, two.reference)
    assert any(line.who == "note" and WHY in line.text for line in opened.spoken)
    assert not any("kestrel" in said for sender in ("42", "900", "901") for said in two.home.alerts(sender))


async def test_a_successor_who_says_nothing_for_five_minutes_loses_it_and_others_are_rung(two: Two) -> None:
    lea = await leading(two.home)
    await two.home.says("they are breaking down my door right now")
    await handoff.reply(two.home.house, two.ana, two.reference, "hello")
    await hands(two, lea)
    before = rings(two.home, "900")
    await two.home.passes(minutes=4)
    assert (await two.now()).holder == two.bo.id
    await two.home.passes(minutes=1, seconds=30)
    assert ((await two.now()).state, (await two.now()).front) == (State.WAITING, True)
    assert rings(two.home, "900") > before


async def test_an_alarm_that_nobody_has_heard_goes_on_through_a_forced_hand_over(two: Two) -> None:
    lea = await leading(two.home)
    await two.home.says("they are breaking down my door right now")
    before = await two.now()
    assert before.acknowledged_at is None
    two.home.clock.move(seconds=30)
    await hands(two, lea)
    held = await two.now()
    assert (held.next_ring_at, held.claim_until, held.acknowledged_at) == (before.next_ring_at, before.claim_until, None)
    await two.home.passes(minutes=2)
    assert (await two.now()).state is State.WAITING, "two minutes from the cry, as without it"


async def test_only_a_supervisor_forces_with_a_reason_and_for_the_holder_whom_they_saw(two: Two) -> None:
    lea = await leading(two.home)
    for officer, reason, holder, to, refused in (
        (two.bo, WHY, two.ana.id, two.bo.id, "role"),
        (lea, "  ", two.ana.id, two.bo.id, "no_reason"),
        (lea, WHY, two.bo.id, lea.id, "not_holder"),
        (lea, WHY, two.ana.id, two.ana.id, "no_successor"),
        (lea, WHY, two.ana.id, OfficerId("nobody"), "no_successor"),
    ):
        refusal = await two.refused(forced.force(two.home.house, officer, two.reference, to, reason, holder))
        assert refusal.reason == refused
    assert (await two.now()).holder == two.ana.id
    await handoff.give_back(two.home.house, two.ana, two.reference)
    assert (await two.refused(forced.force(two.home.house, lea, two.reference, two.bo.id, WHY, two.ana.id))).reason == "not_holder"


async def test_a_forced_hand_over_ends_an_open_offer(two: Two) -> None:
    lea = await leading(two.home)
    await transfer.offer(two.home.house, two.ana, two.reference, two.bo.id)
    await hands(two, lea, lea.id)
    assert ((await two.now()).holder, (await two.now()).offered_to) == (lea.id, None)
    assert (await two.refused(transfer.accept(two.home.house, two.bo, two.reference))).holder == "Lea"


async def test_who_looks_on_reads_and_cannot_answer_and_is_rung_when_the_claim_ends(two: Two) -> None:
    cy = await two.home.enrols("Cy", sender="904")
    await on_duty(two.home, two.ana, "12:00", "20:00")
    await watching.watch(two.home.house, cy, two.reference)
    before = rings(two.home, "901")
    await two.home.says("a secret of mine")
    opened = await handoff.show(two.home.house, cy, two.reference)
    assert any("a secret of mine" in line.text for line in opened.spoken)
    assert (await two.refused(handoff.reply(two.home.house, cy, two.reference, "hello"))).holder == "Ana"
    await two.home.passes(minutes=6)
    assert (await two.now()).state is State.WAITING
    assert rings(two.home, "904") == 1, "not on duty, and rung once, with the others"
    assert rings(two.home, "901") == before, "control: who does not look on and is not on duty is not"


async def test_who_stops_looking_on_is_not_rung_and_closing_ends_it(two: Two) -> None:
    cy = await two.home.enrols("Cy", sender="904")
    await watching.watch(two.home.house, cy, two.reference)
    await watching.watch(two.home.house, two.bo, two.reference)
    await watching.unwatch(two.home.house, cy, two.reference)
    held = await two.now()
    async with two.home.house.store.begin() as tx:
        assert [each.officer for each in await tx.handoffs.watching(held.id)] == [two.bo.id]
    await handoff.close(two.home.house, two.ana, two.reference)
    async with two.home.house.store.begin() as tx:
        assert await tx.handoffs.watching(held.id) == []


async def test_whoever_looks_on_and_takes_over_holds_it_and_does_not_look_on_any_more(two: Two) -> None:
    await watching.watch(two.home.house, two.bo, two.reference)
    await transfer.offer(two.home.house, two.ana, two.reference, two.bo.id)
    held = await transfer.accept(two.home.house, two.bo, two.reference)
    async with two.home.house.store.begin() as tx:
        assert await tx.handoffs.watching(held.id) == []
    assert (await two.refused(watching.watch(two.home.house, two.bo, two.reference))).reason == "not_watchable"


async def test_what_the_phone_deleted_stays_hidden_from_whoever_looks_on(two: Two) -> None:
    await two.home.says("they are breaking down my door, I am Zorica", key="m1")
    await two.home.says("", kind=Kind.DELETION, target="m1")
    await watching.watch(two.home.house, two.bo, two.reference)
    seen = {
        officer.name: any("Zorica" in line.text for line in (await handoff.show(two.home.house, officer, two.reference)).spoken)
        for officer in (two.ana, two.bo)
    }
    assert seen == {"Ana": True, "Bo": False}


async def on_duty(home: Home, officer: Officer, begins: str, ends: str, *, days: range = range(7)) -> None:
    async with home.house.store.begin() as tx:
        for weekday in days:
            hours = time.fromisoformat(begins), time.fromisoformat(ends)
            await tx.roster.add_shift(Shift(id=new_id(), officer=officer.id, weekday=weekday, hours=hours))
        await tx.commit()


async def looks(home: Home) -> int:
    number = await shifts.look(home.house)
    await home.settles()
    return number


async def test_at_the_end_of_a_shift_the_holder_is_told_once_and_keeps_the_case(two: Two) -> None:
    await on_duty(two.home, two.ana, "08:00", "13:00")
    await handoff.reply(two.home.house, two.ana, two.reference, "hello")
    assert await looks(two.home) == 0
    two.home.clock.move(hours=1)
    assert await looks(two.home) == 1
    await looks(two.home)
    assert to_phone(two.home, "900").count("officer_shift_ended") == 1
    assert two.reference in two.home.alerts("900")[-1]
    assert (await two.now()).holder == two.ana.id
    two.home.clock.move(hours=24)
    await looks(two.home)
    assert to_phone(two.home, "900").count("officer_shift_ended") == 2, "and once more at the end of the next one"


async def test_half_an_hour_later_supervisors_hear_once_of_what_is_unanswered(two: Two) -> None:
    await leading(two.home)
    await on_duty(two.home, two.ana, "08:00", "12:30")
    await handoff.reply(two.home.house, two.ana, two.reference, "hello")
    two.home.clock.move(minutes=45)
    await looks(two.home)
    two.home.clock.move(minutes=20)
    await looks(two.home)
    assert "officer_shift_left" not in to_phone(two.home, "905"), "control: her words are answered"
    await two.home.says("are you there?")
    for _ in range(2):
        await looks(two.home)
    assert to_phone(two.home, "905").count("officer_shift_left") == 1
    assert (await two.now()).holder == two.ana.id, "nothing is taken from anybody"


async def test_an_emergency_that_is_answered_is_told_to_supervisors_too_but_not_before_half_an_hour(two: Two) -> None:
    await leading(two.home)
    await on_duty(two.home, two.ana, "08:00", "12:30")
    await two.home.says("they are breaking down my door right now")
    await handoff.reply(two.home.house, two.ana, two.reference, "hello")
    two.home.clock.move(minutes=50)
    await looks(two.home)
    assert "officer_shift_left" not in to_phone(two.home, "905")
    two.home.clock.move(minutes=15)
    await looks(two.home)
    assert to_phone(two.home, "905").count("officer_shift_left") == 1
    assert to_phone(two.home, "901").count("officer_shift_left") == 0, "who leads nobody is not bothered"


async def test_whoever_has_other_hours_now_or_took_it_after_them_or_has_none_is_left_alone(two: Two) -> None:
    await handoff.reply(two.home.house, two.ana, two.reference, "hello")
    two.home.clock.move(hours=3)
    assert await looks(two.home) == 0, "no hours at all"
    await on_duty(two.home, two.ana, "08:00", "11:00")
    assert await looks(two.home) == 0, "taken after the hours"
    await on_duty(two.home, two.ana, "11:00", "14:00")
    assert await looks(two.home) == 1
    await on_duty(two.home, two.ana, "14:00", "20:00")
    assert await looks(two.home) == 0, "others have begun"


async def test_everything_is_offered_to_one_successor_by_the_holder_or_a_supervisor(two: Two) -> None:
    lea = await leading(two.home)
    await two.home.says("/human", sender="43")
    async with two.home.house.store.begin() as tx:
        (other,) = [line.reference for line in await tx.handoffs.queue((State.WAITING,))]
    await handoff.claim(two.home.house, two.ana, other)
    with pytest.raises(Refused, match="role"):
        await shifts.offer_all(two.home.house, two.bo, two.ana.id, two.bo.id)
    offered, left = await shifts.offer_all(two.home.house, lea, two.ana.id, two.bo.id)
    assert (sorted(offered), left) == (sorted([two.reference, other]), [])
    assert await shifts.offer_all(two.home.house, two.ana, two.ana.id, two.bo.id) == ([], offered)
    for reference in offered:
        await transfer.accept(two.home.house, two.bo, reference)
        assert (await found(two.home, reference)).holder == two.bo.id


def test_a_night_shift_ends_in_the_morning_and_a_day_off_has_no_end(home: Home) -> None:
    ana, now, zone = OfficerId("ana"), home.clock.now(), home.house.timezone
    night = Shift(id="n", officer=ana, weekday=0, hours=(time(22), time(6)))
    assert now.weekday() == 1
    assert Roster(shifts=(night,)).ended(ana, now, zone) == now.replace(hour=6)
    away = Absence(id="a", officer=ana, first=date(2026, 11, 23), last=date(2026, 11, 23))
    assert Roster(shifts=(night,), absences=(away,)).ended(ana, now, zone) == now.replace(day=17, hour=6), "that of last week"
    assert Roster(shifts=(night,)).ended(ana, now.replace(hour=5), zone) is None, "it goes on"
    assert Roster(shifts=(night,)).ended(OfficerId("bo"), now, zone) is None
    assert Roster(shifts=(replace(night, weekday=1),)).ended(ana, now + timedelta(hours=15), zone) is None
