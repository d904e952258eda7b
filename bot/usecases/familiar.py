"""Who has written as a defender since the start: what they send may be shown to the model before it is known whose it is."""

from bot.domain.message import Incoming

#: So many senders are remembered; with more, all begin anew.
MOST = 100_000


class Familiar:
    """Senders as numbers that mean nothing outside this process; no address is kept."""

    def __init__(self) -> None:
        """Nobody."""
        self._seen: set[int] = set()

    def has(self, incoming: Incoming) -> bool:
        """Whether this sender's last message was a defender's."""
        return _number(incoming) in self._seen

    def note(self, incoming: Incoming, *, defender: bool) -> None:
        """Whose message it was; an officer's are never shown to the model."""
        if not defender:
            self._seen.discard(_number(incoming))
            return
        if len(self._seen) >= MOST:
            self._seen.clear()
        self._seen.add(_number(incoming))


def _number(incoming: Incoming) -> int:
    """Python's own salted hash: another one in every process."""
    return hash((incoming.channel, incoming.account, incoming.sender))
