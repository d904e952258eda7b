"""The benchmark on public sets: what is read, what is refused, and how the table counts."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.public.pipelines import NAMED, pipelines
from benchmarks.public.running import CannotRun, Row, run
from benchmarks.public.scores import Reading, Scores, above, scored
from benchmarks.public.sets import BadSet, Example, Task, banking77, clinc150, sample
from benchmarks.public.table import HEAD, table
from tests.nlu.model import ROOT

NLU_PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"
SCORES = Scores(accuracy=0.9, recall=None, recall_likeliest=None, false_alarms=None, outside=None)
ROW = Row(task="one", pipeline=NAMED, scores=SCORES, training=10.0, load=2.0, parse=4.0, memory=500.0)


def banking(folder: Path, train: str, test: str = "text,category\nwhere is it,card\n") -> Path:
    """Both files of BANKING77."""
    folder.joinpath("banking77_train.csv").write_bytes(train.encode("utf-8"))
    folder.joinpath("banking77_test.csv").write_bytes(test.encode("utf-8"))
    return folder


def clinc(folder: Path, **changed: object) -> Path:
    """The file of CLINC150, with two messages learnt."""
    whole = {"train": [["hi there", "greet"], ["bye", "leave"]], "test": [["hello", "greet"]], "oos_test": [["fish", "oos"]], **changed}
    folder.joinpath("clinc150_full.json").write_text(json.dumps(whole), "utf-8")
    return folder


def test_banking77_keeps_commas_and_line_breaks_of_a_text_and_gives_each_message_a_hand(tmp_path: Path) -> None:
    task = banking77(banking(tmp_path, 'text,category\n"lost, I think\nor not",card\n' + "paid,top_up\n" * 8))
    assert (task.train[0].text, task.train[0].intents) == ("lost, I think\nor not", ("card",))
    assert [each.hand for each in task.train] == [f"hand-{number % 8}" for number in range(9)]
    assert (len(task.test), list(task.outside), task.dangerous) == (1, [], frozenset())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("words,label\na,b\n", "banking77_train.csv:1"),
        ('text,category\n"one\ntwo",card\nlonely\n', "banking77_train.csv:4"),
        ("text,category\nfine,card\n ,card\n", "banking77_train.csv:3"),
        ('text,category\n"broken"x,card\n', "banking77_train.csv:2"),
    ],
)
def test_a_malformed_line_of_banking77_is_named_by_file_and_line_without_its_text(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(BadSet) as refusal:
        banking77(banking(tmp_path, text))
    assert str(refusal.value).startswith(f"{place}: ")
    assert "lonely" not in str(refusal.value)


def test_a_file_that_is_missing_or_not_utf_8_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadSet, match=r"banking77_train\.csv: cannot be read"):
        banking77(tmp_path)
    banking(tmp_path, "text,category\n")
    tmp_path.joinpath("banking77_train.csv").write_bytes(b"text,category\ncaf\xe9,card\n")
    with pytest.raises(BadSet, match=r"banking77_train\.csv:\d+: not UTF-8"):
        banking77(tmp_path)


def test_a_test_that_asks_for_what_is_not_learnt_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSet, match="not learnt: card"):
        banking77(banking(tmp_path, "text,category\npaid,top_up\n"))


def test_clinc150_is_learnt_in_scope_and_keeps_the_outside_apart(tmp_path: Path) -> None:
    task = clinc150(clinc(tmp_path, oos_train=[["bird", "oos"]]))
    assert [each.intents[0] for each in task.train] == ["greet", "leave"]
    assert [each.text for each in task.outside] == ["fish"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"test": [["hello", "greet"], ["secret words"]]}, "clinc150_full.json: test, entry 2: expected"),
        ({"train": [["hi", 3]]}, "clinc150_full.json: train, entry 1: expected"),
        ({"oos_test": None}, "clinc150_full.json: has no list oos_test"),
    ],
)
def test_a_malformed_entry_of_clinc150_is_named_by_list_and_number(tmp_path: Path, changed: dict[str, object], reason: str) -> None:
    with pytest.raises(BadSet) as refusal:
        clinc150(clinc(tmp_path, **changed))
    assert str(refusal.value).startswith(reason)
    assert "secret" not in str(refusal.value)


def test_broken_json_is_named_by_file_and_line(tmp_path: Path) -> None:
    tmp_path.joinpath("clinc150_full.json").write_text('{\n"train": [\n}', "utf-8")
    with pytest.raises(BadSet, match=r"clinc150_full\.json:3: "):
        clinc150(tmp_path)


def test_a_sample_is_the_same_twice_keeps_the_order_and_is_never_larger_than_the_whole() -> None:
    whole = [Example(text=str(number), intents=("a",)) for number in range(50)]
    drawn = sample(whole, 10)
    assert drawn == sample(whole, 10)
    assert drawn != whole[:10]
    assert drawn == sorted(drawn, key=lambda each: int(each.text))
    assert sample(whole, 99) == whole


def test_the_limit_lets_through_no_more_of_the_others_than_allowed() -> None:
    others = [number / 100 for number in range(100)]
    assert above([0.97, 0.965, 0.96, 0.1], others, 0.03) == 0.5
    assert above([0.5, 0.5], [0.5] * 10, 0.03) == 0.0
    assert above([], others, 0.03) is None


def test_alternatives_are_right_and_a_message_that_may_be_an_emergency_is_not_harmless() -> None:
    wanted = (("raid",), ("raid",), ("watched", "raid"), ("greet",), ("greet",))
    task = Task(name="t", train=[], test=[Example(text="", intents=each) for each in wanted], dangerous=frozenset({"raid"}))
    said = [("raid", 0.9), ("greet", 0.2), ("raid", 0.8), ("raid", 0.6), ("greet", 0.1)]
    found = scored(task, [Reading(intent=intent, confidence=1.0, danger=danger) for intent, danger in said])
    assert found == Scores(accuracy=3 / 5, recall=0.5, recall_likeliest=0.5, false_alarms=0.5, outside=None)


def test_the_outside_is_found_by_low_confidence_and_counts_nothing_for_accuracy() -> None:
    inside, outside = Example(text="", intents=("a",)), Example(text="", intents=("oos",))
    task = Task(name="t", train=[], test=[inside] * 4, outside=[outside] * 2)
    readings = [Reading(intent="a", confidence=sure, danger=0.0) for sure in (0.5, 0.9, 0.9, 0.9, 0.4, 0.6)]
    found = scored(task, readings)
    assert (found.accuracy, found.outside, found.recall, found.false_alarms) == (1.0, 0.5, None, None)
    with pytest.raises(ValueError, match="every message"):
        scored(task, readings[1:])


def test_ratios_are_to_the_named_pipeline_on_the_same_set_and_rows_stand_by_set() -> None:
    ours = replace(ROW, pipeline="ours", scores=replace(SCORES, accuracy=0.95, recall=0.5), training=5.0, load=1.0, parse=1.0, memory=100.0)
    other = replace(ROW, task="two", training=20.0)
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table([ROW, other, ours]).splitlines()]
    assert lines[0] == list(HEAD)
    assert [line[:2] for line in lines[2:]] == [["one", NAMED], ["one", "ours"], ["two", NAMED]]
    assert lines[3][2:] == ["0.9500", "0.50x", "0.500", "", "", "", "5 (0.50x)", "1.0 (0.50x)", "1.00 (0.25x)", "100 (0.20x)"]
    assert lines[4][8] == "20 (1.00x)"


def test_without_the_named_pipeline_no_ratio_is_made_up() -> None:
    assert "10 (-)" in table([replace(ROW, pipeline="ours")])


def test_our_pipeline_is_the_configured_one_and_its_variants_differ_from_it() -> None:
    own = [each for each in pipelines(ROOT, 3) if each.ours]
    assert own[0].name == "ours"
    assert all(each.steps != own[0].steps for each in own[1:])


def test_our_pipeline_learns_and_reads_through_the_runner() -> None:
    words = {"raid": "police break the door", "greet": "good morning friend", "leave": "thank you goodbye"}
    learnt = [
        Example(text=f"{text} {number}", intents=(name,), hand=f"hand-{number % 4}") for name, text in words.items() for number in range(8)
    ]
    asked = [Example(text=text, intents=(name,)) for name, text in words.items()]
    ours = next(each for each in pipelines(ROOT, 3) if each.name == "ours")
    row = run(ours, Task(name="tiny", train=learnt, test=asked, dangerous=frozenset({"raid"})), NLU_PYTHON)
    assert (row.scores.accuracy, row.scores.recall_likeliest, row.scores.false_alarms) == (1.0, 1.0, 0.0)
    assert min(row.training, row.load, row.parse, row.memory) > 0


def test_a_pipeline_that_fails_is_named_with_its_set_and_shows_no_message() -> None:
    ours = next(each for each in pipelines(ROOT, 3) if each.name == "ours")
    few = [Example(text="secret words", intents=("greet",), hand=f"hand-{number}") for number in range(2)]
    with pytest.raises(CannotRun, match="ours on tiny: train failed") as refusal:
        run(ours, Task(name="tiny", train=few, test=[]), NLU_PYTHON)
    assert "secret" not in str(refusal.value)


def test_the_program_refuses_a_folder_without_the_sets_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.nlu_public", "--data", tmp_path, "--to", tmp_path / "out"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == ["banking77_train.csv: cannot be read (No such file or directory)"]
