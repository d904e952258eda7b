"""The Signal REST API on loopback: what the real one answers, and its receive webhook: one post at a time, in order, never repeated."""

import asyncio
import json
from typing import Any

import aiohttp
from aiohttp import web

ACCOUNT = "+38220410500"


class SignalStandIn:
    """The server; ``url`` is its root.  ``push`` posts frames to our webhook as signal-cli-rest-api does."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.deleted: list[dict[str, Any]] = []
        self.faults: list[Any] = []
        self.url = ""
        self.webhook = ""
        self.answered = 0
        self.refused = 0
        self.cut = 0
        self._runner: web.AppRunner | None = None
        self._stamp = 1_795_000_000_000
        self._pushing = asyncio.Lock()

    async def start(self, port: int = 0) -> "SignalStandIn":
        app = web.Application(client_max_size=50_000_000)
        app.router.add_get("/v1/about", self._about)
        app.router.add_post("/v2/send", self._send)
        app.router.add_delete("/v1/remote-delete/{number}", self._delete)
        app.router.add_get("/v1/health", self._health)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def frame(self, text: str, *, sender: str = "5f9a1c1e-0000-4000-8000-000000000042", **data: Any) -> dict[str, Any]:
        """A message of a person, as the webhook posts it."""
        self._stamp += 1
        message = {"timestamp": self._stamp, "message": text, "expiresInSeconds": 0, "viewOnce": False} | data
        envelope = {
            "source": sender, "sourceNumber": None, "sourceUuid": sender, "sourceName": "Zorica", "sourceDevice": 1, "timestamp": self._stamp,
            "serverReceivedTimestamp": self._stamp, "serverDeliveredTimestamp": self._stamp, "dataMessage": message,
        }  # fmt: skip
        return {"jsonrpc": "2.0", "method": "receive", "params": {"envelope": envelope, "account": ACCOUNT}}

    async def push(self, *frames: Any) -> list[bool]:
        """Post frames one after the other, never again; which of them were answered 200."""
        results = []
        async with self._pushing, aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
            for frame in frames:
                results.append(await self._push(session, frame))
        return results

    async def _push(self, session: aiohttp.ClientSession, frame: Any) -> bool:
        body = {"data": frame} if isinstance(frame, str) else {"json": frame}
        try:
            async with session.post(self.webhook, **body) as answer:
                self.answered += answer.status == 200
                return answer.status == 200
        except aiohttp.ClientConnectorError:
            self.refused += 1
        except (aiohttp.ClientError, TimeoutError, OSError):
            self.cut += 1
        return False

    def texts(self, recipient: str = "5f9a1c1e-0000-4000-8000-000000000042") -> list[str]:
        """What a person got."""
        return [sent["message"] for sent in self.sent if sent["recipients"] == [recipient]]

    async def _about(self, _: web.Request) -> web.Response:
        return web.json_response({"versions": ["v1", "v2"], "build": 2, "mode": "json-rpc", "version": "0.101", "capabilities": {}})

    async def _health(self, _: web.Request) -> web.Response:
        return web.Response(status=204)

    async def _delete(self, request: web.Request) -> web.Response:
        self.deleted.append(json.loads(await request.text()))
        return web.json_response({"timestamp": str(self._stamp)}, status=201)

    async def _send(self, request: web.Request) -> web.Response:
        values = json.loads(await request.text())
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, tuple):
            return web.json_response(fault[1], status=fault[0])
        if fault == "hang":
            await asyncio.sleep(3600)
        self.sent.append(values)
        self._stamp += 1
        if fault == "accept-then-drop":
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        answer: Any = {"timestamp": str(self._stamp)}
        return web.json_response(answer if fault == "object" else [answer], status=201)
