"""Which model belongs to which tree."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from nlu.modelhash import INGREDIENTS, model_hash, model_path
from tests.nlu.model import ROOT, run

FILES = sorted({file.relative_to(ROOT).as_posix() for pattern in INGREDIENTS for file in ROOT.glob(pattern)})
#: What training runs but what cannot change a model.
HARMLESS = {"nlu/modelhash.py", "nlu/__init__.py", "bot/__init__.py", "bot/domain/__init__.py"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of all ingredients."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_same_tree_elsewhere_has_the_same_model(tree: Path) -> None:
    assert model_hash(tree) == model_hash(ROOT)
    assert model_path(tree) == tree / "nlu" / "models" / f"{model_hash(ROOT)}.tar.gz"


@pytest.mark.parametrize("name", FILES)
def test_changing_one_ingredient_asks_for_another_model(tree: Path, name: str) -> None:
    before = model_path(tree)
    with (tree / name).open("ab") as file:
        file.write(b"\n")
    assert model_path(tree) != before


def test_control_a_hash_over_the_component_alone_misses_a_changed_helper(tree: Path) -> None:
    component = tree / "nlu" / "components" / "classifier.py"
    naive, ours = hashlib.sha256(component.read_bytes()).digest(), model_hash(tree)
    with (tree / "nlu" / "components" / "linear.py").open("a") as file:
        file.write("\nC = 2\n")
    assert hashlib.sha256(component.read_bytes()).digest() == naive
    assert model_hash(tree) != ours


def test_a_new_component_and_new_data_ask_for_another_model(tree: Path) -> None:
    seen = {model_hash(tree)}
    for name in ("nlu/components/new.py", "nlu/data/en/hand-new.tsv", "nlu/data/sq/hand-a.tsv"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("")
        seen.add(model_hash(tree))
    assert len(seen) == 4


def test_a_renamed_ingredient_asks_for_another_model(tree: Path) -> None:
    before = model_hash(tree)
    (tree / "nlu" / "components" / "linear.py").rename(tree / "nlu" / "components" / "curved.py")
    assert model_hash(tree) != before


@pytest.mark.parametrize("pattern", INGREDIENTS)
def test_a_tree_without_a_kind_of_ingredient_has_no_model(tree: Path, pattern: str) -> None:
    for file in tree.glob(pattern):
        file.unlink()
    with pytest.raises(FileNotFoundError):
        model_hash(tree)


def test_every_file_of_ours_that_training_runs_is_an_ingredient(small: Path, tmp_path: Path) -> None:
    code = (
        "import json; from pathlib import Path; from nlu.train import train\n"
        "train(Path(sys.argv[1]) / 'nlu', Path(sys.argv[2]))\n"
        "print(json.dumps([m.__file__ for m in sys.modules.values() if getattr(m, '__file__', None)]))"
    )
    done = run(code, str(small), str(tmp_path / "model.tar.gz"))
    assert done.returncode == 0, done.stderr
    paths = [Path(file) for file in json.loads(done.stdout)]
    ours = {path.relative_to(ROOT).as_posix() for path in paths if path.is_relative_to(ROOT) and ".venv" not in path.parts}
    assert "nlu/components/linear.py" in ours
    assert ours - set(FILES) <= HARMLESS
