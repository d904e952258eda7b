"""Wishes in plain words: do nothing, tell nobody, be still; a reference alone; a US citizen; letters of another script."""

from pathlib import Path

import pytest

from bot.dialogue.consent import news
from bot.dialogue.plainwishes import says_us_citizen, wants_nothing, wants_quiet
from bot.domain.conversation import Memory
from bot.domain.ids import only_reference
from bot.domain.triage import given
from bot.domain.triage import wants_nothing as is_marked
from bot.responses import load_library, load_mission
from tests.dialogue.talk import Talk, sure, unsure

ROOT = Path(__file__).resolve().parents[2]
PLAN = load_library(ROOT / "responses", load_mission(ROOT / "missions" / "podgorica.toml")).plan

NOTHING = [
    "no dont do anything please, i dont want anybody to know", "nemojte ništa da radite", "ne želim ništa", "Не радите ништа",
    "nikome ne govorite",
    "mos bëni asgjë", "mos i thuani askujt", "ничего не делайте", "никому не говорите", "не хочу, чтобы кто-то знал",
    "tell nobody please", "do nothing",
]  # fmt: skip
NO_POLICE = [
    "dont tell the police i wrote", "ne zovite policiju", "nemojte zvati policiju", "bez policije molim", "mos thirrni policinë",
    "не звоните в полицию",
    "не говорите полиции",
]  # fmt: skip
NO_WISH = [
    "he said tell nobody or he kills me", "the police do nothing about it", "nema policije", "ne znam ništa", "what do you do",
    "kërkoj polici",
    "полиция ничего не говорит", "rekao je: nikome ne govori",
]  # fmt: skip


def talk(kind: str = "attack_now") -> Talk:
    """Somebody in an emergency who has got its reply."""
    one = Talk(plan=PLAN, marks=frozenset())
    one.writes("words", rule=kind)
    return one.later(seconds=20)


@pytest.mark.parametrize("text", [*NOTHING, *NO_POLICE])
@pytest.mark.parametrize("intent", ["out_of_scope", "surveillance", "deny"])
def test_nothing_is_to_be_done_marks_the_case_and_is_answered_and_ends_nothing(text: str, intent: str) -> None:
    one = talk()
    before = one.handoff
    assert one.writes(text, sure(intent)) == ["consent_no"]
    assert is_marked(one.conversation.memory.facts)
    assert (given(one.conversation.memory.facts).get("authorities") == "no") is (text in NO_POLICE)
    assert (one.handoff.state, one.handoff.next_ring_at) == (before.state, before.next_ring_at)
    assert one.later(seconds=20).writes("they are in the yard", unsure()) == [], "nothing more is asked"
    assert ("consent_answered", {"consent": "inside", "answer": "no"}) in list(news(Memory(), one.conversation.memory))


@pytest.mark.parametrize("text", NO_WISH)
def test_what_is_no_wish_marks_nothing(text: str) -> None:
    """The control."""
    one = talk()
    one.writes(text, sure("out_of_scope"))
    assert not is_marked(one.conversation.memory.facts)
    assert not wants_nothing(text)


def test_an_alarm_with_such_a_wish_rings_and_both_are_heard() -> None:
    one = talk()
    assert one.writes("they shoot, tell nobody", rule="attack_now") == ["consent_no"]
    assert one.rings
    assert one.writes("they took him, tell nobody", rule="arrest_now") == ["arrest_now"], "a new reply comes first"
    assert is_marked(one.conversation.memory.facts)


def test_without_a_case_it_is_a_question_like_others() -> None:
    one = Talk(plan=PLAN)
    assert one.writes("tell nobody please", sure("guidelines_about"))[0] == "guidelines_about"
    assert one.conversation.memory.facts == ()


def test_beside_an_officer_it_is_recorded_and_the_officer_answers() -> None:
    one = talk().claimed()
    assert one.writes("do nothing please", sure("deny")) == []
    assert is_marked(one.conversation.memory.facts)


@pytest.mark.parametrize("text", ["no", "ne", "2", "not sure", "3"])
def test_who_cannot_write_safely_is_asked_nothing_more_and_not_written_to_first(text: str) -> None:
    one = talk("sexual_violence")
    assert one.writes(text) == []
    assert one.conversation.do_not_write_first
    assert [fact.question for fact in one.conversation.memory.facts] == ["safe_to_write"]
    assert one.later(seconds=20).writes("he sleeps now", unsure()) == []
    safe = talk("sexual_violence")
    assert safe.writes("yes")[0].startswith("triage_"), "the control"
    assert not safe.conversation.do_not_write_first


@pytest.mark.parametrize(
    "text",
    [
        "my phone keeps beeping, stop",
        "telefon mi stalno zvoni, prestanite",
        "телефон постоянно пищит, хватит",
        "telefoni po me bie, ndaloni",
        "stop texting me please",
    ],
)
def test_a_phone_that_keeps_beeping_is_muted_inside_an_emergency_too(text: str) -> None:
    one = talk()
    assert one.writes(text, unsure()) == ["mute_on"]
    assert one.conversation.muted


@pytest.mark.parametrize(
    "text", ["my phone keeps ringing, a man says he will kill me", "telefon mi stalno zvoni nepoznat broj", "stop them"]
)
def test_who_is_called_by_others_is_not_muted(text: str) -> None:
    assert not wants_quiet(text)
    alarming = talk()
    alarming.writes("my phone keeps beeping, stop, they are here", rule="attack_now")
    assert not alarming.conversation.muted


def test_a_reference_alone_asks_how_its_case_stands() -> None:
    one = talk()
    assert one.writes(one.handoff.reference.lower().replace("-", " "), unsure()) == ["status_open"]
    other = one.writes("K7T-42M", sure("out_of_scope"))
    assert other == Talk().writes("K7T-42M", sure("out_of_scope"))[:1] == ["reference_read"], "whether there is such a case or not"


@pytest.mark.parametrize(
    ("text", "found"), [("k7t 42m", True), ("#K7T-42M", True), ("234567", False), ("matema", False), ("K7T-42M he is gone", False)]
)
def test_only_a_reference_alone_is_one(text: str, found: bool) -> None:
    assert (only_reference(text) is not None) is found


@pytest.mark.parametrize(
    "text", ["I am a US citizen", "Ja sam američki državljanin", "я гражданин США", "jam shtetas amerikan", "у меня американский паспорт"]
)
@pytest.mark.parametrize("kind", ["arrest_now", "arrest_of_other", "deportation_now"])
def test_an_arrested_citizen_is_told_once_and_officers_see_it(text: str, kind: str) -> None:
    one = Talk(plan=PLAN, marks=frozenset())
    assert one.writes(f"{text}, words", rule=kind)[-1] == "citizen_contact"
    assert one.conversation.memory.citizen
    assert "citizen_contact" not in one.later(minutes=1).writes(f"{text}, words", rule=kind)
    later = talk(kind)
    assert later.writes(text, unsure())[-1] == "citizen_contact", "also when it is said later"


@pytest.mark.parametrize(
    ("text", "kind"), [("I am not a US citizen", "arrest_now"), ("words", "arrest_now"), ("I am a US citizen", "attack_now")]
)
def test_others_are_not_told_so(text: str, kind: str) -> None:
    one = Talk(plan=PLAN, marks=frozenset())
    assert "citizen_contact" not in one.writes(text, rule=kind)
    assert not says_us_citizen("how do I become a US citizen")
