"""A linear classifier in two readings, whose confidences mean what they say."""

import os
import sys
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from nlu.components.second import SecondReading

FILE = "linear.npz"
#: To learn what margins mean for a stranger's words, writers are left out in so many groups; each costs as much as the training itself.
FOLDS = 4
#: The margin of a label that a machine has never seen.
_UNKNOWN = -2.0


class LinearClassifier:
    """One-against-rest support vectors, and a second reading of their margins that was learnt on writers left out."""

    def __init__(self, labels: Sequence[str], weights: np.ndarray, bias: np.ndarray, second: SecondReading) -> None:
        """``weights``: features x labels."""
        self.labels: list[str] = list(labels)
        self._weights = weights
        self._bias = bias
        self._second = second

    @classmethod
    def fit(
        cls, vectors: csr_matrix, labels: Sequence[str], hands: Sequence[str], emergencies: Collection[str], strength: float
    ) -> "LinearClassifier":
        """Train on all; every writer is left out once, in groups, to learn how a stranger's words look.

        ``emergencies``: the labels whose summed confidence decides whether officers are rung.
        """
        names, wanted = np.unique(np.asarray(labels), return_inverse=True)
        if len(names) < 3:
            raise ValueError("at least three intents are needed")
        strangers, (weights, bias) = _trained(vectors, wanted, np.asarray(hands), strength)
        second = SecondReading.fit(strangers, wanted, np.isin(names, list(emergencies)))
        return cls(names.tolist(), weights, bias, second)

    @property
    def dangerous(self) -> np.ndarray:
        """Which labels are emergencies."""
        return self._second.dangerous

    def probabilities(self, vectors: csr_matrix) -> np.ndarray:
        """Confidence of every label, in the order of ``labels``; each row sums to one."""
        return self._second.probabilities((vectors @ self._weights + self._bias).astype(np.float64))

    def save(self, folder: Path) -> None:
        """Write plain arrays: loading them runs no code."""
        names = np.asarray(self.labels, dtype=np.str_)
        np.savez(folder / FILE, labels=names, weights=self._weights, bias=self._bias, **self._second.arrays())

    @classmethod
    def load(cls, folder: Path) -> "LinearClassifier":
        """Read what ``save`` wrote; raises ValueError, KeyError or OSError when it is not whole."""
        with np.load(folder / FILE, allow_pickle=False) as stored:
            return cls(stored["labels"].tolist(), stored["weights"], stored["bias"], SecondReading.of(stored))


def _trained(
    vectors: csr_matrix, wanted: np.ndarray, hands: np.ndarray, strength: float
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Margins for each message by a machine that never saw its writer, and the weights of the machine that saw all.

    Each machine is trained in a process of its own: liblinear's random numbers are one global state, which threads would share.
    """
    strangers = np.full((len(wanted), wanted.max() + 1), _UNKNOWN)
    with ProcessPoolExecutor(min(os.cpu_count() or 1, FOLDS), mp_context=get_context("fork")) as pool:
        everybody = pool.submit(_weights, vectors, wanted, strength)
        groups = {pool.submit(_strange, vectors, wanted, own, strength): own for own in _groups(hands, wanted)}
        for done, future in enumerate(as_completed([everybody, *groups]), start=1):
            if future in groups:
                classes, margins = future.result()
                strangers[np.ix_(groups[future], classes)] = margins
            _show_progress(done, len(groups) + 1)
    return strangers, everybody.result()


def _groups(hands: np.ndarray, wanted: np.ndarray) -> Iterator[np.ndarray]:
    """Which messages each group of writers wrote.  Raises ValueError where too little is left without them."""
    for group in groups_of(hands, FOLDS):
        own = np.isin(hands, group)
        if len(np.unique(wanted[~own])) < 3:
            raise ValueError(f"without {', '.join(group)} fewer than three intents are left; more writers are needed")
        yield own


def _machine(strength: float) -> LinearSVC:
    return LinearSVC(C=strength, dual=True, random_state=7)


def _weights(vectors: csr_matrix, wanted: np.ndarray, strength: float) -> tuple[np.ndarray, np.ndarray]:
    machine = _machine(strength).fit(vectors, wanted)
    return np.ascontiguousarray(machine.coef_.T, dtype=np.float32), machine.intercept_.astype(np.float32)


def _strange(vectors: csr_matrix, wanted: np.ndarray, own: np.ndarray, strength: float) -> tuple[np.ndarray, np.ndarray]:
    machine = _machine(strength).fit(vectors[~own], wanted[~own])
    return machine.classes_, machine.decision_function(vectors[own])


def _show_progress(done: int, parts: int) -> None:
    """One line on a terminal, nothing in a log."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r  {done} of {parts} parts" + ("\n" if done == parts else ""))
        sys.stderr.flush()


def groups_of(hands: np.ndarray, number: int) -> list[list[str]]:
    """The writers in at most ``number`` groups of about equal size."""
    names, sizes = np.unique(hands, return_counts=True)
    groups: list[list[str]] = [[] for _ in range(min(number, len(names)))]
    filled = [0] * len(groups)
    for place in np.argsort(-sizes, kind="stable"):
        least = filled.index(min(filled))
        groups[least].append(str(names[place]))
        filled[least] += int(sizes[place])
    return groups
