"""Long texts are read piece by piece, and everybody else has most of the time: no text of anybody holds another's cry up.

The beginning and the end are always read, the rest as far as the budget goes; what is left unread is in doubt, and never harmless.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.domain.ids import ConversationId
from bot.domain.longtext import pieces
from bot.domain.understanding import RuleHit
from bot.ports import Rules

#: Pieces between beginning and end that one conversation may have read at once, and how many more each second: two texts as long as
#: Signal carries, and one every five seconds.
EACH, EACH_PER_SECOND = 96.0, 8.0
#: The same for everybody together.
TOGETHER, TOGETHER_PER_SECOND = 384.0, 32.0
#: After each piece everybody else has so many times as long as it took: even a short message is kept and answered in many small steps.
RESTS = 4.0
#: So many conversations are remembered; with more, all begin anew, and what holds for everybody still holds.
MOST = 10_000


class Budget:
    """So much at once, and more as time goes on."""

    def __init__(self, most: float, per_second: float) -> None:
        """Full."""
        self._most, self._per_second = most, per_second
        self._left, self._at = most, 0.0

    def has(self, now: float) -> bool:
        """Whether one more may be spent."""
        self._left, self._at = min(self._most, self._left + (now - self._at) * self._per_second), now
        return self._left >= 1.0

    def spend(self) -> None:
        """One."""
        self._left -= 1.0


@dataclass(frozen=True, kw_only=True)
class Searched:
    """What the rules said of a text."""

    hits: tuple[RuleHit, ...] = ()
    read: tuple[str, ...] = field(default=(), repr=False)  #: what of it they have read
    is_whole: bool = True  #: they have read all of it


class LongTexts:
    """Reads long texts for one house."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._turn = asyncio.Lock()
        self._each: dict[ConversationId, Budget] = {}
        self._together = Budget(TOGETHER, TOGETHER_PER_SECOND)

    async def search(self, rules: Rules, conversation: ConversationId, text: str) -> Searched:
        """What the rules say of it, the most telling kind first."""
        hits: dict[RuleHit, None] = {}
        read: list[str] = []
        for piece in pieces(text):
            if len(read) >= 2 and not self._may_read(conversation):
                return Searched(hits=_sorted(hits), read=tuple(read), is_whole=False)
            async with self._one_by_one():
                hits |= dict.fromkeys(rules.match(piece))
            read.append(piece)
        return Searched(hits=_sorted(hits), read=tuple(read))

    async def marks(self, rules: Rules, searched: Searched) -> frozenset[str]:
        """What the text that was read speaks of."""
        found = frozenset[str]()
        for piece in searched.read:
            async with self._one_by_one():
                found |= rules.marks(piece)
        return found

    @asynccontextmanager
    async def _one_by_one(self) -> AsyncIterator[None]:
        """One piece of anybody at a time, and a rest after it."""
        clock = asyncio.get_running_loop().time
        async with self._turn:
            begun = clock()
            yield
            await asyncio.sleep(RESTS * (clock() - begun))

    def _may_read(self, conversation: ConversationId) -> bool:
        now = asyncio.get_running_loop().time()
        if conversation not in self._each and len(self._each) >= MOST:
            self._each.clear()
        own = self._each.setdefault(conversation, Budget(EACH, EACH_PER_SECOND))
        if not (own.has(now) and self._together.has(now)):
            return False
        own.spend()
        self._together.spend()
        return True


def _sorted(hits: dict[RuleHit, None]) -> tuple[RuleHit, ...]:
    return tuple(sorted(hits, key=lambda hit: hit.rank))
