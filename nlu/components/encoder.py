"""An optional pretrained sentence encoder: a local folder of static token embeddings, never fetched from anywhere.

The folder is what the library model2vec saves: ``model.safetensors`` (a tensor ``embeddings``, tokens x dimensions), ``tokenizer.json``
and ``config.json``.  A sentence is the mean of its tokens, of length one; that takes well under a millisecond.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

FILES = ("config.json", "model.safetensors", "tokenizer.json")
NLU = Path(__file__).resolve().parents[1]


class SentenceEncoder:
    """Sentences as vectors of length one."""

    def __init__(self, tokenizer: Any, embeddings: np.ndarray, fingerprint: str) -> None:
        """Use ``load``."""
        self._tokenizer = tokenizer
        self._embeddings = embeddings
        self.fingerprint = fingerprint  #: SHA-256 over the files: a model knows the encoder that it was trained with

    @classmethod
    def load(cls, path: str) -> "SentenceEncoder":
        """The encoder in a local folder, relative to ``nlu/``; raises ValueError naming what is missing or wrong."""
        folder = NLU / path
        if missing := [name for name in FILES if not (folder / name).is_file()]:
            raise ValueError(f"nlu/config.yml: encoder: {path} has no {', '.join(missing)}")
        try:
            json.loads((folder / "config.json").read_text("utf-8"))
            embeddings = _embeddings(folder / "model.safetensors")
            tokenizer = _tokenizer(folder / "tokenizer.json")
        except Exception as error:  # the libraries raise kinds of their own, one of them bare Exception
            raise ValueError(f"nlu/config.yml: encoder: {path} cannot be read ({type(error).__name__})") from None
        if embeddings.ndim != 2 or tokenizer.get_vocab_size() > len(embeddings):
            raise ValueError(f"nlu/config.yml: encoder: {path} has fewer embeddings than its tokenizer has tokens")
        return cls(tokenizer, embeddings, fingerprint(folder))

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """One row a text; a text without a known token is all zeros."""
        found = np.zeros((len(texts), self._embeddings.shape[1]), dtype=np.float32)
        for row, encoding in zip(found, self._tokenizer.encode_batch(list(texts), add_special_tokens=False), strict=True):
            if encoding.ids:
                row += self._embeddings[encoding.ids].mean(axis=0)
                row /= max(float(np.linalg.norm(row)), 1e-9)
        return found


def fingerprint(folder: Path) -> str:
    """SHA-256 over the encoder's files."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(hashlib.sha256((folder / name).read_bytes()).digest())
    return digest.hexdigest()


# The libraries are imported where they are used: nothing of them is needed as long as no encoder is configured.


def _embeddings(file: Path) -> np.ndarray:
    from safetensors.numpy import load_file

    return load_file(file)["embeddings"].astype(np.float32)


def _tokenizer(file: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
