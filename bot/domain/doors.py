"""What may pass over which messenger between the house and its officers."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.message import ChannelName


@dataclass(frozen=True, kw_only=True)
class Doors:
    """A mission's word on its officers' own messengers.

    Where nothing of what is written may pass, an officer can acknowledge and return a case, and take none.
    """

    content: frozenset[ChannelName] = frozenset({ChannelName.SIGNAL})  #: where words of defenders, and to them, may pass
    disappearing: timedelta = timedelta(days=1)  #: how long what an officer was shown stays on their Signal

    def open_to(self, channel: ChannelName | None) -> bool:
        """Whether words may pass there."""
        return channel in self.content
