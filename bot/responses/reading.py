"""Reading one file below ``responses/``; what is not as it should be is refused by its name and line."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.domain.errors import RefuseToStart

_FRONT = re.compile(r"---\n(.*?)\n---\n(.*)", re.DOTALL)
_TOML_LINE = re.compile(r"\(at line (\d+)")
#: Front matter begins in this line.
_FRONT_LINE = 2


@dataclass(frozen=True, kw_only=True)
class Page:
    """A text file with its front matter, before anybody has looked at what it says."""

    front: Any
    body: str = field(repr=False)
    body_line: int  #: in which the body begins
    keys: Mapping[str, int]  #: the line of each key of the front matter


def refused(file: Path, root: Path, why: str, line: int | None = None) -> RefuseToStart:
    """The refusal of a file, from the folder above ``root`` on."""
    place = f"{file.relative_to(root.parent)}:{line}" if line else str(file.relative_to(root.parent))
    return RefuseToStart(f"{place}: {why}")


def read_text(file: Path, root: Path) -> str:
    """The file's text.  Raises RefuseToStart."""
    try:
        return file.read_text("utf-8")
    except (OSError, ValueError):
        raise refused(file, root, "cannot be read as text in UTF-8") from None


def read_toml(file: Path, root: Path) -> dict[str, Any]:
    """The file's values.  Raises RefuseToStart."""
    try:
        return tomllib.loads(read_text(file, root))
    except tomllib.TOMLDecodeError as error:
        raise refused(file, root, "cannot be read as TOML", toml_line(error)) from None


def toml_line(error: tomllib.TOMLDecodeError) -> int | None:
    """The line that is no TOML; None when it is the file's end that is missing something."""
    found = _TOML_LINE.search(str(error))
    return int(found[1]) if found else None


def read_yaml(file: Path, root: Path) -> Any:
    """The file's values.  Raises RefuseToStart."""
    try:
        return yaml.safe_load(read_text(file, root))
    except yaml.YAMLError as error:
        raise refused(file, root, "cannot be read as YAML", _yaml_line(error, 1)) from None


def read_page(file: Path, root: Path) -> Page:
    """Front matter and body.  Raises RefuseToStart."""
    found = _FRONT.fullmatch(read_text(file, root).replace("\r\n", "\n"))
    if found is None:
        raise refused(file, root, "does not begin with front matter between two lines of ---", 1)
    try:
        front = yaml.safe_load(found[1])
    except yaml.YAMLError as error:
        raise refused(file, root, "its front matter cannot be read as YAML", _yaml_line(error, _FRONT_LINE)) from None
    lines = found[1].split("\n")
    keys = {line.partition(":")[0].strip(): number for number, line in enumerate(lines, _FRONT_LINE)}
    blank = len(found[2]) - len(found[2].lstrip())
    body_line = _FRONT_LINE + len(lines) + 1 + found[2][:blank].count("\n")
    return Page(front=front, body=found[2].strip(), body_line=body_line, keys=keys)


def _yaml_line(error: yaml.YAMLError, first: int) -> int:
    """Where it stops making sense; the reader's marks count from 0, what it read begins in the file's line ``first``."""
    mark = getattr(error, "problem_mark", None)
    return first + (mark.line if mark else 0)
