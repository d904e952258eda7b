"""Plots as numbers of an SVG in the page: no script and no style of its own, so that they follow light and dark; a table says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

#: Units of the drawing; the page scales it.
WIDTH, HEIGHT, _FOOT = 640, 200, 24


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One piece of a column."""

    sort: str  #: a class of the page's style
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Tick:
    """Words under a column."""

    x: float
    week: date


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Columns, one a week, the oldest first."""

    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    top: float  #: what the full height stands for


def columns(weeks: Sequence[date], parts: Sequence[tuple[str, Sequence[float]]]) -> Plot:
    """For each week the parts on top of each other, the first one lowest."""
    if not weeks:
        return Plot(bars=(), ticks=(), top=0)
    sums = [sum(values[place] for _, values in parts) for place in range(len(weeks))]
    top, step = max([*sums, 1.0]), WIDTH / len(weeks)
    bars = [bar for place in range(len(weeks)) for bar in _column(place, step, top, parts)]
    every = -(-len(weeks) // 8)
    ticks = [Tick(x=round(step * (place + 0.5), 1), week=week) for place, week in enumerate(weeks) if place % every == 0]
    return Plot(bars=bars, ticks=ticks, top=top)


def _column(place: int, step: float, top: float, parts: Sequence[tuple[str, Sequence[float]]]) -> list[Bar]:
    room, below, found = HEIGHT - _FOOT, 0.0, list[Bar]()
    for sort, values in parts:
        high = values[place] / top * room
        below += high
        if high:
            found.append(
                Bar(
                    sort=sort,
                    x=round(step * (place + 0.15), 1),
                    y=round(room - below, 1),
                    width=round(step * 0.7, 1),
                    height=round(high, 1),
                )
            )
    return found
