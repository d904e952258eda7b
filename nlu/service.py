"""What the server answers: one path that parses and one that tells whether parsing works."""

import hmac
import json
import logging
import math
from collections.abc import Callable
from typing import Any

from aiohttp import web

log = logging.getLogger("nlu")

#: Larger posts are refused; 64 kB of text take up to six times as much where JSON escapes every sign.
LARGEST_BODY = 512 * 1024
#: What the health path reads: harmless, nobody's words.
PROBE = "good morning, what are the guidelines?"

Parse = Callable[[str], dict[str, Any]]


class Service:
    """``POST /model/parse`` with the token, ``GET /health`` without."""

    def __init__(self, parse: Parse | None, *, token: str, model: str, intents: frozenset[str]) -> None:
        """``parse`` is None when the model could not be loaded: then both paths answer 503."""
        self._parse = parse
        self._token = f"Bearer {token}".encode()
        self._model = model
        self._intents = intents

    def application(self) -> web.Application:
        """The two paths and nothing else."""
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_post("/model/parse", self.parse)
        application.router.add_get("/health", self.health, allow_head=False)
        return application

    async def parse(self, request: web.Request) -> web.Response:
        """200 with Rasa's parse; 401 without the token, 400 for a body that is not one text, 413 for a long one, 503."""
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode("utf-8", "replace"), self._token):
            return _answer(401, {"error": "token"})
        try:
            text = _text(await request.read())
        except (ValueError, RecursionError):
            return _answer(400, {"error": 'expected {"text": "..."}'})
        try:
            return _answer(200, self._read(text))
        except Exception:  # whatever breaks in the model, the caller hears 503 and the log no text
            log.exception("parse failed")
            return _answer(503, {"error": "model"})

    async def health(self, _: web.Request) -> web.Response:
        """200 when a real parse gives every intent of the contract; else 503."""
        try:
            works = self._is_whole(self._read(PROBE))
        except Exception:  # any fault means: not healthy
            works = False
        return _answer(200 if works else 503, {"status": "ok" if works else "broken", "model": self._model})

    def _read(self, text: str) -> dict[str, Any]:
        if self._parse is None:
            raise RuntimeError("no model")
        return self._parse(text)

    def _is_whole(self, parsed: dict[str, Any]) -> bool:
        confidences = {each["name"]: each["confidence"] for each in parsed["intent_ranking"]}
        return set(confidences) == self._intents and math.isclose(sum(confidences.values()), 1.0, abs_tol=1e-3)


def _text(body: bytes) -> str:
    """The text of the post; raises ValueError."""
    value = json.loads(body)
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise ValueError("text")
    return value["text"]


def _answer(status: int, body: dict[str, Any]) -> web.Response:
    return web.json_response(body, status=status)
