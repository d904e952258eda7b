"""Signed-in browsers, browsers that are known, and how often somebody has tried."""

import base64
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil

from sqlalchemy import RowMapping, delete, insert, select, update

from bot.domain.account import DEVICE_LIVES, LONGEST, AccountId, Limit, Session, SessionId
from bot.domain.errors import TooOften
from bot.domain.ids import new_id
from bot.storage.base import Work, opened, readable, sealed, upsert
from bot.storage.desktables import devices, sessions, throttles

_AT_ONCE = 500


class SqlSessions:
    """The port ``Sessions``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def begin(self, account: AccountId, now: datetime) -> tuple[Session, str]:
        """256 random bits; what is kept opens nothing."""
        await self._work.run(delete(sessions).where(sessions.c.created_at < now - LONGEST))
        token = secrets.token_urlsafe(32)
        row = {"id": new_id(), "account_id": account, "created_at": now, "seen_at": now, "proved_at": now}
        await self._work.run(insert(sessions).values(row | {"token_index": self._index(token)}))
        found = await self.find(token)
        assert found is not None  # noqa: S101 - it was written two lines above
        return found, token

    def _index(self, token: str) -> bytes:
        return self._work.blind("sessions.token", token)

    async def find(self, token: str) -> Session | None:
        """By its keyed hash."""
        row = await self._work.one(select(sessions).where(sessions.c.token_index == self._index(token)))
        return None if row is None else self._session(row)

    async def named(self, tokens: Sequence[str]) -> dict[str, Session]:
        """By token, those that there are; so many questions at a time as both databases take."""
        found: dict[str, Session] = {}
        for start in range(0, len(tokens), _AT_ONCE):
            by_index = {self._index(token): token for token in tokens[start : start + _AT_ONCE]}
            rows = await self._work.rows(select(sessions).where(sessions.c.token_index.in_(list(by_index))))
            found |= {by_index[bytes(row["token_index"])]: self._session(row) for row in rows}
        return found

    def _session(self, row: RowMapping) -> Session:
        """The forms' token follows from the session and our key: nobody can make it, and nothing more is kept."""
        form = base64.urlsafe_b64encode(self._work.blind("sessions.form", row["id"])).decode().rstrip("=")
        times = {name: row[name] for name in ("created_at", "seen_at", "proved_at")}
        account, renews = AccountId(row["account_id"]), bool(row["renews"])
        return Session(id=SessionId(row["id"]), account=account, form_token=form, renews=renews, **times)

    async def of(self, account: AccountId) -> list[Session]:
        """Newest first."""
        mine = select(sessions).where(sessions.c.account_id == account).order_by(sessions.c.created_at.desc())
        return [replace(self._session(row), device=self._device(row)) for row in await self._work.rows(mine)]

    def _device(self, row: RowMapping) -> str:
        """What cannot be read is not known."""
        kept = row["device_sealed"]
        return "" if kept is None else readable(self._work.kinds["officers"], kept, "sessions", "device_sealed", row["id"]) or ""

    async def describe(self, session: SessionId, device: str) -> None:
        """Concerns no loop."""
        self._work.wakes_only()
        kept = sealed(self._work.kinds["officers"], device, "sessions", "device_sealed", session)
        await self._work.change(sessions, session, device_sealed=kept)

    async def touch(self, session: SessionId, now: datetime) -> None:
        """Concerns no loop."""
        self._work.wakes_only()
        await self._work.change(sessions, session, seen_at=now)

    async def prove(self, session: SessionId, now: datetime) -> None:
        """Both are said."""
        await self._work.change(sessions, session, seen_at=now, proved_at=now)

    async def end(self, session: SessionId, account: AccountId) -> bool:
        """Nobody ends another's."""
        mine = (sessions.c.id == session) & (sessions.c.account_id == account)
        return await self._work.run(delete(sessions).where(mine)) == 1

    async def end_others(self, session: SessionId, account: AccountId) -> None:
        """Whoever sits in one of them signs in again."""
        await self._work.run(delete(sessions).where(sessions.c.account_id == account, sessions.c.id != session))

    async def renew(self, session: SessionId, *, renews: bool) -> None:
        """Once the new one is there, what was offered for it is gone too."""
        await self._work.change(sessions, session, renews=renews, offered_sealed=None)

    async def offer(self, session: SessionId, secret: str) -> None:
        """Replaces what was offered before."""
        kept = sealed(self._work.kinds["officers"], secret, "sessions", "offered_sealed", session)
        await self._work.change(sessions, session, offered_sealed=kept)

    async def offered(self, session: SessionId) -> str | None:
        """Opened."""
        kept = await self._work.value(select(sessions.c.offered_sealed).where(sessions.c.id == session))
        return None if kept is None else opened(self._work.kinds["officers"], kept, "sessions", "offered_sealed", session)

    async def remember(self, account: AccountId, now: datetime) -> str:
        """A token that opens nothing by itself."""
        await self._work.run(delete(devices).where(devices.c.known_at < now - DEVICE_LIVES))
        token = secrets.token_urlsafe(32)
        row = {"id": new_id(), "token_index": self._work.blind("devices.token", token), "account_id": account, "known_at": now}
        await self._work.run(insert(devices).values(row))
        return token

    async def device(self, token: str, account: AccountId, now: datetime) -> str | None:
        """Only for the account that it was given for."""
        mine = (devices.c.token_index == self._work.blind("devices.token", token)) & (devices.c.account_id == account)
        found: str | None = await self._work.value(select(devices.c.id).where(mine, devices.c.known_at > now - DEVICE_LIVES))
        return found

    async def known_to(self, token: str, now: datetime) -> AccountId | None:
        """Each token is given for one account."""
        this = (devices.c.token_index == self._work.blind("devices.token", token)) & (devices.c.known_at > now - DEVICE_LIVES)
        found = await self._work.value(select(devices.c.account_id).where(this))
        return None if found is None else AccountId(found)

    async def admit(self, limits: Mapping[str, Sequence[Limit]], now: datetime) -> None:
        """Each window's row is counted up in one statement, so that tries at the same moment are all counted."""
        await self._work.run(delete(throttles).where(throttles.c.until <= now))
        wait = 0.0
        for index, until, limit in sorted(self._windows(limits, now), key=lambda window: window[0]):
            counted = upsert(throttles).values(key_index=index, tries=1, until=until)
            again = counted.on_conflict_do_update(index_elements=["key_index"], set_={"tries": throttles.c.tries + 1})
            if int(await self._work.value(again.returning(throttles.c.tries))) > limit.tries:
                wait = max(wait, (until - now).total_seconds())
        if wait:
            raise TooOften(ceil(wait))

    async def forgive(self, limits: Mapping[str, Sequence[Limit]], now: datetime) -> None:
        """What is over is not there any more."""
        for index, _, _ in sorted(self._windows(limits, now), key=lambda window: window[0]):
            one = (throttles.c.key_index == index) & (throttles.c.tries > 0)
            await self._work.run(update(throttles).where(one).values(tries=throttles.c.tries - 1))

    def _windows(self, limits: Mapping[str, Sequence[Limit]], now: datetime) -> Iterator[tuple[bytes, datetime, Limit]]:
        for key, each in limits.items():
            for limit in each:
                seconds = int(limit.within.total_seconds())
                number = int(now.timestamp()) // seconds
                index = self._work.blind("throttles.key", f"{key}|{seconds}|{number}")
                yield index, datetime.fromtimestamp((number + 1) * seconds, UTC), limit
