"""The desk's accounts, sessions and proofs of who somebody is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.account import Account, AccountId, Invitation, Limit, Lock, NewPasskey, Passkey, PasskeyId, Session, SessionId, Signed


class Accounts(Protocol):
    """Who may sign in at the desk."""

    async def make(self, account: Account, lock: Lock, step: int, recovery: Sequence[str], now: datetime) -> None:
        """A new account whose last code was that of ``step``.  Raises Refused("name_taken")."""

    async def all(self) -> list[Account]:
        """Every account, disabled ones too, oldest first."""

    async def get(self, account: AccountId) -> Account:
        """The account; raises KeyError when unknown."""

    async def by_name(self, name: str) -> Account | None:
        """The account of that name, upper or lower case."""

    async def lock_of(self, account: AccountId) -> Lock:
        """What its person must know and have."""

    async def spend_step(self, account: AccountId, step: int) -> bool:
        """Compare-and-set: False when a code of this step or of a later one was used already."""

    async def spend_recovery(self, account: AccountId, code: str) -> bool:
        """Compare-and-set: False when it is none of this account's, or was used already."""

    async def renew_password(self, account: AccountId, hashed: str) -> None:
        """The account's password is this one from now on."""

    async def renew_secret(self, account: AccountId, secret: str, step: int) -> None:
        """One-time codes come from this secret from now on; the code of ``step`` was its first."""

    async def recovery_left(self, account: AccountId) -> int:
        """How many recovery codes are unused."""

    async def renew_recovery(self, account: AccountId, codes: Sequence[str]) -> None:
        """These, and no others, from now on."""

    async def disable(self, account: AccountId, now: datetime) -> None:
        """It signs in no more; its sessions and known browsers end."""

    async def invite(self, invitation: Invitation, token: str, by: AccountId | None, until: datetime) -> None:
        """Keep an invitation; only the token's keyed hash is kept.  One without a name replaces any other without a name."""

    async def invitation(self, token: str, now: datetime) -> Invitation | None:
        """The invitation of that token; None when there is none any more."""

    async def spend_invitation(self, invitation: str) -> bool:
        """Take it away; False when somebody else did."""


class Sessions(Protocol):
    """Signed-in browsers.  Tokens are kept as keyed hashes only."""

    async def begin(self, account: AccountId, now: datetime) -> tuple[Session, str]:
        """A new session with its token; those that have ended by time are cleared away."""

    async def find(self, token: str) -> Session | None:
        """The session of that token, ended by time or not."""

    async def of(self, account: AccountId) -> list[Session]:
        """All of an account, newest first."""

    async def describe(self, session: SessionId, device: str) -> None:
        """In which browser it is, in two words; sealed."""

    async def touch(self, session: SessionId, now: datetime) -> None:
        """Its person has just acted."""

    async def prove(self, session: SessionId, now: datetime) -> None:
        """Its person has just given password and code again."""

    async def end(self, session: SessionId, account: AccountId) -> bool:
        """End one of that account's sessions; False when there is none."""

    async def end_others(self, session: SessionId, account: AccountId) -> None:
        """End all of that account's sessions but this one."""

    async def renew(self, session: SessionId, *, renews: bool) -> None:
        """Whether a new second factor has to come before anything else in it."""

    async def offer(self, session: SessionId, secret: str) -> None:
        """Keep, sealed, the secret that this session has been shown for a new authenticator; None of earlier ones counts any more."""

    async def offered(self, session: SessionId) -> str | None:
        """That secret; None when there is none."""

    async def remember(self, account: AccountId, now: datetime) -> str:
        """A token by which a browser that has just signed in to this account is known again."""

    async def device(self, token: str, account: AccountId, now: datetime) -> str | None:
        """The name of the known browser with that token; None when it is not known for this account."""

    async def known_to(self, token: str, now: datetime) -> AccountId | None:
        """The account that the known browser with that token has signed in to; None when it is not known."""

    async def admit(self, limits: Mapping[str, Sequence[Limit]], now: datetime) -> None:
        """Count one more try for each key under its limits, in fixed windows.

        Raises TooOften when one of them is used up; the caller then does not commit, so that refused tries count for nothing.
        """

    async def forgive(self, limits: Mapping[str, Sequence[Limit]], now: datetime) -> None:
        """Take back what ``admit`` counted: it was right."""


class Proofs(Protocol):
    """Passwords and one-time codes; no transaction may be open while one is looked at."""

    async def hashed(self, password: str) -> str:
        """As an Argon2id hash."""

    async def fits(self, password: str, hashed: str | None) -> bool:
        """Whether it is the password; None: there is none, and saying so takes as long."""

    def new_secret(self) -> str:
        """A new secret for one-time codes."""

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """The 30-second step whose code this is, the last, present or next one; None when it is none of theirs."""


class Passkeys(Protocol):
    """Keys that accounts have registered, and what they are asked to sign.  Kept sealed; found by keyed hashes."""

    async def ask(self, challenge: str, purpose: str, now: datetime) -> None:
        """Keep a challenge for a purpose (what is done with it, and in which browser) as a keyed hash, for ``CHALLENGE_LIVES``."""

    async def spend(self, challenge: str, purpose: str, now: datetime) -> bool:
        """Compare-and-set: False when it was never asked for this purpose, was used already, or is too old."""

    async def add(self, account: AccountId, name: str, made: NewPasskey, now: datetime) -> Passkey:
        """A new key.  Raises Refused("passkey_known") when it is registered already, here or elsewhere."""

    async def of(self, account: AccountId) -> list[Passkey]:
        """All of an account, oldest first."""

    async def find(self, credential: str) -> Passkey | None:
        """The key that its device names so."""

    async def use(self, passkey: PasskeyId, count: int, now: datetime) -> bool:
        """Compare-and-set: False when it has counted so far before, or is doubted."""

    async def doubt(self, passkey: PasskeyId, now: datetime) -> None:
        """There is a copy of it: it opens nothing any more."""

    async def end(self, passkey: PasskeyId, account: AccountId) -> bool:
        """Forget one of that account's keys; False when there is none."""


class PasskeyProofs(Protocol):
    """What devices say about passkeys (WebAuthn), for one name under which the desk is reached."""

    def new_challenge(self) -> str:
        """256 random bits in base64url."""

    def challenge_of(self, answer: str) -> str:
        """What the answer says it has signed; empty for what is no answer.  Nothing is proven by it."""

    def credential_of(self, answer: str) -> str:
        """Which key the answer says it is of; empty for what is no answer.  Nothing is proven by it."""

    def made(self, answer: str, challenge: str) -> NewPasskey:
        """The key that a device has made for this challenge and this desk.  Raises NotProven."""

    def signed(self, answer: str, challenge: str, passkey: Passkey) -> Signed:
        """That this key has signed this challenge for this desk.  Raises NotProven."""
