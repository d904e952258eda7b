"""The queue's page: what waits, for whom, how long; no text of anybody."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from bot.desk.auth import Visit
from bot.desk.events import exercises, ringing, version_of
from bot.domain.handoff import HandoffClass, HandoffLine, State
from bot.locales import Marked, pgettext_noop
from bot.ports import Officer
from bot.usecases import handoff

#: So many of those that were closed last are shown.
_CLOSED = 20


@dataclass(frozen=True, kw_only=True)
class Group:
    """Handoffs under one heading."""

    id: str
    heading: Marked
    lines: Sequence[HandoffLine]


_HEADINGS = {
    "emergencies": pgettext_noop("queue", "Emergencies"),
    "unclear": pgettext_noop("queue", "Unclear"),
    "requests": pgettext_noop("queue", "Requests"),
    "other": pgettext_noop("queue", "Other business"),
    "exercises": pgettext_noop("queue", "Exercises"),
    "mine": pgettext_noop("queue", "Mine"),
    "theirs": pgettext_noop("queue", "Taken by others"),
    "closed": pgettext_noop("queue", "Closed lately"),
}
_BY_CLASS = {
    HandoffClass.E1: "emergencies",
    HandoffClass.UNCLEAR: "unclear",
    HandoffClass.E2: "requests",
    HandoffClass.OTHER: "other",
}


def groups(lines: Sequence[HandoffLine], closed: Sequence[HandoffLine], officer: Officer) -> list[Group]:
    """Each handoff under the one heading where this officer looks for it, in the order in which it came."""
    under: dict[str, list[HandoffLine]] = {name: [] for name in _HEADINGS}
    for line in lines:
        under[_heading(line, officer)].append(line)
    under["closed"] = list(closed)
    return [Group(id=name, heading=_HEADINGS[name], lines=found) for name, found in under.items()]


def _heading(line: HandoffLine, officer: Officer) -> str:
    if line.is_exercise and line.holder_name != officer.name:
        return "exercises"
    if line.state is not State.CLAIMED:
        return _BY_CLASS[line.cls]
    return "mine" if line.holder_name == officer.name else "theirs"


async def show(visit: Visit) -> Response:
    """The whole page."""
    return await _rendered(visit, "queue.html")


async def lines(visit: Visit) -> Response:
    """What changes on it, for the page's own script."""
    return await _rendered(visit, "queue_lines.html")


async def _rendered(visit: Visit, template: str) -> Response:
    house, officer = visit.desk.house, visit.acting
    found = await handoff.queue(house, officer)
    closed = await handoff.closed(house, officer, _CLOSED)
    return visit.page(
        template,
        groups=groups(found, closed, officer),
        ringing=ringing(found),
        exercises=exercises(found),
        version=version_of(found),
        now=house.clock.now(),
    )
