"""The queue's page: what waits, for whom, how long; no text of anybody."""

from dataclasses import dataclass

from starlette.responses import Response

from bot.desk.auth import Visit
from bot.desk.events import Board
from bot.domain.queue import Group
from bot.locales import Marked, pgettext_noop
from bot.usecases import board
from bot.usecases.otherbusiness import LINE

#: So many cases are listed under a heading; the others are a click away.
_MOST = dict.fromkeys(Group, 15) | {Group.RINGING: 30}
#: So many are on a page of their own.
_PAGE = 100
HEADINGS: dict[Group, Marked] = {
    Group.RINGING: pgettext_noop("queue", "Ringing emergencies"),
    Group.MINE: pgettext_noop("queue", "Mine"),
    Group.EMERGENCIES: pgettext_noop("queue", "Emergencies"),
    Group.THREATS: pgettext_noop("queue", "Threats to the mission"),
    Group.UNCLEAR: pgettext_noop("queue", "Unclear"),
    Group.REQUESTS: pgettext_noop("queue", "Requests"),
    Group.OTHER: pgettext_noop("queue", "Other business"),
    Group.EXERCISES: pgettext_noop("queue", "Exercises"),
    Group.THEIRS: pgettext_noop("queue", "Taken by others"),
    Group.SNOOZED: pgettext_noop("queue", "Put off"),
    Group.CLOSED: pgettext_noop("queue", "Closed lately"),
}


@dataclass(frozen=True)
class Queue:
    """The queue's page, or what changes on it, for the page's own script."""

    board: Board
    template: str

    async def __call__(self, visit: Visit) -> Response:
        """As it is now."""
        glance, sections = await self.board.sections(visit.acting, _MOST)
        beside = await self.board.beside(visit.acting)
        now = visit.desk.house.clock.now()
        return visit.page(self.template, glance=glance, sections=sections, headings=HEADINGS, now=now, beside=beside)


async def more(visit: Visit) -> Response:
    """All cases under one heading, page by page."""
    asked = visit.request.query_params
    group = Group(asked["of"]) if asked.get("of") in set(Group) else Group.EMERGENCIES
    given = asked.get("page", "1")
    page = int(given) if given.isdecimal() and 0 < len(given) < 6 and int(given) else 1
    found = await board.some(visit.desk.house, visit.acting, group, (page - 1) * _PAGE, _PAGE + 1)
    return visit.page(
        "queue_more.html",
        group=group,
        heading=HEADINGS[group],
        lines=found[:_PAGE],
        mine=group is Group.MINE,
        page=page,
        goes_on=len(found) > _PAGE,
        sent=visit.desk.house.responses.line(LINE, visit.words.locale, {}) if group is Group.OTHER else "",
        now=visit.desk.house.clock.now(),
    )
