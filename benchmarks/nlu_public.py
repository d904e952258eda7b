"""``python -m benchmarks.nlu_public --data DIR``: ours and stock Rasa pipelines on BANKING77, CLINC150 and our own messages, one table."""

import argparse
import itertools
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.evaluate.terminal import say
from benchmarks.public.pipelines import Pipeline, pipelines
from benchmarks.public.running import ROOT, CannotRun, Row, run, stock_python
from benchmarks.public.sets import BadSet, Task, banking77, clinc150, our_own, sample
from benchmarks.public.table import table
from bot.settings import process_environment
from nlu.tsv import BadRow

#: Messages of our own that are learnt: DIET would take hours for all.
OWN = 6000
#: With --quick: messages learnt of each set, and messages asked.
QUICK_LEARNT, QUICK_ASKED, QUICK_EPOCHS = 2000, 400, 3


def main() -> int:
    """Run everything and print; 2 when a set cannot be read or a pipeline cannot run."""
    options = _options()
    try:
        rows = list(_rows(options))
    except (BadSet, BadRow, CannotRun) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    if options.quick:
        print(f"quick: {QUICK_LEARNT} messages learnt and {QUICK_ASKED} asked of each set\n")
    print(table(rows))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of banking77_train.csv, banking77_test.csv and clinc150_full.json")
    parser.add_argument("--epochs", type=int, default=30, help="of DIET; Rasa's own default of 300 takes hours on two cores")
    parser.add_argument("--only", action="append", metavar="NAME", help="a pipeline by its name in the table; may be given several times")
    parser.add_argument("--set", action="append", metavar="NAME", help="a set by its name in the table; may be given several times")
    parser.add_argument("--quick", action="store_true", help="few messages and epochs, to see that everything runs")
    parser.add_argument("--to", type=Path, default=ROOT / "var" / "benchmarks", help="folder of the table and of the stock environment")
    return parser.parse_args()


def _rows(options: argparse.Namespace) -> Iterator[Row]:
    """One after the other, set by set; the table so far is kept after each."""
    tasks, chosen = _tasks(options), _chosen(options)
    options.to.mkdir(parents=True, exist_ok=True)
    options.to.joinpath("table.md").unlink(missing_ok=True)  # an older run's figures must not pass for this one's
    rows: list[Row] = []
    for task, pipeline in itertools.product(tasks, chosen):
        rows.append(run(pipeline, task, _python(pipeline, options.to)))
        say(f"{pipeline.name} on {task.name}: {rows[-1].scores.accuracy:.4f}")
        options.to.joinpath("table.md").write_text(table(rows) + "\n", "utf-8")
        yield rows[-1]


def _chosen(options: argparse.Namespace) -> list[Pipeline]:
    every = pipelines(ROOT, QUICK_EPOCHS if options.quick else options.epochs)
    names = [each.name for each in every]
    if unknown := set(options.only or ()).difference(names):
        raise CannotRun(f"no such pipeline: {', '.join(sorted(unknown))}; there are: {'; '.join(names)}")
    return [each for each in every if not options.only or each.name in options.only]


def _tasks(options: argparse.Namespace) -> list[Task]:
    tasks = [banking77(options.data), clinc150(options.data), our_own(ROOT, OWN)]
    names = [task.name for task in tasks]
    if unknown := set(options.set or ()).difference(names):
        raise CannotRun(f"no such set: {', '.join(sorted(unknown))}; there are: {'; '.join(names)}")
    tasks = [task for task in tasks if not options.set or task.name in options.set]
    return [_smaller(task) for task in tasks] if options.quick else tasks


def _smaller(task: Task) -> Task:
    train, test, outside = sample(task.train, QUICK_LEARNT), sample(task.test, QUICK_ASKED), sample(task.outside, QUICK_ASKED)
    return replace(task, train=train, test=test, outside=outside)


def _python(pipeline: Pipeline, folder: Path) -> Path:
    own = ROOT / "nlu" / ".venv" / "bin" / "python"
    return own if pipeline.ours else stock_python(folder / "stock-venv", process_environment())


if __name__ == "__main__":
    sys.exit(main())
