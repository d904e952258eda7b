"""A pipeline on a set, in processes and an environment of its own."""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.evaluate.terminal import say
from benchmarks.public.pipelines import Pipeline
from benchmarks.public.scores import Reading, Scores, scored
from benchmarks.public.sets import Task

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "benchmarks" / "requirements-stock.lock"
RUNNER = ROOT / "benchmarks" / "stock.py"
#: TensorFlow and Rasa's telemetry are told to be quiet.
_QUIET = ("env", "RASA_TELEMETRY_ENABLED=false", "TF_CPP_MIN_LOG_LEVEL=3", "PYTHONWARNINGS=ignore")


class CannotRun(RuntimeError):
    """An environment could not be made, or a pipeline failed; says which and how."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the table: seconds, milliseconds (p50), resident MB."""

    task: str
    pipeline: str
    scores: Scores
    training: float
    load: float
    parse: float
    memory: float


def run(pipeline: Pipeline, task: Task, python: Path) -> Row:
    """Train and read; raises CannotRun."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.joinpath("job.json").write_text(json.dumps(_job(pipeline, task)), "utf-8")
        trained, parsed = (_verb(verb, folder, python, f"{pipeline.name} on {task.name}") for verb in ("train", "parse"))
    readings = [Reading(intent=intent, confidence=sure, danger=danger) for intent, sure, danger in parsed["read"]]
    return Row(
        task=task.name,
        pipeline=pipeline.name,
        scores=scored(task, readings),
        training=trained["seconds"],
        load=parsed["load"],
        parse=parsed["milliseconds"],
        memory=parsed["memory"],
    )


def _job(pipeline: Pipeline, task: Task) -> dict[str, Any]:
    learnt = [(each.text, each.intents[0], each.hand, "E1" if each.intents[0] in task.dangerous else "N") for each in task.train]
    asked = [each.text for each in (*task.test, *task.outside)]
    dangerous = sorted(task.dangerous)
    return {"lean": pipeline.ours, "pipeline": list(pipeline.steps), "train": learnt, "test": asked, "dangerous": dangerous}


def _verb(verb: str, folder: Path, python: Path, what: str) -> Any:
    """What the runner wrote."""
    say(f"{what}: {verb} ...")
    done = subprocess.run([*_QUIET, python, RUNNER, verb, folder], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotRun(f"{what}: {verb} failed: {(done.stderr.strip().splitlines() or ['killed'])[-1]}")
    return json.loads(folder.joinpath(f"{verb}.json").read_text("utf-8"))


def stock_python(environment: Path, variables: Mapping[str, str]) -> Path:
    """The Python with all of Rasa in it, made when it is missing or the lock has changed (1.9 GB); raises CannotRun."""
    python, stamp, wanted = environment / "bin" / "python", environment / ".stamp", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return python
    say("making the environment of the stock pipelines, 1.9 GB ...")
    uv = ROOT / ".venv" / "bin" / "uv"
    found = _made([sys.executable, ROOT / "setup" / "find_python.py", "3.10"], variables).strip()
    _made([uv, "venv", "-q", "--clear", "--python", found, environment], variables)
    _made([uv, "pip", "install", "-q", "--no-deps", "--require-hashes", "--python", python, "-r", LOCK], variables)
    stamp.write_text(wanted, "utf-8")
    return python


def _made(command: list[Any], variables: Mapping[str, str]) -> str:
    index = variables.get("PIP_INDEX_URL")  # uv does not read pip's
    given = {**variables, "UV_LINK_MODE": "copy", **({"UV_DEFAULT_INDEX": index} if index else {})}
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotRun(f"the environment of the stock pipelines could not be made: {Path(command[0]).name}: {done.stderr.strip()[-300:]}")
    return done.stdout
