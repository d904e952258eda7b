"""The report in Markdown, and the figures for machines."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.evaluate.figures import Evidence, Figure, Promise, emergency, silent_miss
from benchmarks.evaluate.judged import Judged
from benchmarks.evaluate.promises import PROMISES, Column
from benchmarks.evaluate.words import bound, cell, table
from bot.domain.understanding import Thresholds

#: Confusion pairs shown.
PAIRS = 40


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One evaluation."""

    source: str  #: what was judged
    model: str  #: the hash of the model's ingredients
    thresholds: Thresholds
    evidence: Evidence = field(repr=False)
    figures: Mapping[str, Column]
    curve: Sequence[Mapping[str, Any]]


def confusions(judged: Sequence[Judged]) -> list[tuple[tuple[str, str], int]]:
    """True and said intent where neither it nor an alternative was said, the most frequent first."""
    return Counter((each.row.intent, each.said or "(none)") for each in judged if not each.right).most_common()


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Everything but texts."""
    return {
        "source": outcome.source,
        "model": outcome.model,
        "thresholds": asdict(outcome.thresholds),
        "messages": dict(Counter(each.row.lang for each in outcome.evidence.judged)),
        "figures": {
            group: {promise.key: _promised(promise, column[promise.key]) for promise in PROMISES}
            for group, column in outcome.figures.items()
        },
        "confusions": [{"true": true, "said": said, "count": count} for (true, said), count in confusions(outcome.evidence.judged)],
        "curve": list(outcome.curve),
    }


def _promised(promise: Promise, figure: Figure) -> dict[str, Any]:
    bounds = {"limit": promise.limit, "goal": promise.goal, "at_most": promise.at_most}
    return asdict(figure) | bounds | {"reached": promise.reached(figure)}


def as_markdown(outcome: Outcome) -> str:
    """The whole report, with the worst misses in full."""
    judged = outcome.evidence.judged
    silent = [each for each in judged if emergency(each) and silent_miss(each)]
    late = [each for each in judged if emergency(each) and not each.alerted and not silent_miss(each)]
    false = [each for each in judged if each.harmless and each.alerted]
    parts = [
        _head(outcome),
        _promises(outcome.figures),
        _curve(outcome.curve),
        ["## Confusion", "", "![confusion matrix](confusion.png)", "", *_confusions(judged)],
        ["## Confidence", "", "![reliability](reliability.png)", "", "![recall against false alarms](recall.png)"],
        _cases("Silent misses", silent),
        _cases("Emergencies that were asked, not alerted", late),
        _cases("False alarms", false),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _head(outcome: Outcome) -> list[str]:
    values = ", ".join(f"{name} {value:g}" for name, value in asdict(outcome.thresholds).items())
    counts = Counter(each.row.lang for each in outcome.evidence.judged)
    return [
        "# Evaluation of the understanding",
        "",
        f"Judged: {outcome.source}: {len(outcome.evidence.judged)} messages"
        f" ({', '.join(f'{lang} {number}' for lang, number in sorted(counts.items()))}). Model {outcome.model}. Thresholds: {values}.",
        "",
        "How to read this: docs/evaluation.md. ✓✓ goal reached, ✓ first-pass limit reached, ✗ missed.",
    ]


def _promises(figures: Mapping[str, Column]) -> list[str]:
    rows = [
        [promise.says, bound(promise, promise.limit), bound(promise, promise.goal)]
        + [cell(promise, column[promise.key]) for column in figures.values()]
        for promise in PROMISES
    ]
    return ["## Figures", "", *table(["", "limit", "goal", *figures], rows)]


def _curve(curve: Sequence[Mapping[str, Any]]) -> list[str]:
    if not curve:
        return []
    languages = list(curve[-1]["right"])
    head = ["messages", *(f"intent right, {lang}" for lang in languages), *(f"recall, {lang}" for lang in languages)]
    rows = [[str(each["messages"])] + [f"{each[name][lang]:.3f}" for name in ("right", "recall") for lang in languages] for each in curve]
    title = [
        "## Learning curve",
        "",
        "On nlu/dev, of the model alone, without rules; recall of emergencies at 3 % false alarms.",
    ]
    return [*title, "", "![learning curve](curve.png)", "", *table(head, rows)]


def _confusions(judged: Sequence[Judged]) -> list[str]:
    return table(["true", "said", "count"], [[true, said, str(count)] for (true, said), count in confusions(judged)[:PAIRS]])


def _cases(title: str, judged: Sequence[Judged]) -> list[str]:
    ordered = sorted(judged, key=lambda each: (each.row.lang, each.row.intent, each.danger))
    rows = [
        [each.row.lang, each.row.intent, each.said or "(none)", f"{each.danger:.3f}", ", ".join(each.rules), each.row.text]
        for each in ordered
    ]
    found = table(["lang", "intent", "said", "danger", "rules", "text"], rows) if rows else ["None."]
    return [f"## {title} ({len(rows)})", "", *found]
