"""The Signal REST API on loopback: what the real one answers, and its receive webhook: one post at a time, in order, never repeated.

As a process: ``python -m tests.standins.signal --port 0 [--webhook URL]``, which prints its address; its side door is ``/control/<what>``:
POST ``webhook`` (an address), POST ``push`` (a list of frames), POST ``fault`` (a list), GET ``state``.
"""

import argparse
import asyncio
import json
from typing import Any

import aiohttp
from aiohttp import web

ACCOUNT = "+38220410500"
PERSON = "5f9a1c1e-0000-4000-8000-000000000042"
UNTRUSTED = {"error": "Unable to complete request due to untrusted recipient keys"}
RATE_LIMITED = {
    "error": "Failed to send message due to rate limiting. Use the attached challenge tokens to lift the rate limit restrictions",
    "challenge_tokens": ["0123"],
    "account": ACCOUNT,
}


class SignalStandIn:
    """The server; ``url`` is its root.  ``push`` posts frames to our webhook as signal-cli-rest-api does."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.deleted: list[dict[str, Any]] = []
        self.trusted: list[str] = []
        self.untrusted: set[str] = set()  #: whose safety number changed: sends are refused until it is trusted
        self.timers: dict[str, int] = {}  #: how long (seconds) messages stay in the chat with somebody
        self.files: dict[str, bytes] = {}  #: attachments on its disk, by their ids
        self.fetched: list[str] = []  #: which of them were asked for
        self.slow: asyncio.Event | None = None  #: until when it does not give them
        self.broken: list[tuple[int, Any]] = []  #: of trust and files: what they answer next instead of their work
        self.faults: list[Any] = []  #: of /v2/send: (status, body), "object", "rubbish", "hang", "accept-then-hang", "accept-then-drop"
        self.url = ""
        self.mode = "json-rpc"  #: what it says of itself
        self.webhook = ""
        self.outcomes: list[tuple[int, str]] = []  #: of each post: its timestamp, and answered, rejected, refused or cut
        self._runner: web.AppRunner | None = None
        self._posting: aiohttp.ClientSession | None = None  #: its connection is kept between posts, as the real one's is
        self._stamp = 1_795_000_000_000
        self._pushing = asyncio.Lock()
        self._reading = asyncio.Lock()  #: while a post waits for its answer, the real one answers no other call

    async def start(self, port: int = 0) -> "SignalStandIn":
        app = web.Application(client_max_size=50_000_000)
        for method, path, work in self._routes():
            app.router.add_route(method, path, work)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    def _routes(self) -> list[tuple[str, str, Any]]:
        return [
            ("GET", "/v1/about", self._about),
            ("GET", "/v1/health", self._nothing),
            ("GET", "/v1/accounts", self._accounts),
            ("POST", "/v2/send", self._send),
            ("DELETE", "/v1/remote-delete/{number}", self._delete),
            ("PUT", "/v1/typing-indicator/{number}", self._nothing),
            ("DELETE", "/v1/typing-indicator/{number}", self._nothing),
            ("POST", "/v1/receipts/{number}", self._nothing),
            ("GET", "/v1/identities/{number}", self._identities),
            ("PUT", "/v1/identities/{number}/trust/{other}", self._trust),
            ("PUT", "/v1/contacts/{number}", self._contact),
            ("GET", "/v1/attachments/{id}", self._file),
            ("DELETE", "/v1/attachments/{id}", self._file),
            ("*", "/control/{what}", self._control),
        ]

    async def stop(self) -> None:
        assert self._runner is not None
        if self._posting is not None:
            await self._posting.close()
        await self._runner.cleanup()

    def counted(self, outcome: str) -> int:
        """How many posts ended so."""
        return sum(each == outcome for _, each in self.outcomes)

    @property
    def answered(self) -> int:
        """Posts that were answered 200."""
        return self.counted("answered")

    @property
    def refused(self) -> int:
        """Posts whose connection was refused."""
        return self.counted("refused")

    @property
    def cut(self) -> int:
        """Posts whose connection broke before the answer."""
        return self.counted("cut")

    def frame(self, text: str | None, *, sender: str = PERSON, **data: Any) -> dict[str, Any]:
        """A message of a person, as the webhook posts it."""
        self._stamp += 1
        message = {"timestamp": self._stamp, "message": text, "expiresInSeconds": 0, "viewOnce": False} | data
        envelope = {
            "source": sender,
            "sourceNumber": None,
            "sourceUuid": sender,
            "sourceName": "Zorica",
            "sourceDevice": 1,
            "timestamp": self._stamp,
            "serverReceivedTimestamp": self._stamp,
            "serverDeliveredTimestamp": self._stamp,
            "dataMessage": message,
        }
        return {"jsonrpc": "2.0", "method": "receive", "params": {"envelope": envelope, "account": ACCOUNT}}

    async def push(self, *frames: Any) -> list[bool]:
        """Post frames one after the other, never again; which of them were answered 200."""
        results = []
        async with self._pushing:
            for frame in frames:
                async with self._reading:
                    outcome = await self._push(self._session(), frame)
                self.outcomes.append((_stamp_of(frame), outcome))
                results.append(outcome == "answered")
        return results

    def _session(self) -> aiohttp.ClientSession:
        if self._posting is None:
            self._posting = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120))
        return self._posting

    async def _push(self, session: aiohttp.ClientSession, frame: Any) -> str:
        body = {"data": frame} if isinstance(frame, str | bytes) else {"json": frame}
        try:
            async with session.post(self.webhook, **body) as answer:
                return "answered" if answer.status in {200, 201} else "rejected"
        except aiohttp.ClientConnectorError:
            return "refused"
        except (aiohttp.ClientError, TimeoutError, OSError):
            return "cut"

    def texts(self, recipient: str = PERSON) -> list[str]:
        """What a person got."""
        return [sent["message"] for sent in self.sent if sent["recipients"] == [recipient]]

    async def _about(self, _: web.Request) -> web.Response:
        return web.json_response({"versions": ["v1", "v2"], "build": 2, "mode": self.mode, "version": "0.101", "capabilities": {}})

    async def _nothing(self, _: web.Request) -> web.Response:
        return web.Response(status=204)

    async def _accounts(self, _: web.Request) -> web.Response:
        return web.json_response([ACCOUNT])

    async def _identities(self, _: web.Request) -> web.Response:
        return web.json_response([{"number": PERSON, "status": "UNTRUSTED", "fingerprint": "05", "safety_number": "1" * 60}])

    async def _contact(self, request: web.Request) -> web.Response:
        """As 0.101 does: a name, a timer or both; 204."""
        body = await request.json()
        if self.broken:
            return self._breaks()
        if request.match_info["number"] != ACCOUNT or not body.get("recipient"):
            return web.json_response({"error": "Couldn't process request - invalid request"}, status=400)
        if "expiration_in_seconds" in body:
            self.timers[body["recipient"]] = int(body["expiration_in_seconds"])
        return web.Response(status=204)

    async def _trust(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.broken:
            return self._breaks()
        if request.match_info["number"] != ACCOUNT or not (body.get("trust_all_known_keys") or body.get("verified_safety_number")):
            return web.json_response({"error": "Couldn't process request - invalid request"}, status=400)
        self.trusted.append(request.match_info["other"])
        self.untrusted.discard(request.match_info["other"])
        return web.Response(status=204)

    async def _file(self, request: web.Request) -> web.Response:
        if self.broken:
            return self._breaks()
        name = request.match_info["id"]
        if name not in self.files:
            return web.json_response({"error": "attachment not found"}, status=404)
        if request.method == "DELETE":
            del self.files[name]
            return web.Response(status=204)
        self.fetched.append(name)
        if self.slow is not None:
            await self.slow.wait()
        return web.Response(body=self.files[name], content_type="application/octet-stream")

    def _breaks(self) -> web.Response:
        status, said = self.broken.pop(0)
        return web.json_response(said, status=status)

    async def _delete(self, request: web.Request) -> web.Response:
        self.deleted.append(json.loads(await request.text()))
        return web.json_response({"timestamp": str(self._stamp)}, status=201)

    async def _send(self, request: web.Request) -> web.Response:
        values = json.loads(await request.text())
        async with self._reading:
            return await self._sending(request, values)

    async def _sending(self, request: web.Request, values: dict[str, Any]) -> web.Response:
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, tuple | list):
            return web.json_response(fault[1], status=fault[0])
        if fault == "hang":
            await asyncio.sleep(3600)
        if values.get("number") != ACCOUNT:
            return web.json_response({"error": "Specified account does not exist"}, status=400)
        if self.untrusted & set(values["recipients"]):
            return web.json_response(UNTRUSTED, status=400)
        self.sent.append(values)
        self._stamp += 1
        if fault == "accept-then-hang":
            await asyncio.sleep(3600)
        if fault == "accept-then-drop":
            assert request.transport is not None
            request.transport.close()
        if fault == "rubbish":
            return web.Response(body=b"\xff<html>", status=201)
        answer: Any = {"timestamp": str(self._stamp)}
        return web.json_response(answer if fault == "object" else [answer], status=201)

    async def _control(self, request: web.Request) -> web.Response:
        """The test's side door when the stand-in is a process of its own."""
        what = request.match_info["what"]
        values: Any = await request.json() if request.can_read_body else None
        if what == "webhook":
            self.webhook = str(values)
        if what == "fault":
            self.faults += values
        pushed = await self.push(*values) if what == "push" else []
        counts = {name: self.counted(name) for name in ("answered", "rejected", "refused", "cut")}
        state = {"sent": self.sent, "deleted": self.deleted, "trusted": self.trusted, "outcomes": self.outcomes, "pushed": pushed}
        return web.json_response(state | counts)


def _stamp_of(frame: Any) -> int:
    """The time by which a frame is found again in ``outcomes``; 0 for what has none."""
    try:
        return int(frame["params"]["envelope"]["timestamp"])
    except (KeyError, TypeError, ValueError):
        return 0


async def main(port: int, webhook: str) -> None:
    """Serve until killed."""
    server = await SignalStandIn().start(port)
    server.webhook = webhook
    print(server.url, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--webhook", default="")
    given = options.parse_args()
    asyncio.run(main(given.port, given.webhook))
