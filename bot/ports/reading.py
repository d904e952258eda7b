"""Long questions that must delay nobody."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.account import Account, Session
from bot.domain.handoff import DutyLane, HandoffLine
from bot.domain.ids import OfficerId
from bot.domain.queue import Common, Group, News
from bot.domain.roster import Roster
from bot.ports.officers import Officer
from bot.ports.upkeep import FiguresOf


class Lines(Protocol):
    """The queue as pages list it, without reading all of it."""

    async def pulse(self) -> str:
        """Another word whenever ``stamps`` may have changed."""

    async def stamps(self) -> Mapping[str, str]:
        """By lane another word whenever something of its open cases, or a message in their conversations, has changed."""

    async def ringing(self, lanes: Collection[str]) -> tuple[list[str], list[str], int]:
        """The latest emergencies and exercises that nobody has acknowledged; the exercises of them; how many emergencies there are.

        Emergencies are before exercises, and who waits longest is first.
        """

    async def common(self, lanes: Collection[str], most: Mapping[Group, int]) -> Common:
        """What is the same for everybody who sees these lanes; at most so many cases under each heading of what nobody holds."""

    async def some(self, lanes: Collection[str], officer: OfficerId, group: Group, skip: int, most: int) -> list[HandoffLine]:
        """The cases under one heading, after the first so many."""


class Looking(Protocol):
    """What may be read without a transaction: it stands in nobody's way."""

    @property
    def figures(self) -> FiguresOf: ...
    @property
    def lines(self) -> Lines: ...

    async def news(self) -> Mapping[OfficerId, News]:
        """What changes in the cases of each officer: of those who hold one, are offered one, or whose words could not be sent."""

    async def case(self, reference: str) -> tuple[DutyLane, str] | None:
        """The lane of that case, and the stamp of its conversation (``Conversations.stamp``); None when there is none."""

    async def file_wanted(self, now: datetime) -> bool:
        """Whether a file that came with a message is to be fetched now."""

    async def original(self, file: str) -> bytes:
        """A kept file as it came.  Raises Refused: ``no_attachment`` (gone), ``damaged`` (not what was kept)."""

    async def preview(self, file: str) -> bytes | None:
        """The small picture that stands for it; None: none was drawn yet."""

    async def officers(self) -> list[Officer]:
        """Everybody, enrolled or invited."""

    async def roster(self, since: date) -> Roster:
        """The duty roster, without what ended before that day."""

    async def sessions(self, tokens: Sequence[str]) -> Mapping[str, tuple[Account, Session]]:
        """Sessions by token, ended by time or not, with their accounts; those that there are."""
