"""The file that ``nlu review`` writes: messages with their intents, in the form of ``nlu/data``."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import click

_COLUMNS = ("text", "intent", "alt", "lang", "tags")
_HEAD = "\t".join(_COLUMNS)
#: Every exported line is of this hand: no name, no reference, no date.
_HAND = "hand-review"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One message as it will be learnt from."""

    text: str = field(repr=False)  #: without tabs and ends of line
    intent: str
    lang: str

    def __str__(self) -> str:
        """As it stands in the file."""
        return "\t".join((self.text, self.intent, "", self.lang, _HAND))


def training_file(file: Path, data_dir: Path) -> Path:
    """The file, if lines may be added there; a click error says why not.  Nothing is made yet."""
    if file.resolve().is_relative_to(data_dir.resolve()):
        raise click.ClickException("not into the data directory: what is exported must not lie beside the database")
    if file.is_symlink() or not file.parent.is_dir():
        raise click.ClickException(f"{file} is a link, or its folder is not there")
    if file.exists() and _head(file) not in ("", _HEAD):
        raise click.ClickException(f"{file} is there and holds something else: expected the columns {', '.join(_COLUMNS)}")
    return file


def _head(file: Path) -> str:
    """The first line that is no comment."""
    lines = file.read_text("utf-8", "replace").splitlines()
    return next((line for line in lines if line.strip() and not line.startswith("#")), "")


def append(file: Path, line: Line) -> None:
    """Add a line, on the disk when this returns; the columns first where there are none."""
    try:
        before = file.read_bytes() if file.exists() else b""
        start = "\n" if before and not before.endswith(b"\n") else ""
        head = "" if before and _head(file) else f"{_HEAD}\n"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600), "wb") as target:
            target.write(f"{start}{head}{line}\n".encode())
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from None
