"""The danger question: when it is put, what counts as writing on, when it rings."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue.words import answer_word
from bot.domain.handoff import HandoffClass, State
from bot.domain.message import Kind
from tests.dialogue.talk import Talk, sure, unsure

DAY = timedelta(hours=24)


@pytest.mark.parametrize("text", ["/sos", "/SOS", "sos!", "HELP!!!", "/help me", "upomoć", "Помогите"])
def test_a_call_for_help_leads_to_the_question_with_a_slash_or_without(text: str) -> None:
    assert Talk().writes(text, sure("thanks")) == ["danger_question"]


def test_the_help_command_shows_the_menu_and_words_after_it_are_heard() -> None:
    assert Talk().writes("/help")[0] == "help"
    assert Talk().writes("/help they beat him", rule="attack_now") == ["attack_now"]


@pytest.mark.parametrize("hello", ["thanks", "greet"])
def test_a_hello_within_seconds_does_not_take_off_the_ring_of_silence(hello: str) -> None:
    talk = Talk(delivered=False)
    talk.writes("two men outside", unsure(0.4))
    rings_at = talk.handoff.next_ring_at
    talk.later(seconds=2).writes("hello", sure(hello))
    assert talk.handoff.next_ring_at == rings_at


def test_a_clear_question_that_was_on_its_way_before_the_danger_question_takes_nothing_off_either() -> None:
    talk = Talk(delivered=False)
    talk.writes("two men outside", unsure(0.4))
    rings_at = talk.handoff.next_ring_at
    talk.later(seconds=2).writes("what are the guidelines", sure("guidelines_about"))
    assert talk.handoff.next_ring_at == rings_at


def test_a_count_from_the_decision_instead_of_the_sending_would_ring_for_people_who_write_in_pieces() -> None:
    """The control: with the naive moment the same three messages ring an officer."""
    talk = Talk(delivered=False)
    talk.writes("hello", unsure())
    talk.conversation = replace(talk.conversation, question_sent_at=talk.now)
    talk.later(seconds=2).writes("i have a problem", unsure())
    assert talk.rings


def test_a_hello_long_after_the_question_is_no_answer() -> None:
    talk = Talk()
    talk.writes("two men outside", unsure(0.4))
    rings_at = talk.handoff.next_ring_at
    talk.later(minutes=3).writes("hello", sure("greet"))
    assert talk.handoff.next_ring_at == rings_at


def test_writing_on_after_more_than_six_hours_rings_and_puts_the_question_again() -> None:
    talk = Talk()
    talk.writes("two men", unsure())
    assert talk.later(hours=7).writes("they are back", unsure()) == ["danger_question"]
    assert talk.rings


def test_after_a_no_the_question_is_not_put_again_but_named_and_writing_on_then_rings() -> None:
    talk = Talk()
    talk.writes("hm", unsure())
    talk.writes("no")
    assert talk.later(minutes=10).writes("hm hm", unsure()) == ["unclear_again"]
    assert not talk.rings
    talk.later(minutes=1).writes("hm hm hm", unsure())
    assert talk.rings


def test_after_a_no_an_odd_wordless_message_rings_only_if_the_phone_then_goes_dark() -> None:
    talk = Talk()
    talk.writes("hm", unsure())
    talk.writes("no")
    assert talk.later(hours=1).writes("", kind=Kind.VOICE) == ["voice_kept", "unclear_again"]
    assert not talk.rings
    assert talk.handoff.next_ring_at == talk.now + timedelta(minutes=5)


def test_unclear_items_ring_at_most_once_an_hour_for_one_contact() -> None:
    talk = Talk()
    talk.writes("hm", unsure())
    rung = 0
    for _ in range(12):
        talk.later(minutes=10).writes("hm", unsure())
        rung += talk.rings
    assert rung == 2


def test_voice_after_voice_rings_at_most_once_an_hour_too() -> None:
    talk = Talk()
    talk.writes("", kind=Kind.VOICE)
    talk.later(minutes=1).writes("", kind=Kind.VOICE)
    assert talk.rings
    talk.set(next_ring_at=talk.handoff.opened_at + DAY, ring_step=1)
    for _ in range(5):
        talk.later(minutes=5).writes("", kind=Kind.VOICE)
        assert not talk.rings
        assert talk.handoff.next_ring_at == talk.handoff.opened_at + DAY


def test_an_unclear_item_that_nobody_ticked_rings_after_a_day() -> None:
    talk = Talk()
    talk.writes("hm", unsure())
    assert talk.handoff.next_ring_at == talk.now + DAY
    talk.later(hours=3).writes("what are the guidelines", sure("guidelines_about"))
    assert talk.handoff.next_ring_at == talk.handoff.opened_at + DAY, "answered, and still to be ticked"


def test_a_voice_message_is_kept_for_an_officer_whatever_is_written_below_it() -> None:
    talk = Talk()
    assert talk.writes("hello", sure("greet"), kind=Kind.VOICE) == ["voice_kept", "danger_question"]
    assert talk.handoff.state is State.UNCLEAR


def test_a_picture_with_clear_words_is_taken_by_its_words() -> None:
    assert Talk().writes("what are the guidelines", sure("guidelines_about"), kind=Kind.PHOTO)[0] == "guidelines_about"


@pytest.mark.parametrize(("kind", "preface"), [
    (Kind.CALL, "call_not_possible"), (Kind.VOICE, "voice_kept"), (Kind.PHOTO, "photo_kept"), (Kind.VIDEO, "photo_kept"),
    (Kind.LOCATION, "location_kept"), (Kind.STICKER, "sticker_received"), (Kind.CONTACT, "contact_kept"),
    (Kind.DOCUMENT, "document_kept"), (Kind.UNREADABLE, "unreadable_frame"),
])  # fmt: skip
def test_each_kind_without_words_has_its_own_first_line_and_rings_if_silent(kind: Kind, preface: str) -> None:
    talk = Talk()
    assert talk.writes("", kind=kind) == [preface, "danger_question"]
    assert talk.handoff.next_ring_at == talk.now + timedelta(minutes=5)


def test_an_empty_message_asks_and_does_not_ring() -> None:
    talk = Talk()
    assert talk.writes("", kind=Kind.EMPTY) == ["empty_message", "danger_question"]
    assert talk.handoff.next_ring_at == talk.now + DAY


def test_in_an_emergency_the_question_is_never_put() -> None:
    talk = Talk()
    talk.writes("x", rule="arrest_now")
    assert "danger_question" not in talk.later(minutes=30).writes("hm", unsure(0.4))
    assert "danger_question" not in talk.later(minutes=30).writes("", kind=Kind.VOICE)


def test_while_waiting_an_unsure_message_gets_the_question_and_raises_the_class() -> None:
    talk = Talk()
    talk.writes("/human")
    assert talk.writes("two men", unsure()) == ["danger_question"]
    assert (talk.handoff.state, talk.handoff.cls) == (State.WAITING, HandoffClass.UNCLEAR)


@pytest.mark.parametrize(
    "text", ["no i do not think they would dare", "nobody knows", "not now maybe later", "noo", "2 men outside", "no!?1"]
)
def test_what_only_begins_like_a_no_is_no_clear_no(text: str) -> None:
    assert answer_word(text) != "no"


def test_an_edit_of_an_unsure_message_is_not_writing_on_unless_it_is_more_alarming() -> None:
    talk = Talk()
    talk.writes("two mne", unsure(0.2))
    assert talk.later(minutes=1).writes("two men", unsure(0.2), kind=Kind.EDIT) == []
    assert not talk.rings
    talk.later(minutes=1).writes("two men with guns", unsure(0.45), kind=Kind.EDIT)
    assert talk.rings
