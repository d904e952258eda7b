"""What hangs on the machine's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Pauses:
    """The longest of each kind that the house makes."""

    rings: Sequence[timedelta]  #: of an emergency, after its first round, its second, ...; the last one is for all that follow
    claim_within: timedelta  #: from an acknowledgement to the next ring
    unclear: timedelta
    first_words: timedelta
    aside: timedelta
    aside_emergency: timedelta
    offer: timedelta
    retry: timedelta  #: a conversation that could not be answered
    lease: timedelta  #: of a message that is being answered
    courier: timedelta  #: the lease of what is being sent
    urgent: timedelta
    ordinary: timedelta
    file: timedelta


class Clocks(Protocol):
    """Times that lie ahead."""

    async def written(self) -> datetime | None:
        """When the database was last written to, by the clock of then; None: never."""

    async def pull(self, now: datetime, pauses: Pauses) -> int:
        """Bring every time that is further ahead than its pause to no further than that; how many.  Nothing is moved later."""
