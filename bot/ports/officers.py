"""Officers as they are rung and write, and when they are on duty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from bot.domain.ids import MessageId, OfficerId
from bot.domain.message import ChannelName
from bot.domain.roster import Absence, Cover, Roster, Shift


@dataclass(frozen=True, kw_only=True)
class Officer:
    """An enrolled officer, or one who was invited."""

    id: OfficerId
    name: str = field(repr=False)
    enrolled: bool
    channel: ChannelName | None = None
    duties: tuple[str, ...] = ("general",)  #: duty lanes: general, security
    languages: tuple[str, ...] = ()  #: locales in which they can talk to a defender; empty: not said
    at_desk: bool = False  #: has an account that is not disabled
    leads: bool = False  #: and it is a supervisor's
    suspended_at: datetime | None = None  #: their safety number changed then: not heard and not rung until somebody confirms it

    @property
    def is_service(self) -> bool:
        """It is a way by which people are rung, and nobody who could act."""
        return self.channel is ChannelName.SERVICE

    @property
    def is_person(self) -> bool:
        """Somebody who is rung, hears it and can act."""
        return self.has_phone and self.suspended_at is None

    @property
    def has_phone(self) -> bool:
        """A messenger of a person is enrolled, in doubt or not."""
        return self.enrolled and not self.is_service


@dataclass(frozen=True, kw_only=True)
class Reached:
    """Whether alerts get to an officer."""

    confirmed_at: datetime | None = None  #: when a messenger last took one
    failed: bool = False  #: the last one was given up


@dataclass(frozen=True, kw_only=True)
class Pending:
    """Words of an officer that were not sent: they wait for one more word."""

    text: str = field(repr=False)
    reference: str | None  #: for which case; None: that is what was asked
    at: datetime


class Officers(Protocol):
    """Who takes over."""

    async def keep_pending(self, officer: OfficerId, pending: Pending | None) -> None:
        """Keep it, sealed, in the place of what waited before; None: nothing waits any more."""

    async def suspend(self, officer: OfficerId, now: datetime) -> bool:
        """Their safety number changed: what they hold on that phone rings others.  False: it was known already."""

    async def queue_trust(self, officer: OfficerId, now: datetime) -> bool:
        """Queue the word to the messenger that the changed safety number is theirs; False when it has not changed."""

    async def trust(self, officer: OfficerId) -> None:
        """The messenger trusts it: they are heard and rung again."""

    async def end_messenger(self, officer: OfficerId) -> bool:
        """Forget the phone and what waits for it; what it held, and emergencies that were to ring there, ring others.

        False: there is none.
        """

    async def timed(self, officer: OfficerId, at: datetime | None) -> None:
        """The messenger was told then how long words stay in this officer's chat; None: that does not hold any more."""

    async def pending(self, officer: OfficerId) -> Pending | None:
        """What waits; None when nothing does, or what did cannot be read any more."""

    async def invite(self, name: str, duties: Sequence[str], now: datetime) -> str:
        """Make an officer who is not enrolled yet and return the one-time code; only its keyed hash is kept; it ends after 24 h."""

    async def redeem(self, message: MessageId, now: datetime) -> Officer | None:
        """Enrol the sender of a kept officer's message whose text is a pending code; None when there is none any more."""

    async def get(self, officer: OfficerId) -> Officer:
        """The officer; raises KeyError when unknown."""

    async def all(self) -> list[Officer]:
        """Everybody, enrolled or invited, oldest first."""

    async def by_name(self, name: str) -> Officer | None:
        """The officer of that name, for the terminal door."""

    async def make(self, name: str, duties: Sequence[str], now: datetime) -> OfficerId:
        """An officer without a messenger: somebody at the desk."""

    async def new_code(self, officer: OfficerId, now: datetime) -> str:
        """A one-time code, as ``invite`` returns it, for an officer who is there and has no messenger yet."""

    async def reached(self) -> Mapping[OfficerId, Reached]:
        """Of each officer for whom anything was ever sent or given up: how the last of it went."""

    async def add_service(self, name: str, address: str, duties: Sequence[str], now: datetime) -> OfficerId:
        """A way by which officers are rung besides the messengers; ``address`` is one of the apprise library's, and kept sealed."""

    async def speaks(self, officer: OfficerId, languages: Sequence[str]) -> None:
        """Keep in which locales they can talk to a defender."""

    async def unreached(self, since: datetime) -> Sequence[tuple[OfficerId, ChannelName]]:
        """Whose alert has been waiting to be sent since before that."""

    async def remove(self, officer: OfficerId) -> None:
        """Forget identity and address; the officer's claims go back to the queue by the caller."""


class Rosters(Protocol):
    """The duty roster."""

    async def read(self, since: date | None = None) -> Roster:
        """All of it, or without days off and covers that ended before that day."""

    async def add_shift(self, shift: Shift) -> None:
        """Hours of somebody in every week."""

    async def remove_shift(self, shift: str) -> bool:
        """With what was taken over of it; False when there is none."""

    async def add_absence(self, absence: Absence) -> None:
        """Days on which weekly hours do not count."""

    async def remove_absence(self, absence: str) -> bool:
        """False when there is none."""

    async def ask(self, cover: Cover) -> None:
        """Keep who shall take over one day's hours, in the place of who was to before."""

    async def accept(self, cover: str, by: OfficerId) -> bool:
        """Compare-and-set: True for whoever was asked, once."""

    async def decline(self, cover: str) -> bool:
        """Forget it; False when there is none."""
