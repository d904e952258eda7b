"""What must be true of the training data before a model is made."""

from collections import defaultdict
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.classifier import noted

#: With fewer writers nothing can be said about how sure the model may be with strangers.
LEAST_HANDS = 2


class ContractValidator(GraphComponent):
    """First node of the training graph."""

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "ContractValidator":
        """It has no settings."""
        return cls()

    def validate(self, importer: TrainingDataImporter) -> TrainingDataImporter:
        """The same importer; raises InvalidConfigException naming the intents that too few people wrote for."""
        lonely = [intent for intent, hands in _hands(importer.get_nlu_data()).items() if len(hands) < LEAST_HANDS]
        if lonely:
            raise InvalidConfigException(f"fewer than {LEAST_HANDS} writers: {', '.join(sorted(lonely))}")
        return importer


def _hands(data: TrainingData) -> dict[str, set[str]]:
    writers: dict[str, set[str]] = defaultdict(set)
    for example in data.intent_examples:
        writers[example.get(INTENT)].add(noted(example, "hand"))
    return writers
