"""Webhook endpoints: check the secret, keep, answer 200, nothing else.  The REST API deadlocks if more happens before the answer."""

import hmac
import json
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot.domain.message import Arrival

log = structlog.get_logger(__name__)

#: A post larger than this is refused; neither messenger sends one.
LARGEST = 2_000_000
_HEADER = "X-Telegram-Bot-Api-Secret-Token"

Keep = Callable[[Sequence[Arrival]], Awaitable[None]]
Count = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """One endpoint."""

    name: str
    path: str
    account: str = field(repr=False)
    secret: str = field(repr=False)
    in_path: bool  #: the secret is the path's last part (Signal); else Telegram's header
    arrival: Callable[[str, object, str], Arrival]
    keep: Keep
    count: Count


def build(webhook: Webhook) -> web.Application:
    """The application with its one route; everything else is refused and counted."""
    app = web.Application(client_max_size=LARGEST)

    async def post(request: web.Request) -> web.Response:
        return await _post(webhook, request)

    app.router.add_route("*", "/{tail:.*}", post)
    return app


async def _post(webhook: Webhook, request: web.Request) -> web.Response:
    if not _is_known(webhook, request) or request.method != "POST":
        await webhook.count(f"refused_{webhook.name}")
        return web.Response(status=403)
    try:
        body = (await request.read()).decode("utf-8", "replace")
    except web.HTTPRequestEntityTooLarge:
        await webhook.count(f"too_large_{webhook.name}")
        return web.Response(status=413)
    except (ConnectionError, web.RequestPayloadError):
        log.error("post_cut", channel=webhook.name)
        await webhook.count(f"post_cut_{webhook.name}")
        raise
    await webhook.keep([webhook.arrival(body, _json(body), webhook.account)])
    return web.Response(status=200)


def _is_known(webhook: Webhook, request: web.Request) -> bool:
    if webhook.in_path:
        given, expected = request.path, f"{webhook.path}/{webhook.secret}"
    else:
        given, expected = f"{request.path}|{request.headers.get(_HEADER, '')}", f"{webhook.path}|{webhook.secret}"
    return hmac.compare_digest(given.encode(), expected.encode())


def _json(body: str) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


async def serve(webhook: Webhook, listening: socket.socket) -> web.AppRunner:
    """Serve on a socket that somebody else opened; ``cleanup()`` of the runner ends it."""
    runner = web.AppRunner(build(webhook), access_log=None, handle_signals=False)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    return runner
