"""Politeness around a point."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.polite import without_politeness
from tests.dialogue.growth import is_far_from_quadratic
from tests.polite import POLITE

POINTS = {
    "en": "they took my brother away", "cnr": "odveli su mi brata jutros", "sq": "ma morën vëllain sot", "ru": "моего брата забрали утром",
}  # fmt: skip


@pytest.mark.parametrize(("language", "before", "after"), [(name, *pair) for name, pairs in POLITE.items() for pair in pairs])
def test_the_point_is_left(language: str, before: str, after: str) -> None:
    left = without_politeness(f"{before}{POINTS[language]}{after}")
    assert POINTS[language] in left
    assert len(left) <= len(POINTS[language]) + 2


@pytest.mark.parametrize("text", ["hello", "Good morning dear officers", "thanks a lot", "hvala puno", "спасибо", "Hi, help me", ""])
def test_politeness_that_is_the_point_stays(text: str) -> None:
    assert without_politeness(text) == text


@pytest.mark.parametrize("text", ["history repeats itself here", "hit by a car", "please do not tell anybody about it"])
def test_a_word_that_only_begins_like_a_greeting_stays(text: str) -> None:
    assert without_politeness(text) in {text, text.removeprefix("please ")}


@given(st.text(max_size=300))
def test_any_text_gives_a_part_of_itself(text: str) -> None:
    assert without_politeness(text) in text


@pytest.mark.parametrize("piece", ["hello ", "thank you ", "hvala, ", ". , ", "x"])
def test_long_texts_take_no_longer_than_their_length(piece: str) -> None:
    assert is_far_from_quadratic(without_politeness, piece, at_least=5e-4)


@pytest.mark.parametrize("unit", ["regards,,,, ", "спасибо большое ", "hvala puno hvala ", "thanks a lot ", "hello,,,, "])
def test_a_hostile_text_that_could_be_read_in_many_ways_is_read_in_one(unit: str) -> None:
    assert is_far_from_quadratic(lambda text: without_politeness(f"{text}x"), unit, at_least=5e-4)
    assert without_politeness(f"they are here now {unit * 20}x").endswith("x")
