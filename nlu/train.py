"""Make the model that matches this tree: ``python nlu/train.py [--if-needed]``, run with ``nlu/.venv``."""

import argparse
import contextlib
import fcntl
import logging
import os
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nlu.modelhash import model_path  # noqa: E402  the project's root must be on the path first

#: Models that stay: the new one and the one before it.
KEPT = 2


def main() -> int:
    """0 when the model exists afterwards."""
    parser = argparse.ArgumentParser(description="Train the intent model.")
    parser.add_argument("--if-needed", action="store_true", help="do nothing when the model of this tree exists")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project, for tests of other data")
    options = parser.parse_args()
    target = model_path(options.root)
    if options.if_needed and target.exists():
        return 0
    with _alone(target.parent):
        if options.if_needed and target.exists():
            return 0
        return _train(options.root, target)


def _train(root: Path, target: Path) -> int:
    _say("Training the intent model, two or three minutes.")
    began = time.monotonic()
    part = target.with_name(f".{os.getpid()}.part.tar.gz")
    try:
        train(root / "nlu", part)
        part.replace(target)
    except Exception as error:  # any fault of the data or of Rasa ends here as one sentence
        sys.stderr.write(f"nlu/train.py: {_reason(error)}\n")
        return 1
    finally:
        part.unlink(missing_ok=True)
    forget_old(target)
    _say(f"Trained in {time.monotonic() - began:.0f} s.")
    return 0


def train(project: Path, archive: Path) -> None:
    """Write a model of the project to the archive, from nothing: Rasa's cache is never asked."""
    from nlu import lean

    lean.leave_out()
    from nlu.training import train_archive

    train_archive(project, archive)


def forget_old(newest: Path) -> None:
    """Delete all models but the newest ones."""
    others = [model for model in newest.parent.glob("[!.]*.tar.gz") if model != newest]
    for model in sorted(others, key=lambda model: -model.stat().st_mtime)[KEPT - 1 :]:
        model.unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One training at a time; the others wait and find the model made."""
    folder.mkdir(parents=True, exist_ok=True)
    with folder.joinpath(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _reason(error: BaseException) -> str:
    """The innermost cause: Rasa wraps ours."""
    while error.__cause__ is not None:
        error = error.__cause__
    return f"{type(error).__name__}: {error}"


def _say(words: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")  # a library of Rasa's complains of another; nobody who trains can help it
    sys.exit(main())
