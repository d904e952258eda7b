"""Messages with their intents, read from the tab-separated files that people correct by hand.  Standard library only."""

from dataclasses import dataclass, field
from pathlib import Path

COLUMNS = ("text", "intent", "alt", "lang", "tags")


class BadRow(ValueError):
    """A line that is not a message with its intent; says file and line, never the text."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One message as its writer labelled it."""

    text: str = field(repr=False)
    intent: str
    #: Intents that would be right too, in the file parted by |.
    alt: tuple[str, ...]
    lang: str
    tags: tuple[str, ...]

    @property
    def hand(self) -> str:
        """Who wrote it: messages of one hand never serve as test for each other."""
        return next(tag for tag in self.tags if tag.startswith("hand-"))


def read_folder(folder: Path, intents: frozenset[str]) -> list[Row]:
    """The rows of every ``<language>/*.tsv`` below the folder, in a fixed order; raises BadRow."""
    files = sorted(folder.glob("*/*.tsv"))
    if not files:
        raise BadRow(f"{folder.name}: holds no <language>/*.tsv")
    return [row for file in files for row in read_file(file, intents)]


def read_file(file: Path, intents: frozenset[str]) -> list[Row]:
    """The rows of one file, after comments and a line of columns; its folder is the language.  Raises BadRow."""
    lines = _lines(file)
    while lines and lines[0][1].startswith("#"):
        lines.pop(0)
    if not lines or tuple(lines[0][1].split("\t")) != COLUMNS:
        raise BadRow(f"{_place(file, lines[0][0] if lines else 1)}: expected the columns {', '.join(COLUMNS)}")
    return [_row(line, _place(file, number), file.parent.name, intents) for number, line in lines[1:]]


def _lines(file: Path) -> list[tuple[int, str]]:
    """Numbered lines without empty ones."""
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise BadRow(f"{_place(file, line)}: not UTF-8") from None
    numbered = enumerate(text.split("\n"), start=1)
    return [(number, line.rstrip("\r")) for number, line in numbered if line.strip()]


def _row(line: str, place: str, language: str, intents: frozenset[str]) -> Row:
    cells = line.split("\t")
    if len(cells) != len(COLUMNS):
        raise BadRow(f"{place}: {len(cells)} columns instead of {len(COLUMNS)}; is there a tab in the text?")
    text, intent, alt, lang, tags = (cell.strip() for cell in cells)
    row = Row(text=text, intent=intent, alt=_split(alt, "|"), lang=lang, tags=_split(tags, ","))
    for fault in _faults(row, language, intents):
        raise BadRow(f"{place}: {fault}")
    return row


def _faults(row: Row, language: str, intents: frozenset[str]) -> list[str]:
    """What is wrong with it, the first thing first."""
    unknown = [name for name in (row.intent, *row.alt) if name not in intents]
    hands = [tag for tag in row.tags if tag.startswith("hand-")]
    checks = (
        (not row.text, "no text"),
        (bool(unknown), f"no such intent: {', '.join(name or '(empty)' for name in unknown)}"),
        (row.lang != language, f"language '{row.lang}' in the folder '{language}'"),
        (len(hands) != 1, "the tags must name exactly one hand, for instance hand-a"),
    )
    return [fault for wrong, fault in checks if wrong]


def _split(cell: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(mark) if part.strip())


def _place(file: Path, line: int) -> str:
    return f"{file.parent.name}/{file.name}:{line}"
