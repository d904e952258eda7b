"""The rules between defender, bot and officer, as tables and short scenes."""

from datetime import timedelta

import pytest

from bot.domain.handoff import DutyLane, HandoffClass, State
from bot.domain.message import Kind
from bot.domain.understanding import Ranked, Reading
from tests.dialogue.talk import Talk, sure, unsure


def test_an_emergency_opens_a_waiting_handoff_rings_and_gets_its_own_reply() -> None:
    talk = Talk()
    assert talk.writes("they are taking me", rule="arrest_now") == ["arrest_now"]
    assert talk.rings
    assert (talk.handoff.state, talk.handoff.cls, talk.handoff.kind) == (State.WAITING, HandoffClass.E1, "arrest_now")
    assert talk.handoff.next_ring_at == talk.now


def test_the_greeting_follows_the_first_harmless_answer_and_comes_once() -> None:
    talk = Talk()
    assert talk.writes("what are the guidelines", sure("guidelines_about")) == ["guidelines_about", "greeting"]
    assert talk.writes("what are the guidelines", sure("guidelines_about")) == ["guidelines_about"]


def test_the_greeting_never_lengthens_an_emergency_reply_or_the_danger_question() -> None:
    assert "greeting" not in Talk().writes("x", rule="attack_now")
    assert "greeting" not in Talk().writes("two men outside", unsure())


def test_an_unsure_message_gets_the_danger_question_and_shows_as_unclear() -> None:
    talk = Talk()
    assert talk.writes("two men ask the neighbours which flat is mine", unsure(0.2)) == ["danger_question"]
    assert talk.handoff.state is State.UNCLEAR
    assert talk.handoff.next_ring_at == talk.now + timedelta(hours=24), "nobody is rung now; after a day a person must have ticked it"
    assert not talk.rings


def test_the_upper_part_of_the_unsure_band_rings_after_five_minutes_of_silence() -> None:
    talk = Talk()
    talk.writes("they are here i think", unsure(0.4))
    assert talk.handoff.next_ring_at == talk.now + timedelta(minutes=5)


@pytest.mark.parametrize("word", ["1", "yes", "YES!!", "not sure", "maybe", "da", "po", "да", "I don't know", "yeah", "da 1"])
def test_yes_and_not_sure_ring(word: str) -> None:
    talk = Talk()
    talk.writes("hm", unsure())
    assert talk.writes(word) == ["emergency_unknown"]
    assert talk.rings
    assert talk.handoff.cls is HandoffClass.E1
    assert talk.handoff.state is State.WAITING


@pytest.mark.parametrize("word", ["2", "no", "No.", "nobody", "ne", "jo", "нет"])
def test_a_clear_no_gives_the_likeliest_topics_answer_at_once_and_closes_the_item(word: str) -> None:
    talk = Talk()
    talk.writes("hm", unsure(topic="guidelines_about"))
    assert talk.writes(word) == ["guidelines_about", "offer", "greeting"]
    assert talk.conversation.handoff is None
    assert talk.conversation.closed_handoff is not None


def test_anything_but_a_clear_no_is_not_an_answer() -> None:
    talk = Talk()
    talk.writes("hm", unsure())
    talk.writes("no i do not think they would dare", sure("deny"))
    assert talk.conversation.handoff is not None, "the model's guess of a no must not close it"


def test_the_numbered_answer_names_the_kind_without_ringing_anew() -> None:
    talk = Talk()
    talk.writes("hm", unsure())
    talk.writes("1")
    talk.conversation = talk.conversation.remembering()
    assert talk.writes("2") == ["attack_now"]
    assert talk.handoff.kind == "attack_now"
    assert not talk.rings


def test_a_bare_call_for_help_leads_to_the_danger_question_and_never_to_a_menu() -> None:
    for word in ("help", "HELP ME", "sos", "pomoc", "ndihmë", "помогите"):
        assert Talk().writes(word, sure("help")) == ["danger_question"]


@pytest.mark.parametrize("kind", [Kind.VOICE, Kind.CALL, Kind.PHOTO, Kind.LOCATION, Kind.STICKER])
def test_what_has_no_words_is_unsure_and_rings_if_silent(kind: Kind) -> None:
    talk = Talk()
    said = talk.writes("", kind=kind)
    assert said[-1] == "danger_question"
    assert len(said) == 2
    assert talk.handoff.next_ring_at == talk.now + timedelta(minutes=5)


def test_writing_on_after_the_question_was_sent_rings_once_an_hour() -> None:
    talk = Talk()
    talk.writes("two men", unsure())
    talk.later(seconds=30).writes("still there", unsure())
    assert talk.rings
    talk.later(minutes=10).writes("still", unsure())
    assert not talk.rings
    talk.later(minutes=55).writes("still", unsure())
    assert talk.rings


def test_what_arrived_before_the_question_was_sent_is_not_writing_on() -> None:
    talk = Talk(delivered=False)
    talk.writes("hello", unsure())
    talk.later(seconds=2).writes("i have a problem", unsure())
    assert not talk.rings
    assert talk.said == []


def test_a_clear_harmless_question_after_the_danger_question_is_answered_and_the_item_stays_silent() -> None:
    talk = Talk()
    talk.writes("strange day", unsure(0.4))
    said = talk.later(seconds=20).writes("what are the guidelines?", sure("guidelines_about"))
    assert said[0] == "guidelines_about"
    assert talk.handoff.state is State.UNCLEAR
    assert talk.handoff.next_ring_at == talk.handoff.opened_at + timedelta(hours=24), "silent, until a person ticks it"


def test_the_question_is_put_at_most_once_in_six_hours_unless_the_words_are_more_alarming() -> None:
    talk = Talk()
    talk.writes("hm", unsure(0.2))
    talk.writes("no")
    assert "danger_question" not in talk.later(hours=1).writes("hm again", unsure(0.2))
    assert talk.handoff.state is State.UNCLEAR, "it shows on the desk all the same"
    talk.writes("no")
    assert talk.later(hours=1).writes("now they came closer", unsure(0.45)) == ["danger_question"]
    talk.writes("no")
    assert talk.later(hours=6, minutes=1).writes("hm", unsure(0.2)) == ["danger_question"]


def test_an_offer_is_taken_with_yes_and_left_with_no() -> None:
    talk = Talk()
    assert talk.writes("i think i am watched", sure("surveillance"))[:2] == ["surveillance", "offer"]
    assert talk.writes("yes") == ["queued_offer_accepted"]
    assert (talk.handoff.state, talk.handoff.cls) == (State.WAITING, HandoffClass.E2)
    other = Talk()
    other.writes("i think i am watched", sure("surveillance"))
    assert other.writes("no") == ["offer_declined"]
    assert other.conversation.handoff is None


def test_a_person_is_asked_for_and_queued_at_once() -> None:
    for talk, text in ((Talk(), "/human"), (Talk(), "human")):
        assert talk.writes(text) == ["queued_human", "greeting"]
        assert talk.handoff.state is State.WAITING


def test_who_insists_on_other_business_goes_to_the_last_lane() -> None:
    talk = Talk()
    assert "offer_hidden" in talk.writes("visa appointment", sure("consular_question"))
    talk.writes("/human")
    assert talk.handoff.cls is HandoffClass.OTHER


def test_the_class_only_rises_and_an_emergency_inside_a_waiting_case_rings() -> None:
    talk = Talk()
    talk.writes("/human")
    talk.writes("they beat me", rule="attack_now")
    assert talk.rings
    assert (talk.handoff.cls, talk.handoff.kind) == (HandoffClass.E1, "attack_now")
    talk.writes("thanks", sure("thanks"))
    assert talk.handoff.cls is HandoffClass.E1


def test_an_emergency_inside_a_claim_rings_at_once_and_the_holder_has_two_minutes() -> None:
    talk = Talk()
    talk.writes("/human")
    talk.claimed().later(hours=11)
    assert talk.writes("they are breaking the door", rule="attack_now") == []
    assert talk.rings
    assert talk.handoff.state is State.CLAIMED
    assert talk.handoff.claim_until == talk.now + timedelta(minutes=2)
    assert talk.handoff.next_ring_at == talk.now


def test_beside_an_officer_the_bot_is_silent_but_for_commands() -> None:
    talk = Talk()
    talk.writes("/human")
    talk.claimed()
    assert talk.writes("what are the guidelines", sure("guidelines_about")) == []
    assert talk.writes("two men", unsure()) == []
    assert talk.handoff.claim_until == talk.now + timedelta(minutes=5)
    assert talk.writes("/status") == ["status_open"]


@pytest.mark.parametrize("text", ["false alarm", "/forget", "thanks"])
def test_nothing_sent_from_the_phone_ends_an_open_emergency(text: str) -> None:
    talk = Talk()
    talk.writes("x", rule="arrest_now")
    talk.writes(text, sure("false_alarm"))
    assert talk.handoff.is_emergency
    assert talk.handoff.is_open
    assert talk.handoff.next_ring_at is not None, "nobody has acknowledged: it goes on ringing"


def test_false_alarm_stops_further_rings_only_once_a_person_has_acknowledged() -> None:
    talk = Talk()
    talk.writes("x", rule="arrest_now")
    talk.claimed()
    talk._place(talk.handoff.__class__(**{**talk.handoff.__dict__, "state": State.WAITING, "holder": None, "next_ring_at": talk.now}))
    talk.writes("it was a mistake", sure("false_alarm"))
    assert talk.handoff.phone_says_over
    assert talk.handoff.next_ring_at is None
    assert talk.handoff.is_open


def test_nothing_said_in_an_emergency_is_ever_repeated() -> None:
    talk = Talk()
    assert talk.writes("x", rule="arrest_now") == ["arrest_now"]
    assert talk.writes("x", rule="arrest_now") == []
    assert talk.later(minutes=11).writes("x", rule="arrest_now") == ["emergency_more"]


def test_for_a_day_after_closing_anything_but_thanks_or_a_clear_question_reopens_the_same_handoff() -> None:
    talk = Talk()
    talk.writes("/human")
    reference = talk.handoff.reference
    talk.claimed().closed()
    talk.writes("thanks", sure("thanks"))
    assert talk.conversation.handoff is None
    talk.writes("what are the guidelines", sure("guidelines_about"))
    assert talk.conversation.handoff is None
    talk.writes("about the meeting", sure("request_meeting"))
    assert talk.handoff.reference == reference
    assert talk.handoff.holder is None


def test_a_day_later_a_new_handoff_is_linked_to_the_old_one() -> None:
    talk = Talk()
    talk.writes("/human")
    old = talk.handoff
    talk.claimed().closed().later(hours=25)
    talk.writes("/human")
    assert talk.handoff.reference != old.reference
    assert talk.handoff.previous == old.id


def test_a_threat_to_the_mission_goes_to_its_own_lane() -> None:
    talk = Talk()
    assert talk.writes("bomb", rule="threat_to_mission") == ["threat_to_mission"]
    assert talk.handoff.lane is DutyLane.SECURITY


def test_a_persons_own_emergency_after_a_threat_to_the_mission_is_for_the_human_rights_officers_too() -> None:
    talk = Talk()
    talk.writes("bomb", rule="threat_to_mission")
    talk.writes("they took me", rule="arrest_now")
    assert talk.handoff.lane is DutyLane.GENERAL


def test_stop_mutes_and_erases_nothing() -> None:
    talk = Talk()
    assert talk.writes("stop writing to me") == ["mute_on"]
    assert talk.conversation.muted
    assert talk.writes("hello", sure("greet")) == []
    assert talk.writes("they took me", rule="arrest_now") == ["arrest_now"]
    talk.writes("/start")
    assert not talk.conversation.muted


def test_a_command_with_words_after_it_is_no_command() -> None:
    talk = Talk()
    assert talk.writes("/thanks they are breaking the door", rule="attack_now") == ["attack_now"]
    assert talk.rings


def test_a_surely_harmless_message_of_unsure_topic_gets_a_choice() -> None:
    reading = Reading(
        ranking=(
            Ranked(intent="guidelines_about", confidence=0.3),
            Ranked(intent="consular_question", confidence=0.28),
            Ranked(intent="thanks", confidence=0.2),
        )
    )
    assert Talk().writes("hmm", reading)[0] == "choose"


def test_an_intent_outside_the_contract_counts_as_unsure() -> None:
    reading = Reading(ranking=(Ranked(intent="nlu_fallback", confidence=0.99),))
    assert Talk().writes("hm", reading) == ["danger_question"]


def test_groups_are_told_once_that_they_are_not_served() -> None:
    assert Talk().writes("", kind=Kind.GROUP) == ["group_not_served"]
