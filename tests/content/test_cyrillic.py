"""One text in two scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cyrillic import to_cyrillic, to_latin

PAIRS = [
    ("Pročitao sam Vašu poruku.", "Прочитао сам Вашу поруку."),
    ("Ljubav, njiva, džep; LJUBAV, Njegoš, DŽEP", "Љубав, њива, џеп; ЉУБАВ, Његош, ЏЕП"),
    ("đe je šćer? Đorđe čeka", "ђе је шћер? Ђорђе чека"),
    ("injekcija i konjunktura nadživjeti odžaliti", "инјекција и конјунктура надживјети оджалити"),
    ("Broj: {reference}. Napišite /forget.", "Број: {reference}. Напишите /forget."),
    ("Vidi [sajt](https://me.usembassy.gov/hr)", "Види [сајт](https://me.usembassy.gov/hr)"),
    ("ili help@accessnow.org, hraction.org", "или help@accessnow.org, hraction.org"),
    ("Front Line Defenders na Signalu", "Front Line Defenders на Сигналу"),
]  # fmt: skip


@pytest.mark.parametrize(("latin", "cyrillic"), PAIRS)
def test_latin_becomes_cyrillic_and_what_is_no_word_stays(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin, keep=["Front Line Defenders"]) == cyrillic


def test_control_letter_by_letter_would_break_placeholders_and_digraphs() -> None:
    assert to_cyrillic("ljudi {people}") == "људи {people}"
    assert "л" + "ј" not in to_cyrillic("ljudi")


@given(st.text(st.sampled_from("abcčćdđefghijklmnoprsštuvzž .,!?\n"), max_size=200))
def test_there_and_back_is_the_same_text(text: str) -> None:
    assert to_latin(to_cyrillic(text)) == text


@given(st.text(max_size=200))
def test_any_text_is_written_without_raising(text: str) -> None:
    to_latin(to_cyrillic(text))
