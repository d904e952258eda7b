"""Who is under way to which messenger: one that hangs keeps its own couriers, and never those of another, or of its alerts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.message import ChannelName, Outgoing
from bot.ports import Channel
from bot.usecases.deliver import deliver, take
from bot.usecases.house import House
from bot.workers.loops import Dispatcher

#: Sends at a time one way; one chat's wait never holds another chat's courier for longer than one send.
ONE_WAY = 8
#: Enough for every messenger's answers and alerts, should each of them hang.
COURIERS = ONE_WAY * len(ChannelName) * 2


@dataclass(kw_only=True)
class Couriers:
    """All of them, and where they are."""

    house: House
    channels: Mapping[ChannelName, Channel]
    one_way: int = ONE_WAY
    _out: Counter[str] = field(default_factory=Counter)

    def busy(self) -> list[str]:
        """The ways on which as many are under way as may be."""
        return [each for each, number in self._out.items() if number >= self.one_way]

    def crowded(self, way: str) -> bool:
        """Whether what goes this way waits."""
        return self._out[way] >= self.one_way

    async def take(self) -> Outgoing | None:
        """The next due row that goes a way that is free."""
        return await take(self.house, self.busy)

    async def carry(self, taken: Outgoing) -> None:
        """Send it."""
        self._out[taken.way] += 1
        try:
            await deliver(self.house, self.channels, taken)
        finally:
            self._out[taken.way] -= 1

    def dispatcher(self) -> Dispatcher[Outgoing]:
        """Their loop."""
        name, relay = "courier", self.house.sending
        return Dispatcher(name=name, take=self.take, work=self.carry, at_once=COURIERS, relay=relay, crowded=self.crowded)
