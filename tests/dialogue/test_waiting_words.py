"""What is said to who asks what became of it: only what is so."""

from pathlib import Path

import pytest

from bot.domain.understanding import IntentClass
from tests.dialogue.talk import CLASSES, Talk, sure

RESPONSES = Path(__file__).resolve().parents[2] / "responses"


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CLASSES, "follow_up", IntentClass.E2)


def test_where_nothing_waits_nobody_is_told_that_they_wait() -> None:
    assert Talk().writes("what became of my case", sure("follow_up"))[0] == "follow_up"
    waits = Talk()
    waits.writes("/human")
    assert waits.writes("what became of my case", sure("follow_up")) == ["follow_up_waiting"], "the control"


@pytest.mark.parametrize(
    ("locale", "sorry"), [("en", "still waiting"), ("sr_Latn_ME", "još čekate"), ("sq", "ende në pritje"), ("ru", "всё ещё ждёте")]
)
def test_only_the_words_for_a_case_that_waits_say_so(locale: str, sorry: str) -> None:
    assert sorry not in (RESPONSES / locale / "follow_up.md").read_text()
    waiting = (RESPONSES / locale / "follow_up_waiting.md").read_text()
    assert sorry in waiting
    assert "{people}" in waiting


@pytest.mark.parametrize("locale", ["en", "sr_Latn_ME", "sq", "ru"])
def test_a_first_hello_says_the_line_on_danger_once(locale: str) -> None:
    danger = (RESPONSES / locale / "danger_line.md").read_text().splitlines()[-1].rpartition("? ")[2].strip(".")
    greeting = (RESPONSES / locale / "greeting.md").read_text()
    assert danger in greeting
    for name in ("greet", "out_of_scope"):
        assert danger not in (RESPONSES / locale / f"{name}.md").read_text()
