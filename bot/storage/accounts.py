"""Who may sign in at the desk, with which password and codes; and invitations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.domain.account import Account, AccountId, Invitation, Lock, Role
from bot.domain.errors import Refused
from bot.domain.ids import OfficerId
from bot.storage.base import Work, opened, sealed
from bot.storage.desktables import accounts, devices, invitations, passkeys, recovery_codes, sessions

_ALL = select(accounts).order_by(accounts.c.created_at, accounts.c.id)


class SqlAccounts:
    """The port ``Accounts``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work
        self._key = work.kinds["officers"]

    def _sealed(self, text: str, table: str, column: str, row: str) -> bytes:
        return sealed(self._key, text, table, column, row)

    def _name(self, name: str) -> bytes:
        return self._work.blind("accounts.name", name.casefold())

    async def make(self, account: Account, lock: Lock, step: int, recovery: Sequence[str], now: datetime) -> None:
        """The database's unique index decides between two of one name."""
        values = {
            "id": account.id,
            "name_index": self._name(account.name),
            "name_sealed": self._sealed(account.name, "accounts", "name_sealed", account.id),
            "role": account.role,
            "officer_id": account.officer,
            "password_sealed": self._sealed(lock.password, "accounts", "password_sealed", account.id),
            "secret_sealed": self._sealed(lock.secret, "accounts", "secret_sealed", account.id),
            "last_step": step,
            "created_at": now,
            "invited_by": account.invited_by,
        }
        try:
            await self._work.run(insert(accounts).values(values))
        except IntegrityError:
            raise Refused("name_taken") from None
        await self.renew_recovery(account.id, recovery)

    async def all(self) -> list[Account]:
        """Oldest first."""
        return [self._account(row) for row in await self._work.rows(_ALL)]

    async def get(self, account: AccountId) -> Account:
        """KeyError when unknown."""
        return self._account(await self._row(account))

    async def _row(self, account: AccountId) -> RowMapping:
        row = await self._work.one(select(accounts).where(accounts.c.id == account))
        if row is None:
            raise KeyError(account)
        return row

    def _account(self, row: RowMapping) -> Account:
        return Account(
            id=AccountId(row["id"]),
            name=opened(self._key, row["name_sealed"], "accounts", "name_sealed", row["id"]),
            role=Role(row["role"]),
            officer=None if row["officer_id"] is None else OfficerId(row["officer_id"]),
            disabled=row["disabled_at"] is not None,
            invited_by=None if row["invited_by"] is None else AccountId(row["invited_by"]),
        )

    async def by_name(self, name: str) -> Account | None:
        """Found by the keyed hash of its name."""
        row = await self._work.one(select(accounts).where(accounts.c.name_index == self._name(name)))
        return None if row is None else self._account(row)

    async def lock_of(self, account: AccountId) -> Lock:
        """Opened."""
        row = await self._row(account)
        password, secret = (opened(self._key, row[name], "accounts", name, row["id"]) for name in ("password_sealed", "secret_sealed"))
        return Lock(password=password, secret=secret)

    async def spend_step(self, account: AccountId, step: int) -> bool:
        """One statement: of two at once with one code, one wins."""
        newer = (accounts.c.id == account) & (accounts.c.last_step < step)
        return await self._work.run(update(accounts).where(newer).values(last_step=step)) == 1

    async def spend_recovery(self, account: AccountId, code: str) -> bool:
        """One statement again."""
        mine = (recovery_codes.c.account_id == account) & (recovery_codes.c.code_index == self._recovery(account, code))
        return await self._work.run(delete(recovery_codes).where(mine)) == 1

    def _recovery(self, account: AccountId, code: str) -> bytes:
        return self._work.blind("recovery_codes.code", f"{account}|{code}")

    async def renew_password(self, account: AccountId, hashed: str) -> None:
        """The old hash is overwritten."""
        await self._work.change(accounts, account, password_sealed=self._sealed(hashed, "accounts", "password_sealed", account))

    async def renew_secret(self, account: AccountId, secret: str, step: int) -> None:
        """Codes of the old one fit no more."""
        kept = self._sealed(secret, "accounts", "secret_sealed", account)
        await self._work.change(accounts, account, secret_sealed=kept, last_step=step)

    async def recovery_left(self, account: AccountId) -> int:
        """Counted."""
        return int(await self._work.value(select(func.count()).where(recovery_codes.c.account_id == account)))

    async def renew_recovery(self, account: AccountId, codes: Sequence[str]) -> None:
        """The old ones are gone."""
        await self._work.run(delete(recovery_codes).where(recovery_codes.c.account_id == account))
        for code in codes:
            row = {"code_index": self._recovery(account, code), "account_id": account}
            await self._work.run(insert(recovery_codes).values(row))

    async def disable(self, account: AccountId, now: datetime) -> None:
        """With everything by which it could come in."""
        await self._work.change(accounts, account, disabled_at=now)
        for table in (sessions, devices, recovery_codes, passkeys):
            await self._work.run(delete(table).where(table.c.account_id == account))

    async def invite(self, invitation: Invitation, token: str, by: AccountId | None, until: datetime) -> None:
        """There is never more than one first address."""
        if invitation.is_first:
            await self._work.run(delete(invitations).where(invitations.c.name_sealed.is_(None)))
        name = invitation.name
        values: dict[str, Any] = {
            "id": invitation.id,
            "token_index": self._work.blind("invitations.token", token),
            "role": invitation.role,
            "duties": ",".join(invitation.duties),
            "name_sealed": None if name is None else self._sealed(name, "invitations", "name_sealed", invitation.id),
            "secret_sealed": self._sealed(invitation.secret, "invitations", "secret_sealed", invitation.id),
            "invited_by": by,
            "until": until,
        }
        await self._work.run(insert(invitations).values(values))

    async def invitation(self, token: str, now: datetime) -> Invitation | None:
        """Those that have ended, or whose inviter was disabled, are none."""
        inviter = invitations.outerjoin(accounts, accounts.c.id == invitations.c.invited_by)
        open_ = or_(invitations.c.invited_by.is_(None), accounts.c.disabled_at.is_(None))
        wanted = invitations.c.token_index == self._work.blind("invitations.token", token)
        row = await self._work.one(select(invitations).select_from(inviter).where(wanted, open_, invitations.c.until > now))
        if row is None:
            return None
        named = row["name_sealed"] is not None
        return Invitation(
            id=row["id"],
            role=Role(row["role"]),
            name=opened(self._key, row["name_sealed"], "invitations", "name_sealed", row["id"]) if named else None,
            secret=opened(self._key, row["secret_sealed"], "invitations", "secret_sealed", row["id"]),
            duties=tuple(row["duties"].split(",")),
            by=None if row["invited_by"] is None else AccountId(row["invited_by"]),
        )

    async def spend_invitation(self, invitation: str) -> bool:
        """One statement: of two at once, one wins."""
        return await self._work.run(delete(invitations).where(invitations.c.id == invitation)) == 1
