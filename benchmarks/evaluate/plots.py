"""The report's pictures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from benchmarks.evaluate.figures import bins, of_model
from benchmarks.evaluate.judged import Judged
from benchmarks.evaluate.report import Outcome
from bot.domain.understanding import Thresholds

#: Nothing of an earlier report stays beside this one.
PICTURES = ("confusion.png", "reliability.png", "recall.png", "curve.png")
#: Above this share of false alarms nobody would keep the bot.
MOST_FALSE = 0.25


def draw(outcome: Outcome, intents: Sequence[str], folder: Path) -> None:
    """Write the PNG files that the report shows."""
    judged = outcome.evidence.judged
    for name in PICTURES:
        (folder / name).unlink(missing_ok=True)
    _save(folder / "confusion.png", (15, 15), lambda axes: _confusion(axes, judged, intents))
    _save(folder / "reliability.png", (6, 5), lambda axes: _reliability(axes, judged))
    _save(folder / "recall.png", (8, 6), lambda axes: _recall(axes, judged, outcome.thresholds))
    if outcome.curve:
        _save(folder / "curve.png", (8, 5), lambda axes: _curve(axes, outcome.curve))


def _save(file: Path, size: tuple[float, float], paint: Callable[[Axes], None]) -> None:
    figure, axes = plt.subplots(figsize=size, layout="constrained")
    paint(axes)
    figure.savefig(file, dpi=90)
    plt.close(figure)


def _confusion(axes: Axes, judged: Sequence[Judged], intents: Sequence[str]) -> None:
    """Each row is a true intent and sums to one."""
    place = {name: number for number, name in enumerate(intents)}
    grid = [[0.0] * len(intents) for _ in intents]
    for each in judged:
        said = each.row.intent if each.right else each.said
        if said in place:
            grid[place[each.row.intent]][place[said]] += 1
    shares = [[count / (sum(row) or 1) for count in row] for row in grid]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(intents)), intents, rotation=90, fontsize=7)
    axes.set_yticks(range(len(intents)), intents, fontsize=7)
    axes.set(xlabel="said", ylabel="true")


def _reliability(axes: Axes, judged: Sequence[Judged]) -> None:
    steps = bins(of_model(judged))
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    axes.plot([step.confidence for step in steps], [step.right for step in steps], marker="o")
    for step in steps:
        axes.annotate(str(step.count), (step.confidence, step.right), fontsize=7, xytext=(4, -9), textcoords="offset points")
    axes.set(xlabel="confidence in the likeliest intent", ylabel="right or acceptable", xlim=(0, 1), ylim=(0, 1.02))


def _recall(axes: Axes, judged: Sequence[Judged], thresholds: Thresholds) -> None:
    for lang in sorted({each.row.lang for each in judged}):
        mine = [each for each in judged if each.row.lang == lang]
        emergencies = [each.danger for each in mine if each.emergency]
        calm = [each.danger for each in mine if each.harmless]
        if emergencies and calm:
            _recall_of(axes, lang, emergencies, calm, thresholds)
    axes.set(xlabel="harmless messages alarmed", ylabel="emergencies found", xlim=(0, MOST_FALSE), ylim=(0.5, 1.01))
    axes.set_title("rules and model; dot: alert, square: danger question", fontsize=9)
    axes.legend(loc="lower right")


def _recall_of(axes: Axes, lang: str, emergencies: Sequence[float], calm: Sequence[float], thresholds: Thresholds) -> None:
    steps = sorted({*emergencies, *calm, 0.0}, reverse=True)
    (line,) = axes.plot([_above(calm, step) for step in steps], [_above(emergencies, step) for step in steps], label=lang)
    for threshold, marker in ((thresholds.alert, "o"), (thresholds.ask, "s")):
        axes.plot([_above(calm, threshold)], [_above(emergencies, threshold)], marker=marker, color=line.get_color())


def _above(values: Iterable[float], threshold: float) -> float:
    reached = [value >= threshold for value in values]
    return sum(reached) / len(reached)


def _curve(axes: Axes, curve: Sequence[Mapping[str, Any]]) -> None:
    sizes = [each["messages"] for each in curve]
    for lang in curve[-1]["right"]:
        (line,) = axes.plot(sizes, [each["right"][lang] for each in curve], marker="o", label=f"intent right, {lang}")
        recall = [each["recall"][lang] for each in curve]
        axes.plot(sizes, recall, marker="s", linestyle="--", color=line.get_color(), label=f"recall at 3 % false alarms, {lang}")
    axes.set_xscale("log", base=2)
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.set(xlabel="messages learnt", ylim=(0, 1))
    axes.legend(fontsize=7)
