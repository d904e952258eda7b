"""One pipeline through Rasa's own graph, in whichever environment has its components: ``stock.py train JOB`` and ``stock.py parse JOB``.

Started by ``benchmarks/nlu_public.py``, each verb in a process of its own, so that memory and load time are those of a fresh server.
A job is a folder: ``job.json`` goes in; ``model.tar.gz``, ``train.json`` and ``parse.json`` come out.  Runs on Python 3.10.
"""

import time

BEGAN = time.monotonic()

import json  # noqa: E402  the clock starts first: what is imported is part of the load time
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from statistics import median  # noqa: E402
from typing import Any  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from nlu import lean  # noqa: E402

#: Messages that are timed one by one, after the warm-up.
WARM_UP, TIMED = 20, 300


def main() -> None:
    """Do one verb."""
    verb, folder = sys.argv[1], Path(sys.argv[2])
    job = json.loads(folder.joinpath("job.json").read_text("utf-8"))
    if job["lean"]:
        lean.leave_out()
    result = {"train": train, "parse": parse}[verb](job, folder / "model.tar.gz")
    folder.joinpath(f"{verb}.json").write_text(json.dumps(result), "utf-8")


def train(job: dict[str, Any], archive: Path) -> dict[str, float]:
    """Write the model; seconds of Rasa's training, without the imports."""
    import tempfile

    from rasa.engine.recipes.default_recipe import DefaultV1Recipe
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.training.graph_trainer import GraphTrainer
    from rasa.shared.data import TrainingType

    from nlu.components.validator import ContractValidator
    from nlu.training import NoCache

    if job["lean"]:
        lean.use_validator(ContractValidator)
    importer = _importer(job)
    began = time.monotonic()
    graph = DefaultV1Recipe().graph_config_for_recipe(importer.get_config(), {}, TrainingType.NLU)
    with tempfile.TemporaryDirectory() as folder:
        trainer = GraphTrainer(LocalModelStorage(Path(folder)), NoCache(), DaskGraphRunner)
        trainer.train(graph, importer, archive, force_retraining=True)
    return {"seconds": time.monotonic() - began}


def _importer(job: dict[str, Any]) -> Any:
    """Rasa's way to the messages of the job."""
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.training_data.structures import StoryGraph
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    rows = job["train"]
    built = [Message.build(text=text, intent=intent, example_metadata={"hand": hand, "class": kind}) for text, intent, hand, kind in rows]
    config = {"recipe": "default.v1", "assistant_id": "benchmark", "language": "en", "pipeline": job["pipeline"]}
    answers = {
        "__init__": lambda self, *_, **__: None,
        "get_nlu_data": lambda self, language="en": TrainingData(training_examples=built),
        "get_domain": lambda self: Domain.empty(),
        "get_config": lambda self: config,
        "get_config_file_for_auto_config": lambda self: None,
        "get_stories": lambda self, exclusion_percentage=None: StoryGraph([]),
    }
    return type("JobImporter", (TrainingDataImporter,), answers)()


def parse(job: dict[str, Any], archive: Path) -> dict[str, Any]:
    """Load and read: seconds from the start of the process to a loaded model, p50 in milliseconds, resident MB, and what was read."""
    from nlu.reader import Reader

    reader = Reader.load(archive)
    load = time.monotonic() - BEGAN
    read, took = [], []
    for text in job["test"]:
        began = time.perf_counter()
        parsed = reader.parse(text)
        took.append((time.perf_counter() - began) * 1000)
        read.append(_short(parsed, set(job["dangerous"])))
    timed = took[WARM_UP : WARM_UP + TIMED] or took
    return {"load": load, "milliseconds": median(timed), "memory": _resident(), "read": read}


def _short(parsed: dict[str, Any], dangerous: set[str]) -> tuple[str, float, float]:
    """The likeliest intent, its confidence, and the summed confidence of emergencies."""
    danger = sum(each["confidence"] for each in parsed["intent_ranking"] if each["name"] in dangerous)
    intent = parsed["intent"] or {"name": None, "confidence": 0.0}  # a text of which nothing is known
    return intent["name"] or "", float(intent["confidence"]), float(danger)


def _resident() -> float:
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
