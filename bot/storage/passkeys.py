"""Passkeys of accounts, and the challenges that they are to sign."""

import base64
from datetime import datetime

from sqlalchemy import RowMapping, delete, insert, select, update

from bot.domain.account import CHALLENGE_LIVES, AccountId, NewPasskey, Passkey, PasskeyId
from bot.domain.errors import Refused
from bot.domain.ids import new_id
from bot.storage.base import Work, opened, sealed
from bot.storage.desktables import challenges, passkeys


class SqlPasskeys:
    """The port ``Passkeys``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work
        self._key = work.kinds["officers"]

    async def ask(self, challenge: str, purpose: str, now: datetime) -> None:
        """What nobody answered in time is cleared away."""
        self._work.wakes_only()
        await self._work.run(delete(challenges).where(challenges.c.until <= now))
        row = {"challenge_index": self._asked(challenge, purpose), "until": now + CHALLENGE_LIVES}
        await self._work.run(insert(challenges).values(row))

    def _asked(self, challenge: str, purpose: str) -> bytes:
        return self._work.blind("challenges.challenge", f"{purpose}|{challenge}")

    async def spend(self, challenge: str, purpose: str, now: datetime) -> bool:
        """One statement: of two answers at once, one wins."""
        this = (challenges.c.challenge_index == self._asked(challenge, purpose)) & (challenges.c.until > now)
        return await self._work.run(delete(challenges).where(this)) == 1

    async def add(self, account: AccountId, name: str, made: NewPasskey, now: datetime) -> Passkey:
        """The unique index decides between two at once."""
        passkey = PasskeyId(new_id())
        row = {
            "id": passkey,
            "account_id": account,
            "credential_index": self._credential(made.credential),
            "credential_sealed": self._sealed(made.credential, "credential_sealed", passkey),
            "key_sealed": self._sealed(base64.b64encode(made.public_key).decode(), "key_sealed", passkey),
            "name_sealed": self._sealed(name, "name_sealed", passkey),
            "count": made.count,
            "created_at": now,
        }
        if not await self._work.insert_new(passkeys, row):
            raise Refused("passkey_known")
        found = await self.find(made.credential)
        assert found is not None  # noqa: S101 - it was written just now
        return found

    def _credential(self, credential: str) -> bytes:
        return self._work.blind("passkeys.credential", credential)

    def _sealed(self, text: str, column: str, row: str) -> bytes:
        return sealed(self._key, text, "passkeys", column, row)

    async def of(self, account: AccountId) -> list[Passkey]:
        """Oldest first."""
        mine = select(passkeys).where(passkeys.c.account_id == account).order_by(passkeys.c.created_at, passkeys.c.id)
        return [self._passkey(row) for row in await self._work.rows(mine)]

    async def find(self, credential: str) -> Passkey | None:
        """By its keyed hash."""
        row = await self._work.one(select(passkeys).where(passkeys.c.credential_index == self._credential(credential)))
        return None if row is None else self._passkey(row)

    def _passkey(self, row: RowMapping) -> Passkey:
        name, credential, key = (
            opened(self._key, row[column], "passkeys", column, row["id"]) for column in ("name_sealed", "credential_sealed", "key_sealed")
        )
        return Passkey(
            id=PasskeyId(row["id"]),
            account=AccountId(row["account_id"]),
            name=name,
            credential=credential,
            public_key=base64.b64decode(key),
            count=row["count"],
            created_at=row["created_at"],
            used_at=row["used_at"],
            doubted_at=row["doubted_at"],
        )

    async def use(self, passkey: PasskeyId, count: int, now: datetime) -> bool:
        """One statement; a device that does not count says 0 for ever."""
        newer = (passkeys.c.count < count) | ((passkeys.c.count == 0) & (count == 0))
        this = (passkeys.c.id == passkey) & passkeys.c.doubted_at.is_(None) & newer
        return await self._work.run(update(passkeys).where(this).values(count=count, used_at=now)) == 1

    async def doubt(self, passkey: PasskeyId, now: datetime) -> None:
        """Until its person takes it away."""
        await self._work.change(passkeys, passkey, doubted_at=now)

    async def end(self, passkey: PasskeyId, account: AccountId) -> bool:
        """Nobody ends another's."""
        mine = (passkeys.c.id == passkey) & (passkeys.c.account_id == account)
        return await self._work.run(delete(passkeys).where(mine)) == 1
