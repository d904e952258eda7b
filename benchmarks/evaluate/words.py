"""Figures in words and cells."""

from collections.abc import Mapping, Sequence

from benchmarks.evaluate.figures import Figure, Promise

MARKS = {"goal": "✓✓", "limit": "✓", "missed": "✗", "": ""}
Column = Mapping[str, Figure]
NOTHING = "–"


def bound(promise: Promise, value: float | None) -> str:
    """A limit or goal: ``<= 2 %``."""
    return "" if value is None else f"{'<=' if promise.at_most else '>='} {_number(promise, value, exact=True)}"


def cell(promise: Promise, figure: Figure, *, counted: bool = True) -> str:
    """The value, its count because sets are small, and whether it is as promised."""
    if figure.value is None:
        return NOTHING
    count = f" ({figure.part} of {figure.whole})" if counted and figure.whole is not None else ""
    return f"{_number(promise, figure.value)}{count} {MARKS[promise.reached(figure)]}".rstrip()


def _number(promise: Promise, value: float, *, exact: bool = False) -> str:
    if promise.unit == "%":
        return f"{value * 100:g} %" if exact else f"{value:.1%}".replace("%", " %")
    if promise.unit == "ms":
        return f"{value:g} ms" if exact else f"{value:.1f} ms"
    return f"{value:g}" if exact else f"{value:.3f}"


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """Lines of a Markdown table; signs that would break it are escaped."""
    return [_line(head), _line(["---"] * len(head)), *(_line(row) for row in rows)]


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(" ".join(each.split()).replace("|", "\\|") for each in cells) + " |"


def summary(promises: Sequence[Promise], figures: Mapping[str, Column]) -> list[str]:
    """A short table: limits and goals, then every column, without counts."""
    head = ["", "limit", "goal", *figures]
    rows = [
        [promise.says, bound(promise, promise.limit), bound(promise, promise.goal)]
        + [cell(promise, column[promise.key], counted=False) for column in figures.values()]
        for promise in promises
    ]
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    return ["  ".join(each.ljust(width) for each, width in zip(row, widths, strict=True)).rstrip() for row in [head, *rows]]
