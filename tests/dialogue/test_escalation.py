"""What becomes of a handoff: its class and its clocks, its kind, reopening."""

from datetime import timedelta

import pytest

from bot.dialogue.truth import may_write_first
from bot.domain.handoff import HELD, DutyLane, HandoffClass, State
from bot.domain.message import Kind
from tests.dialogue.talk import Talk, sure, unsure


def test_class_and_kind_rise_together_from_a_request_to_an_emergency() -> None:
    talk = Talk()
    talk.writes("i think i am watched", sure("surveillance"))
    talk.writes("yes")
    assert (talk.handoff.cls, talk.handoff.kind) == (HandoffClass.E2, "surveillance")
    talk.writes("hm", unsure())
    assert talk.handoff.cls is HandoffClass.UNCLEAR
    talk.writes("x", rule="attack_now")
    assert (talk.handoff.cls, talk.handoff.kind, talk.handoff.reason) == (HandoffClass.E1, "attack_now", "rule")
    for text, reading in (("thanks", sure("thanks")), ("hm", unsure()), ("/human", None), ("visa", sure("consular_question"))):
        talk.later(minutes=1).writes(text, reading)
        assert talk.handoff.cls is HandoffClass.E1


@pytest.mark.parametrize("state", [State.WAITING, State.CLAIMED, State.SNOOZED])
def test_an_emergency_inside_any_open_handoff_rings_at_once(state: State) -> None:
    talk = Talk()
    talk.writes("/human")
    talk.set(state=state)
    talk.later(hours=11).writes("they are breaking the door", rule="attack_now")
    assert talk.rings
    assert talk.handoff.next_ring_at == talk.now
    assert talk.handoff.state is (State.CLAIMED if state in HELD else State.WAITING)


def test_what_officers_were_rung_for_before_is_no_fact_about_a_new_emergency() -> None:
    talk = Talk()
    talk.writes("hm", unsure())
    talk.set(rung_at=talk.now, ring_step=1)
    talk.later(hours=10).writes("x", rule="attack_now")
    assert talk.handoff.rung_at is None
    assert talk.handoff.ring_step == 0


def test_new_alarming_words_ring_again_although_a_person_acknowledged_and_a_later_ring_is_planned() -> None:
    talk = Talk()
    talk.writes("x", rule="attack_now")
    talk.set(acknowledged_at=talk.now, next_ring_at=talk.now + timedelta(minutes=10), ring_step=1)
    talk.later(minutes=1).writes("y", rule="attack_now")
    assert talk.handoff.next_ring_at == talk.now + timedelta(minutes=9), "a person heard it a minute ago"
    talk.later(minutes=2).writes("z", rule="attack_now")
    assert talk.handoff.next_ring_at == talk.now
    assert talk.handoff.acknowledged_at is None


def test_a_ladder_that_runs_unheard_is_not_started_anew_by_every_message() -> None:
    talk = Talk()
    talk.writes("x", rule="attack_now")
    talk.set(next_ring_at=talk.now + timedelta(minutes=2), ring_step=3)
    talk.later(minutes=1).writes("y", rule="attack_now")
    assert talk.handoff.next_ring_at == talk.now + timedelta(minutes=1)
    assert talk.handoff.ring_step == 3


def test_an_arrest_that_follows_a_threat_makes_it_a_case_in_which_the_bot_never_writes_first() -> None:
    talk = Talk()
    talk.writes("x", rule="death_threat")
    assert may_write_first(talk.conversation, talk.handoff)
    talk.writes("they are taking me", rule="arrest_now")
    assert talk.handoff.kind == "arrest_now"
    assert not may_write_first(talk.conversation, talk.handoff)
    talk.writes("x", rule="death_threat")
    assert talk.handoff.kind == "arrest_now", "and it stays one"


def test_a_persons_own_emergency_takes_the_place_of_a_threat_to_the_mission() -> None:
    talk = Talk()
    talk.writes("bomb", rule="threat_to_mission")
    talk.writes("they took me", rule="arrest_now")
    assert (talk.handoff.kind, talk.handoff.lane) == ("arrest_now", DutyLane.GENERAL)


def test_an_emergency_of_unknown_kind_in_an_arrest_repeats_nothing_and_asks_nothing() -> None:
    talk = Talk()
    talk.writes("x", rule="arrest_now")
    assert talk.later(minutes=11).writes("x", rule="") == ["emergency_more"]
    assert not talk.conversation.memory.kind_asked


def closed_case(rule: str | None = None) -> Talk:
    """An officer held a case and closed it."""
    talk = Talk()
    talk.writes("/human" if rule is None else "x", rule=rule)
    return talk.claimed().closed()


REOPENS = {
    "a request": ("about the meeting", sure("request_meeting"), Kind.TEXT, True),
    "an unsure message": ("two men", unsure(), Kind.TEXT, True),
    "a voice message": ("", None, Kind.VOICE, True),
    "false alarm": ("it is over", sure("false_alarm"), Kind.TEXT, True),
    "a hello": ("hello", sure("greet"), Kind.TEXT, True),
    "a yes to what the officer asked": ("yes", None, Kind.TEXT, True),
    "something else": ("the weather", sure("out_of_scope"), Kind.TEXT, True),
    "thanks": ("thanks", sure("thanks"), Kind.TEXT, False),
    "a goodbye": ("bye", sure("goodbye"), Kind.TEXT, False),
    "a clear question": ("what are the guidelines", sure("guidelines_about"), Kind.TEXT, False),
    "a thumb": ("👍", None, Kind.TEXT, False),
    "status": ("/status", None, Kind.TEXT, False),
}


@pytest.mark.parametrize("what", REOPENS)
def test_within_a_day_a_closed_case_reopens_unowned_for_all_but_thanks_goodbye_and_clear_questions(what: str) -> None:
    text, reading, kind, reopens = REOPENS[what]
    talk = closed_case().later(hours=23)
    talk.writes(text, reading, kind=kind)
    assert (talk.conversation.handoff is not None) is reopens
    if reopens:
        assert (talk.handoff.state, talk.handoff.holder, talk.handoff.claimed_at) == (State.WAITING, None, None)


@pytest.mark.parametrize(("text", "reading"), [("about the meeting", sure("request_meeting")), ("hm", unsure()), ("/human", None)])
def test_an_emergency_that_reopens_is_rung_for_like_a_new_one(text: str, reading: object) -> None:
    talk = closed_case("attack_now").later(hours=2)
    talk.writes(text, reading)  # type: ignore[arg-type]  # a reading or None
    assert talk.handoff.is_emergency
    assert talk.handoff.next_ring_at == talk.now
    assert talk.handoff.state is State.WAITING


def test_after_an_emergency_was_closed_an_unsure_message_is_told_that_it_is_open_again() -> None:
    assert closed_case("attack_now").later(hours=2).writes("hm", unsure()) == ["reopened"]


def test_what_a_no_closed_was_no_case_and_is_not_reopened_by_a_question() -> None:
    talk = Talk()
    talk.writes("hm", unsure())
    talk.writes("no")
    assert talk.later(hours=1).writes("i think i am watched", sure("surveillance")) == ["surveillance", "offer"]
    assert talk.conversation.handoff is None


def test_a_rule_that_takes_every_closed_item_for_a_case_would_reopen_it() -> None:
    """The control: the same scene with an item that an officer had held."""
    talk = Talk()
    talk.writes("hm", unsure())
    talk.claimed().closed()
    assert "reopened" in talk.later(hours=1).writes("i think i am watched", sure("surveillance"))


def test_other_business_that_was_closed_reopens_too() -> None:
    talk = Talk()
    talk.writes("visa", sure("consular_question"))
    talk.writes("/human")
    talk.claimed().closed()
    assert talk.later(hours=1).writes("about the meeting", sure("request_meeting"))[-1] == "reopened"
    assert talk.handoff.cls is HandoffClass.OTHER


def test_other_business_tells_no_officer() -> None:
    talk = Talk()
    talk.writes("visa", sure("consular_question"))
    talk.writes("/human")
    assert talk.change is not None
    assert not talk.change.notify
    other = Talk()
    other.writes("/human")
    assert other.change is not None
    assert other.change.notify


@pytest.mark.parametrize("intent", ["thanks", "goodbye"])
def test_thanks_and_a_goodbye_wait_for_no_answer_of_the_holder(intent: str) -> None:
    talk = Talk()
    talk.writes("/human")
    talk.claimed()
    talk.writes("ok", sure(intent))
    assert talk.handoff.claim_until is None
    talk.writes("and when?", sure("request_meeting"))
    assert talk.handoff.claim_until == talk.now + timedelta(minutes=5)


def test_the_lease_counts_from_the_first_message_that_is_unanswered() -> None:
    talk = Talk()
    talk.writes("/human")
    talk.claimed()
    talk.writes("and when?", sure("request_meeting"))
    until = talk.handoff.claim_until
    talk.later(minutes=4).writes("hello?", sure("greet"))
    assert talk.handoff.claim_until == until
