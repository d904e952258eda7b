"""One table; what is slower or larger than the named alternative shows at a glance."""

from collections.abc import Sequence

from benchmarks.public.pipelines import NAMED
from benchmarks.public.running import Row

HEAD = (
    "set", "pipeline", "right", "wrong, ratio", "emergencies found at 3 % false alarms", "found by likeliest intent", "false alarms by it",
    "outside found at 5 % refused", "training s", "load s", "parse ms p50", "resident MB",
)  # fmt: skip


def table(rows: Sequence[Row]) -> str:
    """Markdown; in brackets the ratio to stock LogisticRegression on the same set, in the same run."""
    named = {row.task: row for row in rows if row.pipeline == NAMED}
    order = list(dict.fromkeys(row.task for row in rows))
    lines = [_line(row, named.get(row.task)) for row in sorted(rows, key=lambda row: order.index(row.task))]
    return "\n".join(["| " + " | ".join(cells) + " |" for cells in (HEAD, ["---"] * len(HEAD), *lines)])


def _line(row: Row, named: Row | None) -> list[str]:
    scores = row.scores
    shares = (scores.recall, scores.recall_likeliest, scores.false_alarms, scores.outside)
    costs = ((getattr(row, name), getattr(named, name, None), digits) for name, digits in _COSTS)
    return [
        row.task,
        row.pipeline,
        f"{scores.accuracy:.4f}",
        ratio(1 - scores.accuracy, 1 - named.scores.accuracy if named else None),
        *("" if share is None else f"{share:.3f}" for share in shares),
        *(f"{value:.{digits}f} ({ratio(value, other)})" for value, other, digits in costs),
    ]


_COSTS = (("training", 0), ("load", 1), ("parse", 2), ("memory", 0))


def ratio(value: float, other: float | None) -> str:
    """How many times the other; a dash where there is none to compare with."""
    return f"{value / other:.2f}x" if other else "-"
