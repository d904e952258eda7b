"""Officers: invited with a one-time code, enrolled by the message that brings it."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import RowMapping, delete, exists, func, select, update

from bot.crypto import Sealer
from bot.domain.account import Role
from bot.domain.ids import MessageId, OfficerId, new_id
from bot.domain.message import ChannelName, Lane
from bot.ports import Officer, Pending, Reached
from bot.storage import beginnings
from bot.storage.arrivals import canonical_code
from bot.storage.base import Work, opened, readable, sealed
from bot.storage.desktables import accounts
from bot.storage.messengers import Messengers
from bot.storage.tables import handoffs, inbox, officers, outbox

#: A code is 16 signs of this alphabet (80 bits), in four groups: no guessing, no mistaking O for 0.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LIVES = timedelta(hours=24)
_alerts = outbox.alias("alerts")
_earlier = outbox.alias("earlier")
_MINE = (_alerts.c.officer_id == officers.c.id) & (_alerts.c.lane == Lane.ALERT)
#: The last alert of an officer that went out; the index of alerts answers, however many there were.
_SENT = select(func.max(_alerts.c.seq)).where(_MINE, _alerts.c.state == "sent").scalar_subquery()
_SENT_AT = select(_alerts.c.sent_at).where(_MINE, _alerts.c.state == "sent").order_by(_alerts.c.seq.desc()).limit(1).scalar_subquery()
_BEFORE = (
    select(func.max(_earlier.c.seq))
    .where(_earlier.c.officer_id == officers.c.id, _earlier.c.state == "sent")
    .correlate(officers)
    .scalar_subquery()
)
_FIRST_AFTER = (
    select(_alerts.c.created_at)
    .where(_alerts.c.stream == "o:" + officers.c.id, _alerts.c.seq > func.coalesce(_BEFORE, 0))
    .order_by(_alerts.c.seq)
    .limit(1)
    .correlate(officers)
    .scalar_subquery()
)
_PENDING = exists().where(_MINE, _alerts.c.state.in_(("waiting", "taken")))
#: People who are rung; a service that rings is nobody.
PEOPLE = officers.c.enrolled_at.is_not(None) & (officers.c.channel != ChannelName.SERVICE) & officers.c.key_held_at.is_(None)
_ALL = (
    select(
        officers.c.id, officers.c.name_sealed, officers.c.enrolled_at, officers.c.channel, officers.c.duties, officers.c.languages,
        officers.c.key_held_at, accounts.c.role,
    )
    .outerjoin_from(officers, accounts, (accounts.c.officer_id == officers.c.id) & accounts.c.disabled_at.is_(None))
    .order_by(officers.c.created_at)
)  # fmt: skip


class SqlOfficers:
    """The port ``Officers``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work
        self._key = work.kinds["officers"]
        self._messengers = Messengers(work)

    async def invite(self, name: str, duties: Sequence[str], now: datetime) -> str:
        """A new officer and the one-time code; only the code's keyed hash is kept."""
        return await self.new_code(await self.make(name, duties, now), now)

    async def make(self, name: str, duties: Sequence[str], now: datetime) -> OfficerId:
        """A new officer, known by name only."""
        row = OfficerId(new_id())
        values = {
            "id": row,
            "name_index": self._work.blind("officers.name", name.casefold()),
            "name_sealed": sealed(self._key, name, "officers", "name_sealed", row),
            "duties": ",".join(duties),
            "created_at": now,
        }
        await self._work.run(officers.insert().values(values))
        return row

    async def new_code(self, officer: OfficerId, now: datetime) -> str:
        """A one-time code; only its keyed hash is kept, and no other is valid any more."""
        code = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
        index = self._work.blind("officers.code", canonical_code(code))
        await self._work.change(officers, officer, code_index=index, code_until=now + _CODE_LIVES)
        return code

    async def redeem(self, message: MessageId, now: datetime) -> Officer | None:
        """Enrol the sender of a kept message whose text is the officer's pending code; the code is spent."""
        kept = await self._work.one(select(inbox).where(inbox.c.id == message))
        if kept is None:
            return None
        text = opened(self._key, kept["text_sealed"], "inbox", "text_sealed", kept["id"])
        index = self._work.blind("officers.code", canonical_code(text))
        pending = (officers.c.id == kept["officer_id"]) & (officers.c.code_index == index) & (officers.c.code_until > now)
        if await self._work.one(select(officers.c.id).where(pending)) is None:
            return None
        sender = json.loads(opened(self._key, kept["extra_sealed"], "inbox", "extra_sealed", kept["id"]))
        await self._work.run(update(officers).where(pending).values(self._enrolled(kept["officer_id"], sender, now)))
        await beginnings.settle(self._work, sender["channel"], sender["sender"])
        return await self.get(OfficerId(kept["officer_id"]))

    def _enrolled(self, officer: str, sender: dict[str, str], now: datetime) -> dict[str, Any]:
        return {
            "channel": sender["channel"],
            "address_index": self._work.blind("officers.address", f"{sender['channel']}|{sender['sender']}"),
            "address_sealed": sealed(self._key, sender["sender"], "officers", "address_sealed", officer),
            "account_sealed": sealed(self._key, sender["account"], "officers", "account_sealed", officer),
            "enrolled_at": now,
            "code_index": None,
            "code_until": None,
            "key_held_at": None,
            "timer_at": None,
        }

    async def keep_pending(self, officer: OfficerId, pending: Pending | None) -> None:
        """One at a time."""
        blob = None
        if pending is not None:
            blob = sealed(self._key, json.dumps([pending.reference, pending.text]), "officers", "draft_sealed", officer)
        await self._work.change(officers, officer, draft_sealed=blob, draft_at=pending and pending.at)

    async def pending(self, officer: OfficerId) -> Pending | None:
        """What waits."""
        row = await self._work.one(select(officers.c.draft_sealed, officers.c.draft_at).where(officers.c.id == officer))
        words = readable(self._key, row["draft_sealed"], "officers", "draft_sealed", officer) if row else None
        if row is None or not words:
            return None
        reference, text = json.loads(words)
        return Pending(text=text, reference=reference, at=row["draft_at"])

    async def suspend(self, officer: OfficerId, now: datetime) -> bool:
        """Once."""
        return await self._messengers.suspend(officer, now)

    async def queue_trust(self, officer: OfficerId, now: datetime) -> bool:
        """One word at a time."""
        return await self._messengers.queue_trust(officer, now)

    async def trust(self, officer: OfficerId) -> None:
        """From now on."""
        await self._messengers.trust(officer)

    async def end_messenger(self, officer: OfficerId) -> bool:
        """At once."""
        return await self._messengers.end(officer)

    async def timed(self, officer: OfficerId, at: datetime | None) -> None:
        """The last time."""
        await self._work.change(officers, officer, timer_at=at)

    def _of(self, row: RowMapping) -> Officer:
        return _officer(self._key, *row.values())

    async def get(self, officer: OfficerId) -> Officer:
        """The officer; KeyError when unknown."""
        row = await self._work.one(_ALL.where(officers.c.id == officer))
        if row is None:
            raise KeyError(officer)
        return self._of(row)

    async def all(self) -> list[Officer]:
        """Everybody, oldest first."""
        return [self._of(row) for row in await self._work.rows(_ALL)]

    async def by_name(self, name: str) -> Officer | None:
        """The officer of that name, upper or lower case."""
        index = self._work.blind("officers.name", name.casefold())
        row = await self._work.one(_ALL.where(officers.c.name_index == index))
        return None if row is None else self._of(row)

    async def reached(self) -> Mapping[OfficerId, Reached]:
        """By the last of what was sent or given up."""
        return await reached(self._work)

    async def add_service(self, name: str, address: str, duties: Sequence[str], now: datetime) -> OfficerId:
        """A row like an officer's, which nobody's message can ever claim: no sender has its address."""
        row = await self.make(name, duties, now)
        sender = {"channel": ChannelName.SERVICE.value, "sender": address, "account": ""}
        await self._work.run(update(officers).where(officers.c.id == row).values(self._enrolled(row, sender, now)))
        return row

    async def speaks(self, officer: OfficerId, languages: Sequence[str]) -> None:
        """In the place of what was kept."""
        await self._work.run(update(officers).where(officers.c.id == officer).values(languages=",".join(languages)))

    async def unreached(self, since: datetime) -> Sequence[tuple[OfficerId, ChannelName]]:
        """Who has an alert to come, and got nothing of all that was queued for them since before that moment.

        An alert that still waits gives way to the next one of its case, so the age of what waits says nothing.
        """
        late = (officers.c.channel.is_not(None), _PENDING, since > _FIRST_AFTER)
        rows = await self._work.rows(select(officers.c.id, officers.c.channel).where(*late))
        return [(OfficerId(row["id"]), ChannelName(row["channel"])) for row in rows]

    async def remove(self, officer: OfficerId) -> None:
        """Forget them; what they hold is due to end at once, so that it rings others; what they put aside wakes first."""
        for state, clock in (("claimed", handoffs.c.claim_until), ("snoozed", handoffs.c.wake_at)):
            held = (handoffs.c.holder_id == officer) & (handoffs.c.state == state)
            await self._work.run(update(handoffs).where(held).values({clock: handoffs.c.claimed_at}))
        await self._messengers.ring_others(officer)
        # Whoever offered them a case hears that the offer has ended.
        asked = update(handoffs).where(handoffs.c.offered_to == officer)
        ended = {"offered_to": None, "offer_until": handoffs.c.offered_at, "version": handoffs.c.version + 1}
        await self._work.run(asked.values(**ended))
        await self._work.run(delete(officers).where(officers.c.id == officer))


@lru_cache(maxsize=1_000)
def _officer(
    key: Sealer, row: str, name: bytes, enrolled_at: datetime | None, channel: str | None, duties: str, languages: str | None,
    key_held_at: datetime | None, role: str | None,
) -> Officer:  # fmt: skip
    """Everybody is read for every page and every alarm; opening two hundred names takes ten milliseconds each time."""
    return Officer(
        id=OfficerId(row),
        # One damaged name must not keep everybody from being rung.
        name=readable(key, name, "officers", "name_sealed", row) or "?",
        enrolled=enrolled_at is not None,
        channel=None if channel is None else ChannelName(channel),
        duties=tuple(duties.split(",")),
        languages=tuple(filter(None, (languages or "").split(","))),
        at_desk=role is not None,
        leads=role == Role.SUPERVISOR,
        suspended_at=key_held_at,
    )


async def reached(work: Work, since: datetime | None = None) -> dict[OfficerId, Reached]:
    """How the last alert of each officer went; what was queued and given up before ``since`` is forgotten."""
    lost = select(func.max(_alerts.c.seq)).where(_MINE, _alerts.c.state == "given_up")
    if since is not None:
        lost = lost.where(_alerts.c.created_at >= since)
    asked = select(
        officers.c.id, officers.c.key_held_at, _SENT.label("sent"), _SENT_AT.label("sent_at"), lost.scalar_subquery().label("lost")
    )
    found = [row for row in await work.rows(asked) if (row["sent"], row["lost"], row["key_held_at"]) != (None, None, None)]
    # Nothing gets to a phone whose safety number is not theirs beyond doubt, whatever the messenger says.
    failed = {row["id"]: row["key_held_at"] is not None or (row["lost"] or 0) > (row["sent"] or 0) for row in found}
    return {OfficerId(row["id"]): Reached(confirmed_at=row["sent_at"], failed=failed[row["id"]]) for row in found}
