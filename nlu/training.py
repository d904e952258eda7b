"""Rasa's graph engine makes a model.  ``lean.leave_out()`` must have run before this is imported."""

import tempfile
from pathlib import Path
from typing import Any

from rasa.engine.caching import Cacheable, TrainingCache
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelStorage
from rasa.engine.training.graph_trainer import GraphTrainer
from rasa.shared.data import TrainingType
from rasa.shared.importers.importer import TrainingDataImporter

from nlu import lean
from nlu.components.validator import ContractValidator


def train_archive(project: Path, archive: Path) -> None:
    """Write the model of the project's configuration and data; raises when either is wrong."""
    lean.use_validator(ContractValidator)
    importer = TrainingDataImporter.load_nlu_importer_from_config(
        str(project / "config.yml"), str(project / "domain.yml"), [str(project / "data")]
    )
    graph = DefaultV1Recipe().graph_config_for_recipe(importer.get_config(), {}, TrainingType.NLU)
    with tempfile.TemporaryDirectory() as folder:
        trainer = GraphTrainer(LocalModelStorage(Path(folder)), NoCache(), DaskGraphRunner)
        trainer.train(graph, importer, archive, force_retraining=True)


class NoCache(TrainingCache):
    """Keeps nothing.  Rasa's cache looks only at a component's own source and brings back stale work when a helper changed."""

    def cache_output(
        self, fingerprint_key: str, output: Any, output_fingerprint: str, model_storage: ModelStorage
    ) -> None:
        """Keep nothing."""

    def get_cached_output_fingerprint(self, fingerprint_key: str) -> str | None:
        """None: nothing is kept."""
        return None

    def get_cached_result(
        self, output_fingerprint_key: str, node_name: str, model_storage: ModelStorage
    ) -> Cacheable | None:
        """None: nothing is kept."""
        return None
