"""The database: a transaction with every repository on it."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.ports.accounts import Accounts, Passkeys, Sessions
from bot.ports.cases import Conversations, Handoffs, Misreads
from bot.ports.clocks import Clocks
from bot.ports.files import Exports, Files
from bot.ports.messages import Counts, Inbox, Outbox, Typing, Unanswered
from bot.ports.officers import Officers, Rosters
from bot.ports.reading import Looking
from bot.ports.upkeep import Audit, Drills, Facts, Retention, Reviews, TroubleBook


class Transaction(Protocol):
    """Everything that happens together or not at all."""

    @property
    def inbox(self) -> Inbox: ...
    @property
    def unanswered(self) -> Unanswered: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def conversations(self) -> Conversations: ...
    @property
    def files(self) -> Files: ...
    @property
    def exports(self) -> Exports: ...
    @property
    def handoffs(self) -> Handoffs: ...
    @property
    def drills(self) -> Drills: ...
    @property
    def misreads(self) -> Misreads: ...
    @property
    def officers(self) -> Officers: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def roster(self) -> Rosters: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def passkeys(self) -> Passkeys: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def counts(self) -> Counts: ...
    @property
    def typing(self) -> Typing: ...
    @property
    def retention(self) -> Retention: ...
    @property
    def clocks(self) -> Clocks: ...
    @property
    def health(self) -> Facts: ...
    @property
    def troubles(self) -> TroubleBook: ...
    @property
    def reviews(self) -> Reviews: ...

    async def commit(self) -> None:
        """Make it so; then waiting workers, in this process and others, are woken."""


class Store(Protocol):
    """The database."""

    def begin(self) -> AbstractAsyncContextManager[Transaction]:
        """A new transaction: for writing from its first moment on; leaving it without ``commit`` rolls back."""

    def look(self) -> AbstractAsyncContextManager[Looking]:
        """For reading only, outside any transaction: long questions that must delay nobody."""

    async def wait(self, seconds: float, name: str = "") -> None:
        """Return when somebody committed, in any process, or after ``seconds`` (short polls included).

        ``name``: the loop that waits; it sleeps through commits that surely do not concern it.
        """

    async def truncate_log(self) -> bool:
        """After an erasure: make sure that no erased page is left in the write-ahead log; False: a reader is in the way, try again."""

    async def close(self) -> None:
        """Let go of every connection."""
