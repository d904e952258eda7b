"""A text that says that somebody is under 18, in four languages; and texts that only look like it."""

import time

import pytest

from bot.domain.age import says_under_18

YOUNG = [
    "I am 16", "i'm 17 years old", "Im only 15, please help", "my son is 15 years old", "they took a 16-year-old girl", "she is a minor",
    "I am sixteen years old.", "he is under 18", "aged 14", "I am not yet 18",
    "imam 16 godina", "ima 17 god.", "Imam samo petnaest godina", "16 godina imam", "sin mi je maloljetan",
    "uhapsili su šesnaestogodišnjaka",
    "Имам 16 година", "она је малољетна", "nije punoljetna", "još nemam 18", "nemam 18",
    "jam 16 vjeç", "djali im 15-vjeçar", "i kam 17 vjet", "jam gjashtëmbëdhjetë vjeç", "është e mitur", "s'jam ende 18",
    "мне 16 лет", "Мне шестнадцать", "моей дочке 14", "сыну 15 лет", "16-летний парень", "он несовершеннолетний",
    "мне нет 18", "mne 16 let",
]  # fmt: skip
NOT_SAID = [
    "I am 18", "i am 34 years old", "I am 16 km away", "i'm 10 minutes from there", "a 10 year old case", "when I was 16 years old",
    "at 16:30", "on 12.11.", "it is a minor issue", "I am 17% sure",
    "imam 34 godine", "imam 16 godina iskustva", "ima 5 godina kako čekamo", "imam 3 djece", "nijesam maloljetan",
    "jam 34 vjeç", "16 vjet burg", "kam 5 vjet që pres", "jam 3 km larg",
    "мне 34 года", "мне 16 минут ехать", "15 лет тюрьмы", "ему дали 10 лет", "",
]  # fmt: skip


@pytest.mark.parametrize("text", YOUNG)
def test_under_18_is_heard(text: str) -> None:
    assert says_under_18(text)


@pytest.mark.parametrize("text", NOT_SAID)
def test_other_numbers_are_no_ages(text: str) -> None:
    assert not says_under_18(text)


def test_no_text_keeps_it_busy() -> None:
    began = time.perf_counter()
    for text in ("i am 1 " * 20_000, "16 " * 50_000, "мне " * 50_000, "imam 16 godina " * 20_000):
        says_under_18(text)
    assert time.perf_counter() - began < 2
