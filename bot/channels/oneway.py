"""What a channel has to have that only speaks."""

from collections.abc import Sequence

from bot.domain.errors import Unreachable


class OneWay:
    """The port ``Channel`` but for its name and its sending: nothing comes back, so nothing can be taken back."""

    async def erase(self, address: str, keys: Sequence[str]) -> None:
        """There is no chat."""

    async def discard(self, handles: Sequence[str]) -> None:
        """No files come this way."""

    async def fetch(self, handle: str, account: str) -> bytes:
        """No files come this way."""
        raise Unreachable("gone")

    async def trust(self, address: str) -> None:
        """There is no key to trust."""

    async def timer(self, address: str, seconds: int) -> None:
        """Nothing disappears there."""
        raise Unreachable("no_timer")

    async def leave(self, address: str) -> None:
        """There are no groups."""

    async def typing(self, address: str) -> None:
        """Nobody sees it."""
