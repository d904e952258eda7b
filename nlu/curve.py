"""What more messages would bring: ``nlu/.venv/bin/python nlu/curve.py`` learns from nested shares of ``nlu/data`` and judges ``nlu/dev``.

One JSON line a share: messages learnt, and by language intent right and recall of emergencies at 3 % false alarms, of the model alone.
"""

import json
import random
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nlu.components.features import Features  # noqa: E402  the project's root must be on the path first
from nlu.components.linear import LinearClassifier  # noqa: E402
from nlu.contract import classes  # noqa: E402
from nlu.tsv import Row, read_folder  # noqa: E402

SHARES = (1 / 8, 1 / 4, 1 / 2, 1)
SEED = 7
FALSE_ALARMS = 0.03
Judge = tuple[Features, LinearClassifier]


def main() -> None:
    """Print a line as soon as a share is learnt."""
    contract = classes()
    learnt = read_folder(ROOT / "nlu" / "data", frozenset(contract))
    strange = read_folder(ROOT / "nlu" / "dev", frozenset(contract))
    settings = yaml.safe_load((ROOT / "nlu" / "config.yml").read_text("utf-8"))["pipeline"][0]
    for share in SHARES:
        rows = nested(learnt, share)
        point = {"messages": len(rows), **measure(trained(rows, settings, contract), strange, contract)}
        sys.stdout.write(json.dumps(point) + "\n")
        sys.stdout.flush()


def nested(rows: Sequence[Row], share: float) -> list[Row]:
    """That share of each language's messages, drawn at random; a smaller share lies within a larger one."""
    languages: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        languages[row.lang].append(row)
    for mine in languages.values():
        random.Random(SEED).shuffle(mine)
    return [row for mine in languages.values() for row in mine[: round(len(mine) * share)]]


def trained(rows: Sequence[Row], settings: Mapping[str, Any], contract: Mapping[str, str]) -> Judge:
    """The project's own components, as its pipeline trains them."""
    features = Features(settings)
    vectors = features.fit([row.text for row in rows])
    emergencies = {name for name, cls in contract.items() if cls == "E1"}
    labels, hands = [row.intent for row in rows], [row.hand for row in rows]
    return features, LinearClassifier.fit(vectors, labels, hands, emergencies, settings["strength"])


def measure(judge: Judge, rows: Sequence[Row], contract: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """``right`` and ``recall`` by language."""
    features, model = judge
    confidences = model.probabilities(features.vectors([row.text for row in rows]))
    said = [model.labels[place] for place in confidences.argmax(axis=1)]
    danger = confidences[:, [contract[name] == "E1" for name in model.labels]].sum(axis=1)
    languages = np.asarray([row.lang for row in rows])
    right = np.asarray([name in (row.intent, *row.alt) for name, row in zip(said, rows, strict=True)])
    emergency = np.asarray([contract[row.intent] == "E1" for row in rows])
    harmless = np.asarray([not any(contract[name] == "E1" for name in (row.intent, *row.alt)) for row in rows])
    figures: dict[str, dict[str, float]] = {"right": {}, "recall": {}}
    for lang in np.unique(languages):
        mine = languages == lang
        figures["right"][str(lang)] = float(right[mine].mean())
        figures["recall"][str(lang)] = recall(danger[mine & emergency], danger[mine & harmless])
    return figures


def recall(emergencies: np.ndarray, harmless: np.ndarray) -> float:
    """The share of emergencies above all but 3 % of the harmless messages; messages as high as the threshold itself are not above it."""
    allowed = int(len(harmless) * FALSE_ALARMS)
    return float((emergencies > np.sort(harmless)[::-1][allowed]).mean())


if __name__ == "__main__":
    main()
