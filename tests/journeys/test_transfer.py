"""A case goes from one officer to another: offered, accepted, declined, taken back, run out; who holds it and who is told what."""

from dataclasses import dataclass

import pytest

from bot.domain.errors import Refused
from bot.domain.handoff import Handoff, State
from bot.domain.message import ChannelName
from bot.ports import Officer
from bot.usecases import handoff, transfer
from tests.journeys.house import Home
from tests.journeys.test_handover import names
from tests.promises.case import found, rings, to_phone

MISSING = "my colleague has not come home since yesterday"


@dataclass(frozen=True, kw_only=True)
class Two:
    """Ana holds a case, and Bo is there."""

    home: Home
    ana: Officer
    bo: Officer
    reference: str

    async def now(self) -> Handoff:
        return await found(self.home, self.reference)

    async def refused(self, act: object, *more: object) -> Refused:
        with pytest.raises(Refused) as refusal:
            await act  # type: ignore[misc]  # an act of an officer
        return refusal.value


@pytest.fixture
async def two(home: Home) -> Two:
    ana, bo = await home.enrols("Ana"), await home.enrols("Bo", sender="901")
    await home.says("/human")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await home.settles()
    return Two(home=home, ana=ana, bo=bo, reference=reference)


async def offered(two: Two) -> None:
    await transfer.offer(two.home.house, two.ana, two.reference, two.bo.id)
    await two.home.settles()


async def test_an_accepted_offer_is_told_once_to_the_defender_and_the_old_holder(two: Two) -> None:
    await offered(two)
    assert to_phone(two.home, "901")[-1] == "officer_offered"
    await transfer.accept(two.home.house, two.bo, two.reference)
    await two.home.settles()
    held = await two.now()
    assert (held.state, held.holder, held.acknowledged_by, held.offered_to) == (State.CLAIMED, two.bo.id, two.bo.id, None)
    assert names(two.home)[-2:] == ["officer_taken", "officer_transferred"]
    assert to_phone(two.home, "900")[-1] == "officer_offer_accepted"
    await handoff.reply(two.home.house, two.bo, two.reference, "I am Bo.")
    assert (await two.refused(handoff.reply(two.home.house, two.ana, two.reference, "and I am Ana"))).holder == "Bo"


async def test_while_it_is_offered_the_old_holder_holds_and_every_clock_runs_on(two: Two) -> None:
    before = await two.now()
    await offered(two)
    held = await two.now()
    assert (held.holder, held.claim_until, held.next_ring_at) == (two.ana.id, before.claim_until, before.next_ring_at)
    await handoff.reply(two.home.house, two.ana, two.reference, "still here")
    assert (await two.refused(handoff.reply(two.home.house, two.bo, two.reference, "not yet"))).holder == "Ana"
    await two.home.says("thank you, and what now")
    assert (await two.now()).claim_until is not None, "her words wait for Ana"
    await two.home.passes(minutes=6)
    assert (await two.now()).state is State.WAITING, "the claim ends although an offer is open"


async def test_whoever_takes_over_unanswered_words_has_five_minutes_for_an_answer(two: Two) -> None:
    await handoff.reply(two.home.house, two.ana, two.reference, "hello")
    await offered(two)
    await transfer.accept(two.home.house, two.bo, two.reference)
    assert (await two.now()).claim_until is None, "control: nothing is unanswered"
    await two.home.says("are you there?")
    await transfer.offer(two.home.house, two.bo, two.reference, two.ana.id)
    await transfer.accept(two.home.house, two.ana, two.reference)
    assert (await two.now()).claim_until == two.home.clock.now() + handoff.FIRST_WORDS
    await two.home.passes(minutes=6)
    assert (await two.now()).state is State.WAITING


async def test_who_declines_is_free_and_the_holder_hears_it(two: Two) -> None:
    await offered(two)
    await transfer.decline(two.home.house, two.bo, two.reference)
    await two.home.settles()
    assert ((await two.now()).holder, (await two.now()).offered_to) == (two.ana.id, None)
    assert to_phone(two.home, "900")[-1] == "officer_offer_declined"
    assert (await two.refused(transfer.accept(two.home.house, two.bo, two.reference))).holder == "Ana"


async def test_an_offer_ends_by_itself_and_the_holder_still_holds(two: Two) -> None:
    await handoff.reply(two.home.house, two.ana, two.reference, "hello")
    await offered(two)
    await two.home.passes(minutes=10)
    held = await two.now()
    assert (held.holder, held.offered_to, held.offer_until) == (two.ana.id, None, None)
    assert to_phone(two.home, "900").count("officer_offer_over") == 1
    assert (await two.refused(transfer.accept(two.home.house, two.bo, two.reference))).reason == "not_offered"


async def test_an_offer_that_is_over_is_not_accepted_before_anybody_has_looked_at_the_clock(two: Two) -> None:
    await offered(two)
    two.home.clock.move(minutes=10)
    assert (await two.refused(transfer.accept(two.home.house, two.bo, two.reference))).holder == "Ana"


@pytest.mark.parametrize("how", ["take_back", "give_back", "close", "claim_ends"])
async def test_an_offer_ends_with_what_it_was_made_of(two: Two, how: str) -> None:
    await offered(two)
    if how == "claim_ends":
        await two.home.passes(minutes=6)
    else:
        act = {"take_back": transfer.take_back, "give_back": handoff.give_back, "close": handoff.close}[how]
        await act(two.home.house, two.ana, two.reference)
    held = await two.now()
    assert (held.offered_to, held.offered_at, held.offer_until) == (None, None, None)
    refusal = await two.refused(transfer.accept(two.home.house, two.bo, two.reference))
    expected = {"take_back": ("not_offered", "Ana"), "close": ("closed", None)}.get(how, ("not_offered", None))
    assert (refusal.reason, refusal.holder) == expected


async def test_an_old_offer_gives_nobody_a_later_claim(two: Two) -> None:
    await offered(two)
    await handoff.give_back(two.home.house, two.ana, two.reference)
    await handoff.claim(two.home.house, two.ana, two.reference)
    assert (await two.refused(transfer.accept(two.home.house, two.bo, two.reference))).reason == "not_offered"


async def test_an_emergency_inside_an_offer_rings_at_once_and_goes_on_ringing(two: Two) -> None:
    await handoff.reply(two.home.house, two.ana, two.reference, "hello")
    await offered(two)
    before = rings(two.home, "901")
    await two.home.says("they are breaking down my door right now")
    await two.home.passes(seconds=1)
    assert rings(two.home, "901") > before
    held = await two.now()
    assert (held.acknowledged_at, held.offered_to) == (None, two.bo.id)
    await transfer.decline(two.home.house, two.bo, two.reference)
    assert (await two.now()).next_ring_at == held.next_ring_at
    assert (await two.now()).claim_until == held.claim_until
    await two.home.passes(minutes=2, seconds=30)
    assert (await two.now()).state is State.WAITING
    heard = rings(two.home, "901")
    await two.home.passes(minutes=10)
    assert rings(two.home, "901") >= heard + 2


async def test_whoever_accepts_has_heard_the_alarm_and_must_answer(two: Two) -> None:
    await offered(two)
    await two.home.says("they are breaking down my door right now")
    await transfer.accept(two.home.house, two.bo, two.reference)
    held = await two.now()
    assert (held.acknowledged_by, held.next_ring_at) == (two.bo.id, None)
    assert held.claim_until == two.home.clock.now() + handoff.FIRST_WORDS


async def test_where_nobody_writes_first_a_transfer_is_told_to_nobody(home: Home) -> None:
    ana, bo = await home.enrols("Ana"), await home.enrols("Bo", sender="901")
    await home.says("police are taking me away")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await transfer.offer(home.house, ana, reference, bo.id)
    await transfer.accept(home.house, bo, reference)
    await home.settles()
    assert names(home) == ["arrest_now"]


async def test_only_a_person_whose_lane_it_is_can_be_asked(home: Home) -> None:
    guard, ana = await home.enrols("Sec", sender="902", duties=("security",)), await home.enrols("Ana")
    home.nlu.known["I will blow up your embassy"] = "threat_to_mission"
    await home.says("I will blow up your embassy")
    reference = await home.reference()
    await handoff.claim(home.house, guard, reference)
    async with home.house.store.begin() as tx:
        mail = await tx.officers.add_service("mail", "mailto://a:b@example.org", ("security",), home.clock.now())
        await tx.officers.invite("Invited", ("security",), home.clock.now())
        invited = await tx.officers.by_name("Invited")
        await tx.commit()
    assert invited is not None
    for nobody in (ana.id, guard.id, mail, invited.id, "nobody"):
        with pytest.raises(Refused, match="no_successor"):
            await transfer.offer(home.house, guard, reference, nobody)  # type: ignore[arg-type]  # no officer's id
    other = await home.enrols("Sec2", sender="903", duties=("security",))
    assert (await transfer.offer(home.house, guard, reference, other.id)).offered_to == other.id
    with pytest.raises(Refused, match="unknown"):
        await transfer.accept(home.house, ana, reference)


async def test_nobody_but_the_holder_offers_and_a_second_offer_waits_for_the_first(two: Two) -> None:
    cy = await two.home.enrols("Cy", sender="904")
    assert (await two.refused(transfer.offer(two.home.house, two.bo, two.reference, cy.id))).reason == "not_holder"
    await offered(two)
    assert (await two.refused(transfer.offer(two.home.house, two.ana, two.reference, cy.id))).reason == "offered"
    assert (await two.refused(transfer.accept(two.home.house, cy, two.reference))).reason == "not_offered"
    assert (await two.refused(transfer.decline(two.home.house, cy, two.reference))).reason == "not_offered"
    assert (await two.refused(transfer.take_back(two.home.house, two.bo, two.reference))).reason == "not_holder"


async def test_when_the_officer_who_was_asked_is_removed_the_holder_hears_that_the_offer_is_over(two: Two) -> None:
    await handoff.reply(two.home.house, two.ana, two.reference, "hello")
    await offered(two)
    async with two.home.house.store.begin() as tx:
        await tx.officers.remove(two.bo.id)
        await tx.commit()
    held = await two.now()
    assert (held.state, held.holder, held.offered_to) == (State.CLAIMED, two.ana.id, None)
    await two.home.passes(seconds=1)
    assert to_phone(two.home, "900")[-1] == "officer_offer_over"
    assert (await two.now()).offer_until is None


async def test_when_the_holder_is_removed_it_rings_others_and_is_nobodys_to_accept(two: Two) -> None:
    await offered(two)
    async with two.home.house.store.begin() as tx:
        await tx.officers.remove(two.ana.id)
        await tx.commit()
    assert (await two.refused(transfer.accept(two.home.house, two.bo, two.reference))).reason == "not_offered"
    heard = len(two.home.alerts("901"))
    await two.home.passes(seconds=1)
    assert (await two.now()).state is State.WAITING
    assert len(two.home.alerts("901")) == heard + 1


async def test_what_officers_are_told_holds_no_word_of_the_defender_and_no_name(two: Two) -> None:
    await two.home.says("my name is Zorica Petrovic")
    await offered(two)
    await transfer.accept(two.home.house, two.bo, two.reference)
    await two.home.settles()
    said = " ".join(sent.piece.text for sent in two.home.channels[ChannelName.SIGNAL].sent if sent.name.startswith("officer_offer"))
    assert two.reference in said
    assert not any(word in said for word in ("Zorica", "Ana", "Bo,", "Bo "))
