"""What every answer of the desk carries, which hosts it answers for, and what a form must bring."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Only our own files; no script and no style inside a page; nobody frames it.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
#: For what a stranger has made: opened by itself it is a document that can do nothing.
SANDBOX = "default-src 'none'; sandbox"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CSP,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
#: A form's bytes: the longest reply fits many times.
LONGEST_FORM = 256_000
#: The same from strangers: a name, a password and a code, or a long answer whose session has just ended.
LONGEST_OF_STRANGERS = 64_000
_MOST_FIELDS = 120


class Guarded:
    """Outermost: every answer, an error's too, has the headers; a host that is not ours is not answered (DNS rebinding)."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str], *, secure: bool) -> None:
        """``secure``: browsers reach us by https only, and are to remember it."""
        self._app = app
        self._hosts = hosts
        self._headers = dict(HEADERS) | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                own = headers.get("Content-Security-Policy")
                headers.update(self._headers | ({"Content-Security-Policy": SANDBOX} if own == SANDBOX else {}))
            await send(message)

        app = self._app if _host(Headers(scope=scope)) in self._hosts else PlainTextResponse("unknown host", 421)
        await app(scope, receive, with_headers)


def _host(headers: Headers) -> str:
    """The name by which we are called; empty for what is none."""
    try:
        parts = urlsplit(f"//{headers.get('host', '')}")
    except ValueError:
        return ""
    return "" if "@" in parts.netloc else parts.hostname or ""


class TooLarge(Exception):
    """A form longer than any of ours."""


async def form_of(request: Request, is_known: Callable[[], Awaitable[bool]]) -> dict[str, str]:
    """The fields of a form.  Raises TooLarge; what is no form has no fields.

    ``is_known``: whether an account asks; only for a form that no stranger sends.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return {}
    body, longest = b"", LONGEST_OF_STRANGERS
    async for chunk in request.stream():
        body += chunk
        if len(body) > longest and (longest == LONGEST_FORM or len(body) > LONGEST_FORM or not await is_known()):
            raise TooLarge
        longest = LONGEST_FORM if len(body) > longest else longest
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace"))
    except ValueError:
        return {}


def comes_from_us(request: Request) -> bool:
    """Whether a browser says that the form was on a page of ours; old ones say nothing, and the form's token decides alone."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    # "null" is what browsers say of our own pages too, as they tell nobody where one comes from (Referrer-Policy).
    return origin in {None, "null"} or urlsplit(origin).netloc == request.headers.get("host")


def is_same(given: str | None, wanted: str | None) -> bool:
    """Whether a token is the one, in the same time whatever is wrong with it; nothing is never the same as nothing."""
    return bool(wanted) and hmac.compare_digest((given or "").encode(), (wanted or "").encode())
