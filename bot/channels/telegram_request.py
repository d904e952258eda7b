"""The wire under python-telegram-bot: its documented ``BaseRequest``, on the client that the rest of the program uses.

Its own client takes a good millisecond of one processor more for a message (docs/decisions/012).
"""

import asyncio
from typing import Any
from urllib.request import getproxies

import aiohttp
import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

#: Seconds beside the reading: for a free connection, for connecting and for sending.
_BESIDE = 25.0


class NotConnected(NetworkError):
    """Nothing was sent, or a proxy opened no way: surely not accepted."""


class Broken(NetworkError):
    """The connection broke while an answer was waited for: maybe accepted."""


class AiohttpRequest(BaseRequest):
    """At most ``connections`` at once; times in seconds.  Its errors name no address, since the token is part of it."""

    def __init__(self, *, connections: int, read_timeout: float, connect_timeout: float = 10, pool_timeout: float = 20) -> None:
        self._connections = connections
        self._timeout = aiohttp.ClientTimeout(
            total=_total(read_timeout), connect=pool_timeout + connect_timeout, sock_connect=connect_timeout, sock_read=read_timeout
        )
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._timeout.sock_read

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                # The certificates that python-telegram-bot itself would trust, also where the system has none.
                connector=aiohttp.TCPConnector(limit=self._connections, ssl=httpx.create_ssl_context()),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                timeout=self._timeout,
                # Looking at the environment costs a thread's visit for every call, so only where it names a proxy.
                trust_env=bool(getproxies()),
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and the body.  Raises NotConnected, TimedOut or Broken."""
        del write_timeout, connect_timeout, pool_timeout  # those of the session hold for every call
        if self._session is None:
            raise NotConnected("not initialised")
        timeout = self._timeout
        if isinstance(read_timeout, int | float):
            timeout = aiohttp.ClientTimeout(
                total=_total(read_timeout), connect=timeout.connect, sock_connect=timeout.sock_connect, sock_read=read_timeout
            )
        # Twice round the loop: a kept connection that Telegram has closed meanwhile is noticed before words are trusted to it.
        for _ in range(2):
            await asyncio.sleep(0)
        try:
            async with self._session.request(method, url, data=_body(request_data), timeout=timeout, allow_redirects=False) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError) as error:
            raise NotConnected(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise Broken(type(error).__name__) from None


def _total(read_timeout: float) -> float:
    """An answer that comes a byte at a time never stops being read; nobody may wait for it longer than for one that does not come."""
    return read_timeout + _BESIDE


def _body(request_data: RequestData | None) -> Any:
    """Fields of a form, and files where there are any."""
    if request_data is None:
        return None
    if not request_data.contains_files:
        return request_data.json_parameters
    form = aiohttp.FormData(request_data.json_parameters)
    for name, (filename, content, kind) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
