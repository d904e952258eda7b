"""A trained model that reads messages.  ``lean.leave_out()`` must have run before this is imported."""

import string
import tempfile
from pathlib import Path
from typing import Any

from rasa.engine.constants import PLACEHOLDER_MESSAGE
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage

from nlu.lean import UserMessage

#: Rasa takes a text that begins with a slash for the name of an intent and believes it with confidence 1.
_NEVER_FIRST = string.whitespace + "/"


class Reader:
    """Rasa's own prediction graph, called directly."""

    def __init__(self, runner: GraphRunner, target: str) -> None:
        """``target``: the node of the graph whose output is the parsed message."""
        self._runner = runner
        self._target = target

    @classmethod
    def load(cls, archive: Path) -> "Reader":
        """The model of that archive; raises when it is missing or not whole."""
        with tempfile.TemporaryDirectory() as folder:
            metadata, runner = load_predict_graph_runner(Path(folder), archive, LocalModelStorage, DaskGraphRunner)
        if metadata.nlu_target is None:
            raise ValueError("this model understands no messages")
        return cls(runner, metadata.nlu_target)

    def parse(self, text: str) -> dict[str, Any]:
        """Rasa's parse: ``text``, ``intent``, ``entities`` and the whole ``intent_ranking``; a leading slash is dropped."""
        message = UserMessage(text=text.lstrip(_NEVER_FIRST))
        parsed = self._runner.run(inputs={PLACEHOLDER_MESSAGE: [message]}, targets=[self._target])[self._target][0]
        return {"text": "", "intent": None, "entities": [], **parsed.as_dict(only_output_properties=True)}
