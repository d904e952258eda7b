"""What answers the open danger question in ways of its own, and what takes the ring of silence away."""

from datetime import timedelta

import pytest

from bot.dialogue.dangeryes import is_own_question, is_yes
from bot.domain.handoff import HandoffClass
from bot.domain.message import Kind
from bot.domain.understanding import Ranked, Reading
from tests.dialogue.talk import Talk, sure, unsure

YES = [
    "hurt", "held", "missing", "threatened", "povrijeđen", "priveden", "нестао", "prijete", "i lënduar", "ndaluar", "i zhdukur",
    "kërcënuar", "ранен",
    "задержана", "пропал", "угрожают", "broj 1", "1 please", "1 1", "1️⃣", "write 1", "номер 1", "probably", "kinda", "vjerovatno",
    "ndoshta po",
    "скорее всего", "oui", "evet", "sí", "так", "نعم", "igen", "👍", "👍🏽", "✅", "yes but not now", "da, ali ne sad", "po por jo tani",
    "да, но не сейчас",
    "yes, not now", "Bulevar Svetog Petra Cetinjskog 12, treći sprat", "ulica Slobode 5", "Rruga e Kavajës 3, kati dytë",
    "069 123 456", "+382 69 123 456 zovi",
    "улица Ленина 5, квартира 3", "near the bus station",
]  # fmt: skip
NO_YES = [
    "no", "ne", "jo", "нет", "2", "broj 2", "1 or 2", "1 ili 2?", "hello", "why", "please", "what are the guidelines",
    "I have 1 question about visas",
    "da li imate obuke za novinare", "no, I am near the station", "kako da dođem do stanice", "👎", "thanks",
    "can I come to the street where you are?",
]  # fmt: skip


def asked(danger: float = 0.4) -> Talk:
    """Somebody who has been asked."""
    one = Talk()
    one.writes("two men outside", unsure(danger))
    return one.later(seconds=20)


@pytest.mark.parametrize("text", YES)
def test_what_is_a_yes_in_its_own_way_rings(text: str) -> None:
    one = asked()
    said = one.writes(text, sure("out_of_scope"))
    assert one.rings, said
    assert one.handoff.cls is HandoffClass.E1


@pytest.mark.parametrize("text", NO_YES)
def test_what_is_no_yes_rings_nobody_by_itself(text: str) -> None:
    assert not is_yes(text)


@pytest.mark.parametrize("text", ["hurt", "probably", "oui", "069 123 456", "👍"])
def test_where_nothing_was_asked_the_same_words_are_as_they_were(text: str) -> None:
    """The control: it is the question that makes a yes of them."""
    one = Talk()
    one.writes(text, sure("out_of_scope"))
    assert not one.rings


def test_a_word_of_the_question_names_the_kind_and_nobody_is_asked_it_again() -> None:
    assert asked().writes("missing", sure("out_of_scope")) == ["missing_person"]
    assert asked().writes("probably", sure("out_of_scope")) == ["emergency_unknown"], "the control"


@pytest.mark.parametrize(
    "text",
    [
        "why",
        "1 ili 2",
        "zašto me to pitate?",
        "are you there",
        "hello??",
        "pse pyesni",
        "что это значит",
        "ne znam s kim je",
        "he did not come home yet",
    ],
)
def test_a_question_about_the_question_takes_no_ring_away(text: str) -> None:
    one = asked()
    rings_at = one.handoff.next_ring_at
    one.writes(text, sure("guidelines_about"))
    assert one.handoff.next_ring_at == rings_at
    assert not is_own_question(text)


@pytest.mark.parametrize(("confidence", "stays"), [(0.95, False), (0.6, True)])
def test_only_a_question_of_which_the_model_is_sure_takes_it_away(confidence: float, stays: bool) -> None:
    one = asked()
    soon = one.handoff.next_ring_at
    left = Ranked(intent="out_of_scope", confidence=1 - confidence)
    one.writes("what are the guidelines", Reading(ranking=(Ranked(intent="guidelines_about", confidence=confidence), left)))
    assert (one.handoff.next_ring_at == soon) is stays


@pytest.mark.parametrize("text", ["are you there", "why", "hello??"])
def test_an_item_that_gets_only_chat_rings_by_silence_though_it_did_not_before(text: str) -> None:
    one = asked(0.2)
    before = one.handoff.next_ring_at
    assert before is not None
    assert before > one.now + timedelta(hours=1), "the control: only the tick of the day"
    one.writes(text, sure("out_of_scope"))
    assert one.handoff.next_ring_at == one.now + timedelta(minutes=5)
    assert one.said == ["danger_still"]
    assert one.writes(text, sure("out_of_scope")) == ["danger_why"], "the same words never come twice in a row"
    one.writes("no")
    assert one.conversation.handoff is None


def test_thanks_are_answered_as_ever_and_a_day_later_nothing_rings() -> None:
    one = asked(0.2)
    assert one.writes("thank you", sure("thanks"))[0] == "thanks"
    late = asked(0.2).later(hours=7)
    before = late.handoff.next_ring_at
    late.writes("thank you", sure("thanks"))
    assert late.handoff.next_ring_at == before


def test_beside_an_officer_such_words_are_for_the_officer() -> None:
    one = asked()
    one.claimed()
    one.writes("probably", sure("out_of_scope"))
    assert not one.rings


def test_the_yes_of_a_button_means_what_it_stands_below() -> None:
    one = asked()
    one.writes("menu_button", sure("out_of_scope"), kind=Kind.BUTTON)
    assert not one.rings


def test_what_was_not_surely_a_question_is_answered_after_a_no() -> None:
    one = asked()
    assert one.writes("surveillance cameras again", sure("surveillance")) == ["danger_still"]
    assert one.writes("2")[0] == "surveillance"
