"""An emergency inside a long text."""

import json

import pytest

from bot.nlu import load_thresholds
from nlu.contract import classes
from tests.nlu.model import ROOT, Server, run

EMERGENCIES = {name for name, cls in classes().items() if cls == "E1"}
POLITE = (
    "Good morning dear officers. I hope this letter finds you and your families well. I have followed your work for many years and I read "
    "the Guidelines with great interest. My name does not matter. {} I would also like to ask where I can find the text in my language. "
    "Please give my regards to everybody who came to our exhibition in May. With kind regards and many thanks in advance."
)
RAMBLING = "so i was going to ask about the grant for our little choir and the deadline and who signs it " * 2
CRIES = [
    "Two men are beating my colleague in the stairway of our office.",
    "They have taken my son from the house an hour ago.",
    "My husband says he will kill me tonight.",
]


def danger(server: Server, text: str) -> float:
    """The summed confidence of the emergencies."""
    ranking = server.parse(json.dumps({"text": text}).encode()).json()["intent_ranking"]
    assert sum(each["confidence"] for each in ranking) == pytest.approx(1.0)
    return sum(each["confidence"] for each in ranking if each["name"] in EMERGENCIES)


@pytest.mark.parametrize("cry", CRIES)
def test_an_emergency_inside_a_long_polite_text_wins(server: Server, cry: str) -> None:
    assert danger(server, POLITE.format(cry)) >= load_thresholds(ROOT / "nlu").alert


def test_control_the_same_letter_without_it_does_not_ring(server: Server) -> None:
    assert danger(server, POLITE.format("")) < load_thresholds(ROOT / "nlu").alert


@pytest.mark.parametrize("cry", CRIES)
def test_an_emergency_in_a_long_text_without_full_stops_wins(server: Server, cry: str) -> None:
    text = f"{RAMBLING}and {cry.lower().rstrip('.')} and {RAMBLING}"
    assert danger(server, text) >= load_thresholds(ROOT / "nlu").alert
    assert danger(server, RAMBLING * 2) < load_thresholds(ROOT / "nlu").alert


_PIECES = "import json\nfrom nlu.components.pieces import pieces\nprint(json.dumps(pieces(sys.argv[1])))"


@pytest.mark.parametrize(
    ("text", "number"),
    [("", 0), ("One. Two. Three.", 0), ("One. Two. Three. Four.", 3), ("word " * 59, 0), ("word " * 60, 3), ("x. " * 900, 60)],
)
def test_short_texts_are_read_whole_only_and_very_long_ones_in_so_many_pieces(text: str, number: int) -> None:
    assert len(json.loads(run(_PIECES, text).stdout)) == number
