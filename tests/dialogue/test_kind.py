"""Which emergency it is, when a rule found it and the model has a word on it too."""

import tomllib
from pathlib import Path

import pytest

from bot.dialogue.understand import BY_THE_STATE, with_kind, without_model
from bot.domain.message import Kind
from bot.domain.understanding import Action, IntentClass, Ranked, Reading, RuleHit

CLASSES = dict.fromkeys(
    ("arrest_now", "arrest_of_other", "raid_now", "family_threatened", "attack_now", "threat_to_mission"), IntentClass.E1
)


def kind(by_rule: str | None, by_model: str) -> str | None:
    """The kind after a rule hit and a sure model; the level stays an alarm."""
    settled = without_model("words", Kind.TEXT, [RuleHit(rule="r", intent=by_rule)])
    assert settled is not None
    named = with_kind(settled, Reading(ranking=(Ranked(intent=by_model, confidence=0.92),)), CLASSES)
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


def test_the_guarded_kinds_are_those_whose_texts_may_not_name_the_police() -> None:
    policy = tomllib.loads((Path(__file__).resolve().parents[2] / "responses" / "policy.toml").read_text("utf-8"))
    assert set(policy["never_police"]) == BY_THE_STATE
