"""``make evaluate``: each figure with a case in which the naive way of counting would be wrong."""

from collections.abc import Sequence

import pytest

from benchmarks.evaluate.figures import Evidence, Figure, Promise, bins
from benchmarks.evaluate.judged import Judged
from benchmarks.evaluate.judging import Talk, harmless_talks
from benchmarks.evaluate.promises import figures
from benchmarks.evaluate.report import confusions
from tests.nlu.judging import ALERT, ANSWER, ASK, CHOOSE, QUEUE, judged


def counted(key: str, messages: Sequence[Judged], talks: Sequence[Talk] = (), took: Sequence[float] = ()) -> Figure:
    """The figure of all messages."""
    return figures(Evidence(judged=messages, talks=talks, took=took))["all"][key]


def share(key: str, messages: Sequence[Judged], talks: Sequence[Talk] = ()) -> tuple[int | None, int | None]:
    """Its count."""
    figure = counted(key, messages, talks)
    return figure.part, figure.whole


def test_an_emergency_that_is_asked_is_no_silent_miss_and_one_that_is_only_queued_is_one() -> None:
    messages = [judged("raid_now", action) for action in (ALERT, ASK, QUEUE, CHOOSE)]
    assert share("silent_misses", messages) == (2, 4)
    assert share("alerted", messages) == (1, 4)


def test_a_message_that_may_be_an_emergency_is_none_and_its_alarm_is_not_false() -> None:
    messages = [judged("surveillance", ALERT, alt=("attack_now",)), judged("surveillance", ALERT), judged("greet", ANSWER)]
    assert share("false_alarms", messages) == (1, 2)
    assert share("silent_misses", messages) == (0, 0)
    assert counted("silent_misses", messages).value is None


def test_an_asked_emergency_counts_as_told_only_when_silence_rings() -> None:
    messages = [judged("raid_now", ASK, rings=True), judged("raid_now", ASK), judged("raid_now", ALERT), judged("raid_now", ANSWER)]
    assert share("nobody_told", messages) == (2, 4)


def test_the_danger_question_is_counted_of_n_and_of_e2_apart_and_never_of_emergencies() -> None:
    messages = [judged("greet", ASK), judged("greet", ANSWER), judged("surveillance", ASK), judged("raid_now", ASK)]
    assert (share("asked_n", messages), share("asked_e2", messages)) == ((1, 2), (1, 1))


def test_false_alarms_on_contrast_and_out_of_scope_messages_are_those_on_harmless_ones() -> None:
    messages = [
        judged("raid_now", ALERT, tags=("hand-x", "contrast")),
        judged("protest_rules", ALERT, tags=("hand-x", "contrast")),
        judged("greet", ALERT),
        judged("out_of_scope", ANSWER),
        judged("greet", ANSWER, said="out_of_scope"),
    ]
    assert share("false_alarms_contrast", messages) == (1, 1)
    assert share("false_alarms_out_of_scope", messages) == (0, 1)


def test_a_listed_alternative_is_right_and_a_command_without_an_intent_is_not() -> None:
    messages = [judged("greet", ANSWER, said="thanks", alt=("thanks",)), judged("greet", ANSWER, said="thanks"), judged("greet", ANSWER)]
    assert share("intent_right", messages) == (2, 3)
    assert confusions(messages) == [(("greet", "thanks"), 1)]


def test_a_right_intent_is_not_handled_right_when_it_is_asked_and_an_offered_topic_is() -> None:
    messages = [
        judged("greet", ASK),
        judged("greet", CHOOSE, said="thanks", offered=("thanks", "help", "greet")),
        judged("greet", CHOOSE, said="thanks", offered=("thanks", "help", "goodbye")),
        judged("greet", ANSWER),
        judged("raid_now", ANSWER),
    ]
    assert share("handled", messages) == (2, 4)


def test_conversations_are_of_three_harmless_messages_of_one_writer_and_language() -> None:
    calm = [judged("greet", ANSWER, text=f"message {number}", tags=("hand-a",)) for number in range(4)]
    other = [judged("greet", ANSWER, tags=("hand-b",))] * 2 + [judged("greet", ANSWER, tags=("hand-a",), lang="sq")] * 2
    alarming = [judged("raid_now", ALERT, tags=("hand-a",)), judged("surveillance", ALERT, tags=("hand-a",), alt=("attack_now",))]
    talks = list(harmless_talks([calm[0], *alarming, *other, *calm[1:]]))
    assert [[row.text for row in talk] for talk in talks] == [["message 0", "message 1", "message 2"]]


def test_a_conversation_that_rings_counts_once_and_in_its_language() -> None:
    rows = (judged("greet", ANSWER).row,) * 3
    talks = [Talk(lang="en", rows=rows, rings=True), Talk(lang="en", rows=rows, rings=False), Talk(lang="sq", rows=rows, rings=False)]
    columns = figures(Evidence(judged=[judged("greet", ANSWER), judged("greet", ANSWER, lang="sq")], talks=talks))
    assert [(columns[name]["talks"].part, columns[name]["talks"].whole) for name in ("all", "en", "sq")] == [(1, 3), (1, 2), (0, 1)]


def test_the_calibration_error_is_weighted_by_messages_not_by_steps() -> None:
    sure = [judged("greet", ANSWER) for _ in range(9)]
    unsure = judged("greet", ANSWER, said="thanks", sure=0.5)
    assert counted("calibration", [*sure, unsure]).value == pytest.approx(0.05)
    assert [step.count for step in bins([(1.0, True), (0.95, True), (0.0, False)])] == [1, 2]


def test_language_is_told_of_messages_over_15_characters_and_cyrillic_is_answered_in_cyrillic() -> None:
    messages = [
        judged("greet", ANSWER, text="Добар дан, имам питање", lang="cnr", locale="sr_Latn_ME"),
        judged("greet", ANSWER, text="Dobar dan, imam pitanje", lang="cnr", locale="sr_Latn_ME"),
        judged("greet", ANSWER, text="privet, u menya vopros", lang="ru", locale="ru"),
        judged("greet", ANSWER, text="fifteen letters", locale="sq"),
    ]
    assert share("locale", messages) == (2, 3)


def test_macro_f1_is_the_mean_of_intents_not_of_messages() -> None:
    messages = [judged("greet", ANSWER)] * 8 + [judged("thanks", ANSWER, said="greet")] * 2
    assert counted("macro_f1", messages).value == pytest.approx((2 * 8 / (8 + 10) + 0) / 2)


def test_parse_times_are_the_median_and_the_95th_in_milliseconds() -> None:
    took = [0.001] * 18 + [0.1, 0.2]
    assert counted("parse_p50", [], took=took).value == pytest.approx(1)
    assert counted("parse_p95", [], took=took).value == pytest.approx(200)


def test_rules_are_counted_by_what_they_hit_not_by_what_was_alerted() -> None:
    messages = [judged("raid_now", ALERT), judged("raid_now", ALERT, rules=("en-raid",)), judged("greet", ALERT, rules=("en-raid",))]
    assert (share("rules_recall", messages), share("rules_false", messages)) == ((1, 2), (1, 1))


@pytest.mark.parametrize(
    ("value", "at_most", "reached"),
    [
        (0.5, True, "goal"),
        (0.6, True, "limit"),
        (0.61, True, "missed"),
        (0.6, False, "goal"),
        (0.5, False, "limit"),
        (0.4, False, "missed"),
    ],
)
def test_a_bound_is_reached_at_its_own_value(value: float, at_most: bool, reached: str) -> None:
    limit, goal = (0.6, 0.5) if at_most else (0.5, 0.6)
    promise = Promise(key="x", says="x", count=lambda _: Figure(value=value), at_most=at_most, limit=limit, goal=goal)
    assert promise.reached(Figure(value=value)) == reached


def test_languages_do_not_lean_on_each_other() -> None:
    columns = figures(Evidence(judged=[judged("raid_now", ALERT), judged("raid_now", ANSWER, lang="sq")]))
    assert [columns[name]["silent_misses"].value for name in ("all", "en", "sq")] == [0.5, 0.0, 1.0]
