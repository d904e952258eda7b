"""Which model belongs to this tree.  Standard library only: the program checks it without Rasa.

``python nlu/modelhash.py`` writes the path of the model that should exist.
"""

import hashlib
import re
import sys
from pathlib import Path

#: Everything that a trained model depends on, as patterns below the project's root.
INGREDIENTS = (
    "bot/domain/text.py",
    "nlu/data/*/*.tsv",
    "nlu/config.yml",
    "nlu/domain.yml",
    "nlu/intents.yml",
    "nlu/components/*.py",
    "nlu/contract.py",
    "nlu/importer.py",
    "nlu/lean.py",
    "nlu/train.py",
    "nlu/training.py",
    "nlu/tsv.py",
    "nlu/requirements.lock",
)


def model_hash(root: Path) -> str:
    """32 hexadecimal digits over names and contents of all ingredients; raises FileNotFoundError when a kind is missing."""
    digest = hashlib.sha256()
    for pattern in INGREDIENTS:
        files = sorted(root.glob(pattern))
        if not files:
            raise FileNotFoundError(pattern)
        for file in files:
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"{file.relative_to(root).as_posix()} {content}\n".encode())
    for file in _encoder(root):
        digest.update(f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:32]


def _encoder(root: Path) -> list[Path]:
    """The files of the sentence encoder that config.yml names, if it names one."""
    named = re.search(r"^\s*encoder:\s*[\"']?([^\s\"'#]+)", (root / "nlu" / "config.yml").read_text("utf-8"), re.MULTILINE)
    if named is None or named[1] in {"null", "~"}:
        return []
    return [file for file in sorted((root / "nlu" / named[1]).glob("*")) if file.is_file()]


def model_path(root: Path) -> Path:
    """Where the model that matches this tree is, or must be put."""
    return root / "nlu" / "models" / f"{model_hash(root)}.tar.gz"


if __name__ == "__main__":
    sys.stdout.write(f"{model_path(Path(__file__).resolve().parent.parent)}\n")
