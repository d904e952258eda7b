"""Rasa without what this project never uses: import this module before the first ``rasa``.

Rasa imports its dialogue engine, all chat connectors and TensorFlow just to name them in type hints and in a table of stock
components.  We train and run one graph with one component of our own, so we put a small stand-in in the place of these seven
modules.  A stand-in gives only the names that Rasa imports from there, and every one refuses to be used.
"""

import os
import sys
import types
from dataclasses import dataclass, field

#: Module of Rasa -> the names that others import from it.
STAND_INS = {
    "rasa.core.featurizers.precomputation": ("CoreFeaturizationInputConverter", "CoreFeaturizationCollector"),
    "rasa.core.policies.ensemble": ("DefaultPolicyPredictionEnsemble",),
    "rasa.utils.train_utils": (),
}
#: Where Rasa looks for the class of a message that comes in.
MESSAGE = ("rasa.core.channels", "rasa.core.channels.channel")
#: The table of stock components: empty, ours registers itself.
NO_STOCK_COMPONENTS = "rasa.engine.recipes.default_components"
#: Rasa's check of data against stock components; ours looks at the contract instead.
VALIDATOR = "rasa.graph_components.validators.default_recipe_validator"


@dataclass(frozen=True, kw_only=True)
class UserMessage:
    """A message as Rasa's graph takes it; the original drags in a web server and a dozen connectors."""

    text: str = field(repr=False)
    message_id: str | None = None
    metadata: None = None


def leave_out() -> None:
    """From here on ``import rasa...`` works without TensorFlow, connectors and databases, and sends no telemetry."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    for module, names in STAND_INS.items():
        _put(module, {name: _refusing(f"{module}.{name}") for name in names})
    for module in MESSAGE:
        _put(module, {"UserMessage": UserMessage})
    _put(NO_STOCK_COMPONENTS, {"DEFAULT_COMPONENTS": []})


def use_validator(validator: type) -> None:
    """Put our validator in the place of Rasa's, which needs every stock component."""
    _put(VALIDATOR, {"DefaultV1RecipeValidator": validator})


def _put(module: str, names: dict) -> None:
    stand_in = types.ModuleType(module)
    stand_in.__dict__.update(names)
    sys.modules[module] = stand_in


def _refusing(name: str) -> type:
    return type(name.rsplit(".", 1)[1], (), {"__init__": _Refusal(name), "__module__": name.rsplit(".", 1)[0]})


class _Refusal:
    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *given: object, **named: object) -> None:
        raise RuntimeError(f"{self._name} is left out of this environment, see nlu/README.md")
