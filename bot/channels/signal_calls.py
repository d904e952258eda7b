"""Calls to the Signal REST API that send nothing: files on its disk, and trust in a changed safety number."""

from collections.abc import Sequence
from urllib.parse import quote

import aiohttp

from bot.channels import LARGEST_FILE
from bot.domain.errors import TryLater, Unreachable

_CHUNK = 65_536
#: What has no such file says so in one of these ways.
_NOT_THERE = frozenset({400, 404, 410})


async def fetch(client: aiohttp.ClientSession, root: str, handle: str) -> bytes:
    """A file from the REST API's disk."""
    content = bytearray()
    try:
        async with client.get(_file(root, handle)) as answer:
            _refuse(answer.status, "gone")
            while chunk := await answer.content.read(_CHUNK):
                content += chunk
                if len(content) > LARGEST_FILE:
                    raise Unreachable("too_large")
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise TryLater("broken") from None
    return bytes(content)


async def discard(client: aiohttp.ClientSession, root: str, handles: Sequence[str]) -> None:
    """Delete files from its disk; those that are not there any more are as good as deleted."""
    for handle in handles:
        try:
            async with client.delete(_file(root, handle)) as answer:
                if answer.status not in _NOT_THERE:
                    _refuse(answer.status, "refused")
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise TryLater("broken") from None


async def trust(client: aiohttp.ClientSession, root: str, account: str, address: str) -> None:
    """Trust every key that is known of that address; doing so twice changes nothing, so a broken answer is no riddle."""
    url = f"{root}/v1/identities/{quote(account, safe='')}/trust/{quote(address, safe='')}"
    try:
        async with client.put(url, json={"trust_all_known_keys": True}) as answer:
            _refuse(answer.status, "trust_refused")
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise TryLater("broken") from None


async def timer(client: aiohttp.ClientSession, root: str, account: str, address: str, seconds: int) -> None:
    """Set after how long messages of that chat disappear; doing so twice changes nothing, so a broken answer is no riddle."""
    url = f"{root}/v1/contacts/{quote(account, safe='')}"
    try:
        async with client.put(url, json={"recipient": address, "expiration_in_seconds": seconds}) as answer:
            _refuse(answer.status, "timer_refused")
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise TryLater("broken") from None


async def typing(client: aiohttp.ClientSession, root: str, account: str, address: str) -> None:
    """Show that somebody is writing."""
    url = f"{root}/v1/typing-indicator/{quote(account, safe='')}"
    try:
        async with client.put(url, json={"recipient": address}) as answer:
            _refuse(answer.status, "typing_refused")
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise TryLater("broken") from None


def _file(root: str, handle: str) -> str:
    return f"{root}/v1/attachments/{quote(handle, safe='')}"


def _refuse(status: int, reason: str) -> None:
    """Anything but a 2xx: for a while, or for good."""
    if status == 429 or status >= 500:
        raise TryLater("server")
    if status >= 300:
        raise Unreachable(reason)
