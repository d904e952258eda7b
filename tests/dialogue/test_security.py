"""A threat to the mission: "Received.", no reference, no triage, whatever is written afterwards."""

import pytest

from bot.domain.handoff import DutyLane
from bot.domain.message import Kind
from tests.dialogue.talk import Talk, sure, unsure

#: Texts that show a reference.
TELLING = {"emergency_more", "queued_confirm", "status_open", "reopened", "false_alarm_open", "queued_human", "emergency_unknown"}


def threatened() -> Talk:
    talk = Talk()
    assert talk.writes("bomb", rule="threat_to_mission") == ["threat_to_mission"]
    return talk


@pytest.mark.parametrize("text", ["/status", "/human", "thanks", "hello", "it was a joke", "bomb again", "what now", ""])
def test_whoever_threatens_learns_no_reference(text: str) -> None:
    talk = threatened()
    readings = {"it was a joke": sure("false_alarm"), "what now": unsure(), "thanks": sure("thanks")}
    rule = "threat_to_mission" if "bomb" in text else None
    talk.later(minutes=40).writes(text, readings.get(text), rule=rule, kind=Kind.TEXT if text else Kind.VOICE)
    assert TELLING.isdisjoint(talk.said)
    assert talk.handoff.lane is DutyLane.SECURITY


def test_nor_after_the_case_was_closed() -> None:
    talk = threatened().claimed().closed().later(hours=1)
    talk.writes("about the meeting", sure("request_meeting"))
    assert TELLING.isdisjoint(talk.said)
    assert talk.handoff.lane is DutyLane.SECURITY


def test_unsure_words_behind_a_threat_still_get_the_danger_question_and_a_yes_is_their_own_emergency() -> None:
    talk = threatened()
    assert talk.writes("two men", unsure()) == ["danger_question"]
    assert talk.writes("1") == ["emergency_unknown"]
    assert talk.handoff.lane is DutyLane.GENERAL
