"""A phone of an officer that is nobody's, or not surely theirs, any more: it silences nothing, and nothing waits for it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import false

from bot.domain.account import Account, AccountId, Role
from bot.domain.errors import Unreachable
from bot.domain.handoff import HELD, State
from bot.domain.message import ChannelName, Kind
from bot.ports import Officer
from bot.storage import heads, taking
from bot.storage import messengers as storing
from bot.usecases import block, handoff, messengers, respond, snooze
from bot.usecases.rounds import alert_drafts
from tests.journeys.house import Home
from tests.promises.case import CRY, found, rings, to_phone

ROOT = Account(id=AccountId("root"), name="Root", role=Role.ADMINISTRATOR)
HOUR = timedelta(hours=1)
Going = Callable[[Home, Officer], Awaitable[None]]


async def by_a_leader(home: Home, officer: Officer) -> None:
    """Its enrolment is ended."""
    await messengers.end(home.house, ROOT, officer.id)


async def by_its_number(home: Home, _: Officer) -> None:
    """It says that it is another phone."""
    await home.says("", sender="900", kind=Kind.UNREADABLE, key_changed=True)


async def with_its_officer(home: Home, officer: Officer) -> None:
    """Its officer is one no more."""
    async with home.house.store.begin() as tx:
        await tx.officers.remove(officer.id)
        await tx.commit()


async def on_phone(home: Home) -> str:
    """Ana has taken an emergency on her phone, and has answered."""
    await home.says(CRY)
    reference = await home.reference()
    await home.says(f"take {reference}", sender="900")
    await home.says("I am here.", sender="900")
    return reference


async def word_to(home: Home, officer: Officer) -> None:
    """Something is queued for an officer in the very moment in which their phone is ended."""
    async with home.house.store.begin() as tx:
        for draft in alert_drafts(home.house, officer, "alert_test", None, "en"):
            await tx.outbox.queue_alert(officer.id, None, draft, home.clock.now())
        await tx.commit()


async def test_a_word_for_a_phone_that_was_ended_stops_no_alarm(home: Home) -> None:
    ana = await home.enrols()
    await home.enrols("Bo", sender="901")
    await by_a_leader(home, ana)
    await word_to(home, ana)
    await home.says(CRY)
    assert rings(home, "901") == 1


async def test_control_a_courier_that_wants_a_messenger_of_everybody_sends_nothing_to_anybody(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await home.enrols()
    await home.enrols("Bo", sender="901")
    await by_a_leader(home, ana)
    await word_to(home, ana)

    def naive(work: taking.Work, row: taking.RowMapping) -> taking.Recipient:
        return taking.Recipient(id=row["id"], channel=ChannelName(row["channel"]), sealer=None, address="", account="")

    monkeypatch.setattr(heads, "officer_of", naive)
    with pytest.raises(ValueError, match="not a valid ChannelName"):
        await home.says(CRY)
    assert rings(home, "901") == 0


@pytest.mark.parametrize("going", [by_a_leader, by_its_number])
async def test_what_was_put_aside_on_it_goes_to_others_at_once(home: Home, going: Going) -> None:
    ana = await home.enrols()
    await home.enrols("Bo", sender="901")
    reference = await on_phone(home)
    await snooze.snooze(home.house, ana, reference, home.clock.now() + HOUR)
    before = rings(home, "901")
    await going(home, ana)
    await home.passes(seconds=30)
    case = await found(home, reference)
    assert (case.state, case.holder, case.wake_at) == (State.WAITING, None, None)
    assert rings(home, "901") == before + 1


async def test_control_ending_claims_only_leaves_it_aside(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = await home.enrols()
    await home.enrols("Bo", sender="901")
    reference = await on_phone(home)
    await snooze.snooze(home.house, ana, reference, home.clock.now() + HOUR)
    before = rings(home, "901")
    monkeypatch.setattr(storing, "HELD", HELD - {State.SNOOZED})
    await by_a_leader(home, ana)
    await home.passes(minutes=10)
    assert (await found(home, reference)).state is State.SNOOZED
    assert rings(home, "901") == before


async def test_what_its_defender_writes_is_answered_for_and_passed_to_nobody(home: Home) -> None:
    ana = await home.enrols()
    reference = await on_phone(home)
    await by_a_leader(home, ana)
    before = len(to_phone(home, "900"))
    await home.says("are you there?")
    assert len(to_phone(home, "900")) == before
    await home.passes(minutes=1)
    assert (await found(home, reference)).state is State.WAITING


async def rung_once(home: Home, ana: Officer) -> None:
    """A blocked contact cries for help, and the one alert waits for Ana's phone."""
    await home.says("/human")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await block.block(home.house, ana, reference, "insults")
    await handoff.close(home.house, ana, reference, "not_ours")
    await home.settles()
    home.clock.move(hours=30)
    await home.writes(CRY)
    claimed = await respond.claim(home.house)
    assert claimed is not None
    await respond.respond(home.house, claimed)


@pytest.mark.parametrize("going", [by_a_leader, with_its_officer])
async def test_the_one_alert_of_a_blocked_contact_goes_to_others_when_its_officer_goes(home: Home, going: Going) -> None:
    ana = await home.enrols()
    await rung_once(home, ana)
    await going(home, ana)
    await home.enrols("Bo", sender="901")
    await home.passes(minutes=1)
    assert to_phone(home, "901").count("alert_shut_out") == 1
    await home.passes(minutes=20)
    assert to_phone(home, "901").count("alert_shut_out") == 1


async def test_control_nothing_is_due_where_only_the_officer_is_taken_away(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(_: object, __: object) -> None:
        """As it was before."""

    monkeypatch.setattr(storing.Messengers, "ring_others", nothing)
    ana = await home.enrols()
    await rung_once(home, ana)
    await with_its_officer(home, ana)
    await home.enrols("Bo", sender="901")
    await home.passes(minutes=20)
    assert "alert_shut_out" not in to_phone(home, "901")


@pytest.mark.parametrize("going", [by_a_leader, with_its_officer, by_its_number])
@pytest.mark.parametrize("naive", [False, True])
async def test_the_one_alert_that_went_to_that_phone_alone_goes_to_others_too(
    home: Home, monkeypatch: pytest.MonkeyPatch, going: Going, naive: bool
) -> None:
    """Naive: only what is still on its way is looked at.  Whoever has that phone has perhaps heard it; nobody else has."""
    if naive:
        monkeypatch.setattr(storing, "_only_there", lambda _: false())
    ana = await home.enrols()
    await rung_once(home, ana)
    await home.settles()
    assert to_phone(home, "900").count("alert_shut_out") == 1
    await home.enrols("Bo", sender="901")
    await going(home, ana)
    for _ in range(2):
        await home.passes(minutes=20)
        assert to_phone(home, "901").count("alert_shut_out") == (0 if naive else 1)


@pytest.mark.parametrize("going", [by_a_leader, with_its_officer, by_its_number])
async def test_what_others_have_heard_too_rings_nobody_again(home: Home, going: Going) -> None:
    ana = await home.enrols()
    await home.enrols("Bo", sender="901")
    await rung_once(home, ana)
    await home.settles()
    assert to_phone(home, "901").count("alert_shut_out") == 1
    await going(home, ana)
    await home.passes(minutes=20)
    assert to_phone(home, "901").count("alert_shut_out") == 1


async def test_it_rings_once_somebody_is_there_where_nobody_was(home: Home) -> None:
    ana = await home.enrols()
    await home.says("/human")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await block.block(home.house, ana, reference, "insults")
    await handoff.close(home.house, ana, reference, "not_ours")
    await home.settles()
    await with_its_officer(home, ana)
    home.clock.move(hours=30)
    await home.says(CRY)
    await home.enrols("Bo", sender="901")
    await home.passes(minutes=10)
    assert to_phone(home, "901").count("alert_shut_out") == 1


async def test_it_rings_again_where_the_only_phone_could_not_be_rung(home: Home) -> None:
    ana = await home.enrols()
    await rung_once(home, ana)
    signal = home.channels[ChannelName.SIGNAL]
    signal.failures.append(Unreachable("unknown"))
    await home.settles()
    assert "alert_shut_out" not in to_phone(home, "900")
    await home.passes(minutes=10)
    assert to_phone(home, "900").count("alert_shut_out") == 1
