"""The one normaliser: what features and rules see, and what may be stored."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import clean, is_blank, normalise, only_emoji, only_one_sign, only_punctuation
from tests.dialogue.growth import is_far_from_quadratic

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)
#: Letters that say "not South Slavic" and lose that with their marks.
TELLING = "йЙёЁїЇ"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("  They ARE\n\there ", "they are here"),
        ("heeeeelp", "heelp"),
        ("arrest", "arrest"),
        ("ﬁnd ｍｅ", "find me"),
        ("don’t don`t don´t", "don't don't don't"),
        ("“here”", '"here"'),
        ("Šćepan čeka žicu", "scepan ceka zicu"),
        ("Đorđe", "djordje"),
        ("është çka", "eshte cka"),
        ("полиција ме хапси", "policija me hapsi"),
        ("Ђорђе Љубав Њива Џеп", "djordje ljubav njiva dzep"),
        ("po\u200blice\u2060 he\u00adre", "police here"),
        ("\u202eecilop\u202c", "ecilop"),
        ("a\x00b\ud800c", "abc"),
        ("❤\ufe0f help", "❤ help"),
        ("😀😀😀😀", "😀😀😀😀"),
        ("1000 euros", "1000 euros"),
        ("e\u0301te\u0301", "ete"),
    ],
)
def test_what_is_typed_in_many_ways_is_seen_in_one(written, seen):
    assert normalise(written) == seen


def test_russian_stays_cyrillic_and_south_slavic_does_not():
    assert normalise("меня задержали, помогите мне ещё") == "меня задержали, помогите мне еще"
    assert normalise("ухапсили су ме") == "uhapsili su me"


def test_south_slavic_in_both_scripts_is_one_text():
    assert normalise("Ухапсили су Ђорђа, дођите") == normalise("Uhapsili su Đorđa, dođite")


@given(ANYTHING)
def test_normalising_never_raises_and_leaves_no_controls(text):
    assert not [sign for sign in normalise(text) if unicodedata.category(sign) in {"Cc", "Cs", "Co"}]


@given(st.text(st.characters(exclude_characters=TELLING, exclude_categories=())))
def test_normalising_twice_is_once(text):
    once = normalise(text)
    assert normalise(once) == once


@given(ANYTHING)
def test_what_is_seen_can_always_be_sent(text):
    normalise(text).encode("utf-8")
    clean(text).encode("utf-8")


@given(ANYTHING)
def test_cleaning_changes_only_what_cannot_be_stored(text):
    cleaned = clean(text)
    assert len(cleaned) == len(text)
    assert all(
        kept == given or (kept == "\ufffd" and (given == "\x00" or "\ud800" <= given <= "\udfff"))
        for kept, given in zip(cleaned, text, strict=True)
    )


def test_cleaning_leaves_bidi_and_zero_width_signs_as_evidence():
    assert clean("a\u202eb\u200bc") == "a\u202eb\u200bc"


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\u200d", "\x00", "\u202e", "\ufe0f", "\u00a0"])
def test_what_shows_nothing_is_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", "a", "1", "😀", "ж"])
def test_what_shows_something_is_not_blank(text):
    assert not is_blank(text)


@pytest.mark.parametrize("text", ["😀", "🆘🆘", "❤\ufe0f", "👍🏽", "👩\u200d👧", "😭 😭"])
def test_emoji_alone_are_known(text):
    assert only_emoji(text)
    assert not only_punctuation(text)


@pytest.mark.parametrize("text", ["", "help 😀", "...", "1", "a"])
def test_other_text_is_not_only_emoji(text):
    assert not only_emoji(text)


@pytest.mark.parametrize("text", ["...", "?!", "-", "¿?", "+", "???   "])
def test_punctuation_alone_is_known(text):
    assert only_punctuation(text)


@pytest.mark.parametrize("text", ["", "a.", "1.", "😀"])
def test_other_text_is_not_only_punctuation(text):
    assert not only_punctuation(text)


@pytest.mark.parametrize("piece", ["a", "ž", "\u0301", "😀", "полиција ", "a\u0301\u0302", "\u200b", "Ǆ ", ". "])
def test_eight_times_the_text_takes_far_less_than_sixty_four_times_as_long(piece):
    assert is_far_from_quadratic(normalise, piece, at_least=1e-4)


def test_control_work_that_looks_at_the_rest_from_every_sign_on_is_found_out():
    assert not is_far_from_quadratic(_quadratic, "ab ", at_least=1e-4)


def _quadratic(text: str) -> int:
    return sum(text[start:].count("x") for start in range(0, len(text), 16))


@pytest.mark.parametrize(
    ("text", "is_one"), [("aaaaaaa", True), ("A a AA", True), ("a" * 65_536, True), ("aaa", False), ("haha", False), ("", False)]
)
def test_one_sign_again_and_again_is_a_cry_or_a_hand_on_the_phone(text: str, is_one: bool) -> None:
    assert only_one_sign(text) is is_one
