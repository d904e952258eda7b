"""What counts as an answer, and to which of our questions: words, numbers and old buttons."""

import pytest

from bot.domain.handoff import HandoffClass, State
from bot.domain.message import Kind
from tests.dialogue.talk import Talk, sure, unsure


def asked(danger: float = 0.2) -> Talk:
    """The danger question was put."""
    talk = Talk()
    talk.writes("hm", unsure(danger))
    return talk


def offered() -> Talk:
    """An officer was offered."""
    talk = Talk()
    talk.writes("i think i am watched", sure("surveillance"))
    return talk


@pytest.mark.parametrize("hours", [0, 5, 23, 100])
def test_the_danger_questions_own_buttons_mean_what_they_say_however_old_they_are(hours: int) -> None:
    talk = asked().later(hours=hours)
    talk.writes("1", kind=Kind.BUTTON)
    assert talk.handoff.cls is HandoffClass.E1
    assert talk.rings
    other = asked().later(hours=hours)
    other.writes("2", kind=Kind.BUTTON)
    assert other.conversation.handoff is None


def test_a_one_typed_after_a_no_still_means_yes() -> None:
    talk = asked()
    talk.writes("2")
    assert talk.later(hours=30).writes("1") == ["emergency_unknown"]
    assert talk.rings


def test_a_number_that_answers_nothing_leads_to_the_danger_question_only_where_it_names_no_answer() -> None:
    assert Talk().writes("3") == ["danger_question"]
    assert Talk().writes("4.") == ["danger_question"]


@pytest.mark.parametrize(("kind", "word", "reply"), [
    (Kind.TEXT, "1", "arrest_now"), (Kind.TEXT, "2", "attack_now"), (Kind.TEXT, "3", "death_threat"), (Kind.TEXT, "4", "missing_person"),
    (Kind.TEXT, "2.", "attack_now"), (Kind.TEXT, "held", "arrest_now"), (Kind.TEXT, "I am hurt!", "attack_now"),
    (Kind.TEXT, "threatened", "death_threat"), (Kind.TEXT, "somebody is missing", "missing_person"),
])  # fmt: skip
def test_after_the_kind_is_asked_numbers_and_words_name_it_and_a_two_is_no_no(kind: Kind, word: str, reply: str) -> None:
    talk = asked()
    talk.writes("yes")
    assert talk.writes(word, unsure(), kind=kind) == [reply]
    assert talk.handoff.kind == reply
    assert talk.handoff.is_emergency
    assert not talk.rings, "officers are ringing already"


def test_an_old_no_button_names_no_kind_and_ends_no_emergency() -> None:
    talk = asked()
    talk.writes("1")
    assert talk.later(minutes=11).writes("2", kind=Kind.BUTTON) == ["emergency_more"]
    assert talk.handoff.kind == "unknown"
    assert talk.handoff.is_open


def test_a_pressed_yes_belongs_to_the_offer_even_while_the_danger_question_is_open() -> None:
    talk = offered()
    talk.later(minutes=5).writes("two men", unsure())
    assert talk.later(minutes=5).writes("yes", kind=Kind.BUTTON) == ["queued_offer_accepted"]
    assert talk.handoff.cls is HandoffClass.UNCLEAR, "no emergency was said"


def test_a_typed_yes_answers_what_was_asked_last() -> None:
    talk = asked()
    talk.later(minutes=1).writes("i think i am watched", sure("surveillance"))
    assert talk.later(minutes=1).writes("yes") == ["queued_offer_accepted"]
    other = offered()
    other.later(minutes=1).writes("two men", unsure())
    assert other.later(minutes=1).writes("yes") == ["emergency_unknown"]


def test_a_typed_no_to_a_later_offer_leaves_the_unclear_item_on_the_desk() -> None:
    talk = asked()
    talk.later(minutes=1).writes("i think i am watched", sure("surveillance"))
    assert talk.later(minutes=1).writes("no") == ["offer_declined"]
    assert talk.handoff.state is State.UNCLEAR


@pytest.mark.parametrize("word", ["not sure", "maybe", "I don't know"])
def test_not_sure_passes_nothing_on_to_officers_when_only_an_offer_is_open(word: str) -> None:
    talk = offered()
    assert talk.writes(word) == ["offer_declined"]
    assert talk.conversation.handoff is None


@pytest.mark.parametrize("word", ["not sure", "maybe", "ne znam", "не знаю"])
def test_not_sure_is_yes_to_an_open_danger_question_whatever_was_offered_since(word: str) -> None:
    talk = asked()
    talk.later(minutes=1).writes("i think i am watched", sure("surveillance"))
    assert talk.writes(word) == ["emergency_unknown"]


def test_not_sure_out_of_nothing_is_unsure() -> None:
    assert Talk().writes("maybe") == ["danger_question"]


def test_an_old_offer_is_declined_by_its_button_and_numbers_never_touch_it() -> None:
    talk = offered()
    talk.later(hours=20).writes("2", kind=Kind.BUTTON)
    assert talk.conversation.memory.offer == "surveillance"
    assert talk.writes("no", kind=Kind.BUTTON) == ["offer_declined"]


def test_an_offer_older_than_a_day_is_over() -> None:
    talk = offered().later(hours=25)
    talk.writes("yes", kind=Kind.BUTTON)
    assert talk.conversation.handoff is None


@pytest.mark.parametrize("topic", ["thanks", "deny", None])
def test_a_no_without_a_topic_asks_what_it_is_about(topic: str | None) -> None:
    talk = Talk()
    talk.writes("hm" if topic else "", unsure(topic=topic) if topic else None, kind=Kind.TEXT if topic else Kind.VOICE)
    assert talk.writes("no")[:2] == ["clear_no", "offer"]


def test_a_no_to_an_unclear_visa_question_hides_the_officer() -> None:
    talk = Talk()
    talk.writes("hm", unsure(topic="consular_question"))
    assert talk.writes("2")[:2] == ["consular_question", "offer_hidden"]
    assert talk.conversation.memory.offer is None


def test_a_no_to_an_unclear_wish_for_a_person_queues_and_promises_nothing() -> None:
    talk = Talk()
    talk.writes("hm", unsure(topic="request_human"))
    assert talk.writes("2")[0] == "queued_human"
    assert talk.handoff.state is State.WAITING


def test_who_waits_already_is_offered_no_officer_after_a_no() -> None:
    talk = Talk()
    talk.writes("/human")
    talk.writes("hm", unsure())
    assert talk.writes("2") == ["guidelines_about"]
    assert talk.handoff.state is State.WAITING


def test_a_no_of_the_phone_never_closes_an_emergency_even_a_reopened_one() -> None:
    talk = Talk()
    talk.writes("x", rule="attack_now")
    talk.claimed().closed()
    talk.later(hours=1).writes("hm", unsure())
    assert talk.rings
    talk.writes("no")
    talk.writes("2", kind=Kind.BUTTON)
    assert talk.handoff.is_emergency
    assert talk.handoff.is_open


@pytest.mark.parametrize("word", ["1", "yes", "not sure"])
def test_yes_to_the_danger_question_rings_although_somebody_took_the_item_but_has_not_written(word: str) -> None:
    talk = asked().claimed()
    assert talk.writes(word) == []
    assert talk.rings
    assert talk.handoff.cls is HandoffClass.E1


@pytest.mark.parametrize("word", ["1", "yes", "maybe", "no"])
def test_once_the_officer_has_written_a_bare_word_answers_the_officer(word: str) -> None:
    talk = asked().claimed()
    talk.conversation = talk.conversation.remembering(question_open=False)
    assert talk.writes(word) == []
    assert not talk.rings
    assert talk.handoff.cls is HandoffClass.UNCLEAR
