"""The channel of exercises: what is said on it reaches nobody.  That it was said, and when, is in the outbox like everything."""

from collections.abc import Sequence

from bot.domain.errors import Unreachable
from bot.domain.message import ChannelName, Outgoing, Sent


class DrillChannel:
    """The port ``Channel`` with nobody at its end."""

    name = ChannelName.DRILL

    async def send(self, outgoing: Outgoing) -> Sent:
        """Taken at once."""
        return Sent(key="")

    async def erase(self, address: str, keys: Sequence[str]) -> None:
        """There is no chat."""

    async def discard(self, handles: Sequence[str]) -> None:
        """No files come this way."""

    async def fetch(self, handle: str, account: str) -> bytes:
        """No files come this way."""
        raise Unreachable("gone")

    async def trust(self, address: str) -> None:
        """There is no key to trust."""

    async def typing(self, address: str) -> None:
        """Nobody sees it."""

    async def leave(self, address: str) -> None:
        """There are no groups."""
