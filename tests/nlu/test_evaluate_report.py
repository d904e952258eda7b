"""What ``make evaluate`` writes, and the thresholds that it would choose."""

import json
from collections.abc import Sequence

from benchmarks.evaluate.choosing import choose, out_of_reach
from benchmarks.evaluate.figures import Evidence
from benchmarks.evaluate.judged import Judged
from benchmarks.evaluate.promises import figures
from benchmarks.evaluate.report import Outcome, as_json, as_markdown
from bot.nlu import load_thresholds
from tests.nlu.judging import ALERT, ANSWER, CLASSES, judged
from tests.nlu.model import ROOT


def outcome(messages: Sequence[Judged]) -> Outcome:
    """An evaluation of these messages."""
    evidence = Evidence(judged=messages)
    values = load_thresholds(ROOT / "nlu")
    return Outcome(source="here", model="m", thresholds=values, evidence=evidence, figures=figures(evidence), curve=[])


def test_the_report_shows_each_worst_miss_in_full_and_the_figures_file_no_text() -> None:
    missed = judged("raid_now", ANSWER, said="greet", text="they are in | the kitchen now")
    false = judged("greet", ALERT, said="raid_now", text="my rabbit raids the fridge", rules=("en-raid",))
    report = as_markdown(outcome([missed, false]))
    assert "## Silent misses (1)" in report
    assert "they are in \\| the kitchen now" in report
    assert "| en | greet | raid_now | 0.000 | en-raid | my rabbit raids the fridge |" in report
    assert "kitchen" not in json.dumps(as_json(outcome([missed, false])))


def choice() -> list[Judged]:
    """A thousand emergencies and a thousand harmless messages of evenly rising danger."""
    emergencies = [judged("raid_now", ALERT, said="greet", danger=0.9 * place / 1000 + 0.05) for place in range(1000)]
    return emergencies + [judged("greet", ANSWER, danger=0.2 * place / 1000) for place in range(1000)]


def test_thresholds_are_the_highest_question_and_the_lowest_alert_that_keep_the_promises() -> None:
    messages = choice()
    chosen = choose(messages, CLASSES)
    silent = [each for each in messages if each.emergency and each.danger < chosen.ask]
    false = [each for each in messages if each.harmless and each.danger >= chosen.alert]
    unheard = [each for each in messages if each.emergency and each.danger < chosen.ring_if_silent]
    assert len(silent) == 5
    assert 15 <= len(false) <= 20
    assert 15 <= len(unheard) <= 20
    assert chosen.ask <= chosen.ring_if_silent <= chosen.alert


def test_an_emergency_that_a_rule_finds_does_not_lower_the_question() -> None:
    by_rule = [judged("raid_now", ALERT, said="greet", rules=("en-raid",), danger=1.0) for _ in range(1000)]
    assert choose([*choice(), *by_rule], CLASSES).ask > choose(choice(), CLASSES).ask


def test_a_language_whose_rules_ring_too_often_does_not_silence_the_others() -> None:
    loud = [judged("greet", ALERT, lang="sq", rules=("sq-raid",), danger=1.0) for _ in range(10)]
    assert out_of_reach([*choice(), *loud]) == ["sq"]
    assert choose([*choice(), *loud], CLASSES) == choose(choice(), CLASSES)
