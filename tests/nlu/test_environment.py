"""Rasa's environment holds what training, parsing and serving import, and nothing else."""

import json
import re
from pathlib import Path

import pytest

from tests.nlu.model import ROOT, run

LARGEST_MB = 1_400
#: Distributions whose module has another name.
MODULES = {
    "absl-py": "absl",
    "google-auth": "google",
    "protobuf": "google",
    "psycopg2-binary": "psycopg2",
    "pydot": "pydot",
    "pyjwt": "jwt",
    "pymongo": "pymongo",
    "python-engineio": "engineio",
    "python-socketio": "socketio",
    "sentry-sdk": "sentry_sdk",
    "tensorflow-hub": "tensorflow_hub",
    "tensorflow-text": "tensorflow_text",
}
#: structlog and portalocker look whether these are there, and do without.
LOOKED_FOR = {"colorama", "redis"}

_LOOKS = """
import importlib.abc, json
class Looks(importlib.abc.MetaPathFinder):
    names = set()
    def find_spec(self, name, path=None, target=None):
        self.names.add(name.split(".")[0])
sys.meta_path.insert(0, Looks())
"""
_WORKS = """
import tempfile
from pathlib import Path
from nlu.train import train
with tempfile.TemporaryDirectory() as folder:
    archive = Path(folder, "model.tar.gz")
    train(Path(sys.argv[1]) / "nlu", archive)
    from nlu.reader import Reader
    intent = Reader.load(archive).parse("good morning")["intent"]["name"]
from nlu import service
service.Service(None, token="t", model="m", intents=frozenset()).application()
print(json.dumps({"intent": intent, "looked": sorted(Looks.names), "loaded": sorted(sys.modules)}))
"""


def _left_out() -> set[str]:
    """Distributions that the resolver is told never to install."""
    text = (ROOT / "nlu" / "requirements.left-out").read_text()
    return {name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+); sys_platform == 'never'$", text, re.M)}


def _locked() -> set[str]:
    text = (ROOT / "nlu" / "requirements.lock").read_text()
    return {name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+)==", text, re.M)}


def _modules(distributions: set[str]) -> set[str]:
    return {MODULES.get(name, name.replace("-", "_")) for name in distributions}


def test_training_and_parsing_look_for_nothing_that_was_left_out(small: Path) -> None:
    done = run(_LOOKS + _WORKS, str(small))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["intent"] == "greet"
    assert _modules(_left_out()) & set(found["looked"]) <= LOOKED_FOR
    assert not _modules(_left_out()) & {name.split(".")[0] for name in found["loaded"]}


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("from rasa.engine.recipes.default_recipe import DefaultV1Recipe", "tensorflow"),
        ("import rasa.core.agent", "apscheduler"),
    ],
)
def test_control_rasa_without_stand_ins_looks_for_what_was_left_out(code: str, missing: str) -> None:
    assert f"No module named '{missing}'" in run(code).stderr
    assert missing in _modules(_left_out())
    assert run(f"from nlu import lean; lean.leave_out()\n{code.replace('.core.agent', '.engine.loader')}").returncode == 0


def test_a_stand_in_refuses_to_be_used() -> None:
    code = "from nlu import lean; lean.leave_out()\nfrom rasa.core.policies.ensemble import DefaultPolicyPredictionEnsemble as P; P()"
    assert "RuntimeError: rasa.core.policies.ensemble.DefaultPolicyPredictionEnsemble is left out" in run(code).stderr


def test_nothing_left_out_is_in_the_lock_file_or_installed() -> None:
    code = "import importlib.metadata as m, json; print(json.dumps([d.metadata['Name'] for d in m.distributions()]))"
    installed = {name.lower().replace("_", "-") for name in json.loads(run(code).stdout)}
    assert len(_left_out()) > 40
    assert not _left_out() & (_locked() | installed)
    assert {"rasa", "scikit-learn", "aiohttp"} <= _locked() & installed


def test_the_environment_stays_small() -> None:
    files = (file for file in (ROOT / "nlu" / ".venv").rglob("*") if file.is_file() and not file.is_symlink())
    size = sum(file.stat().st_blocks * 512 for file in files) / 1_000_000
    print(f"nlu/.venv: {size:.0f} MB")
    assert size < LARGEST_MB


def test_the_lock_file_names_no_host_and_holds_a_hash_for_everything() -> None:
    text = (ROOT / "nlu" / "requirements.lock").read_text()
    assert "://" not in text
    assert all("--hash=sha256:" in entry for entry in re.split(r"^(?=[\w.-]+==)", text, flags=re.M)[1:])
