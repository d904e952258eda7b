"""Vectors of single texts are made without the library's own checks, and are the same."""

from tests.nlu.model import run

SETUP = """
from nlu import lean; lean.leave_out()
from scipy.sparse import hstack
from bot.domain.text import normalise
from nlu.components.features import Features
features = Features({"words": [1, 2], "characters": [2, 5]})
learnt = ["they took him away", "udaraju ga, zovite hitnu!", "за нами следят", "they took the bus, the bus!", "they took him"]
fitted = features.fit(learnt)
texts = [*learnt, "they they they took", "", "   ", "unseen ✂ words", "ЗА НАМИ", "x" * 3000]
library = hstack([each.transform([normalise(text) for text in texts]) for each in features._vectorizers], format="csr")
"""


def largest_difference(one: str, other: str) -> float:
    """Between two matrices, as an expression in Rasa's environment."""
    done = run(f"{SETUP}\nprint(abs({one} - {other}).max())")
    assert done.returncode == 0, done.stderr[-2000:]
    return float(done.stdout)


def test_vectors_are_those_of_the_library() -> None:
    assert largest_difference("features.vectors(texts)", "library") < 1e-6


def test_what_is_read_later_looks_like_what_was_learnt() -> None:
    assert largest_difference("features.vectors(learnt)", "fitted") < 1e-6


def test_control_other_texts_have_other_vectors() -> None:
    assert largest_difference("features.vectors(texts)", "features.vectors(texts[::-1])") > 0.1
