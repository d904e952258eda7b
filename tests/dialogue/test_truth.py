"""What is said about officers comes from stored facts, and the mission's hours are stated only when it has confirmed them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.dialogue.truth import Facts, people, status_facts
from bot.domain.handoff import DutyLane, Handoff, HandoffClass, State
from bot.domain.hours import DAYS, Hours, parse_span
from bot.domain.ids import ConversationId, HandoffId, OfficerId

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=5)
ZONE = ZoneInfo("Europe/Podgorica")


def a_handoff(cls: HandoffClass = HandoffClass.E1, **values: object) -> Handoff:
    base = Handoff(
        id=HandoffId("h"), reference="K7T-42M", conversation=ConversationId("c"), state=State.WAITING, cls=cls, kind="x", opened_at=NOW
    )
    return replace(base, **values)  # type: ignore[arg-type]  # fields of a handoff


RUNG = {"ring_step": 1, "rung_at": NOW}
PEOPLE = {
    "nobody is enrolled": (a_handoff(**RUNG), 0, "people_nobody"),
    "queued, not sent yet": (a_handoff(ring_step=1), 2, "people_trying"),
    "really sent": (a_handoff(**RUNG), 2, "people_rung"),
    "a person has heard it": (a_handoff(**RUNG, acknowledged_at=NOW), 2, "status_acknowledged"),
    "taken": (a_handoff(**RUNG, state=State.CLAIMED, claimed_at=NOW, holder=OfficerId("o")), 2, "people_taken"),
    "a threat to the mission": (a_handoff(**RUNG, lane=DutyLane.SECURITY), 2, "people_security"),
    "an unclear item of which nobody was told": (a_handoff(HandoffClass.UNCLEAR), 2, "people_waiting"),
    "an unclear item that rang": (a_handoff(HandoffClass.UNCLEAR, **RUNG), 2, "people_rung"),
    "a request": (a_handoff(HandoffClass.E2), 2, "people_waiting"),
    "nothing": (None, 2, "people_waiting"),
}


@pytest.mark.parametrize("case", PEOPLE)
def test_the_line_on_people_says_what_is_stored_and_nothing_else(case: str) -> None:
    handoff, enrolled, name = PEOPLE[case]
    assert people(Facts(handoff=handoff, enrolled=enrolled)).name == name


@pytest.mark.parametrize("cls", [HandoffClass.E2, HandoffClass.OTHER])
def test_out_of_hours_a_request_is_kept_and_nobody_reads_it_before_the_opening(cls: HandoffClass) -> None:
    fact = people(Facts(handoff=a_handoff(cls), enrolled=2, opens=LATER))
    assert (fact.name, fact.at) == ("people_closed", LATER)


def test_an_emergency_knows_no_hours() -> None:
    assert people(Facts(handoff=a_handoff(**RUNG), enrolled=2, opens=LATER)).name == "people_rung"


def test_the_naive_line_would_say_that_officers_are_tried_although_nobody_is_rung() -> None:
    """The control: a line chosen only by ``rung_at`` tells an untruth of a request, and the table above refuses it."""
    handoff, enrolled, name = PEOPLE["a request"]
    naive = "people_rung" if handoff and handoff.rung_at else "people_trying"
    assert enrolled
    assert naive != name


def test_status_states_past_facts_only_and_in_their_order() -> None:
    facts = Facts(handoff=a_handoff(**RUNG, acknowledged_at=NOW, opened_by_person_at=NOW), enrolled=2, kept_at=NOW, opens=LATER)
    assert [fact.name for fact in status_facts(facts)] == ["status_kept", "status_rung", "status_acknowledged", "status_opened"]


WEEK = dict.fromkeys(DAYS, "08:00-16:30") | {"saturday": "closed", "sunday": "closed"}
#: Local time in Podgorica (winter), and when somebody reads again.
OPENINGS = {
    "a night": ("2026-11-24 03:00", "2026-11-24 08:00"),
    "the first minute": ("2026-11-24 08:00", None),
    "the day": ("2026-11-24 12:00", None),
    "the last moment": ("2026-11-24 16:30", "2026-11-25 08:00"),
    "a Friday evening": ("2026-11-27 17:00", "2026-11-30 08:00"),
    "a Sunday": ("2026-11-29 12:00", "2026-11-30 08:00"),
    "the night in which summer time begins": ("2026-03-27 23:00", "2026-03-30 08:00"),
}


def local(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


@pytest.mark.parametrize("moment", OPENINGS)
def test_the_next_opening_is_that_of_the_missions_own_week_and_zone(moment: str) -> None:
    now, opens = OPENINGS[moment]
    found = Hours.of(WEEK, ZONE).next_opening(local(now).astimezone(UTC))
    assert found == (local(opens) if opens else None)


def test_a_mission_that_never_opens_states_no_opening() -> None:
    assert Hours.of(dict.fromkeys(DAYS, "closed"), ZONE).next_opening(NOW) is None


@pytest.mark.parametrize("text", ["8:00-16:30", "08:00", "16:30-08:00", "08:00-24:00", "open", "08:00-08:00"])
def test_hours_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hours"):
        parse_span(text)
