"""Files that came with messages, and originals that leave the house."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.files import Export, FileState, Known, Refusals, Room, Wanted
from bot.domain.ids import ConversationId, OfficerId


class Files(Protocol):
    """Files that came with messages: fetched after the message is kept, sealed in pieces under the contact's key."""

    async def take(self, now: datetime, lease_seconds: float) -> Wanted | None:
        """The next file that is to be fetched, those of open emergencies first; None when none is due.

        Nobody else takes it within the lease; after it, it is due again.
        """

    async def room(self, wanted: Wanted, now: datetime) -> Room:
        """How much is held already."""

    async def put(self, wanted: Wanted, first: int, total: int, pieces: Sequence[bytes]) -> None:
        """Seal some of its ``total`` pieces, from the number ``first`` on.  Raises LostClaim: erased, or another's meanwhile."""

    async def keep(self, wanted: Wanted, known: Known, now: datetime) -> None:
        """Every piece is there: seal what is known of it, and queue its deletion where the messenger has it on a disk of ours.

        Raises LostClaim.
        """

    async def end(self, wanted: Wanted, state: FileState, failure: str, now: datetime) -> None:
        """It will not be kept; ``failure`` is one static word.  Raises LostClaim."""

    async def refusals(self, conversation: ConversationId, now: datetime) -> Refusals:
        """What of the last day could not be kept and nobody has told its sender."""

    async def told(self, conversation: ConversationId, now: datetime) -> None:
        """The sender is told of all of it."""

    async def postpone(self, wanted: Wanted, until: datetime, failure: str) -> None:
        """It is due again then.  Raises LostClaim."""

    async def keep_preview(self, file: str, preview: bytes) -> None:
        """Seal the small picture that stands for a kept one; nothing where that is gone."""


class Exports(Protocol):
    """Who has asked for an original, and which second person has agreed; they go with the file."""

    async def ask(self, conversation: ConversationId, file: str, number: str, officer: OfficerId, reason: str, now: datetime) -> None:
        """Keep that somebody asks, and why, sealed."""

    async def of(self, conversation: ConversationId) -> Sequence[Export]:
        """All of a conversation's files, oldest first."""

    async def agree(self, export: str, officer: OfficerId, now: datetime) -> bool:
        """Compare-and-set; False when it was theirs, agreed to already, or too long ago.  The database refuses the same person too."""

    async def agreed(self, file: str, officer: OfficerId, now: datetime) -> Export | None:
        """The consent by which this officer may take that file now; None when there is none, or it is too long ago."""
