"""Webhook endpoints: check the secret, keep, answer 200, nothing else.  The REST API deadlocks if more happens before the answer."""

import contextlib
import hmac
import json
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot.channels.keeping import LONG, SHORT, Count, Keep, Received, keep_surely

log = structlog.get_logger(__name__)

#: A body larger than this is no message of either messenger: its beginning is kept as poison.
LARGEST = 1_000_000
#: So much of a too large body is read and thrown away, so that its sender gets an answer.
_DRAINED = 64_000_000
_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def unheard(_: bool) -> None:
    """Nobody wants to know."""


def no_answer(_: object) -> object | None:
    """The answer to most posts: 200, and nothing in it."""
    return None


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """One endpoint."""

    name: str
    path: str
    account: str = field(repr=False)
    secret: str = field(repr=False)
    in_path: bool  #: the secret is the path's last part (Signal); else Telegram's header
    arrival: Callable[[str, object, str], Received]
    keep: Keep
    count: Count
    answer: Callable[[object], object | None] = no_answer  #: what the 200 says, from the payload, as JSON
    knows: Callable[[bool], None] = unheard  #: told of each post whether it knew the secret; never raises
    pauses: Sequence[float] | None = None  #: seconds between tries of keeping; None: as the messenger needs it

    @property
    def waits(self) -> Sequence[float]:
        """Telegram posts again what was not answered 200; the Signal REST API does not, but waits for us."""
        if self.pauses is not None:
            return self.pauses
        return LONG if self.in_path else SHORT


def build(webhook: Webhook) -> web.Application:
    """The application with its one route; everything else is refused and counted."""
    app = web.Application(client_max_size=0)

    async def post(request: web.Request) -> web.Response:
        return await _post(webhook, request)

    app.router.add_route("*", "/{tail:.*}", post)
    return app


async def _post(webhook: Webhook, request: web.Request) -> web.Response:
    is_known = _is_known(webhook, request)
    webhook.knows(is_known)
    if not is_known or request.method != "POST":
        await _count(webhook, "refused")
        return web.Response(status=403)
    try:
        body, is_whole = await _body(request)
    except (ConnectionError, web.RequestPayloadError):
        log.error("post_cut", channel=webhook.name)
        await _count(webhook, "post_cut")
        raise
    if not is_whole:
        log.error("post_too_large", channel=webhook.name)
        await _count(webhook, "too_large")
    return await _keep(webhook, body, _json(body) if is_whole else None)


async def _keep(webhook: Webhook, body: str, payload: object) -> web.Response:
    try:
        await keep_surely(webhook.keep, [webhook.arrival(body, payload, webhook.account)], webhook.waits)
    except Exception:
        log.exception("post_not_kept", channel=webhook.name, comes_again=not webhook.in_path)
        await _count(webhook, "post_not_kept")
        return web.Response(status=503)
    answer = webhook.answer(payload)
    return web.Response(status=200) if answer is None else web.json_response(answer)


async def _count(webhook: Webhook, event: str) -> None:
    """A count is kept in the database, which may be just what fails."""
    with contextlib.suppress(Exception):
        await webhook.count(f"{event}_{webhook.name}")


async def _body(request: web.Request) -> tuple[str, bool]:
    """The body, or the beginning of one that is too large; whether it is whole.  The rest is read too: its sender waits for an answer."""
    kept, size = bytearray(), 0
    async for chunk in request.content.iter_chunked(65_536):
        size += len(chunk)
        if len(kept) < LARGEST:
            kept += chunk[: LARGEST - len(kept)]
        if size > _DRAINED:
            break
    return kept.decode("utf-8", "replace"), size <= LARGEST


def _is_known(webhook: Webhook, request: web.Request) -> bool:
    if webhook.in_path:
        given, expected = request.path, f"{webhook.path}/{webhook.secret}"
    else:
        given, expected = f"{request.path}|{request.headers.get(_HEADER, '')}", f"{webhook.path}|{webhook.secret}"
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _json(body: str) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


async def serve(webhook: Webhook, listening: socket.socket) -> web.AppRunner:
    """Serve on a socket that somebody else opened; ``cleanup()`` of the runner ends it."""
    runner = web.AppRunner(build(webhook), access_log=None, handle_signals=False, shutdown_timeout=5.0)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    return runner
