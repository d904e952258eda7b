"""The intent classifier: our one component in Rasa's pipeline."""

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, METADATA_EXAMPLE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.features import Features
from nlu.components.linear import LinearClassifier
from nlu.components.pieces import most_alarming, pieces


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FastIntentClassifier(GraphComponent):
    """Ranks every intent by calibrated confidence; about a millisecond a message."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        features: Features | None = None,
        classifier: LinearClassifier | None = None,
    ) -> None:
        """Without features and classifier it is untrained."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._features = features
        self._classifier = classifier

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """N-gram ranges, the strength of the support vectors, and a sentence encoder if there is one."""
        return {"words": [1, 2], "characters": [2, 5], "strength": 1.0, "encoder": None, "encoder_weight": 1.0}

    @staticmethod
    def required_packages() -> list[str]:
        """What Rasa looks for before it builds the graph."""
        return ["numpy", "scipy", "sklearn"]

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "FastIntentClassifier":
        """An untrained classifier; raises InvalidConfigException for a wrong setting."""
        validate(config)
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "FastIntentClassifier":
        """The trained classifier; raises when it cannot be read, because an untrained one would understand nobody."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Features.load(folder), LinearClassifier.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all messages with an intent and keep the result in the model's storage."""
        examples = [each for each in training_data.intent_examples if each.get(TEXT) and each.get(INTENT)]
        self._features = Features(self._config)
        vectors = self._features.fit([each.get(TEXT) for each in examples])
        hands = [noted(each, "hand") for each in examples]
        labels = [each.get(INTENT) for each in examples]
        emergencies = {each.get(INTENT) for each in examples if noted(each, "class") == "E1"}
        self._classifier = LinearClassifier.fit(vectors, labels, hands, emergencies, self._config["strength"])
        self.persist()
        return self._resource

    def persist(self) -> None:
        """Write features and classifier; there is nothing to write before ``train``."""
        with self._model_storage.write_to(self._resource) as folder:
            self._features.save(folder)
            self._classifier.save(folder)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The training data with our ranking on every message."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages with ``intent`` and the whole ``intent_ranking``, the likeliest first."""
        for message, confidences in zip(messages, self._confidences([each.get(TEXT) or "" for each in messages]), strict=True):
            pairs = zip(self._classifier.labels, confidences.tolist(), strict=True)
            ranking = [{"name": name, "confidence": sure} for name, sure in sorted(pairs, key=lambda pair: -pair[1])]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _confidences(self, texts: list[str]) -> list[np.ndarray]:
        """A row for each text; the parts of long ones are read too."""
        parts = [pieces(text) for text in texts]
        flat = [*texts, *(part for each in parts for part in each)]
        rows = self._classifier.probabilities(self._features.vectors(flat)) if flat else np.empty((0, 0))
        ends = np.cumsum([len(texts), *(len(each) for each in parts)])
        read = [rows[start:end] for start, end in zip(ends[:-1], ends[1:], strict=True)]
        return [most_alarming(whole, own, self._classifier.dangerous) for whole, own in zip(rows, read, strict=False)]


def noted(message: Message, name: str) -> str:
    """What the importer noted of it: ``hand`` (who wrote it) or ``class`` (of its intent)."""
    return ((message.get(METADATA) or {}).get(METADATA_EXAMPLE) or {}).get(name, "unknown")


def validate(config: dict[str, Any]) -> None:
    """Raises InvalidConfigException naming the setting that is wrong."""
    for name in ("words", "characters"):
        low_high = config[name]
        if not (isinstance(low_high, list) and len(low_high) == 2 and 1 <= low_high[0] <= low_high[1] <= 8):
            raise InvalidConfigException(f"nlu/config.yml: {name} must be two numbers, 1 to 8, the smaller first")
    for name in ("strength", "encoder_weight"):
        if not (isinstance(config[name], (int, float)) and config[name] > 0):
            raise InvalidConfigException(f"nlu/config.yml: {name} must be a number above 0")
    if not isinstance(config["encoder"], (str, type(None))):
        raise InvalidConfigException("nlu/config.yml: encoder must be a folder, or null")
