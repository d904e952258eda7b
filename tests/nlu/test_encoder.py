"""The optional sentence encoder: a real folder made here, learnt with, and refused when it is not what it was."""

import json
import shutil
from pathlib import Path

import pytest

from nlu.modelhash import model_path
from tests.nlu.model import run, serving, small_project, train

_MAKE = """
import json, sys
from pathlib import Path
import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
folder = Path(sys.argv[1]); folder.mkdir(parents=True)
words = ["[UNK]"] + sys.argv[2].split()
tokenizer = Tokenizer(models.WordLevel({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
tokenizer.normalizer = normalizers.Lowercase(); tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
tokenizer.save(str(folder / "tokenizer.json"))
values = np.random.default_rng(int(sys.argv[3])).normal(size=(len(words), 16)).astype("float32")
save_file({"embeddings": values}, folder / "model.safetensors")
(folder / "config.json").write_text(json.dumps({"normalize": True, "hidden_dim": 16}))
"""
_VECTORS = """
import json
from nlu.components.encoder import SentenceEncoder
found = SentenceEncoder.load(sys.argv[1]).vectors(["they beat him", "THEY BEAT HIM", "", "they"])
print(json.dumps([found.shape, [round(float((row ** 2).sum()), 4) for row in found], bool((found[0] == found[1]).all())]))
"""
_PARSE = "from nlu import lean; lean.leave_out()\nfrom nlu.reader import Reader\nfrom pathlib import Path\n"
_TOP = _PARSE + "print(Reader.load(Path(sys.argv[1])).parse('they are beating him')['intent']['name'])"
_IMPORTED = _TOP + "\nprint(sorted(set(sys.modules) & {'tokenizers', 'safetensors'}))"
WORDS = "hello there good morning thanks many thank you they are beating him men break the door shoot help beat"


def encoder(folder: Path, seed: int = 7) -> Path:
    """A tiny encoder of some twenty words."""
    done = run(_MAKE, str(folder), WORDS, str(seed))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project whose pipeline file switches an encoder on."""
    root = small_project(tmp_path / "project")
    config = root / "nlu" / "config.yml"
    text = config.read_text()
    assert "encoder: null" in text
    config.write_text(text.replace("encoder: null", f"encoder: {encoder(tmp_path / 'encoder')}"))
    return root


def test_sentences_become_vectors_of_length_one_and_none_of_nothing(tmp_path: Path) -> None:
    done = run(_VECTORS, str(encoder(tmp_path / "encoder")))
    assert json.loads(done.stdout) == [[4, 16], [1.0, 1.0, 0.0, 1.0], True], done.stderr


def test_a_model_is_trained_with_it_and_reads(project: Path) -> None:
    done = train(project)
    assert done.returncode == 0, done.stderr
    assert run(_TOP, str(model_path(project))).stdout.strip() == "attack_now"


def test_another_encoder_is_another_model_and_the_old_one_refuses_it(project: Path, tmp_path: Path) -> None:
    assert train(project).returncode == 0
    kept = shutil.copy(model_path(project), tmp_path / "kept.tar.gz")
    shutil.rmtree(tmp_path / "encoder")
    before = model_path(project)
    encoder(tmp_path / "encoder", seed=8)
    assert model_path(project) != before
    done = run(_TOP, str(kept))
    assert done.returncode != 0
    assert "the encoder is not the one" in done.stderr
    with serving(Path(kept)) as running:
        assert running.health().status == 503, "a model that cannot be read is not healthy"


def test_control_the_same_model_beside_the_same_encoder_is_read(project: Path, tmp_path: Path) -> None:
    assert train(project).returncode == 0
    kept = shutil.copy(model_path(project), tmp_path / "kept.tar.gz")
    shutil.rmtree(tmp_path / "encoder")
    encoder(tmp_path / "encoder")
    assert run(_TOP, str(kept)).stdout.strip() == "attack_now"


@pytest.mark.parametrize("missing", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_folder_that_is_not_whole_is_named_with_the_setting(project: Path, tmp_path: Path, missing: str) -> None:
    (tmp_path / "encoder" / missing).unlink()
    assert f"nlu/config.yml: encoder: {tmp_path / 'encoder'} has no {missing}" in train(project).stderr


def test_a_broken_file_is_named_without_a_traceback(project: Path, tmp_path: Path) -> None:
    (tmp_path / "encoder" / "tokenizer.json").write_text("{")
    done = train(project)
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_setting_nothing_of_it_is_imported(tmp_path: Path) -> None:
    root = small_project(tmp_path)
    assert train(root).returncode == 0
    assert run(_IMPORTED, str(model_path(root))).stdout.splitlines() == ["attack_now", "[]"]
