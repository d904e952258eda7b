"""What supervisors look at: the load now, and how quick everybody was.  Computed from stored times only; no content."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.account import Account
from bot.domain.figures import Case, Figures, Line, Load, Span, Step, a_working_day_ago, lines_of
from bot.domain.handoff import DutyLane
from bot.ports import Officer
from bot.usecases.house import House
from bot.usecases.sight import lanes_of
from bot.usecases.sign_in import actor

#: For how many weeks figures are shown, the first one unless another is asked for.
WEEKS = (13, 4, 52)


@dataclass(frozen=True, kw_only=True)
class Overview:
    """One look at everything."""

    load: Load
    figures: Figures
    whole: Sequence[Line]  #: each class over all those weeks, the most urgent first
    targets: Mapping[Step, timedelta]


async def overview(house: House, officer: Officer, weeks: int) -> Overview:
    """Of the lanes that this officer may see."""
    lanes, now = await _lanes(house, officer), house.clock.now()
    since = first_of(weeks, now)
    async with house.store.look() as seen:
        load = await seen.figures.load(lanes, now, a_working_day_ago(now, house.hours))
        tallies = await seen.figures.tallies(lanes, since, now, house.targets)
        weekly = {step: await seen.figures.spans(step, lanes, since, target, weekly=True) for step, target in house.targets.items()}
        alone = {step: await seen.figures.spans(step, lanes, since, target, weekly=False) for step, target in house.targets.items()}
    lines = lines_of(tallies, weekly)
    return Overview(
        load=load, figures=Figures(since=since, lines=lines, tallies=tallies), whole=_whole(lines, alone), targets=house.targets
    )  # fmt: skip


def _whole(lines: Sequence[Line], spans: Mapping[Step, Sequence[Span]]) -> list[Line]:
    """The weeks of each class in one."""
    classes = sorted({line.cls for line in lines}, key=lambda cls: -cls.rank)
    timed = {(step, span.cls): span for step, found in spans.items() for span in found}
    return [
        Line(
            week=None,
            cls=cls,
            number=sum(line.number for line in lines if line.cls is cls),
            spans={step: timed[step, cls] for step in Step if (step, cls) in timed},
            overdue={step: sum(line.overdue.get(step, 0) for line in lines if line.cls is cls) for step in Step},
        )
        for cls in classes
    ]


def first_of(weeks: int, now: datetime) -> datetime:
    """The Monday, 00:00 UTC, with which the last so many weeks begin, this one included."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=midnight.weekday(), weeks=weeks - 1)


async def _lanes(house: House, officer: Officer) -> frozenset[DutyLane]:
    async with house.store.begin() as tx:
        everybody = await tx.officers.all()
    return lanes_of(officer, everybody)


async def cases(house: House, officer: Officer, account: Account, weeks: int, *, named: bool) -> AsyncIterator[Case]:
    """Every case of those weeks, the oldest first; that somebody took them out is audited before the first one.

    ``named``: the file shall carry references, which the audit row says too.
    """
    lanes, since = await _lanes(house, officer), first_of(weeks, house.clock.now())
    async with house.store.begin() as tx:
        await tx.audit.append(actor(account), "figures_exported", "cases", {"weeks": weeks, "references": int(named)})
        await tx.commit()
    last: tuple[datetime, str] | None = None
    while True:
        async with house.store.look() as seen:
            found = await seen.figures.cases(lanes, since, last)
        for case in found:
            yield case
        if not found:
            return
        last = (found[-1].opened_at, found[-1].reference)
