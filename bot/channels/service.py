"""Ringing officers by mail, push, webhook and some hundred other services, through the apprise library.

An address is one of apprise's (``mailtos://user:password@host?to=...``, ``ntfys://...``): it holds passwords and is as secret as a token.
"""

import asyncio
from functools import partial

from bot.channels.oneway import OneWay
from bot.domain.errors import Ambiguous, TryLater, Unreachable
from bot.domain.message import ChannelName, Outgoing, Sent

#: Seconds for one try; whoever has not answered by then may have taken it.
SEND_TIMEOUT = 20.0
#: Refused for now: apprise says yes or no, and not why.
_REFUSED_WAIT = 15.0


def is_address(address: str) -> bool:
    """Whether apprise knows what to do with it."""
    from apprise import Apprise  # a tenth of a second that only those pay who ring by a service

    return bool(Apprise().add(address))


class ServiceChannel(OneWay):
    """The port ``Channel`` for services that ring."""

    name = ChannelName.SERVICE

    def __init__(self, *, send_timeout: float = SEND_TIMEOUT) -> None:
        """Nothing is opened before the first alert."""
        self._timeout = send_timeout

    async def send(self, outgoing: Outgoing) -> Sent:
        """Taken by the service, as far as it says.  Raises TryLater, Ambiguous, and Unreachable for an address that is none."""
        if not is_address(outgoing.address):
            raise Unreachable("address")
        try:
            async with asyncio.timeout(self._timeout):
                # The library waits for its sockets; a thread does that, and nobody waits for the thread.
                taken = await asyncio.to_thread(partial(_notify, outgoing.address, outgoing.piece.words))
        except TimeoutError:
            raise Ambiguous("timed_out") from None
        except Exception as error:  # whatever a hundred plug-ins may raise: an alarm is tried again
            raise TryLater(type(error).__name__, _REFUSED_WAIT) from None
        if not taken:
            raise TryLater("refused", _REFUSED_WAIT)
        return Sent(key="")


def _notify(address: str, words: str) -> bool:
    from apprise import Apprise, AppriseAsset

    ringing = Apprise(asset=AppriseAsset(app_id="Alert", async_mode=False))
    return bool(ringing.add(address)) and bool(ringing.notify(body=words, title=""))
