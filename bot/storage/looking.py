"""Reading only: nobody waits for it, and on SQLite it does its work in the driver's thread."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import literal_column, select

from bot.domain.account import Account, Session
from bot.domain.files import FileState
from bot.domain.handoff import DutyLane
from bot.domain.ids import OfficerId
from bot.domain.queue import News
from bot.domain.roster import Roster
from bot.ports import Officer
from bot.storage.accounts import SqlAccounts
from bot.storage.base import Work
from bot.storage.conversations import SqlConversations
from bot.storage.figures import SqlFigures
from bot.storage.filetables import attachments
from bot.storage.handoffs import SqlHandoffs
from bot.storage.kept import content_of, preview_of
from bot.storage.lines import SqlLines
from bot.storage.news import news_of
from bot.storage.officers import SqlOfficers
from bot.storage.roster import SqlRosters
from bot.storage.sessions import SqlSessions


class SqlLooking:
    """The port ``Looking``."""

    def __init__(self, work: Work) -> None:
        """Made by ``SqlStore.look``."""
        self._work = work

    @cached_property
    def figures(self) -> SqlFigures:
        """Counted and timed cases."""
        return SqlFigures(self._work)

    @cached_property
    def lines(self) -> SqlLines:
        """The queue as pages list it."""
        return SqlLines(self._work)

    async def news(self) -> Mapping[OfficerId, News]:
        """What changes in the cases of each officer."""
        return await news_of(self._work)

    async def case(self, reference: str) -> tuple[DutyLane, str] | None:
        """Its lane, and the stamp of its conversation."""
        found = await SqlHandoffs(self._work).find(reference)
        if found is None:
            return None
        # What the person writes after its end belongs to another case, perhaps of another lane.
        return found.lane, await SqlConversations(self._work).stamp(found.conversation) if found.is_open else f"{found.closed_at}"

    async def file_wanted(self, now: datetime) -> bool:
        """Whether a file is to be fetched now."""
        due = (attachments.c.state == FileState.WANTED, attachments.c.due_at <= now)
        return await self._work.value(select(literal_column("1")).where(*due).limit(1)) is not None

    async def original(self, file: str) -> bytes:
        """A kept file as it came."""
        return await content_of(self._work, file)

    async def preview(self, file: str) -> bytes | None:
        """The small picture that stands for it."""
        return await preview_of(self._work, file)

    async def officers(self) -> list[Officer]:
        """Everybody, enrolled or invited."""
        return await SqlOfficers(self._work).all()

    async def roster(self, since: date) -> Roster:
        """The duty roster."""
        return await SqlRosters(self._work).read(since)

    async def sessions(self, tokens: Sequence[str]) -> dict[str, tuple[Account, Session]]:
        """By token, with their accounts; those that there are."""
        sessions = await SqlSessions(self._work).named(tokens)
        accounts = {account.id: account for account in await SqlAccounts(self._work).all()} if sessions else {}
        return {token: (accounts[session.account], session) for token, session in sessions.items() if session.account in accounts}
