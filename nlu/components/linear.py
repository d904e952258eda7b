"""A linear classifier whose confidences mean what they say."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from scipy.special import log_softmax, softmax
from sklearn.svm import LinearSVC

FILE = "linear.npz"
#: To learn how sure the model may be, writers are left out in so many groups; each costs as much time as the training itself.
FOLDS = 3


class LinearClassifier:
    """One-against-rest support vectors; a temperature, learnt on writers left out, turns margins into probabilities."""

    def __init__(self, labels: Sequence[str], weights: np.ndarray, bias: np.ndarray, temperature: float) -> None:
        """``weights``: features x labels."""
        self.labels: list[str] = list(labels)
        self._weights = weights
        self._bias = bias
        self.temperature = temperature

    @classmethod
    def fit(cls, vectors: csr_matrix, labels: Sequence[str], hands: Sequence[str], strength: float) -> "LinearClassifier":
        """Train on all; every writer is left out once, in groups, to learn how sure the model may be with a stranger's words."""
        names, wanted = np.unique(np.asarray(labels), return_inverse=True)
        if len(names) < 3:
            raise ValueError("at least three intents are needed")
        temperature = _temperature(_margins_of_strangers(vectors, wanted, np.asarray(hands), strength), wanted)
        _show_progress(FOLDS, FOLDS + 1)
        machine = _machine(strength).fit(vectors, wanted)
        _show_progress(FOLDS + 1, FOLDS + 1)
        weights = np.ascontiguousarray(machine.coef_.T, dtype=np.float32)
        return cls(names.tolist(), weights, machine.intercept_.astype(np.float32), temperature)

    def probabilities(self, vectors: csr_matrix) -> np.ndarray:
        """Confidence of every label, in the order of ``labels``; each row sums to one."""
        margins = (vectors @ self._weights + self._bias).astype(np.float64)
        return softmax(margins * self.temperature, axis=1)

    def save(self, folder: Path) -> None:
        """Write plain arrays: loading them runs no code."""
        names = np.asarray(self.labels, dtype=np.str_)
        np.savez(folder / FILE, labels=names, weights=self._weights, bias=self._bias, temperature=self.temperature)

    @classmethod
    def load(cls, folder: Path) -> "LinearClassifier":
        """Read what ``save`` wrote; raises ValueError, KeyError or OSError when it is not whole."""
        with np.load(folder / FILE, allow_pickle=False) as stored:
            return cls(stored["labels"].tolist(), stored["weights"], stored["bias"], float(stored["temperature"]))


def _machine(strength: float) -> LinearSVC:
    return LinearSVC(C=strength, dual=True, random_state=7)


def _margins_of_strangers(vectors: csr_matrix, wanted: np.ndarray, hands: np.ndarray, strength: float) -> np.ndarray:
    """Margins for each message by a machine that never saw its writer; a label that only one writer has stays far away."""
    labels = np.arange(wanted.max() + 1)
    margins = np.full((len(wanted), len(labels)), -2.0)
    groups = groups_of(hands, FOLDS)
    for done, group in enumerate(groups):
        _show_progress(done, len(groups) + 1)
        own = np.isin(hands, group)
        others = ~own
        if len(np.unique(wanted[others])) < 3:
            raise ValueError(f"without {', '.join(group)} fewer than three intents are left; more writers are needed")
        machine = _machine(strength).fit(vectors[others], wanted[others])
        margins[np.ix_(own, machine.classes_)] = machine.decision_function(vectors[own])
    return margins


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


def _temperature(margins: np.ndarray, wanted: np.ndarray) -> float:
    """The factor under which the right labels are likeliest."""
    rows = np.arange(len(wanted))
    best = minimize_scalar(
        lambda power: -log_softmax(margins * np.exp(power), axis=1)[rows, wanted].mean(), bounds=(-2.0, 5.0), method="bounded"
    )
    return float(np.exp(best.x))
