"""``python -m benchmarks.evaluate``: every promised figure, per language and for all, as a report in ``var/evaluation``."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.evaluate.choosing import choose, out_of_reach
from benchmarks.evaluate.figures import Evidence
from benchmarks.evaluate.judging import TALK, Reader, harmless_talks, judge_all, reader, talk_all
from benchmarks.evaluate.labelled import development, read_labelled
from benchmarks.evaluate.learning import learning_curve
from benchmarks.evaluate.plots import draw
from benchmarks.evaluate.promises import PROMISES, figures
from benchmarks.evaluate.report import Outcome, as_json, as_markdown
from benchmarks.evaluate.terminal import Progress, say
from benchmarks.evaluate.words import summary
from bot import wiring
from bot.domain.errors import RefuseToStart
from bot.domain.understanding import Thresholds
from bot.nlu import load_classes
from bot.settings import process_environment
from nlu.modelhash import model_hash
from nlu.tsv import BadRow, Row

ROOT = wiring.ROOT


def main() -> int:
    """Judge, count, write, and print a summary; 2 when the messages or the model cannot be used."""
    options = _options()
    try:
        rows = _rows(options.data)
        if options.choose:
            asyncio.run(_thresholds(rows))
        else:
            _report(rows, options)
    except (BadRow, RefuseToStart) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a file with the columns text, intent, alt, lang, tags instead of nlu/dev")
    parser.add_argument("--no-curve", action="store_true", help="without the learning curve, which trains for minutes")
    parser.add_argument("--choose", action="store_true", help="print the thresholds that these messages would choose; nothing is written")
    parser.add_argument("--to", type=Path, default=ROOT / "var" / "evaluation", help="folder of the report")
    return parser.parse_args()


def _rows(data: Path | None) -> list[Row]:
    intents = frozenset(load_classes(ROOT / "nlu"))
    return development(ROOT, intents) if data is None else read_labelled(data, intents)


def _report(rows: Sequence[Row], options: argparse.Namespace) -> None:
    evidence, thresholds = asyncio.run(_read(rows))
    outcome = Outcome(
        source=options.data.name if options.data else "nlu/dev",
        model=model_hash(ROOT),
        thresholds=thresholds,
        evidence=evidence,
        figures=figures(evidence),
        curve=[] if options.no_curve else _curve(),
    )
    _write(outcome, options.to)
    print("\n".join(summary(PROMISES, outcome.figures)))
    print(f"\nreport: {options.to / 'report.md'}")


async def _read(rows: Sequence[Row]) -> tuple[Evidence, Thresholds]:
    async with reader(wiring.start(process_environment())) as reading:
        return await _evidence(reading, rows), reading.house.thresholds


async def _evidence(reading: Reader, rows: Sequence[Row]) -> Evidence:
    reading.model.took.clear()
    judged = await judge_all(reading.house, rows, Progress("messages", len(rows)))
    took = list(reading.model.took)
    talks = await talk_all(reading.house, judged, Progress(f"conversations of {TALK}", len(list(harmless_talks(judged)))))
    return Evidence(judged=judged, talks=talks, took=took)


def _curve() -> list[dict[str, object]]:
    say("The learning curve trains four models, which takes minutes; CURVE=0 leaves it out.")
    return learning_curve(ROOT)


def _write(outcome: Outcome, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    draw(outcome, list(load_classes(ROOT / "nlu")), folder)
    (folder / "report.md").write_text(as_markdown(outcome), "utf-8")
    (folder / "figures.json").write_text(json.dumps(as_json(outcome), indent=1, ensure_ascii=False) + "\n", "utf-8")


async def _thresholds(rows: Sequence[Row]) -> None:
    async with reader(wiring.start(process_environment())) as reading:
        evidence = await _evidence(reading, rows)
        house = reading.house
        chosen = choose(evidence.judged, house.classes)
        anew = await _evidence(replace(reading, house=replace(house, thresholds=chosen)), rows)
    for lang in out_of_reach(evidence.judged):
        print(f"{lang}: rules alone ring for more harmless messages than may ring, so it has no say in `alert`\n")
    for name, thresholds, each in (("in force", house.thresholds, evidence), ("chosen", chosen, anew)):
        print(f"{name}: " + "  ".join(f"{key} {value:g}" for key, value in asdict(thresholds).items()))
        print("\n".join(["", *summary(PROMISES, figures(each)), ""]))


if __name__ == "__main__":
    sys.exit(main())
