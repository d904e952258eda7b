"""Rasa's way to our training data: tab-separated files that people who know no code correct."""

from pathlib import Path
from typing import Any

import rasa.shared.utils.io
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.contract import classes
from nlu.tsv import BadRow, Row, read_folder


class TsvImporter(TrainingDataImporter):
    """Reads ``<language>/<hand>.tsv`` below the data folder; every language that has a folder is read."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        **_: Any,
    ) -> None:
        """Paths as Rasa gives them; nothing is read yet."""
        if not config_file or not domain_path:
            raise ValueError("the importer needs config.yml and domain.yml")
        self._config_file = config_file
        self._domain_path = domain_path
        given = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths
        self._folders = [Path(folder) for folder in given or [str(Path(config_file).parent / "data")]]

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """All messages of all languages; raises BadRow naming file and line, or that domain, contract and data differ."""
        contract = classes(Path(self._config_file).parent)
        intents = frozenset(contract)
        rows = [row for folder in self._folders for row in read_folder(folder, intents)]
        self._compare(intents, {row.intent for row in rows})
        return TrainingData(training_examples=[_message(row, contract[row.intent]) for row in rows])

    def _compare(self, contract: frozenset[str], used: set[str]) -> None:
        for name, found in (("domain.yml", self._domain_intents()), ("the training data", used)):
            odd = sorted(contract.symmetric_difference(found))
            if odd:
                raise BadRow(f"{name} and intents.yml differ: {', '.join(odd)}")

    def _domain_intents(self) -> set[str]:
        """What the domain says, read plainly: Rasa adds intents of its own to a ``Domain``."""
        return set(rasa.shared.utils.io.read_yaml_file(self._domain_path)["intents"])

    def get_domain(self) -> Domain:
        """The intents, nothing else."""
        return Domain.load(self._domain_path)

    def get_config(self) -> dict[str, Any]:
        """The recipe and the pipeline."""
        return rasa.shared.utils.io.read_model_configuration(self._config_file)

    def get_config_file_for_auto_config(self) -> str | None:
        """None: Rasa must not rewrite our file."""
        return None

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """None: what is said back is decided elsewhere."""
        return StoryGraph([])


def _message(row: Row, kind: str) -> Message:
    """A writer is known by language and name: hand-a of one language is somebody else than hand-a of another."""
    noted = {"hand": f"{row.lang}/{row.hand}", "class": kind}
    return Message.build(text=row.text, intent=row.intent, example_metadata=noted)
