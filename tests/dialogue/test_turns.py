"""Commands, muting, the greeting, small talk while waiting, corrections and deletions."""

import pytest

from bot.domain.handoff import HandoffClass
from bot.domain.message import Kind
from tests.dialogue.talk import Talk, sure, unsure

COMMANDS = {
    "start": "greeting", "help": "help", "language": "language", "privacy": "privacy", "about": "about", "stop": "mute_on",
    "forget": "erased", "status": None, "human": None,
}  # fmt: skip


def bot_speaks() -> Talk:
    return Talk()


def queued() -> Talk:
    talk = Talk()
    talk.writes("/human")
    return talk


def with_officer() -> Talk:
    return queued().claimed()


def in_emergency() -> Talk:
    talk = Talk()
    talk.writes("x", rule="arrest_now")
    return talk


@pytest.mark.parametrize("begin", [bot_speaks, queued, with_officer, in_emergency])
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("form", ["/{}", "/{}@info_bot", " /{} "])
def test_every_command_is_answered_in_every_state(begin: object, command: str, form: str) -> None:
    talk = begin()  # type: ignore[operator]  # one of the four beginnings
    free = talk.conversation.handoff is None
    expected = COMMANDS[command] or (("queued_human" if command == "human" else "status_none") if free else "status_open")
    assert talk.writes(form.format(command))[0] == expected


@pytest.mark.parametrize("word", ["start", "human", "status", "language", "privacy", "about", "stop", "Forget me"])
def test_a_bare_word_is_a_command_only_as_the_whole_message(word: str) -> None:
    bare, within = Talk(), Talk()
    bare.writes(word)
    within.writes(f"{word} is what i read about", sure("guidelines_about"))
    assert "guidelines_about" not in bare.said
    assert "guidelines_about" in within.said


def test_the_greeting_comes_with_a_first_wish_for_a_person_too() -> None:
    assert Talk().writes("/human") == ["queued_human", "greeting"]
    assert Talk().writes("can i talk to somebody", sure("request_human")) == ["queued_human", "greeting"]


def test_after_an_emergency_the_greeting_waits_until_the_bot_speaks_again() -> None:
    talk = in_emergency()
    assert "greeting" not in talk.writes("what are the guidelines", sure("guidelines_about"))
    talk.claimed().closed()
    assert talk.writes("what are the guidelines", sure("guidelines_about")) == ["guidelines_about", "greeting"]


def test_start_greets_and_the_greeting_does_not_come_again() -> None:
    talk = Talk()
    assert talk.writes("/start") == ["greeting"]
    assert talk.writes("what are the guidelines", sure("guidelines_about")) == ["guidelines_about"]


@pytest.mark.parametrize("text", ["stop", "/stop", "Stop writing to me!", "my phone keeps beeping", "please stop writing to me"])
def test_who_mutes_us_is_not_erased(text: str) -> None:
    talk = queued()
    assert talk.writes(text) == ["mute_on"]
    assert talk.conversation.muted
    assert talk.handoff.is_open


def test_who_muted_us_hears_what_they_ask_for_and_about_danger_and_no_small_talk() -> None:
    talk = Talk()
    talk.writes("stop")
    assert talk.writes("hello", sure("greet")) == []
    assert talk.writes("what are the guidelines", sure("guidelines_about")) == ["guidelines_about"]
    assert talk.writes("two men", unsure()) == ["danger_question"]
    assert talk.writes("2")[0] == "guidelines_about"
    assert talk.writes("1") == ["emergency_unknown"]
    assert talk.writes("/start") == ["greeting"]
    assert not talk.conversation.muted


def test_who_muted_us_and_waits_gets_no_confirmations() -> None:
    talk = queued()
    talk.writes("stop")
    assert talk.later(hours=1).writes("one more thing", sure("greet")) == []


def test_who_asks_for_a_person_again_while_waiting_hears_how_it_stands() -> None:
    assert queued().writes("i want to talk to a person", sure("request_human")) == ["status_open"]


def test_while_waiting_clear_questions_are_answered_without_an_offer_and_the_rest_confirmed_once_in_a_while() -> None:
    talk = queued()
    assert talk.writes("i think i am watched", sure("surveillance")) == ["surveillance"]
    assert talk.writes("hello", sure("greet")) == []
    assert talk.later(minutes=31).writes("hello", sure("greet")) == ["queued_confirm"]
    assert talk.writes("hello", sure("greet")) == []


def test_other_business_hides_the_officer_behind_one_line() -> None:
    assert Talk().writes("visa", sure("consular_question"))[:2] == ["consular_question", "offer_hidden"]
    other = Talk()
    assert other.writes("hm hm", sure("out_of_scope")) == ["out_of_scope", "greeting"], "the greeting has the line on danger"
    assert other.writes("hm hm", sure("out_of_scope")) == ["out_of_scope", "danger_line"]


def test_a_correction_of_what_was_answered_is_not_answered_twice() -> None:
    talk = Talk()
    talk.writes("what are teh guidelines", sure("guidelines_about"))
    assert talk.writes("what are the guidelines", sure("guidelines_about"), kind=Kind.EDIT) == []


def test_an_edit_that_asks_for_something_else_is_answered() -> None:
    talk = Talk()
    talk.writes("what are the guidelines", sure("guidelines_about"))
    assert talk.writes("i think i am watched", sure("surveillance"), kind=Kind.EDIT) == ["surveillance", "offer"]


def test_an_edit_whose_new_words_are_alarming_rings() -> None:
    talk = Talk()
    talk.writes("hello", sure("greet"))
    assert talk.writes("they are taking me", rule="arrest_now", kind=Kind.EDIT) == ["arrest_now"]
    assert talk.rings
    assert talk.writes("they are taking me away", rule="arrest_now", kind=Kind.EDIT) == [], "corrected: heard, not answered twice"


def test_an_edit_into_something_unsure_gets_the_question() -> None:
    talk = Talk()
    talk.writes("hello", sure("greet"))
    assert talk.writes("two men", unsure(), kind=Kind.EDIT) == ["danger_question"]


def test_what_was_deleted_before_it_was_answered_is_not_answered_on_the_phone() -> None:
    talk = Talk()
    assert talk.writes("what are the guidelines", sure("guidelines_about"), deleted=True) == []
    assert talk.conversation.memory.greeted_at is None
    assert talk.writes("what are the guidelines", sure("guidelines_about")) == ["guidelines_about", "greeting"]


def test_a_deleted_alarm_rings_and_says_nothing_on_the_phone() -> None:
    talk = Talk()
    assert talk.writes("they are taking me", rule="arrest_now", deleted=True) == []
    assert talk.rings
    assert talk.handoff.cls is HandoffClass.E1
    assert talk.writes("they are taking me", rule="arrest_now") == ["arrest_now"], "written again, it is answered"


def test_a_deleted_unsure_message_shows_on_the_desk() -> None:
    talk = Talk()
    assert talk.writes("two men", unsure(0.4), deleted=True) == []
    assert talk.handoff.cls is HandoffClass.UNCLEAR
    assert talk.handoff.next_ring_at is not None
