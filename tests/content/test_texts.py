"""What particular texts promise by the rules of conversation, in words and in shape."""

import ast
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from bot.dialogue.danger import KINDS
from bot.dialogue.triage import text_of
from bot.domain.message import ChannelName
from bot.responses import PreparedResponses, placeholders
from tests.content.conftest import ROOT, Contents

VALUES = {"people": "Officers were rung at 03:04.", "reference": "K7T-42M", "time": "03:16", "facts": "x", "topics": "– y"}
#: What a notice that an officer's act queues is given: less than an answer gets.
NOTICES = {"officer_taken", "officer_returned", "officer_closed", "connection_broke", "ladder_through"}
#: Chosen by a channel's name, not written anywhere in the code.
BY_CHANNEL = {"greeting_telegram"}


@pytest.fixture(scope="module")
def answers(shipped: Contents) -> PreparedResponses:
    return PreparedResponses(shipped.library(), shipped.mission())


def text(answers: PreparedResponses, name: str, channel: ChannelName = ChannelName.SIGNAL) -> str:
    pieces = answers.pieces(name, "en", channel, VALUES)
    assert len(pieces) == 1, f"{name} needs more than one send"
    return pieces[0].text


def lines(answers: PreparedResponses, name: str) -> list[str]:
    return [line for line in text(answers, name).splitlines() if line.strip()]


def test_every_intent_is_answered_in_one_send_on_every_channel(answers: PreparedResponses, intents: Mapping[str, str]):
    assert len(intents) == 61
    for name in intents:
        for channel in ChannelName:
            said = text(answers, name, channel)
            assert said
            assert "{" not in said


def test_every_emergency_reply_says_heard_first_then_the_truth_about_people_and_one_request_last(
    answers: PreparedResponses, intents: Mapping[str, str]
):
    for name in [name for name, cls in intents.items() if cls == "E1" and name != "threat_to_mission"] + ["emergency_unknown"]:
        said = lines(answers, name)
        assert said[0].startswith("I have read"), name
        assert "K7T-42M" in " ".join(said), name
        assert "Officers were rung at 03:04." in " ".join(said), name
        assert said[-1].count("?") == 1 or said[-2] == "Please write one number:", name


def test_self_harm_has_an_order_of_its_own_and_no_line_on_what_cannot_be_promised(answers: PreparedResponses):
    said = text(answers, "self_harm")
    order = [said.index(part) for part in ("glad that you wrote", "I am a program", "124", "move away", "alone right now")]
    assert order == sorted(order)
    assert "promise" not in said


def test_a_threat_to_the_mission_learns_no_reference_and_nothing_about_people(answers: PreparedResponses):
    said = text(answers, "threat_to_mission")
    assert said.startswith("Received.")
    assert "112" in said
    assert not placeholders(said)
    assert "K7T" not in said
    assert "rung" not in said


def test_the_kinds_of_an_unknown_emergency_are_numbered_as_they_are_understood(answers: PreparedResponses):
    last = lines(answers, "emergency_unknown")[-1]
    assert re.findall(r"(\d) (\w+)", last)[: len(KINDS)] == [("1", "held"), ("2", "hurt"), ("3", "threatened"), ("4", "somebody")]
    assert [KINDS[number] for number in (1, 2, 3, 4)] == ["arrest_now", "attack_now", "death_threat", "missing_person"]


def test_the_danger_question_stands_alone_and_not_sure_is_a_yes(answers: PreparedResponses):
    said = lines(answers, "danger_question")
    assert not re.search("danger|hurt|held|threat", said[0])
    assert said[-2] == "Yes or not sure: write 1."
    assert said[-1] == "No: write 2."


@pytest.mark.parametrize("name", ["offer", "choose", "clear_no"])
def test_nothing_that_follows_the_danger_question_is_numbered_one_or_two(answers: PreparedResponses, name: str):
    assert not re.search(r"\b[12]\b", text(answers, name))


def test_the_greeting_says_what_a_person_has_to_know_before_they_write(answers: PreparedResponses):
    for name in ("greeting", "greeting_telegram"):
        said = text(answers, name)
        for due in (
            "A program reads this first",
            "officers of the mission can read all of it",
            "30 days",
            "not an emergency service",
            "any language",
        ):
            assert due in said
    assert "not end-to-end encrypted" in text(answers, "greeting_telegram")
    assert "no names of others" in text(answers, "greeting_telegram")


def test_the_answer_to_an_erase_request_is_one_neutral_word(answers: PreparedResponses):
    assert text(answers, "erased") == "Done."


def test_an_alert_carries_no_value_beyond_reference_class_kind_and_language(shipped: Contents):
    names = shipped.library().policy["names"]
    for name in ("alert", "alert_again"):
        assert set(names[name]) == {"reference", "class", "kind", "language"}


def test_a_notice_asks_for_no_value_that_a_notice_is_not_given(shipped: Contents):
    names = shipped.library().policy["names"]
    for name in NOTICES:
        assert set(names[name]) <= {"reference", "time", "resources_open"}


def test_general_texts_name_no_country_of_a_mission(shipped: Contents):
    for file in (ROOT / "responses" / "en").glob("*.md"):
        found = re.search(r"Montenegr|Podgorica|Civic Alliance|Pristan|\+382|\b(112|122|123|124)\b", file.read_text("utf-8"))
        assert found is None, f"{file.name} says {found and found[0]}"


def test_no_text_to_a_defender_holds_a_whole_number_of_another_country_but_front_line(
    answers: PreparedResponses, intents: Mapping[str, str]
):
    for name in intents:
        for prefix in re.findall(r"\+\d{3}", text(answers, name)):
            assert prefix in {"+382", "+353"}, name


def names_in_code(root: Path) -> set[str]:
    """Every string that stands in the code of the rooms that decide and speak."""
    files = [file for room in ("domain", "dialogue", "usecases") for file in (root / room).glob("*.py")]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def said_in_code(root: Path) -> set[str]:
    """Every name that is written into a ``Say(name=...)`` or ``Fact(name=...)``."""
    files = [file for room in ("dialogue", "usecases") for file in (root / room).glob("*.py")]
    calls = [node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
    calls = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in {"Say", "Fact"}]
    values = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "name"]
    return {node.value for value in values for node in ast.walk(value) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def unsaid(names: Iterable[str], root: Path) -> set[str]:
    return set(names) - names_in_code(root) - BY_CHANNEL


def test_every_named_text_is_said_somewhere(shipped: Contents):
    asked = {text_of(question) for question in shipped.library().plan.choices}
    names = {name for name in shipped.library().policy["names"].keys() - asked if not name.startswith("canned_")}
    assert unsaid(names, ROOT / "bot") == set()
    assert unsaid([*names, "a text that nobody says"], ROOT / "bot") == {"a text that nobody says"}


def test_everything_that_is_said_has_a_text(answers: PreparedResponses):
    said = said_in_code(ROOT / "bot")
    assert {"danger_question", "offer", "people_rung"} <= said
    assert [name for name in said if not answers.has(name)] == []
