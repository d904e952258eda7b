"""Signal: sending through signalbot, with a call of our own where the error's body decides (docs/decisions/001-signal-sending.md)."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import aiohttp
import structlog
from signalbot import Config, ConnectionMode, InMemoryConfig, SentMessage, SignalBot

from bot.channels.poison import parsed, poison
from bot.channels.signal_parse import parse
from bot.domain.errors import Ambiguous, KeyChanged, SendFailed, TryLater, Unreachable
from bot.domain.message import Arrival, ChannelName, Outgoing, Sent

log = structlog.get_logger(__name__)

#: Seconds after which a send that has not answered counts as perhaps accepted.
SEND_TIMEOUT = 30
#: After a rate limit of Signal's own; a person must solve its challenge.
CHALLENGE_WAIT = 300.0


class SignalChannel:
    """The port ``Channel`` for Signal."""

    name = ChannelName.SIGNAL

    def __init__(self, api_url: str, account: str) -> None:
        """Make it in the running loop: signalbot adopts it."""
        self._url = api_url
        self._account = account
        self._bot = SignalBot(
            Config(
                phone_number=account,
                signal_service=api_url.split("://", 1)[1],
                connection_mode=ConnectionMode.HTTPS_ONLY if api_url.startswith("https") else ConnectionMode.HTTP_ONLY,
                storage=InMemoryConfig(),
                download_attachments=False,
            )
        )
        self._session: aiohttp.ClientSession | None = None

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send one piece as plain text; what the REST API answers becomes one of our errors.

        signalbot throws the body of an error away, and only the body tells a changed safety number from an unknown recipient.
        """
        body = {
            "number": self._account,
            "recipients": [outgoing.address],
            "message": outgoing.piece.text,
            "text_mode": "normal",
            "notify_self": False,
        }
        try:
            async with self._client().post(f"{self._url}/v2/send", json=body) as answer:
                return await _outcome(answer)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise TryLater("connect") from None
        except (TimeoutError, aiohttp.ClientError, OSError):
            raise Ambiguous("broken") from None

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SEND_TIMEOUT, connect=10), trust_env=False)
        return self._session

    async def erase(self, address: str, keys: Sequence[str]) -> None:
        """Delete our messages on the other side, best effort: Signal lets clients refuse after a day."""
        for key in keys:
            if key.isdigit():
                with contextlib.suppress(Exception):
                    await self._bot.messages.remote_delete(SentMessage.model_construct(recipient=address, timestamp=int(key)))

    async def leave(self, address: str) -> None:
        """Groups are told once and then ignored; leaving one would tell its members more."""

    async def close(self) -> None:
        """Close both connections."""
        if self._session is not None:
            await self._session.close()
        with contextlib.suppress(Exception):
            await self._bot.close()


async def _outcome(answer: aiohttp.ClientResponse) -> Sent:
    """201 is accepted; 429, 5xx and 400 say why not."""
    text = (await answer.text())[:4_000]
    if answer.status == 201:
        return Sent(key=_timestamp(await answer.json(content_type=None)))
    raise _failure(answer.status, text.lower())


def _failure(status: int, text: str) -> SendFailed:
    if status == 429:
        return TryLater("rate_limited", CHALLENGE_WAIT)
    if status >= 500:
        return TryLater("server")
    if "untrusted" in text or "identity" in text:
        return KeyChanged("untrusted")
    if "unregistered" in text or "invalid" in text or "not exist" in text:
        return Unreachable("refused")
    return TryLater("refused", 30.0)


def _timestamp(body: Any) -> str:
    """The message's timestamp: an array from 0.101 on, an object before."""
    first = body[0] if isinstance(body, list) and body else body
    return str(first.get("timestamp", "")) if isinstance(first, dict) else ""


def webhook_arrival(body: str, payload: object, account: str) -> Arrival:
    """What a webhook post holds; ``payload`` None: it was no JSON."""
    if payload is None:
        return poison(ChannelName.SIGNAL, account, body)
    return parsed(payload, account, ChannelName.SIGNAL, parse)


async def watch_service(api_url: str, stop: asyncio.Event) -> None:
    """Say so when the REST API is not there or in the wrong mode."""
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session, session.get(f"{api_url}/v1/about") as answer:
            about = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        log.error("signal_api_unreachable")
        return
    if not isinstance(about, dict) or about.get("mode") not in {"json-rpc", "json-rpc-native"}:
        log.error("signal_api_wrong_mode")
