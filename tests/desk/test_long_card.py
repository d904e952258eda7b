"""A very long message on the card: what rang is found at its beginning and its end, and the desk stands still for nobody's text."""

import unicodedata
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.desk import card
from bot.usecases.house import House
from tests.journeys.house import _rules

CRY = "they are breaking the door"
#: One sign of it becomes eighteen letters.
GROWS = "\ufdfa" * 20_000


class Counting:
    """The rules, with how much they were given to read."""

    def __init__(self) -> None:
        self.letters = 0

    def match(self, text: str) -> Any:
        self.letters += len(unicodedata.normalize("NFKC", text))
        return _rules().match(text)


@pytest.mark.parametrize("text", [f"{CRY}. {GROWS}", f"{GROWS} {CRY}"], ids=["at the beginning", "at the end"])
@pytest.mark.parametrize("naive", [False, True])
def test_what_rang_is_marked_and_little_is_read(monkeypatch: pytest.MonkeyPatch, text: str, naive: bool) -> None:
    """Naive: everything is read."""
    if naive:
        monkeypatch.setattr(card, "_SEARCHED", 1_000_000)
    rules = Counting()
    parts = card._parts(cast("House", SimpleNamespace(rules=rules)), text, marked=True)
    assert any(hit and CRY in part for part, hit in parts)
    assert (rules.letters > 40_000) is naive
