"""``/messengers``: the officers' own phones, for leaders: codes, changed safety numbers, ends of enrolments."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from bot.desk.auth import Visit
from bot.domain.account import Account
from bot.domain.errors import Refused
from bot.domain.ids import OfficerId
from bot.usecases import messengers
from bot.usecases.house import House


async def show(visit: Visit) -> Response:
    """The page."""
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, fault: str | None = None) -> Response:
    house = visit.desk.house
    return visit.page("messengers.html", status, seen=await messengers.phones(house), fault=fault, now=house.clock.now())


async def code(visit: Visit) -> Response:
    """The code for one officer's phone, shown on the answer and never again."""
    try:
        officer, made = await messengers.new_code(visit.desk.house, visit.me, _officer(visit))
    except Refused as refusal:
        return await _page(visit, 400, _said(visit, refusal))
    return visit.page("messenger_code.html", officer=officer, code=made)


class Does:
    """One act, then the page as it is now."""

    def __init__(self, act: Callable[[House, Account, OfficerId], Awaitable[None]]) -> None:
        """``act`` raises Refused."""
        self._act = act

    async def __call__(self, visit: Visit) -> Response:
        """Carry it out."""
        try:
            await self._act(visit.desk.house, visit.me, _officer(visit))
        except Refused as refusal:
            return await _page(visit, 400, _said(visit, refusal))
        return visit.go("/messengers")


def _officer(visit: Visit) -> OfficerId:
    return OfficerId(visit.form.get("officer", ""))


def _said(visit: Visit, refusal: Refused) -> str:
    return {
        "enrolled": visit.words.gettext("A phone is enrolled already: end that first."),
        "yourself": visit.words.gettext("Your own safety number is confirmed by another administrator or supervisor."),
        "not_changed": visit.words.gettext("The safety number has not changed: there is nothing to confirm."),
    }.get(refusal.reason) or visit.words.gettext("It has been changed meanwhile: look again.")


confirm, end = Does(messengers.confirm), Does(messengers.end)
