"""Triage: one thing at a time, as the answer to a message, and nothing after a question that was not answered."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.dialogue.consent import news
from bot.dialogue.triage import asked
from bot.dialogue.truth import NEVER_WRITES_FIRST
from bot.domain.conversation import Memory
from bot.domain.handoff import HandoffClass
from bot.domain.message import Kind
from bot.domain.triage import FREE, OVERTAKEN, UNSURE, Plan, given, wants_nothing
from bot.responses import load_library, load_mission
from tests.dialogue.talk import Talk, sure, unsure

ROOT = Path(__file__).resolve().parents[2]
PLAN: Plan = load_library(ROOT / "responses", load_mission(ROOT / "missions" / "podgorica.toml")).plan
SAID = unsure()  #: the model does not know what it is: most of what is written in an emergency


def talk(kind: str = "attack_now") -> Talk:
    """Somebody in an emergency of that kind, who has got its reply."""
    one = Talk(plan=PLAN, marks=frozenset({"search"}))
    one.writes("words", rule=kind)
    return one.later(seconds=20)


def facts(one: Talk) -> list[tuple[str, str | None]]:
    return [(fact.question, fact.answer) for fact in one.conversation.memory.facts]


@pytest.mark.parametrize("kind", PLAN.kinds)
def test_every_question_of_a_kind_comes_once_in_order_and_then_the_consents(kind: str) -> None:
    one, came = talk(kind), []
    said = one.writes("in Budva near the bus station", SAID)
    while said[-1:] and said[-1].startswith(("triage_", "consent_")):
        came.append(said[-1].removeprefix("triage_"))
        first = min(PLAN.choices[came[-1]])
        said = one.later(seconds=20).writes(str(first))
    assert came == [*PLAN.kinds[kind], *PLAN.consents]
    assert said == ["emergency_more"]
    assert one.later(seconds=20).writes("and a black car", SAID) == [], "nothing is asked twice"
    assert all(answer for _, answer in facts(one))


@pytest.mark.parametrize("kind", sorted(NEVER_WRITES_FIRST - {"unknown"}))
def test_where_the_bot_never_writes_first_a_question_comes_only_with_an_answer_to_a_message(kind: str) -> None:
    one = Talk(plan=PLAN, marks=frozenset({"search"}))
    said = one.writes("words", rule=kind)
    assert not any(name.startswith(("triage_", "consent_")) for name in said)
    last_line = [("safe_to_write", None)] if kind == "sexual_violence" else []
    assert facts(one) == last_line, "its reply ends with that question, and it is the last thing asked"
    assert one.later(seconds=20).writes("in Budva", SAID)[-1].startswith("triage_"), "the control"


def test_after_a_question_that_was_not_answered_no_second_one_comes() -> None:
    one = talk()
    assert one.writes("in Budva", SAID) == ["triage_ongoing"]
    for text, reading in (("what are these guidelines?", sure("guidelines_about")), ("thanks", sure("thanks")), ("7", None), ("??", None)):
        assert not any(name.startswith(("triage_", "consent_")) for name in one.later(minutes=1).writes(text, reading))
    assert facts(one) == [("ongoing", None)]
    assert one.later(minutes=1).writes("1") == ["triage_safe_place"], "an answer that comes late is an answer"


def test_a_command_or_an_end_by_the_phone_asks_nothing() -> None:
    assert talk().writes("/status") == ["status_open"]
    over = talk()
    assert over.writes("it was a false alarm", sure("false_alarm")) == ["false_alarm_open"]
    assert over.later(seconds=20).writes("in Budva", SAID) == []


def test_what_is_said_in_own_words_answers_too_and_stays_in_its_message() -> None:
    one = talk()
    one.writes("in Budva", SAID)
    assert one.later(seconds=20).writes("they left in a car", SAID) == ["triage_safe_place"]
    (fact, _) = one.conversation.memory.facts
    assert (fact.answer, fact.message) == (FREE, 3)
    assert "car" not in str(one.conversation.memory.to_json())


@pytest.mark.parametrize(("text", "code"), [("1", "yes"), ("2.", "no"), ("da", "yes"), ("jo", "no"), ("не знаю", UNSURE), ("3", UNSURE)])
def test_a_number_or_a_word_of_any_language_is_a_choice(text: str, code: str) -> None:
    one = talk()
    one.writes("in Budva", SAID)
    one.later(seconds=20).writes(text)
    assert facts(one)[0] == ("ongoing", code)
    assert not one.rings


def test_a_claim_stops_it_and_a_number_after_the_officers_words_is_for_the_officer() -> None:
    one = talk()
    one.writes("in Budva", SAID)
    one.claimed()
    assert one.later(seconds=5).writes("1") == []
    assert facts(one) == [("ongoing", "yes")], "it was the last thing asked"
    one.conversation = one.conversation.remembering(waiting_for=None)  # as the officer's reply does
    assert one.later(seconds=5).writes("2") == []
    assert facts(one) == [("ongoing", "yes")]


def test_numbers_name_the_kind_while_that_is_asked() -> None:
    one = Talk(plan=PLAN, marks=frozenset({"search"}))
    assert one.writes("words", rule="") == ["emergency_unknown"]
    assert one.later(seconds=20).writes("two men", SAID) == []
    assert one.later(seconds=20).writes("1") == ["arrest_now"]
    assert one.later(seconds=20).writes("in Bar", SAID) == ["triage_hurt"]


def test_a_new_emergency_is_an_emergency_and_overtakes_an_open_question() -> None:
    one = talk()
    one.writes("in Budva", SAID)
    assert one.later(seconds=20).writes("words", rule="arrest_now") == ["arrest_now"], "its reply, and no question beside it"
    assert one.rings
    assert facts(one) == [("ongoing", FREE)]
    assert one.later(seconds=20).writes("in Bar", SAID) == ["triage_hurt"], "the questions are those of the new kind"


def test_the_words_of_the_same_emergency_ring_as_ever_and_answer_too() -> None:
    one = talk()
    one.writes("in Budva", SAID)
    assert one.later(minutes=3).writes("they beat him again", rule="attack_now") == ["triage_safe_place"]
    assert one.rings


def test_an_alarm_by_a_button_overtakes_the_open_question() -> None:
    one = talk()
    one.writes("in Budva", SAID)
    one.later(seconds=20).writes("words", rule="arrest_now", kind=Kind.BUTTON)
    assert one.said == ["arrest_now"]
    assert facts(one) == [("ongoing", OVERTAKEN)]


@pytest.mark.parametrize("kind", ["threat_to_mission", "self_harm"])
def test_whoever_threatens_or_does_not_want_to_live_is_asked_nothing(kind: str) -> None:
    one = Talk(plan=PLAN)
    one.writes("words", rule=kind)
    assert not any(name.startswith("triage_") for name in one.later(seconds=20).writes("some words", SAID))


def test_who_asked_us_to_be_still_is_asked_nothing() -> None:
    one = talk()
    one.writes("stop")
    assert one.later(seconds=20).writes("in Budva", SAID) == []


def test_without_a_plan_nothing_is_asked() -> None:
    one = talk()
    one.plan = Plan()
    assert one.writes("in Budva", SAID) == []


def accepted() -> Talk:
    """An officer was offered, and wanted."""
    one = Talk(plan=PLAN)
    one.writes("i am followed", sure("surveillance"))
    assert one.later(seconds=20).writes("yes please") == ["queued_offer_accepted", "consent_contact"]
    return one.later(seconds=20)


def test_after_an_accepted_offer_two_consents_are_asked_one_by_one() -> None:
    one = accepted()
    assert one.writes("6") == ["consent_inside"]
    assert one.later(seconds=20).writes("po") == ["queued_confirm"]
    assert given(one.conversation.memory.facts) == {"contact": "yes_daytime", "inside": "yes"}


def test_a_1_after_a_consent_question_is_danger_as_ever() -> None:
    """LAW: the consents have numbers of their own, so that none swallows a cry."""
    one = Talk(plan=PLAN)
    one.writes("odd men", SAID)
    one.later(seconds=20).writes("2")
    one.later(seconds=20).writes("yes please")
    one.later(seconds=20)
    one.writes("1")
    assert one.handoff.cls is HandoffClass.E1


def test_what_may_be_danger_is_no_answer_to_a_consent() -> None:
    one = accepted()
    assert "danger_question" in one.writes("two men stand outside my door", SAID)
    assert facts(one) == [("consent_contact", OVERTAKEN)]


@pytest.mark.parametrize(("seen", "name"), [(True, "consent_no_seen"), (False, "consent_no")])
def test_a_no_leaves_the_alarm_marks_it_and_ends_the_questions(seen: bool, name: str) -> None:
    one = talk("raid_now")
    one.writes("in Budva", SAID)
    for _ in PLAN.kinds["raid_now"]:
        one.later(seconds=20).writes("3")
    if seen:
        one.set(opened_by_person_at=one.now)
    assert one.later(seconds=20).writes("8") == [name]
    assert one.handoff.next_ring_at is not None, "the alarm stands"
    assert wants_nothing(one.conversation.memory.facts)
    assert one.conversation.do_not_write_first
    assert one.later(seconds=20).writes("no, leave it", SAID) == []


def test_a_public_consent_wants_a_word_or_number_of_ours() -> None:
    one = talk()
    one.claimed()
    for question, expected in (("consent_public", None), ("consent_inside", "no")):
        started = one.conversation.remembering(facts=(), waiting_for=None)
        one.conversation = asked(started, question, one.now)
        one.later(seconds=5).writes("i would rather not have that", sure("deny"))
        assert facts(one) == [(question, expected)]


def test_the_audit_is_told_what_was_asked_and_answered_and_no_words() -> None:
    one = accepted()
    before = one.conversation.memory
    assert list(news(Memory(), before)) == [("consent_asked", {"consent": "contact"})]
    one.writes("8")
    assert list(news(before, one.conversation.memory)) == [("consent_answered", {"consent": "contact", "answer": "no"})]


def test_under_18_is_marked_by_words_by_number_and_by_an_age() -> None:
    spoken = talk()
    spoken.writes("I am 16, in Budva", SAID)
    assert spoken.conversation.memory.minor
    for text, minor in (("1", True), ("16", True), ("2", False), ("34", False)):
        one = talk("missing_person")
        one.writes("in Budva", SAID)
        for _ in range(2):
            one.later(seconds=20).writes("1")
        one.later(seconds=20).writes(text)
        assert one.conversation.memory.minor is minor, text


def test_the_facts_survive_being_written_down_and_end_with_their_case() -> None:
    one = talk()
    one.writes("in Budva", SAID)
    one.later(seconds=20).writes("1")
    assert Memory.from_json(one.conversation.memory.to_json()) == one.conversation.memory
    one.claimed().closed()
    one.later(hours=23).writes("hello again", sure("thanks"))
    assert facts(one) != [], "it may still reopen"
    one.later(hours=2).writes("thank you", sure("thanks"))
    assert facts(one) == []


def test_a_message_from_before_the_question_is_no_answer_to_it() -> None:
    one = talk()
    one.writes("in Budva", SAID)
    one.conversation = one.conversation.remembering(
        facts=tuple(replace(fact, asked_at=one.now.replace(hour=20)) for fact in one.conversation.memory.facts)
    )
    one.later(seconds=5).writes("1")
    assert facts(one) == [("ongoing", None)]


@pytest.mark.parametrize("text", ["what now?", "и что теперь?", "šta sad", "po tani?", "more"])
def test_who_asks_on_gets_the_first_hour_and_then_the_next_days(text: str) -> None:
    one = talk()
    assert [one.later(seconds=20).writes(text) for _ in range(2)] == [["attack_now.1"], ["attack_now.2"]]


def test_the_form_without_police_has_the_same_cards() -> None:
    one = Talk(plan=PLAN, marks=frozenset({"authority"}))
    assert one.writes("words", rule="attack_now") == ["attack_now_authority"]
    assert [one.later(seconds=20).writes("more") for _ in range(2)] == [["attack_now.1"], ["attack_now.2"]]
