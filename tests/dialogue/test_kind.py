"""Which emergency it is, when a rule found it and the model has a word on it too."""

import tomllib
from pathlib import Path

import pytest

from bot.dialogue.danger import WITHOUT_POLICE
from bot.dialogue.understand import BY_THE_STATE, with_kind, with_marks, with_model, without_model
from bot.domain.handoff import DutyLane
from bot.domain.message import Kind
from bot.domain.understanding import Action, IntentClass, Ranked, Reading, RuleHit, Understanding
from bot.nlu import load_rules
from tests.dialogue.talk import THRESHOLDS, Talk

CLASSES = dict.fromkeys(
    ("arrest_now", "arrest_of_other", "raid_now", "family_threatened", "attack_now", "threat_to_mission", "self_harm"), IntentClass.E1
)


def kind(by_rule: str | None, by_model: str, sure: float = 0.92) -> str | None:
    """The kind after a rule hit and a sure model; the level stays an alarm."""
    settled = without_model("words", Kind.TEXT, [RuleHit(rule="r", intent=by_rule)])
    assert settled is not None
    named = with_kind(settled, Reading(ranking=(Ranked(intent=by_model, confidence=sure),)), CLASSES)
    assert named.action is Action.ALERT
    return named.intent


@pytest.mark.parametrize("by_rule", ["arrest_now", "arrest_of_other", "raid_now"])
@pytest.mark.parametrize("by_model", ["family_threatened", "attack_now"])
def test_an_arrest_that_a_rule_found_never_becomes_a_kind_that_names_the_police_as_help(by_rule: str, by_model: str) -> None:
    assert kind(by_rule, by_model) == by_rule


def test_among_arrests_and_raids_the_model_may_say_which() -> None:
    assert kind("arrest_of_other", "arrest_now") == "arrest_now"


def test_where_the_rule_knows_no_kind_the_model_names_it() -> None:
    assert kind(None, "attack_now") == "attack_now"


def test_the_model_alone_never_makes_it_a_threat_to_the_mission() -> None:
    assert kind("attack_now", "threat_to_mission") == "attack_now"


def test_the_guarded_kinds_and_the_forms_without_police_are_those_whose_texts_may_not_name_them() -> None:
    policy = tomllib.loads((Path(__file__).resolve().parents[2] / "responses" / "policy.toml").read_text("utf-8"))
    assert set(policy["never_police"]) == BY_THE_STATE | set(WITHOUT_POLICE.values())


def alarm(*ranking: tuple[str, float], marks: frozenset[str] = frozenset()) -> Understanding:
    """What the model alone makes an alarm of."""
    reading = Reading(ranking=tuple(Ranked(intent=intent, confidence=sure) for intent, sure in ranking))
    return with_marks(with_model(reading, CLASSES, THRESHOLDS), marks, CLASSES)


def test_an_alarm_whose_kind_is_a_guess_is_of_unknown_kind() -> None:
    assert alarm(("attack_now", 0.9), ("arrest_now", 0.1)).kind == "attack_now"
    guess = alarm(("attack_now", 0.4), ("arrest_now", 0.35), ("raid_now", 0.25))
    assert (guess.action, guess.kind, guess.intent) == (Action.ALERT, None, "attack_now")
    assert Talk(marks=frozenset()).hears(guess) == ["emergency_unknown"]


def test_a_rules_own_kind_stands_below_a_sure_model_even_if_the_model_shares_nothing_of_the_alarm() -> None:
    settled = without_model("words", Kind.TEXT, [RuleHit(rule="r", intent="arrest_of_other")])
    assert settled is not None
    classes = CLASSES | {"surveillance": IntentClass.E2}
    calm = Reading(ranking=(Ranked(intent="surveillance", confidence=0.97), Ranked(intent="arrest_of_other", confidence=0.03)))
    assert with_marks(with_kind(settled, calm, classes), frozenset(), classes).kind == "arrest_of_other"
    assert with_marks(settled, frozenset(), classes).kind == "arrest_of_other"
    assert kind("attack_now", "family_threatened", sure=0.85) == "attack_now"
    assert kind("attack_now", "family_threatened", sure=0.95) == "family_threatened", "control: a sure model says which"


def test_of_a_wish_to_die_the_model_need_not_be_as_sure() -> None:
    assert kind(None, "self_harm", sure=0.75) == "self_harm"
    assert kind(None, "attack_now", sure=0.75) is None


RAID = [RuleHit(rule="raid", intent="raid_now")]
BOTH = [*RAID, RuleHit(rule="attack", intent="attack_now")]


@pytest.mark.parametrize(
    ("hits", "marks", "expected"),
    [
        (RAID, set(), None),
        (BOTH, set(), "attack_now"),
        (RAID, {"search"}, "raid_now"),
        (BOTH, {"authority"}, "raid_now"),
    ],
)
def test_whoever_is_in_a_house_is_a_search_only_by_a_word_of_the_state_or_of_searching(
    hits: list[RuleHit], marks: set[str], expected: str | None
) -> None:
    settled = without_model("words", Kind.TEXT, hits)
    assert settled is not None
    assert with_marks(settled, frozenset(marks), CLASSES).kind == expected


def test_the_model_alone_makes_no_search_of_it_either() -> None:
    assert alarm(("raid_now", 0.98)).kind is None
    assert alarm(("raid_now", 0.98), marks=frozenset({"search"})).kind == "raid_now"


def test_without_a_word_of_the_mission_nothing_goes_to_security_by_a_guess_of_the_model() -> None:
    words = (("threat_to_mission", 0.96), ("attack_now", 0.04))
    assert alarm(*words, marks=frozenset({"mission"})).kind == "threat_to_mission"
    guess = alarm(*words)
    assert (guess.kind, guess.intent) == (None, "attack_now")
    talk = Talk(marks=frozenset())
    talk.hears(guess)
    assert talk.handoff.lane is DutyLane.GENERAL


@pytest.mark.parametrize("kind_", sorted(WITHOUT_POLICE))
def test_where_the_state_itself_is_the_danger_no_reply_names_the_police(kind_: str) -> None:
    assert Talk(marks=frozenset()).writes("words", rule=kind_) == [kind_]
    assert Talk(marks=frozenset({"authority"})).writes("words", rule=kind_) == [WITHOUT_POLICE[kind_]]


def test_what_was_said_of_the_state_holds_for_the_rest_of_the_emergency() -> None:
    talk = Talk(marks=frozenset({"authority"}))
    talk.writes("words", rule="")
    talk.marks = frozenset()
    assert talk.later(seconds=5).writes("2") == ["attack_now_authority"]


_RULES = load_rules(Path(__file__).resolve().parents[2] / "nlu")


@pytest.mark.parametrize(
    "text",
    [
        "police are breaking my door",
        "two cops beat me in the street just now",
        "the officers came into the house and hit my father",
        "soldiers shoot at us",
        "a man from state security says he will kill me",
        "men in uniforms took her into the woods",
        "my husband is a policeman and he hits me",
    ],
)
def test_the_state_as_the_danger_is_heard_in_the_words(text: str) -> None:
    assert "authority" in _RULES.marks(text)


@pytest.mark.parametrize(
    "text",
    [
        "three men with bats are at my door, i called the police and nobody comes",
        "my ex is outside with a knife. police do not answer",
        "i reported it to the police, they laughed. now he is back",
        "the neighbours set my car on fire",
        "can i talk to an officer, he wants to kill me",
        "",
    ],
)
def test_the_police_called_for_help_are_not_the_danger(text: str) -> None:
    assert "authority" not in _RULES.marks(text)


def test_the_mission_is_heard_in_the_words() -> None:
    assert "mission" in _RULES.marks("someone is photographing the embassy gate every morning")
    assert "mission" not in _RULES.marks("a man asked me today which car i drive and where i park")
