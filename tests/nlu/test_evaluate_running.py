"""``make evaluate`` as it is called: the file that it is given, and what it leaves behind."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.evaluate.labelled import read_labelled
from benchmarks.evaluate.promises import PROMISES
from nlu.tsv import BadRow
from tests.nlu.judging import CLASSES
from tests.nlu.model import COLUMNS, PYTHON, ROOT

INTENTS = frozenset(CLASSES)

BAD = [
    ("hello\tgreeet\t\ten\thand-a", "no such intent: greeet"),
    ("hello\tgreet\tthanks|byebye\ten\thand-a", "no such intent: byebye"),
    ("hello\tgreet\t\ten", "4 columns instead of 5"),
    ("\tgreet\t\ten\thand-a", "no text"),
    ("hello\tgreet\t\t\thand-a", "no language"),
]


@pytest.mark.parametrize(("line", "fault"), BAD)
def test_a_bad_line_is_refused_with_file_and_line_and_without_its_text(tmp_path: Path, line: str, fault: str) -> None:
    file = tmp_path / "mine.tsv"
    file.write_text(f"# words\n{COLUMNS}good morning\tgreet\t\ten\t\n\n{line}\n", "utf-8")
    with pytest.raises(BadRow) as refusal:
        read_labelled(file, INTENTS)
    assert str(refusal.value).startswith("mine.tsv:5: ")
    assert fault in str(refusal.value)
    assert "hello" not in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "place"), [(b"", ":1"), (b"text\tintent\nhello\tgreet\n", ":1"), (COLUMNS.encode() + b"a\tgreet\t\ten\t\n\xff\n", ":3")]
)
def test_a_file_without_columns_messages_or_utf_8_is_refused(tmp_path: Path, content: bytes, place: str) -> None:
    file = tmp_path / "mine.tsv"
    file.write_bytes(content)
    with pytest.raises(BadRow, match=f"^mine.tsv{place}: "):
        read_labelled(file, INTENTS)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRow, match=r"^none\.tsv:1: cannot be read"):
        read_labelled(tmp_path / "none.tsv", INTENTS)


def test_a_file_may_hold_several_languages_without_writers_and_its_columns_in_any_order(tmp_path: Path) -> None:
    file = tmp_path / "mine.tsv"
    file.write_bytes("\ufefflang\tintent\ttext\r\nen\tgreet\thello\r\nsq\tthanks\tfaleminderit\r\n".encode())
    assert [(row.lang, row.intent, row.text, row.alt, row.tags) for row in read_labelled(file, INTENTS)] == [
        ("en", "greet", "hello", (), ()),
        ("sq", "thanks", "faleminderit", (), ()),
    ]


SIX = """good morning everybody\tgreet\t\ten\t
thank you so much for this\tthanks\t\ten\t
who wrote the guidelines\tguidelines_about\tguidelines_status\ten\t
the police are breaking down my door\traid_now\t\ten\t
kush i ka shkruar udhëzimet\tguidelines_about\t\tsq\t
me arrestuan, jam në stacion\tarrest_now\t\tsq\t
"""


@pytest.mark.usefixtures("archive")
def test_six_messages_make_a_report_with_pictures_quietly(tmp_path: Path) -> None:
    file = tmp_path / "six.tsv"
    file.write_text(COLUMNS + SIX, "utf-8")
    done = evaluate("--data", str(file), "--no-curve", "--to", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert "messages:" not in done.stderr
    assert all(promise.says in done.stdout for promise in PROMISES)
    made = json.loads((tmp_path / "out" / "figures.json").read_text("utf-8"))
    assert made["messages"] == {"en": 4, "sq": 2}
    assert made["figures"]["all"]["alerted"]["whole"] == 2
    assert made["figures"]["all"]["talks"]["whole"] == 1
    assert made["figures"]["all"]["parse_p50"]["value"] > 0
    assert {each.name for each in (tmp_path / "out").iterdir()} == {
        "report.md", "figures.json", "confusion.png", "reliability.png", "recall.png",
    }  # fmt: skip


def test_a_bad_file_ends_it_before_the_model_is_started(tmp_path: Path) -> None:
    file = tmp_path / "six.tsv"
    file.write_text(f"{COLUMNS}hello\tgreeet\t\ten\t\n", "utf-8")
    done = evaluate("--data", str(file), "--to", str(tmp_path / "out"))
    assert (done.returncode, done.stderr) == (2, "six.tsv:2: no such intent: greeet\n")
    assert not (tmp_path / "out").exists()


def evaluate(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The tool, as ``make evaluate`` calls it."""
    command = [sys.executable, "-m", "benchmarks.evaluate", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


NESTED = """
from nlu.curve import nested, recall
from nlu.tsv import Row
import numpy as np
rows = [Row(text=str(n), intent="greet", alt=(), lang=lang, tags=("hand-a",)) for lang in ("en", "sq") for n in range(80)]
shares = [{(row.lang, row.text) for row in nested(rows, share)} for share in (1 / 8, 1 / 2, 1)]
assert [len(share) for share in shares] == [20, 80, 160] and shares[0] < shares[1] < shares[2]
assert sum(lang == "en" for lang, _ in shares[0]) == 10
assert recall(np.asarray([0.5, 0.6]), np.asarray([0.5] * 10 + [0.1] * 90)) == 0.5
"""


def test_the_curve_learns_from_nested_shares_of_each_language_and_gives_no_recall_away_to_ties() -> None:
    done = subprocess.run([PYTHON, "-c", NESTED], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
