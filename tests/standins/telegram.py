"""A Bot API on loopback: refuses what the real one refuses, and tells the test what was confirmed.

As a process: ``python -m tests.standins.telegram PORT [DATABASE]``; its control paths are under ``/control/``.
"""

import asyncio
import json
import sys
from collections import defaultdict
from typing import Any

from aiohttp import web

TOKEN = "700000001:AAStandInStandInStandInStandInStandIn"


class TelegramStandIn:
    """The server; ``url`` is its root."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.confirmed: list[int] = []
        self.offsets: list[int | None] = []
        self.violations = 0
        self.may_confirm: Any = None  #: called with each update that an offset would confirm; False is a violation
        self.sent: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.deleted: list[Any] = []
        self.faults: dict[str, list[tuple[int, dict[str, Any]] | str]] = defaultdict(list)
        self.url = ""
        self._new = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._number = 0

    async def start(self, port: int = 0) -> "TelegramStandIn":
        app = web.Application(client_max_size=50_000_000)
        app.router.add_route("*", "/control/{what}", self._control)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        assert self._runner is not None
        self._new.set()
        await self._runner.cleanup()

    def arrives(self, *updates: dict[str, Any]) -> None:
        """Updates wait to be fetched."""
        self.updates += updates
        self._new.set()
        self._new = asyncio.Event()

    def message(self, text: str, *, chat: int = 42, **more: Any) -> dict[str, Any]:
        """A message of a person."""
        self._number += 1
        sender = {"id": chat, "is_bot": False, "first_name": "Zorica", "language_code": "en"}
        message = {"message_id": self._number, "date": 1, "chat": {"id": chat, "type": "private"}, "from": sender, "text": text} | more
        return {"update_id": self._number, "message": message}

    def texts(self, chat: int = 42) -> list[str]:
        """What a person got."""
        return [sent["text"] for sent in self.sent if int(sent["chat_id"]) == chat]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        values = await self._values(request)
        self.calls.append(method)
        if self.faults[method]:
            fault = self.faults[method].pop(0)
            if isinstance(fault, tuple):
                return web.json_response(fault[1], status=fault[0])
            if fault == "hang":
                await asyncio.sleep(3600)
            if fault == "accept-then-drop":
                self._send(values)
                assert request.transport is not None
                request.transport.close()
                return web.Response()
        answer = getattr(self, f"_do_{method.lower()}", None)
        if answer is None:
            return web.json_response({"ok": True, "result": True})
        return await answer(values)

    async def _values(self, request: web.Request) -> dict[str, Any]:
        if request.content_type == "application/json":
            return dict(await request.json())
        return dict((await request.post()).items())

    async def _do_getme(self, _: dict[str, Any]) -> web.Response:
        me = {"id": 700000001, "is_bot": True, "first_name": "Info", "username": "info_bot"}
        return web.json_response({"ok": True, "result": me})

    async def _do_getupdates(self, values: dict[str, Any]) -> web.Response:
        offset = int(values["offset"]) if "offset" in values else None
        self.offsets.append(offset)
        if offset is not None:
            going = [update for update in self.updates if isinstance(update.get("update_id"), int) and update["update_id"] < offset]
            refused = [update for update in going if self.may_confirm is not None and not self.may_confirm(update)]
            if refused:
                self.violations += len(refused)
                return web.json_response({"ok": False, "error_code": 400, "description": "offset confirms what is not stored"}, status=400)
            self.confirmed += [update["update_id"] for update in going]
            self.updates = [update for update in self.updates if update not in going]
        if not self.updates:
            try:
                async with asyncio.timeout(min(float(values.get("timeout", 0)), 2.0)):
                    await self._new.wait()
            except TimeoutError:
                pass
        return web.json_response({"ok": True, "result": self.updates[:100]})

    async def _do_sendmessage(self, values: dict[str, Any]) -> web.Response:
        text = str(values.get("text", ""))
        if not text.strip():
            return self._refuse("message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            return self._refuse("message is too long")
        markup = values.get("reply_markup")
        for row in (json.loads(markup) if isinstance(markup, str) else markup or {}).get("inline_keyboard", []):
            if any(len(button["callback_data"].encode()) > 64 for button in row):
                return self._refuse("BUTTON_DATA_INVALID")
        return web.json_response({"ok": True, "result": self._send(values)})

    def _send(self, values: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(values)
        chat = {"id": int(values["chat_id"]), "type": "private"}
        return {"message_id": 100_000 + len(self.sent), "date": 1, "chat": chat, "text": values.get("text", "")}

    def _refuse(self, reason: str) -> web.Response:
        return web.json_response({"ok": False, "error_code": 400, "description": f"Bad Request: {reason}"}, status=400)

    async def _do_deletemessages(self, values: dict[str, Any]) -> web.Response:
        self.deleted.append(values)
        return web.json_response({"ok": True, "result": True})

    async def _control(self, request: web.Request) -> web.Response:
        """The test's side door when the stand-in is a process of its own."""
        if request.match_info["what"] == "arrive":
            self.arrives(*(await request.json()))
        state = {"sent": self.sent, "confirmed": self.confirmed, "waiting": len(self.updates), "violations": self.violations}
        return web.json_response(state)


async def main(port: int) -> None:
    """Serve until killed."""
    await TelegramStandIn().start(port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
