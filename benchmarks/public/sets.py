"""The messages: both public sets as they are published, and our own."""

import csv
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.nlu import load_classes
from nlu.tsv import read_folder

#: Public sets name no writers: the message's number, modulo this, stands for one.
HANDS = 8
SEED = 7
_COLUMNS = ["text", "category"]


class BadSet(ValueError):
    """A file that is not the published set; says file and line, never the text."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """One message with the intents that are right for it, the first one before all."""

    text: str = field(repr=False)
    intents: tuple[str, ...]
    hand: str = ""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is learnt and what is asked."""

    name: str
    train: Sequence[Example] = field(repr=False)
    test: Sequence[Example] = field(repr=False)
    #: Messages of no intent, to see whether the confidence tells.
    outside: Sequence[Example] = field(default=(), repr=False)
    dangerous: frozenset[str] = frozenset()


def banking77(folder: Path) -> Task:
    """BANKING77; raises BadSet."""
    train, test = (_with_hands(_csv(folder / f"banking77_{part}.csv")) for part in ("train", "test"))
    return _known(Task(name="BANKING77", train=train, test=test), "banking77_test.csv")


def clinc150(folder: Path) -> Task:
    """CLINC150, learnt in scope only; raises BadSet."""
    file = folder / "clinc150_full.json"
    stored = _json(file)
    train, test, outside = (_with_hands(_pairs(stored, part, file.name)) for part in ("train", "test", "oos_test"))
    return _known(Task(name="CLINC150", train=train, test=test, outside=outside), file.name)


def our_own(root: Path, messages: int) -> Task:
    """So many messages of ``nlu/data``, drawn at random but always the same, against all of ``nlu/dev``; raises BadRow."""
    contract = load_classes(root / "nlu")
    learnt, strange = (
        [
            Example(text=row.text, intents=(row.intent, *row.alt), hand=f"{row.lang}/{row.hand}")
            for row in read_folder(root / "nlu" / part, frozenset(contract))
        ]
        for part in ("data", "dev")
    )
    dangerous = frozenset(name for name, kind in contract.items() if kind == "E1")
    return Task(name="our own", train=sample(learnt, messages), test=strange, dangerous=dangerous)


def sample(examples: Sequence[Example], number: int) -> list[Example]:
    """At most so many, in their order; the same ones for the same messages."""
    places = random.Random(SEED).sample(range(len(examples)), min(number, len(examples)))
    return [examples[place] for place in sorted(places)]


def _with_hands(pairs: Iterator[tuple[str, str]]) -> list[Example]:
    return [Example(text=text, intents=(intent,), hand=f"hand-{place % HANDS}") for place, (text, intent) in enumerate(pairs)]


def _known(task: Task, file: str) -> Task:
    """The task, if its test asks for nothing that was never learnt."""
    unknown = {each.intents[0] for each in task.test} - {each.intents[0] for each in task.train}
    if unknown:
        raise BadSet(f"{file}: the test asks for intents that are not learnt: {', '.join(sorted(unknown))}")
    return task


def _csv(file: Path) -> Iterator[tuple[str, str]]:
    """Texts may run over several lines: a row is named by the line on which it ends."""
    with _opened(file) as lines:
        rows = csv.reader(lines, strict=True)
        try:
            if next(rows, None) != _COLUMNS:
                raise BadSet(f"{file.name}:1: expected the columns {', '.join(_COLUMNS)}")
            for row in rows:
                if len(row) != len(_COLUMNS) or not all(cell.strip() for cell in row):
                    raise BadSet(f"{file.name}:{rows.line_num}: expected a text and its category")
                yield row[0], row[1]
        except csv.Error as error:
            raise BadSet(f"{file.name}:{rows.line_num}: {error}") from None
        except UnicodeDecodeError:
            raise BadSet(f"{file.name}:{rows.line_num + 1}: not UTF-8 from here on") from None


def _opened(file: Path) -> Any:
    try:
        return file.open(encoding="utf-8", newline="")
    except OSError as error:
        raise BadSet(f"{file.name}: cannot be read ({error.strerror})") from None


def _json(file: Path) -> dict[str, Any]:
    with _opened(file) as opened:
        try:
            stored = json.load(opened)
        except json.JSONDecodeError as error:
            raise BadSet(f"{file.name}:{error.lineno}: {error.msg}") from None
        except UnicodeDecodeError:
            raise BadSet(f"{file.name}: not UTF-8") from None
    if not isinstance(stored, dict):
        raise BadSet(f"{file.name}:1: expected an object of lists")
    return stored


def _pairs(stored: dict[str, Any], part: str, file: str) -> Iterator[tuple[str, str]]:
    """JSON knows no lines after it is read: an entry is named by its list and number."""
    entries = stored.get(part)
    if not isinstance(entries, list) or not entries:
        raise BadSet(f"{file}: has no list {part}")
    for number, entry in enumerate(entries, start=1):
        if not (isinstance(entry, list) and len(entry) == 2 and all(isinstance(cell, str) and cell.strip() for cell in entry)):
            raise BadSet(f"{file}: {part}, entry {number}: expected [text, intent]")
        yield entry[0], entry[1]
