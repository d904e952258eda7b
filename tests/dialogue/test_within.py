"""Inside an open emergency: few topics, the truth for a direct question, and a line for every word of somebody who may end their life."""

from itertools import pairwise
from pathlib import Path

import pytest

from bot.dialogue.asking import is_direct
from bot.dialogue.within import HERE, TOPICS, TRUTHS
from bot.domain.understanding import Ranked, Reading
from bot.responses import load_library, load_mission
from tests.dialogue.talk import CLASSES, Talk, sure, unsure

RESPONSES = Path(__file__).resolve().parents[2] / "responses"


PLAN = load_library(RESPONSES, load_mission(RESPONSES.parent / "missions" / "podgorica.toml")).plan


def talk(kind: str = "missing_person", text: str = "words") -> Talk:
    """Somebody in an emergency who has got its reply."""
    one = Talk()
    one.writes(text, rule=kind)
    return one.later(seconds=20)


def reading(intent: str, confidence: float) -> Reading:
    """The model is so sure of it."""
    return Reading(ranking=(Ranked(intent=intent, confidence=confidence), Ranked(intent="goodbye", confidence=1 - confidence)))


@pytest.mark.parametrize(
    ("text", "intent"),
    [("are you coming?", "bot_identity"), ("when", "rights_if_detained"), ("imate li ljude na terenu", "request_training"),
     ("please", "change_language"), ("where are you", "contact_mission"), ("why does nobody answer me", "us_objective"),
     ("when are you coming", "out_of_scope"), ("a do vini", "greet"), ("где вы", "contact_mission")],
)  # fmt: skip
def test_a_direct_question_gets_the_truth_about_people_and_no_topic(text: str, intent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _known(monkeypatch, intent)
    one = talk()
    assert one.writes(text, sure(intent)) == ["emergency_truth"]
    assert Talk().writes(text, sure(intent))[0] != "emergency_truth", "the control: outside of an emergency it is a topic as ever"


def _known(monkeypatch: pytest.MonkeyPatch, *intents: str) -> None:
    for intent in intents:
        monkeypatch.setitem(CLASSES, intent, CLASSES["guidelines_about"])


def test_the_truth_is_never_silence_and_never_the_same_twice_in_a_row() -> None:
    one, said = talk(), []
    for _ in range(7):
        said.append(one.later(seconds=15).writes("are you coming?", sure("out_of_scope"))[0])
    assert set(said) == set(TRUTHS)
    assert all(first != second for first, second in pairwise(said))


@pytest.mark.parametrize("text", ["help", "pomoć", "they shoot, are you coming?"])
def test_neither_a_call_for_help_nor_a_question_within_an_alarm_meets_silence(text: str) -> None:
    one = talk("attack_now")
    one.writes("they are here", rule="attack_now")
    one.later(seconds=5)
    rule = "attack_now" if "shoot" in text else None
    assert one.writes(text, unsure(), rule=rule)[0] in TRUTHS
    assert one.writes("they are in the yard", rule="attack_now") == [], "the control: what asks nothing is not confirmed again so soon"


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_what_helps_is_answered_only_when_it_is_surely_meant(topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _known(monkeypatch, topic)
    assert talk().writes("can they take my lawyer away", reading(topic, 0.95)) == [topic]
    assert talk().writes("can they take my lawyer away", reading(topic, 0.6)) == ["emergency_truth"]


@pytest.mark.parametrize("intent", ["guidelines_about", "surveillance", "consular_question", "request_meeting"])
def test_what_does_not_help_is_not_answered_however_sure(intent: str) -> None:
    assert talk().writes("ne znam s kim je ona otišla", sure(intent)) == []
    one = talk()
    one.plan = PLAN
    assert one.writes("ne znam s kim je ona otišla", sure(intent)) == ["triage_when"], "it was an answer, and the next question follows"


def test_what_to_do_gets_the_first_hour_then_the_next_days_and_then_the_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    _known(monkeypatch, "help")
    one = talk("attack_now")
    said = [one.later(seconds=20).writes("what do i do", sure("help"))[0] for _ in range(3)]
    assert said == ["attack_now.1", "attack_now.2", "emergency_truth"]


def test_a_direct_question_gets_no_question_of_ours_for_an_answer() -> None:
    one = talk("attack_now")
    assert not any(name.startswith("triage_") for name in one.writes("hurry", sure("out_of_scope")))


def test_who_asked_us_to_stop_writing_and_then_asks_is_answered() -> None:
    one = talk("attack_now")
    one.writes("/stop")
    assert one.writes("are you still ringing", sure("out_of_scope"))[0] in TRUTHS
    assert one.writes("ok then so be it", sure("out_of_scope")) == []


def test_a_wish_that_is_answered_is_not_answered_twice() -> None:
    assert talk("attack_now").writes("please do nothing, do not tell anybody", sure("out_of_scope")) == ["consent_no"]


@pytest.mark.parametrize("text", ["yes alone", "sama sam", "ne znam", "imam tablete", "vetëm", "да", "no", "👍", "thanks", "goodbye"])
@pytest.mark.parametrize("intent", ["out_of_scope", "thanks", "guidelines_about"])
def test_every_word_of_somebody_who_may_end_their_life_gets_a_line(text: str, intent: str) -> None:
    one = talk("self_harm")
    for _ in range(3):
        assert one.later(seconds=10).writes(text, sure(intent))[0] in HERE
    other = talk("attack_now")
    other.writes(text, sure(intent))
    assert other.said == [] or other.said[0] not in HERE, "the control"


def test_new_words_of_danger_get_the_numbers_again_every_time() -> None:
    one = talk("self_harm")
    assert one.writes("i have a rope", rule="self_harm") == ["self_harm_again"]
    assert one.writes("i have a rope now", unsure(0.4)) == ["self_harm_again"]
    assert one.writes("words", rule="attack_now") == ["attack_now"], "another emergency has its own reply"


def test_beside_an_officer_the_program_is_silent() -> None:
    one = talk("self_harm")
    one.claimed()
    assert one.writes("i have a rope", rule="self_harm") == []
    assert one.writes("are you coming?", sure("out_of_scope")) == []


@pytest.mark.parametrize("locale", ["en", "sr_Latn_ME", "sq", "ru"])
def test_the_truths_name_no_police_and_all_of_self_harm_name_numbers(locale: str) -> None:
    for name in TRUTHS:
        text = (RESPONSES / locale / f"{name}.md").read_text()
        assert "{people}" in text
        assert "{country.police}" not in text
        assert "{country.emergency}" not in text
    for name in (*HERE, "self_harm_again"):
        text = (RESPONSES / locale / f"{name}.md").read_text()
        assert "{country.ambulance}" in text
        assert "{people}" in text


@pytest.mark.parametrize("text", ["in Budva near the station", "konačno su otišli", "sijeku ogradu", "7", "police van with four men"])
def test_what_tells_something_is_no_direct_question(text: str) -> None:
    assert not is_direct(text)
