"""Long texts are read whole and piece by piece, so that an emergency inside a long polite text wins."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

#: A text of fewer sentences and words is read whole only: torn out of a short text a sentence means something else too easily.
_SENTENCES, _WORDS = 4, 60
#: Pieces are pairs of neighbouring sentences; what has no full stops is cut into overlapping runs of so many words.
_RUN, _STEP = 24, 16
_MOST = 60
_END = re.compile(r"(?<=[.!?…\n])\s+")


def pieces(text: str) -> list[str]:
    """The parts of a long text, overlapping; none of a short one."""
    sentences = [part for part in _END.split(text) if part.strip()]
    if len(sentences) < _SENTENCES and len(text.split()) < _WORDS:
        return []
    runs = [run for sentence in sentences for run in _runs(sentence.split())]
    pairs = [" ".join(runs[place : place + 2]) for place in range(max(1, len(runs) - 1))]
    return pairs[:_MOST]


def _runs(words: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(words), _STEP):
        yield " ".join(words[start : start + _RUN])
        if start + _RUN >= len(words):
            return


def most_alarming(whole: np.ndarray, parts: np.ndarray, dangerous: np.ndarray) -> np.ndarray:
    """Confidences of a text: its own, with the emergencies of the part that alarms more than the whole, if there is one.

    ``whole``: one row of confidences; ``parts``: one row a piece; ``dangerous``: which columns are emergencies.
    """
    if not len(parts):
        return whole
    alarming = parts[np.argmax(parts[:, dangerous].sum(1))]
    danger, calm = alarming[dangerous].sum(), whole[~dangerous].sum()
    if danger <= whole[dangerous].sum() or calm <= 0:
        return whole
    return np.where(dangerous, alarming, whole * (1 - danger) / calm)
