"""Training by hand: ``nlu/train.py --root``."""

import json
import subprocess
from pathlib import Path

import pytest

from nlu.modelhash import model_path
from tests.nlu.model import PATIENCE, PYTHON, ROOT, data_file, run, serving, small_project, train

_PARSE = "from nlu import lean; lean.leave_out()\nfrom nlu.reader import Reader\nfrom pathlib import Path\n"
_RANKING = "import json; print(json.dumps(Reader.load(Path(sys.argv[1])).parse(sys.argv[2])['intent_ranking']))"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project that is not trained yet."""
    return small_project(tmp_path)


def test_a_small_project_is_trained_into_a_model_that_reads(small: Path) -> None:
    done = run(_PARSE + _RANKING, str(model_path(small)), "hello, good morning")
    ranking = json.loads(done.stdout)
    assert ranking[0]["name"] == "greet"
    assert {each["name"] for each in ranking} == {"greet", "thanks", "attack_now"}
    assert sum(each["confidence"] for each in ranking) == pytest.approx(1.0)


def test_a_leading_slash_names_no_intent(small: Path) -> None:
    done = run(_PARSE + _RANKING, str(model_path(small)), "/greet they are beating him")
    assert json.loads(done.stdout)[0]["name"] == "attack_now"


_ARRAYS = """
import hashlib, io, tarfile
with tarfile.open(sys.argv[1]) as archive:
    for member in sorted(archive.getmembers(), key=lambda each: each.name):
        if member.name.endswith((".npz", "features.json")):
            print(member.name.split("/")[-1], hashlib.sha256(archive.extractfile(member).read()).hexdigest())
"""


def test_the_same_messages_make_the_same_model(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        root = small_project(tmp_path / name)
        assert train(root).returncode == 0
        made.append(run(_ARRAYS, str(model_path(root))).stdout)
    assert made[0] == made[1]
    assert made[0].count("\n") == 3
    with data_file(root, "hand-x").open("a") as file:
        file.write("good evening all of you\tgreet\t\ten\thand-x\n")
    assert train(root).returncode == 0
    assert run(_ARRAYS, str(model_path(root))).stdout != made[0], "control: other messages make another"


def test_a_model_that_exists_is_not_trained_again(small: Path) -> None:
    before = model_path(small).stat().st_mtime_ns
    assert train(small, "--if-needed").returncode == 0
    assert model_path(small).stat().st_mtime_ns == before


def test_two_trainings_at_once_make_one_model_and_old_ones_are_deleted(project: Path) -> None:
    models = project / "nlu" / "models"
    models.mkdir()
    for name in ("old-a", "old-b", "old-c"):
        (models / f"{name}.tar.gz").write_bytes(b"")
    command = [str(PYTHON), str(ROOT / "nlu" / "train.py"), "--root", str(project), "--if-needed"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    assert [process.wait(PATIENCE) for process in both] == [0, 0]
    kept = {path.name for path in models.glob("*.tar.gz")} | {path.name for path in models.glob(".*.gz")}
    assert model_path(project).name in kept
    assert len(kept) == 2


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("hello again\tgreeet\t\ten\thand-x\n", "BadRow: en/hand-x.tsv:11: no such intent: greeet"),
        ("hello again\tgreet\n", "BadRow: en/hand-x.tsv:11: 2 columns instead of 5"),
    ],
)
def test_a_wrong_line_ends_the_training_with_one_sentence_and_no_model(project: Path, line: str, sentence: str) -> None:
    with data_file(project, "hand-x").open("a") as file:
        file.write(line)
    done = train(project)
    assert done.returncode == 1
    assert done.stderr.startswith(f"nlu/train.py: {sentence}")
    assert "hello again" not in done.stderr
    assert list((project / "nlu" / "models").glob("*.gz")) == []


def test_an_intent_without_messages_and_one_that_the_domain_lacks_are_named(project: Path) -> None:
    with (project / "nlu" / "intents.yml").open("a") as file:
        file.write("  goodbye: {class: N}\n")
    assert "BadRow: domain.yml and intents.yml differ: goodbye" in train(project).stderr
    with (project / "nlu" / "domain.yml").open("a") as file:
        file.write("  - goodbye\n")
    assert "BadRow: the training data and intents.yml differ: goodbye" in train(project).stderr


def test_an_intent_that_one_person_alone_wrote_for_is_refused(project: Path) -> None:
    file = data_file(project, "hand-y")
    file.write_text("".join(line for line in file.read_text().splitlines(keepends=True) if "\tthanks\t" not in line))
    assert "fewer than 2 writers: thanks" in train(project).stderr


def test_a_wrong_setting_of_the_component_is_named(project: Path) -> None:
    config = project / "nlu" / "config.yml"
    config.write_text(config.read_text().replace("[2, 5]", "[5, 2]"))
    assert "nlu/config.yml: characters must be two numbers" in train(project).stderr


def test_a_model_of_other_intents_than_the_contracts_is_not_healthy(small: Path) -> None:
    with serving(model_path(small)) as running:
        assert running.health().status == 503
