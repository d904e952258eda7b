"""``/figures``: the load now and how quick everybody was, as tables, plots and files; for supervisors, and without content."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, datetime, timedelta

from starlette.responses import Response, StreamingResponse

from bot.desk.auth import Visit
from bot.desk.content import standings
from bot.desk.plots import HEIGHT, WIDTH, Plot, columns
from bot.domain.content import Standing
from bot.domain.figures import AGES, Case, Line, Step
from bot.domain.handoff import HandoffClass
from bot.locales import Words, pgettext_noop
from bot.usecases import figures, roster

#: What each step is called.
_STEPS = {
    Step.ALERT: pgettext_noop("step", "alert sent"),
    Step.ACKNOWLEDGED: pgettext_noop("step", "acknowledged"),
    Step.CLAIMED: pgettext_noop("step", "taken"),
    Step.WORDS: pgettext_noop("step", "first words of an officer"),
}
_COLUMNS = ("opened_at", "closed_at", "class", "kind", "reason", "channel", "locale", "outcome")
#: A spreadsheet takes what begins so for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def show(visit: Visit) -> Response:
    """The page."""
    weeks = _weeks(visit)
    seen = await figures.overview(visit.desk.house, visit.acting, weeks)
    stands = await standings(visit, await visit.desk.book.overview())
    order = sorted({line.week for line in seen.figures.lines if line.week})
    return visit.page(
        "figures.html",
        seen=seen,
        duty=await roster.duty(visit.desk.house),
        unread=sum(each is not Standing.OK for each, _ in stands.values()),
        texts=len(stands),
        weeks=weeks,
        choices=figures.WEEKS,
        steps=_STEPS,
        ages=AGES,
        classes=list(HandoffClass)[::-1],
        now=visit.desk.house.clock.now(),
        short=lambda length: short(visit.words, length),
        share=lambda value: "–" if value is None else visit.words.gettext("{n} %", n=visit.words.number(round(value * 100))),
        day=lambda week: week.isoformat(),
        plots=(_numbers(order, seen.figures.lines), _speed(order, seen.figures.lines)),
        size=(WIDTH, HEIGHT),
    )


def _weeks(visit: Visit) -> int:
    """The number that was asked for, where it is one of ours."""
    asked = visit.request.query_params.get("weeks", "")
    return int(asked) if asked in {str(each) for each in figures.WEEKS} else figures.WEEKS[0]


def short(words: Words, length: timedelta) -> str:
    """A time in one unit, as exact as such times are read."""
    seconds = length.total_seconds()
    if seconds < 120:
        return words.gettext("{n} s", n=words.number(round(seconds, 1 if seconds < 10 else None)))
    if seconds < 7_200:
        return words.gettext("{n} min", n=words.number(round(seconds / 60)))
    return words.gettext("{n} h", n=words.number(round(seconds / 3_600)))


def _numbers(weeks: Sequence[date], lines: Sequence[Line]) -> Plot:
    """Cases a week, one colour for each class."""
    found = {(line.week, line.cls): float(line.number) for line in lines}
    return columns(weeks, [(str(cls), [found.get((week, cls), 0.0) for week in weeks]) for cls in reversed(HandoffClass)])


def _speed(weeks: Sequence[date], lines: Sequence[Line]) -> Plot:
    """Minutes until nine of ten emergencies of a week had an officer's first words."""
    found = {line.week: line.spans.get(Step.WORDS) for line in lines if line.cls is HandoffClass.E1}
    minutes = [span.p90.total_seconds() / 60 if (span := found.get(week)) else 0.0 for week in weeks]
    return columns(weeks, [("E1", minutes)])


def _rows(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([[_cell(value) for value in row] for row in rows])
    return out.getvalue()


def _cell(value: object) -> str:
    """Times in ISO 8601, UTC; nothing that a spreadsheet would carry out."""
    text = "" if value is None else value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


async def cases_file(visit: Visit) -> Response:
    """Every case in a line, without content, and without its reference unless that is asked for."""
    weeks, named = _weeks(visit), visit.request.query_params.get("references") == "1"
    found = figures.cases(visit.desk.house, visit.acting, visit.me, weeks, named=named)
    name = f"cases-{visit.desk.house.clock.now():%Y-%m-%d}.csv"
    return StreamingResponse(_written(found, named=named), media_type="text/csv", headers=_file(name))


async def _written(found: AsyncIterator[Case], *, named: bool) -> AsyncIterator[str]:
    yield _rows([[*(["reference"] if named else []), *_COLUMNS, *(f"seconds_to_{step}" for step in Step)]])
    held = list[Sequence[object]]()
    async for case in found:
        held.append([*([case.reference] if named else []), *_values(case), *(case.seconds.get(step) for step in Step)])
        if len(held) == 500:
            yield _rows(held)
            held = []
    yield _rows(held)


def _values(case: Case) -> list[object]:
    return [case.opened_at, case.closed_at, case.cls, case.kind, case.reason, case.channel, case.locale, case.outcome]


async def weeks_file(visit: Visit) -> Response:
    """Each class of each week in a line."""
    seen = await figures.overview(visit.desk.house, visit.acting, _weeks(visit))
    names = ("number", "median_seconds", "p90_seconds", "worst_seconds", "within_target", "overdue")
    head = ["week", "class", "number", *(f"{step}_{name}" for step in Step for name in names)]
    lines = [[line.week, line.cls, line.number, *(each for step in Step for each in _timed(line, step))] for line in seen.figures.lines]
    name = f"weeks-{visit.desk.house.clock.now():%Y-%m-%d}.csv"
    return Response(_rows([head, *lines]), media_type="text/csv", headers=_file(name))


def _timed(line: Line, step: Step) -> list[object]:
    span, late = line.spans.get(step), line.overdue.get(step, 0)
    if span is None:
        return [0, None, None, None, 0, late]
    times = [round(length.total_seconds(), 1) for length in (span.median, span.p90, span.worst)]
    # Targets are those of emergencies.
    return [span.number, *times, span.within if line.cls is HandoffClass.E1 else None, late]
