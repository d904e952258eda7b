"""The second reading: what the margins of all intents together say of a stranger's words.

Two small logistic models learn it from margins of machines that never saw the writer (stacking: Wolpert, "Stacked generalization", 1992):
one for the 61 intents, and the emergency head for "emergency or not", whose word counts as much as the first one's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np
from scipy.special import expit, log_softmax, logit, softmax
from sklearn.linear_model import LogisticRegression

#: How sharply margins become the probabilities that serve as features; the logistic models correct it.
_SHARP = 3.0
_TINY = 1e-5
#: Inverse strength of the penalty.
_INTENTS, _DANGER = 0.03, 0.01
_ROUNDS = 300


@dataclass(frozen=True, kw_only=True)
class SecondReading:
    """Margins in, confidences out."""

    dangerous: np.ndarray = field(repr=False)  #: which labels are emergencies
    mean: np.ndarray = field(repr=False)
    scale: np.ndarray = field(repr=False)
    weights: np.ndarray = field(repr=False)  #: features x labels
    bias: np.ndarray = field(repr=False)
    head_weights: np.ndarray = field(repr=False)  #: empty: nothing to tell apart
    head_bias: np.ndarray = field(repr=False)

    @classmethod
    def fit(cls, margins: np.ndarray, wanted: np.ndarray, dangerous: np.ndarray) -> "SecondReading":
        """Learn from strangers' margins; ``wanted``: the right label's number, ``dangerous``: by label."""
        seen = _seen(margins, dangerous)
        mean, scale = seen.mean(0), seen.std(0) + _TINY
        ready = (seen - mean) / scale
        weights, bias = _weights_for_all(ready, wanted, len(dangerous))
        head = _head(ready, dangerous[wanted])
        return cls(dangerous=dangerous, mean=mean, scale=scale, weights=weights, bias=bias, head_weights=head[:-1], head_bias=head[-1:])

    def probabilities(self, margins: np.ndarray) -> np.ndarray:
        """Confidence of every label; each row sums to one, and its emergencies to the danger that both models agree on."""
        ready = (_seen(margins, self.dangerous) - self.mean) / self.scale
        plain = softmax(ready @ self.weights + self.bias, axis=1)
        if not len(self.head_weights):
            return plain
        first = np.clip(plain[:, self.dangerous].sum(1), _TINY, 1 - _TINY)
        danger = expit((logit(first) + ready @ self.head_weights + self.head_bias) / 2)
        both = np.where(self.dangerous, plain * (danger / first)[:, None], plain * ((1 - danger) / (1 - first))[:, None])
        return both / both.sum(1, keepdims=True)

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything as plain arrays, by names that begin with ``second_``."""
        return {f"second_{each.name}": getattr(self, each.name) for each in fields(self)}

    @classmethod
    def of(cls, stored: Mapping[str, np.ndarray]) -> "SecondReading":
        """What ``arrays`` gave; raises KeyError when something is missing."""
        return cls(**{each.name: stored[f"second_{each.name}"] for each in fields(cls)})


def _seen(margins: np.ndarray, dangerous: np.ndarray) -> np.ndarray:
    """The margins, their log probabilities and, where both kinds are there, how emergencies stand to the rest."""
    likely = log_softmax(margins * _SHARP, axis=1)
    parts = [margins, np.maximum(likely, np.log(_TINY))]
    if dangerous.any() and not dangerous.all():
        danger = np.clip(np.exp(likely[:, dangerous]).sum(1), _TINY, 1 - _TINY)
        most, rest = margins[:, dangerous].max(1), margins[:, ~dangerous].max(1)
        parts.append(np.stack([logit(danger), most, rest, most - rest], axis=1))
    return np.hstack(parts)


def _weights_for_all(ready: np.ndarray, wanted: np.ndarray, labels: int) -> tuple[np.ndarray, np.ndarray]:
    model = LogisticRegression(C=_INTENTS, max_iter=_ROUNDS).fit(ready, wanted)
    if len(model.classes_) != labels:
        raise ValueError("every label needs a message")
    return model.coef_.T, model.intercept_


def _head(ready: np.ndarray, emergency: np.ndarray) -> np.ndarray:
    """Weights, and the bias as the last; empty where all messages are of one kind."""
    if len(np.unique(emergency)) < 2:
        return np.empty(0)
    model = LogisticRegression(C=_DANGER, max_iter=_ROUNDS).fit(ready, emergency)
    return np.append(model.coef_[0], model.intercept_)
