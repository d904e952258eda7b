"""Signal: sending through the REST API, by a call of our own where the error's body decides (docs/decisions/001-signal-sending.md)."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aiohttp
import structlog
from signalbot import Config, ConnectionMode, InMemoryConfig, SentMessage, SignalBot
from signalbot.logger import LOGGER_NAME

from bot.channels import signal_calls
from bot.channels.keeping import Received
from bot.channels.poison import received, unparsed
from bot.channels.signal_parse import parse
from bot.channels.signal_styles import styled
from bot.domain.errors import Ambiguous, KeyChanged, SendFailed, TryLater, Unreachable
from bot.domain.message import ChannelName, Outgoing, Sent

log = structlog.get_logger(__name__)

#: Seconds after which a send that has not answered counts as perhaps accepted.
SEND_TIMEOUT = 30.0
#: After a rate limit of Signal's own; a person must solve its challenge.
CHALLENGE_WAIT = 300.0
#: The REST API says "Failed to send message" of everything that it knows no better word for, a broken line of its own included.
_REFUSED_WAIT = 30.0
#: So often (seconds) it is asked whether the REST API is there.
_LOOK_EVERY = 30.0
#: Our own account is not there: a person's work.
_ACCOUNT_WAIT = 60.0


class SignalChannel:
    """The port ``Channel`` for Signal."""

    name = ChannelName.SIGNAL

    def __init__(self, api_url: str, account: str, *, send_timeout: float = SEND_TIMEOUT) -> None:
        """Make it in the running loop: signalbot adopts it."""
        self._url = api_url
        self._account = account
        self._timeout = send_timeout
        self._bot = _quiet_bot(api_url, account)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send one piece; what the REST API answers becomes one of our errors.

        signalbot throws the body of an error away, and only the body tells a changed safety number from an unknown recipient.
        """
        text, mode = styled(outgoing.piece)
        body = {
            "number": self._account,
            "recipients": [outgoing.address],
            "message": text,
            "text_mode": mode,
            "notify_self": False,
        }
        try:
            async with self._client().post(f"{self._url}/v2/send", json=body) as answer:
                return _outcome(answer.status, await answer.read(), is_group=outgoing.address.startswith("group."))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise TryLater("connect") from None
        except (TimeoutError, aiohttp.ClientError, OSError):
            raise Ambiguous("broken") from None

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout, connect=10), trust_env=False)
        return self._session

    async def erase(self, address: str, keys: Sequence[str]) -> None:
        """Delete our messages on the other side, best effort: Signal lets clients refuse after a day.

        Raises TryLater when the REST API does not answer at all.
        """
        for key in keys:
            if key.isdecimal():
                await self._delete(SentMessage.model_construct(recipient=address, timestamp=int(key)))

    async def _delete(self, message: SentMessage) -> None:
        try:
            async with asyncio.timeout(self._timeout):
                await self._bot.messages.remote_delete(message)
        except TimeoutError:
            raise TryLater("timed_out") from None
        except Exception as error:
            if isinstance(error.__cause__, aiohttp.ClientConnectorError):
                raise TryLater("connect") from None
            log.info("signal_refused_a_deletion", error=type(error).__name__)

    async def discard(self, handles: Sequence[str]) -> None:
        """The REST API keeps every file on its disk until it is told otherwise."""
        await signal_calls.discard(self._client(), self._url, handles)

    async def fetch(self, handle: str, account: str) -> bytes:
        """A file from the REST API's disk."""
        return await signal_calls.fetch(self._client(), self._url, handle)

    async def trust(self, address: str) -> None:
        """Without this the REST API goes on refusing, whatever our own database holds."""
        await signal_calls.trust(self._client(), self._url, self._account, address)

    async def timer(self, address: str, seconds: int) -> None:
        """Every later message carries it: signal-cli keeps it with the contact."""
        await signal_calls.timer(self._client(), self._url, self._account, address, seconds)

    async def typing(self, address: str) -> None:
        """Signal shows it for some fifteen seconds, or until a message comes."""
        await signal_calls.typing(self._client(), self._url, self._account, address)

    async def leave(self, address: str) -> None:
        """Groups are told once and then ignored; leaving one would tell its members more."""

    async def close(self) -> None:
        """Close both connections."""
        if self._session is not None:
            await self._session.close()
        with contextlib.suppress(Exception):
            await self._bot.close()


def _quiet_bot(api_url: str, account: str) -> SignalBot:
    """Without the handler that it gives its logger: that would write addresses to standard error, past our redacting one."""
    bot = SignalBot(
        Config(
            phone_number=account,
            signal_service=api_url.split("://", 1)[1],
            connection_mode=ConnectionMode.HTTPS_ONLY if api_url.startswith("https") else ConnectionMode.HTTP_ONLY,
            storage=InMemoryConfig(),
            download_attachments=False,
        )
    )
    logging.getLogger(LOGGER_NAME).handlers.clear()
    return bot


def _outcome(status: int, body: bytes, *, is_group: bool) -> Sent:
    """201 is accepted, unless it says that the one person did not get it; anything else says why not."""
    if status != 201:
        raise _failure(status, body[:4_000].decode("utf-8", "replace").lower())
    first = _first(body)
    if not is_group and (reason := _undelivered(first)):
        raise _not_delivered(reason)
    return Sent(key=str(first.get("timestamp", "")))


def _first(body: bytes) -> Mapping[str, Any]:
    """An array from 0.101 on, an object before; rubbish is accepted all the same, without a key."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    first = said[0] if isinstance(said, list) and said else said
    return first if isinstance(first, dict) else {}


def _undelivered(first: Mapping[str, Any]) -> str:
    """The reason given for the recipient, lower case; empty when there is none."""
    errors = first.get("errors")
    people = errors.get("recipients") if isinstance(errors, dict) else None
    reasons = [str(each.get("reason")) for each in people or [] if isinstance(each, dict)] if isinstance(people, list) else []
    return reasons[0].lower() if reasons else ""


def _not_delivered(reason: str) -> SendFailed:
    if "identity" in reason:
        return KeyChanged("untrusted")
    if "unregistered" in reason:
        return Unreachable("unregistered")
    if "rate_limit" in reason or "proof_required" in reason:
        return TryLater("rate_limited", CHALLENGE_WAIT)
    return Ambiguous("undelivered")


def _failure(status: int, text: str) -> SendFailed:
    if status == 429:
        log.error("signal_rate_limited_a_person_must_solve_the_challenge")
        return TryLater("rate_limited", CHALLENGE_WAIT)
    if status == 504:
        return Ambiguous("timed_out")  # a proxy's word: what is behind it may have sent
    if status >= 500:
        return TryLater("server")
    if "untrusted" in text or "identity" in text:
        return KeyChanged("untrusted")
    if "account does not exist" in text or "not registered" in text:
        log.error("signal_account_is_not_registered_at_the_api")
        return TryLater("account", _ACCOUNT_WAIT)
    if "unregistered" in text or "invalid" in text:
        return Unreachable("refused")
    return TryLater("refused", _REFUSED_WAIT)


def webhook_arrival(body: str, payload: object, account: str) -> Received:
    """What a webhook post holds; ``payload`` None: it was no JSON, or too large to be read."""
    if payload is None:
        return unparsed(body, account, ChannelName.SIGNAL)
    return received(payload, account, ChannelName.SIGNAL, parse)


async def keep_watching(api_url: str, alive: Callable[[bool, str], None], stop: asyncio.Event) -> None:
    """Look again and again whether the REST API is there, in a mode that can post to us; tell how it is, and say so when it is not."""
    last = ""
    while not stop.is_set():
        fault = await fault_of(api_url)
        alive(not fault, fault)
        if fault and fault != last:
            log.error("signal_service_fault", fault=fault)
        last = fault
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_EVERY):
                await stop.wait()


async def fault_of(api_url: str, *, within: float = 10.0) -> str:
    """A static word; empty when the REST API is as it should be."""
    timeout = aiohttp.ClientTimeout(total=within)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(f"{api_url}/v1/about") as answer:
            about = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return "signal_api_unreachable"
    is_right = isinstance(about, dict) and about.get("mode") in {"json-rpc", "json-rpc-native"}
    return "" if is_right else "signal_api_wrong_mode"
