"""A Bot API on loopback: refuses what the real one refuses, and tells the test what was confirmed.

As a process: ``python -m tests.standins.telegram --port 0``, which prints its address; its side door is ``/control/<what>``:
POST ``arrive`` (a list of updates), POST ``fault`` (``{"method": ..., "faults": [...]}``), GET ``state``.
"""

import argparse
import asyncio
import contextlib
import json
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import web

TOKEN = "700000001:AAStandInStandInStandInStandInStandIn"
#: The real one holds an empty getUpdates as long as it is asked to; tests have less time.
LONGEST_HOLD = 2.0

Update = dict[str, Any]
#: What a method does instead of its work: an answer with a status, ``hang``, ``hang-after`` or ``accept-then-drop``.
Fault = tuple[int, dict[str, Any]] | str


class TelegramStandIn:
    """The server; ``url`` is its root."""

    def __init__(self) -> None:
        self.updates: list[Update] = []
        self.confirmed: list[int] = []
        self.offsets: list[int | None] = []
        self.violations = 0
        self.may_confirm: Callable[[Update], bool] | None = None  #: asked for each update that an offset would confirm
        self.sent: list[dict[str, Any]] = []
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.deleted: list[int] = []
        self.undeletable: set[int] = set()  #: older than 48 hours: a call that names one of them is refused whole
        self.unknown: set[int] = set()  #: chats that do not exist
        self.files: dict[str, bytes] = {}  #: by their ids
        self.lost: set[str] = set()  #: files that getFile knows still and the download does not
        self.webhook: dict[str, Any] = {}
        self.failed_at: int | None = None  #: when a post to the webhook last failed
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.url = ""
        self._new = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._number = 0
        self._fetches = 0

    async def start(self, port: int = 0) -> "TelegramStandIn":
        app = web.Application(client_max_size=50_000_000)
        app.router.add_route("*", "/control/{what}", self._control)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_route("GET", "/file/bot{token}/documents/{name}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        assert self._runner is not None
        self._new.set()
        await self._runner.cleanup()

    @property
    def calls(self) -> list[str]:
        """The methods that were called, in order."""
        return [method for method, _ in self.requests]

    def called(self, method: str) -> list[dict[str, Any]]:
        """What a method was called with."""
        return [values for name, values in self.requests if name == method]

    def arrives(self, *updates: Update) -> None:
        """Updates wait to be fetched."""
        self.updates += updates
        self._wake()

    def message(self, text: str, *, chat: int = 42, **more: Any) -> Update:
        """A message of a person."""
        self._number += 1
        sender = {"id": chat, "is_bot": False, "first_name": "Zorica", "language_code": "en"}
        message = {"message_id": self._number, "date": 1, "chat": {"id": chat, "type": "private"}, "from": sender, "text": text} | more
        return {"update_id": self._number, "message": message}

    def texts(self, chat: int = 42) -> list[str]:
        """What a person got."""
        return [sent["text"] for sent in self.sent if int(sent["chat_id"]) == chat]

    async def post(self, *updates: Update, times: int = 5) -> list[bool]:
        """Post updates to the webhook, each again until it is answered 200, at most ``times``; whether it was."""
        done = []
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            for update in updates:
                done.append(await self._posted(session, update, times))
        return done

    async def _posted(self, session: aiohttp.ClientSession, update: Update, times: int) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        for _ in range(times):
            try:
                async with session.post(self.webhook["url"], json=update, headers=headers) as answer:
                    if 200 <= answer.status < 300:
                        await self._answered(await answer.text())
                        return True
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
            await asyncio.sleep(0.05)
        return False

    async def _answered(self, body: str) -> None:
        """A webhook's answer may itself be a call."""
        if body:
            values = json.loads(body)
            self.requests.append((values.pop("method"), values))

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        values = await _values(request)
        if request.match_info["token"] != TOKEN:
            return _error(401, "Unauthorized")
        self.requests.append((method, values))
        fault = self.faults[method].pop(0) if self.faults[method] else None
        if isinstance(fault, tuple):
            return web.json_response(fault[1], status=fault[0])
        if fault == "hang":
            await asyncio.sleep(3600)
        answer = await self._answer(method, values)
        if fault == "hang-after":
            await asyncio.sleep(3600)
        if fault == "accept-then-drop":
            assert request.transport is not None
            request.transport.close()
        return answer

    async def _answer(self, method: str, values: dict[str, Any]) -> web.StreamResponse:
        work = getattr(self, f"_do_{method.lower()}", None)
        return _result(True) if work is None else await work(values)

    async def _do_getme(self, _: dict[str, Any]) -> web.Response:
        return _result({"id": 700000001, "is_bot": True, "first_name": "Info", "username": "info_bot"})

    async def _do_getmyname(self, _: dict[str, Any]) -> web.Response:
        return _result({"name": "Old name"})

    async def _do_getmycommands(self, _: dict[str, Any]) -> web.Response:
        return _result([])

    async def _do_getmydescription(self, _: dict[str, Any]) -> web.Response:
        return _result({"description": ""})

    async def _do_getmyshortdescription(self, _: dict[str, Any]) -> web.Response:
        return _result({"short_description": ""})

    async def _do_setwebhook(self, values: dict[str, Any]) -> web.Response:
        self.webhook = values
        return _result(True)

    async def _do_getwebhookinfo(self, _: dict[str, Any]) -> web.Response:
        told = {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": len(self.updates)}
        return _result(
            told if self.failed_at is None else told | {"last_error_date": self.failed_at, "last_error_message": "Connection refused"}
        )

    async def _do_deletewebhook(self, values: dict[str, Any]) -> web.Response:
        self.webhook = {}
        if _is_true(values.get("drop_pending_updates")):
            self.violations += len(self.updates)
            self.updates = []
        return _result(True)

    async def _do_getupdates(self, values: dict[str, Any]) -> web.Response:
        offset = int(values["offset"]) if "offset" in values else None
        if self.webhook:
            return _error(409, "Conflict: can't use getUpdates method while webhook is active")
        mine = self._next_fetch()
        self.offsets.append(offset)
        refused = self._confirm(offset)
        if refused:
            self.violations += refused
            return _error(400, "Bad Request: offset confirms what is not stored")
        if not self.updates:
            await self._hold(min(float(values.get("timeout", 0)), LONGEST_HOLD))
        if mine != self._fetches:
            return _error(409, "Conflict: terminated by other getUpdates request")
        return _result(self.updates[:100])

    def _next_fetch(self) -> int:
        """A new request ends one that is held, whose client may be dead; the number of this one."""
        self._fetches += 1
        self._wake()
        return self._fetches

    def _wake(self) -> None:
        self._new.set()
        self._new = asyncio.Event()

    def _confirm(self, offset: int | None) -> int:
        """Forget what the offset confirms; how many of those must not be confirmed yet.  A negative one forgets all but the last few."""
        if offset is None:
            return 0
        if offset < 0:
            going = self.updates[:offset]
        else:
            going = [update for update in self.updates if isinstance(update.get("update_id"), int) and update["update_id"] < offset]
        refused = [update for update in going if self.may_confirm is not None and not self.may_confirm(update)]
        if not refused:
            self.confirmed += [update.get("update_id", -1) for update in going]
            self.updates = [update for update in self.updates if not any(update is gone for gone in going)]
        return len(refused)

    async def _hold(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._new.wait()

    async def _do_sendmessage(self, values: dict[str, Any]) -> web.Response:
        refusal = _refusal(values)
        if int(values["chat_id"]) in self.unknown:
            refusal = "chat not found"
        if refusal:
            return _error(400, f"Bad Request: {refusal}")
        self.sent.append(values)
        chat = {"id": int(values["chat_id"]), "type": "private"}
        return _result({"message_id": 100_000 + len(self.sent), "date": 1, "chat": chat, "text": values["text"]})

    async def _do_deletemessages(self, values: dict[str, Any]) -> web.Response:
        numbers = json.loads(values["message_ids"]) if isinstance(values["message_ids"], str) else values["message_ids"]
        if not 1 <= len(numbers) <= 100 or self.undeletable & set(numbers):
            return _error(400, "Bad Request: message can't be deleted")
        self.deleted += numbers
        return _result(True)

    async def _do_getfile(self, values: dict[str, Any]) -> web.Response:
        """The real one gives bots at most 20 MB."""
        name = str(values["file_id"])
        if name not in self.files:
            return _error(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.files[name])
        if size > 20_000_000:
            return _error(400, "Bad Request: file is too big")
        return _result({"file_id": name, "file_unique_id": "u", "file_size": size, "file_path": f"documents/{name}"})

    async def _download(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if request.match_info["token"] != TOKEN or name not in self.files or name in self.lost:
            return _error(404, "Not Found")
        return web.Response(body=self.files[name], content_type="application/octet-stream")

    async def _control(self, request: web.Request) -> web.Response:
        """The test's side door when the stand-in is a process of its own."""
        if request.match_info["what"] == "arrive":
            self.arrives(*(await request.json()))
        if request.match_info["what"] == "fault":
            values = await request.json()
            self.faults[values["method"]] += [tuple(each) if isinstance(each, list) else each for each in values["faults"]]
        state = {"sent": self.sent, "confirmed": self.confirmed, "waiting": len(self.updates), "violations": self.violations}
        return web.json_response(state | {"calls": self.calls})


async def _values(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    return dict((await request.post()).items())


def _refusal(values: dict[str, Any]) -> str:
    """Why the real one would not send this; empty when it would."""
    text = str(values.get("text", ""))
    if not text.strip():
        return "message text is empty"
    if len(text.encode("utf-16-le")) // 2 > 4096:
        return "message is too long"
    tags = re.findall(r"<(/?)([a-z-]+)[^<>]*>", text) if values.get("parse_mode") == "HTML" else []
    if [name for slash, name in tags if not slash] != [name for slash, name in reversed(tags) if slash]:
        return "can't parse entities: unmatched end tag"
    markup = values.get("reply_markup")
    rows = (json.loads(markup) if isinstance(markup, str) else markup or {}).get("inline_keyboard", [])
    return "BUTTON_DATA_INVALID" if any(len(button["callback_data"].encode()) > 64 for row in rows for button in row) else ""


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"


def _result(value: object) -> web.Response:
    return web.json_response({"ok": True, "result": value})


def _error(status: int, description: str) -> web.Response:
    return web.json_response({"ok": False, "error_code": status, "description": description}, status=status)


async def main(port: int) -> None:
    """Serve until killed."""
    print((await TelegramStandIn().start(port)).url, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, default=0)
    asyncio.run(main(options.parse_args().port))
