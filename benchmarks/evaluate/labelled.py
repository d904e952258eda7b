"""Labelled messages to be judged: the development set, or any file with its columns."""

from collections.abc import Mapping
from pathlib import Path

from nlu.tsv import BadRow, Row, read_folder

NEEDED = ("text", "intent", "lang")
#: May be missing: no other intent is acceptable, nothing is noted.
OPTIONAL = ("alt", "tags")


def development(root: Path, intents: frozenset[str]) -> list[Row]:
    """All of ``nlu/dev``; raises BadRow."""
    return read_folder(root / "nlu" / "dev", intents)


def read_labelled(file: Path, intents: frozenset[str]) -> list[Row]:
    """The rows of one file, any languages, columns in any order; raises BadRow with file and line, never with the text."""
    lines = [(number, line.rstrip("\r")) for number, line in enumerate(_text(file).split("\n"), start=1)]
    lines = [(number, line) for number, line in lines if line.strip()]
    while lines and lines[0][1].startswith("#"):
        lines.pop(0)
    if len(lines) < 2:
        raise BadRow(f"{file.name}:{lines[0][0] if lines else 1}: expected a line of columns, then messages")
    (number, head), *rest = lines
    columns = [cell.strip() for cell in head.split("\t")]
    if missing := [name for name in NEEDED if name not in columns]:
        raise BadRow(f"{file.name}:{number}: no column {', '.join(missing)}; columns are parted by tabs")
    return [_row(dict(_cells(line, columns, f"{file.name}:{number}")), f"{file.name}:{number}", intents) for number, line in rest]


def _text(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadRow(f"{file.name}:1: cannot be read ({error.strerror})") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRow(f"{file.name}:{_line(content, error.start)}: not UTF-8") from None


def _cells(line: str, columns: list[str], place: str) -> list[tuple[str, str]]:
    cells = line.split("\t")
    if len(cells) != len(columns):
        raise BadRow(f"{place}: {len(cells)} columns instead of {len(columns)}; is there a tab in the text?")
    return [(name, cell.strip()) for name, cell in zip(columns, cells, strict=True)]


def _row(cells: Mapping[str, str], place: str, intents: frozenset[str]) -> Row:
    given = dict.fromkeys(OPTIONAL, "") | dict(cells)
    alt, tags = _parts(given["alt"], "|"), _parts(given["tags"], ",")
    row = Row(text=given["text"], intent=given["intent"], alt=alt, lang=given["lang"], tags=tags)
    unknown = [name or "(empty)" for name in (row.intent, *row.alt) if name not in intents]
    if not row.text:
        raise BadRow(f"{place}: no text")
    if unknown:
        raise BadRow(f"{place}: no such intent: {', '.join(unknown)}")
    if not row.lang:
        raise BadRow(f"{place}: no language")
    return row


def _parts(cell: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(mark) if part.strip())


def _line(content: bytes, place: int) -> int:
    return content[:place].count(b"\n") + 1
