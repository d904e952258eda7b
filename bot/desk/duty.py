"""``/duty``: who is on duty, whose hours are when, who takes over, in which languages, and whether alarms reach everybody."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta

from starlette.responses import Response

from bot.desk.auth import Visit
from bot.domain.account import Role
from bot.domain.errors import Refused
from bot.domain.ids import OfficerId
from bot.ports import Reached
from bot.usecases import roster
from bot.usecases.roster import PROVEN_FOR

_EVERYBODY = "everybody"
#: Some Monday at noon, to name the days of a week.
_MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def show(visit: Visit) -> Response:
    """The page."""
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, fault: str | None = None) -> Response:
    house = visit.desk.house
    seen = await roster.duty(house)
    now = house.clock.now()
    return visit.page(
        "duty.html",
        status,
        seen=seen,
        fault=fault,
        now=now,
        leads=visit.me.role is Role.SUPERVISOR,
        mine=seen.officers.get(visit.acting.id, visit.acting),
        days=[visit.words.weekday(_MONDAY + timedelta(days=number)) for number in range(7)],
        locales=house.locales,
        everybody=_EVERYBODY,
        asked=[cover for cover in seen.roster.covers if not cover.accepted],
        shifts={shift.id: shift for shift in seen.roster.shifts},
        in_doubt=lambda reached: _in_doubt(reached, now),
        tests=house.ladder.test_at,
    )


def _in_doubt(reached: Reached | None, now: datetime) -> bool:
    """It failed, or was not proven by the last daily test."""
    return reached is None or reached.failed or reached.confirmed_at is None or now - reached.confirmed_at > PROVEN_FOR


Act = Callable[[Visit], Awaitable[object]]


class Does:
    """One change, then the page as it is now."""

    def __init__(self, act: Act) -> None:
        """``act`` raises Refused, or ValueError for what is no day or time."""
        self._act = act

    async def __call__(self, visit: Visit) -> Response:
        """Carry it out."""
        try:
            await self._act(visit)
        except ValueError:
            return await _page(visit, 400, visit.words.gettext("A day or a time is missing."))
        except Refused as refusal:
            return await _page(visit, 403 if refusal.reason == "role" else 400, _said(visit, refusal))
        return visit.go("/duty")


def _said(visit: Visit, refusal: Refused) -> str:
    return {
        "role": visit.words.gettext("A supervisor changes the hours of others."),
        "days": visit.words.gettext("The last day is before the first one."),
        "zone": visit.words.gettext("There is no such time zone."),
    }.get(refusal.reason) or visit.words.gettext("It has been changed meanwhile: look again.")


def _officer(visit: Visit) -> OfficerId:
    return OfficerId(visit.form.get("officer", ""))


async def _add_hours(visit: Visit) -> object:
    field = visit.form.get
    hours = time.fromisoformat(field("begins", "")), time.fromisoformat(field("ends", ""))
    weekday = int(field("weekday", ""))
    # Hours are those of a clock on the wall: one with an offset cannot be compared with another, and everybody's alarm would fail.
    if not 0 <= weekday <= 6 or any(each.tzinfo for each in hours):
        raise ValueError
    return await roster.add_shift(visit.desk.house, visit.me, _officer(visit), weekday, hours, field("zone", "").strip())


async def _remove_hours(visit: Visit) -> None:
    await roster.remove_shift(visit.desk.house, visit.me, visit.form.get("shift", ""))


async def _add_absence(visit: Visit) -> object:
    who = visit.form.get("officer", "")
    first, last = (date.fromisoformat(visit.form.get(name, "")) for name in ("first", "last"))
    return await roster.add_absence(visit.desk.house, visit.me, None if who == _EVERYBODY else OfficerId(who), first, last)


async def _remove_absence(visit: Visit) -> None:
    await roster.remove_absence(visit.desk.house, visit.me, visit.form.get("absence", ""))


async def _ask(visit: Visit) -> object:
    shift, _, day = visit.form.get("turn", "").partition("|")
    return await roster.ask_cover(visit.desk.house, visit.me, shift, date.fromisoformat(day), _officer(visit))


async def _accept(visit: Visit) -> None:
    await roster.accept_cover(visit.desk.house, visit.me, visit.form.get("cover", ""))


async def _decline(visit: Visit) -> None:
    await roster.decline_cover(visit.desk.house, visit.me, visit.form.get("cover", ""))


async def _speak(visit: Visit) -> None:
    spoken = [locale for locale in visit.desk.house.locales if f"speaks_{locale}" in visit.form]
    await roster.speak(visit.desk.house, visit.me, spoken)


add_hours, remove_hours = Does(_add_hours), Does(_remove_hours)
add_absence, remove_absence = Does(_add_absence), Does(_remove_absence)
ask, accept, decline = Does(_ask), Does(_accept), Does(_decline)
speak = Does(_speak)
