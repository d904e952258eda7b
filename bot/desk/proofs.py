"""Passwords by Argon2id and one-time codes by time: the port ``Proofs``."""

import asyncio
import hmac
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: A phone's clock may be one step off.
_STEPS = (0, -1, 1)
_SECONDS = 30
_DIGITS = 6
#: Hashing takes 64 MiB each time: not more than so many at once, whoever knocks.
_AT_ONCE = 2


class DeskProofs:
    """Hashing is done in a thread, so that no page waits for it."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """``hasher``: RFC 9106's second recommendation (64 MiB, three passes) unless another is given."""
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash("nobody has this password")
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def hashed(self, password: str) -> str:
        """With a salt of its own."""
        async with self._places:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, password: str, hashed: str | None) -> bool:
        """An account that is not there is looked at just as long."""
        async with self._places:
            right = await asyncio.to_thread(self._verified, password, hashed or self._nobody)
        return right and hashed is not None

    def _verified(self, password: str, hashed: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    def new_secret(self) -> str:
        """160 random bits in base 32."""
        return pyotp.random_base32()

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """Compared without telling how much was right."""
        if len(code) != _DIGITS or not (code.isascii() and code.isdecimal()):
            return None
        totp, present = pyotp.TOTP(secret), int(now.timestamp()) // _SECONDS
        fitting = [present + off for off in _STEPS if hmac.compare_digest(totp.generate_otp(present + off), code)]
        return fitting[0] if fitting else None


def otp_address(secret: str, name: str, issuer: str) -> str:
    """What an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name or issuer, issuer_name=issuer)
