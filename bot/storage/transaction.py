"""Everything that happens together or not at all."""

from collections.abc import Awaitable, Callable
from functools import cached_property

from bot.ports import Clock
from bot.storage.accounts import SqlAccounts
from bot.storage.base import Work
from bot.storage.clocks import SqlClocks
from bot.storage.conversations import SqlConversations
from bot.storage.drills import SqlDrills
from bot.storage.exports import SqlExports
from bot.storage.fetching import SqlFiles
from bot.storage.handoffs import SqlHandoffs
from bot.storage.health import SqlHealth
from bot.storage.inbox import SqlInbox
from bot.storage.ledger import SqlAudit, SqlCounts
from bot.storage.misread import SqlMisreads
from bot.storage.officers import SqlOfficers
from bot.storage.outbox import SqlOutbox
from bot.storage.passkeys import SqlPasskeys
from bot.storage.retention import SqlRetention
from bot.storage.reviews import SqlReviews
from bot.storage.roster import SqlRosters
from bot.storage.sessions import SqlSessions
from bot.storage.troubles import SqlTroubles
from bot.storage.typing import SqlTyping
from bot.storage.unanswered import SqlUnanswered


class SqlTransaction:
    """The port ``Transaction``: the repositories on one connection."""

    def __init__(self, work: Work, clock: Clock, commit: Callable[[Work], Awaitable[None]]) -> None:
        """Made by ``SqlStore.begin``."""
        self._work = work
        self._clock = clock
        self._commit = commit

    @cached_property
    def inbox(self) -> SqlInbox:
        """Everything that ever arrived."""
        return SqlInbox(self._work)

    @cached_property
    def unanswered(self) -> SqlUnanswered:
        """What waits while nobody may be answered."""
        return SqlUnanswered(self._work)

    @cached_property
    def outbox(self) -> SqlOutbox:
        """Everything that is to be said."""
        return SqlOutbox(self._work)

    @cached_property
    def conversations(self) -> SqlConversations:
        """Conversations with their contact."""
        return SqlConversations(self._work)

    @cached_property
    def files(self) -> SqlFiles:
        """Files that came with messages."""
        return SqlFiles(self._work)

    @cached_property
    def exports(self) -> SqlExports:
        """Who asks for originals, and who agrees."""
        return SqlExports(self._work)

    @cached_property
    def handoffs(self) -> SqlHandoffs:
        """The queue."""
        return SqlHandoffs(self._work)

    @cached_property
    def drills(self) -> SqlDrills:
        """Exercises."""
        return SqlDrills(self._work)

    @cached_property
    def misreads(self) -> SqlMisreads:
        """Marks on messages that the model misread."""
        return SqlMisreads(self._work)

    @cached_property
    def officers(self) -> SqlOfficers:
        """Who takes over."""
        return SqlOfficers(self._work)

    @cached_property
    def accounts(self) -> SqlAccounts:
        """Who may sign in at the desk."""
        return SqlAccounts(self._work)

    @cached_property
    def roster(self) -> SqlRosters:
        """Who is on duty when."""
        return SqlRosters(self._work)

    @cached_property
    def sessions(self) -> SqlSessions:
        """Signed-in browsers."""
        return SqlSessions(self._work)

    @cached_property
    def passkeys(self) -> SqlPasskeys:
        """Keys of accounts."""
        return SqlPasskeys(self._work)

    @cached_property
    def audit(self) -> SqlAudit:
        """Who did what when."""
        return SqlAudit(self._work, self._clock)

    @cached_property
    def counts(self) -> SqlCounts:
        """Events for the operator."""
        return SqlCounts(self._work)

    @cached_property
    def typing(self) -> SqlTyping:
        """Officers who are writing now."""
        return SqlTyping(self._work)

    @cached_property
    def retention(self) -> SqlRetention:
        """Erasing by time."""
        return SqlRetention(self._work, self._clock)

    @cached_property
    def clocks(self) -> SqlClocks:
        """Times that lie ahead."""
        return SqlClocks(self._work)

    @cached_property
    def health(self) -> SqlHealth:
        """How the house stands."""
        return SqlHealth(self._work)

    @cached_property
    def troubles(self) -> SqlTroubles:
        """What does not work."""
        return SqlTroubles(self._work)

    @cached_property
    def reviews(self) -> SqlReviews:
        """Who has read which text."""
        return SqlReviews(self._work)

    async def commit(self) -> None:
        """Write the counts, make it so, wake who waits."""
        await self.counts.flush()
        await self._commit(self._work)
