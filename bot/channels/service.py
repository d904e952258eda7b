"""Ringing officers by mail, push, webhook and some hundred other services, through the apprise library.

An address is one of apprise's (``mailtos://user:password@host?to=...``, ``ntfys://...``): it holds passwords and is as secret as a token.
"""

import asyncio
import contextlib
import threading

from bot.channels.oneway import OneWay
from bot.domain.errors import Ambiguous, TryLater, Unreachable
from bot.domain.message import ChannelName, Outgoing, Sent

#: Seconds for one try; whoever has not answered by then may have taken it.
SEND_TIMEOUT = 20.0
#: Refused for now: apprise says yes or no, and not why.
_REFUSED_WAIT = 15.0


def is_address(address: str) -> bool:
    """Whether apprise knows what to do with it."""
    from apprise import Apprise  # it reads a hundred plug-ins: a second that only those wait for who ring by a service

    return bool(Apprise().add(address))


class ServiceChannel(OneWay):
    """The port ``Channel`` for services that ring."""

    name = ChannelName.SERVICE

    def __init__(self, *, send_timeout: float = SEND_TIMEOUT) -> None:
        """Nothing is opened before the first alert."""
        self._timeout = send_timeout
        self._busy: set[str] = set()

    async def send(self, outgoing: Outgoing) -> Sent:
        """Taken by the service, as far as it says.  Raises TryLater, Ambiguous, and Unreachable for an address that is none."""
        if outgoing.address in self._busy:
            # One thread for each address, never more: a service that hangs must not take those of the others.
            raise TryLater("hangs", _REFUSED_WAIT)
        try:
            async with asyncio.timeout(self._timeout):
                taken = await self._threaded(outgoing.address, outgoing.piece.words)
        except TimeoutError:
            raise Ambiguous("timed_out") from None
        except Exception as error:  # whatever a hundred plug-ins may raise: an alarm is tried again
            raise TryLater(type(error).__name__, _REFUSED_WAIT) from None
        if taken is None:
            raise Unreachable("address")
        if not taken:
            raise TryLater("refused", _REFUSED_WAIT)
        return Sent(key="")

    def _threaded(self, address: str, words: str) -> "asyncio.Future[bool | None]":
        """In a thread of its own for which nobody waits, at the end of the process neither: the library's sockets may take for ever."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[bool | None] = loop.create_future()

        def tell(taken: bool | None, error: Exception | None) -> None:
            self._busy.discard(address)
            if done.done():
                return
            if error is None:
                done.set_result(taken)
            else:
                done.set_exception(error)

        def run() -> None:
            said: tuple[bool | None, Exception | None]
            try:
                said = _notify(address, words), None
            except Exception as error:  # told where it is awaited
                said = None, error
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants it any more
                loop.call_soon_threadsafe(tell, *said)

        self._busy.add(address)
        threading.Thread(target=run, name="service", daemon=True).start()
        return done


def _notify(address: str, words: str) -> bool | None:
    """Whether it was taken; None for an address that is none."""
    from apprise import Apprise, AppriseAsset

    ringing = Apprise(asset=AppriseAsset(app_id="Alert", async_mode=False))
    return bool(ringing.notify(body=words, title="")) if ringing.add(address) else None
