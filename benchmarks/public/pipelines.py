"""The pipelines that are compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

#: Everything else is compared with it.
NAMED = "stock LogisticRegression"
Step = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """One row a set."""

    name: str
    steps: Sequence[Step]
    #: Ours runs in ``nlu/.venv``, stock ones in an environment with all of Rasa.
    ours: bool


#: As Rasa's documentation has them: words, and characters inside words.
_STOCK: tuple[Step, ...] = (
    {"name": "WhitespaceTokenizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
)
#: The whole ranking, which the danger of a message is summed from.
_WHOLE = {"ranking_length": 0}
_VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "ours, single words": {"words": [1, 1]},
    "ours, characters 3-5": {"characters": [3, 5]},
    "ours, strength 0.3": {"strength": 0.3},
}


def pipelines(root: Path, epochs: int) -> list[Pipeline]:
    """Stock ones, ours as ``nlu/config.yml`` has it, and variants of it; ``epochs`` are DIET's."""
    diet = {"name": "DIETClassifier", "epochs": epochs, "entity_recognition": False, "random_seed": 7, **_WHOLE}
    own = yaml.safe_load((root / "nlu" / "config.yml").read_text("utf-8"))["pipeline"]
    return [
        Pipeline(name=NAMED, steps=[*_STOCK, {"name": "LogisticRegressionClassifier", **_WHOLE}], ours=False),
        Pipeline(name="ours", steps=own, ours=True),
        Pipeline(name=f"stock DIET, {epochs} epochs", steps=[*_STOCK, diet], ours=False),
        *(Pipeline(name=name, steps=[{**own[0], **changed}, *own[1:]], ours=True) for name, changed in _VARIANTS.items()),
    ]
