"""The desk as one ASGI application, built of the table of routes."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.desk.auth import Desk, Page
from bot.desk.badge import Badge
from bot.desk.content import NoBook
from bot.desk.door import admit
from bot.desk.keys import DeskKeys, name_of
from bot.desk.pages import Pages
from bot.desk.proxies import NO_PROXIES, Proxies
from bot.desk.routes import pages
from bot.desk.security import Guarded
from bot.desk.ways import Ways
from bot.logs import frames
from bot.ports import ContentBook, Proofs
from bot.usecases.house import House

log = structlog.get_logger(__name__)

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


def build(
    house: House,
    proofs: Proofs,
    hosts: frozenset[str],
    *,
    address: str,
    secure: bool,
    proxies: Proxies = NO_PROXIES,
    book: ContentBook | None = None,
) -> ASGIApp:
    """The application; browsers reach it at ``address``, or by another of the names ``hosts``; ``secure``: by https.

    ``proxies``: whose word is taken on who asks; ``book``: the prepared texts, where there are files to look at.
    """
    name = name_of(address)
    keys = None if name is None else DeskKeys(address, name)
    table = pages(house)
    # To prove oneself, or to be let in, is nowhere to go.
    shown = {page.path: page.roles for page in table if page.method == "GET" and page.roles and not page.passive and page.path != "/prove"}
    desk = Desk(
        house=house,
        proofs=proofs,
        pages=Pages(),
        address=address,
        secure=secure,
        keys=keys,
        proxies=proxies,
        badge=Badge(house),
        book=book or NoBook(),
        ways=Ways(shown),
    )
    routes = [Route(page.path, _endpoint(desk, page), methods=[page.method]) for page in table]
    app = Starlette(routes=routes, exception_handlers={404: _unknown, 405: _unknown, 500: _failed})
    app.router.redirect_slashes = False
    return Guarded(app, hosts, secure=secure)


def _endpoint(desk: Desk, page: Page) -> Endpoint:
    # A partial of a coroutine function is one for Starlette too.
    return partial(admit, desk, page)


async def _unknown(_: Request, __: Exception) -> Response:
    """Nothing of what was asked for comes back."""
    return PlainTextResponse("not found", 404)


async def _failed(_: Request, error: Exception) -> Response:
    """What went wrong stands in the log, without anybody's words."""
    log.error("page_failed", exception=frames(error))
    return PlainTextResponse("something failed here; it is in the log", 500)
