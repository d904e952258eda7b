"""Out-of-fold predictions: each message judged by a model that never saw its writer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from nlu.components.features import Features
from nlu.components.linear import LinearClassifier, groups_of
from nlu.tsv import Row

#: Groups of writers that are strangers in turn.
FOLDS = 5
CONFIG = Path(__file__).with_name("config.yml")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One message, its true label and what a stranger's model says."""

    hand: str
    #: E1, E2 or N of the true intent.
    kind: str
    #: One of its other possible readings is an emergency, so that neither answer is wrong.
    may_be_danger: bool
    danger: float
    #: Confidence of the likeliest intent and its lead.
    top: float
    margin: float
    right: bool
    right_or_alt: bool
    ranking: tuple[tuple[str, float], ...] = field(repr=False)


def judge(rows: Sequence[Row], contract: Mapping[str, str]) -> list[Judged]:
    """Leave writers out, group by group: everybody is a stranger once."""
    settings = yaml.safe_load(CONFIG.read_text("utf-8"))["pipeline"][0]
    judged: list[Judged] = []
    for group in groups_of(np.asarray([row.hand for row in rows]), FOLDS):
        known = [row for row in rows if row.hand not in group]
        judged += _judge_hand(known, [row for row in rows if row.hand in group], contract, settings)
    return judged


def _judge_hand(
    known: Sequence[Row], strange: Sequence[Row], contract: Mapping[str, str], settings: Mapping[str, Any]
) -> list[Judged]:
    features = Features(settings)
    vectors = features.fit([row.text for row in known])
    intents, hands = [row.intent for row in known], [row.hand for row in known]
    model = LinearClassifier.fit(vectors, intents, hands, settings["strength"])
    confidences = model.probabilities(features.vectors([row.text for row in strange]))
    return [_one(row, model.labels, sure, contract) for row, sure in zip(strange, confidences, strict=True)]


def _one(row: Row, labels: Sequence[str], confidences: np.ndarray, contract: Mapping[str, str]) -> Judged:
    ranking = sorted(zip(labels, confidences.tolist(), strict=True), key=lambda pair: -pair[1])
    (first, top), (_, second) = ranking[:2]
    return Judged(
        hand=row.hand,
        kind=contract[row.intent],
        may_be_danger=any(contract[name] == "E1" for name in row.alt),
        danger=sum(sure for name, sure in ranking if contract[name] == "E1"),
        top=top,
        margin=top - second,
        right=first == row.intent,
        right_or_alt=first in (row.intent, *row.alt),
        ranking=tuple(ranking),
    )
