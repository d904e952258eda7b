"""A form that is sent while one is let in, and whose body comes later."""

import asyncio
from urllib.parse import urlencode

from bot.desk.app import build
from bot.desk.proofs import DeskProofs
from bot.usecases.sign_in import Entered
from tests.desk.browser import HOST
from tests.journeys.house import Home

_FORM = b"application/x-www-form-urlencoded"


class Withheld:
    """A POST of somebody who has signed in, until it is ended."""

    def __init__(self, home: Home, proofs: DeskProofs, entered: Entered, path: str, **fields: str) -> None:
        self._app = build(home.house, proofs, frozenset({HOST}), address="https://desk.example", secure=False)
        self._body = urlencode({"form_token": entered.session.form_token} | fields).encode()
        self._scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": path, "raw_path": path.encode(),
            "query_string": b"", "scheme": "http", "server": (HOST, 80), "client": ("192.0.2.66", 1), "root_path": "",
            "headers": [(b"host", HOST.encode()), (b"cookie", f"dl_session={entered.token}".encode()), (b"content-type", _FORM)],
        }  # fmt: skip
        self._asked, self._go, self._status, self._said = asyncio.Event(), asyncio.Event(), 0, b""
        self._task = asyncio.ensure_future(self._app(self._scope, self._receive, self._send))

    async def _receive(self) -> dict[str, object]:
        self._asked.set()
        await self._go.wait()
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def _send(self, message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            self._status = int(str(message["status"]))
        else:
            self._said += bytes(message.get("body", b""))  # type: ignore[call-overload]  # ASGI's bytes

    async def waits(self) -> "Withheld":
        """The desk is waiting for the body."""
        await self._asked.wait()
        return self

    async def ends(self) -> tuple[int, str]:
        """The body comes: status and page."""
        self._go.set()
        await self._task
        return self._status, self._said.decode()
