"""Who may sign in at the desk: accounts, their sessions, invitations, and how often one may try."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.ids import OfficerId

AccountId = NewType("AccountId", str)
SessionId = NewType("SessionId", str)
PasskeyId = NewType("PasskeyId", str)

#: A session ends after so long without an act of its person, and after so long in any case.
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
#: So long before that end its pages ask whether anybody is there.
ASKS = timedelta(minutes=5)
#: A dangerous act wants a password and a code that are no older than this.
PROVED = timedelta(minutes=10)
#: A browser that signed in once has a way of its own past the limits for so long.
DEVICE_LIVES = timedelta(days=90)
#: The first account's address, and an invitation's.
FIRST_LIVES = timedelta(hours=1)
INVITED_LIVES = timedelta(hours=24)
#: No rules of composition, no periodic change (OWASP ASVS 5.0, 6.2); the upper end only keeps hashing cheap.
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
LONGEST_NAME = 80
#: What a passkey has to sign is asked for and answered within this.
CHALLENGE_LIVES = timedelta(minutes=5)
RECOVERY_CODES = 10


class Role(StrEnum):
    """What an account may do; each account has one."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"  #: accounts only; never a conversation

    @property
    def reads(self) -> bool:
        """Whether it may see conversations."""
        return self is not Role.ADMINISTRATOR


class Fades(StrEnum):
    """How a session is about to end."""

    NO = ""
    IDLE = "idle"  #: unless its person does something
    OLD = "old"  #: whatever they do


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody who may sign in."""

    id: AccountId
    name: str = field(repr=False)
    role: Role
    officer: OfficerId | None = None  #: the same person in the queue; None for administrators, and for officers who were removed
    disabled: bool = False
    invited_by: AccountId | None = None  #: the administrator who did; None: the first one

    @property
    def is_live(self) -> bool:
        """Whether it may still sign in: not disabled, and not an officer whom somebody has removed."""
        return not self.disabled and (self.officer is not None or not self.role.reads)


@dataclass(frozen=True, kw_only=True)
class Lock:
    """What an account's person must know and have."""

    password: str = field(repr=False)  #: as an Argon2id hash
    secret: str = field(repr=False)  #: of the one-time codes


@dataclass(frozen=True, kw_only=True)
class Passkey:
    """A key of an account's person, which signs what it is given and never leaves their device."""

    id: PasskeyId
    account: AccountId
    name: str = field(repr=False)
    credential: str = field(repr=False)  #: by which its device names it, in base64url
    public_key: bytes = field(repr=False)
    count: int  #: how often it says that it has signed; 0 for ever where it does not count
    created_at: datetime
    used_at: datetime | None = None
    doubted_at: datetime | None = None  #: it counted backwards: there is a copy of it, and neither opens anything any more


@dataclass(frozen=True, kw_only=True)
class NewPasskey:
    """What a device has made, and proven to have."""

    credential: str = field(repr=False)
    public_key: bytes = field(repr=False)
    count: int


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What a passkey has signed, verified."""

    count: int
    knows_person: bool  #: its device has asked for a finger, a face or a number


@dataclass(frozen=True, kw_only=True)
class Session:
    """One signed-in browser."""

    id: SessionId
    account: AccountId
    created_at: datetime
    seen_at: datetime
    proved_at: datetime  #: when password and code were last given
    form_token: str = field(repr=False)  #: what every form of this session carries
    renews: bool = False  #: a recovery code opened it: nothing else is done before there is a new second factor
    device: str = field(default="", repr=False)  #: browser and system, in two words; known only where sessions are listed

    def is_alive(self, now: datetime) -> bool:
        """Neither idle for too long nor too old."""
        return now < self.ends_at

    @property
    def ends_at(self) -> datetime:
        """When it is over, if its person does nothing more."""
        return min(self.seen_at + IDLE, self.created_at + LONGEST)

    def fades(self, now: datetime) -> Fades:
        """Whether it is about to end, and whether an act would keep it."""
        if now < self.ends_at - ASKS:
            return Fades.NO
        return Fades.IDLE if self.seen_at + IDLE <= self.created_at + LONGEST else Fades.OLD

    def is_proved(self, now: datetime) -> bool:
        """Whether password and code were given lately."""
        return now - self.proved_at < PROVED


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Leave to make one account."""

    id: str
    role: Role
    name: str | None = field(repr=False)  #: None: the first account chooses its own
    secret: str = field(repr=False)
    duties: tuple[str, ...]
    by: AccountId | None = None

    @property
    def is_first(self) -> bool:
        """It came from the program itself, when there was no account yet."""
        return self.name is None


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most ``tries`` that failed, within ``within``."""

    tries: int
    within: timedelta


#: Per account from browsers that never signed in to it: strangers share it, and cannot use up anybody's own way.
STRANGERS = (Limit(tries=10, within=timedelta(minutes=5)), Limit(tries=50, within=timedelta(days=1)))
#: Per browser that signed in to this account before: its person's own way.
KNOWN = (Limit(tries=10, within=timedelta(minutes=5)), Limit(tries=50, within=timedelta(days=1)))
#: Challenges for passkeys per address: each is a row that lives for minutes.
CHALLENGES = (Limit(tries=300, within=timedelta(minutes=5)),)
#: Per address, over all accounts, from unknown browsers.  Behind a reverse proxy everybody has one address: hence so wide.
ADDRESS = (Limit(tries=60, within=timedelta(minutes=5)),)
