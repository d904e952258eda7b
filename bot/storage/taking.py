"""A row of the outbox as a courier gets it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, bindparam, select

from bot.crypto import Sealer
from bot.domain.ids import ContactId, ConversationId, OfficerId, OutboxId
from bot.domain.message import Care, ChannelName, Lane, Outgoing, Piece, Speaker
from bot.storage.base import Work, readable, sealer_of
from bot.storage.tables import contacts, conversations, officers

#: Whom a row is for: the contact of a conversation, or an officer.
CONTACT = (
    select(contacts)
    .join_from(conversations, contacts, conversations.c.contact_id == contacts.c.id)
    .where(conversations.c.id == bindparam("of"))
)
OFFICER = select(officers).where(officers.c.id == bindparam("of"))


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom a row is for; empty strings where it was erased or is damaged."""

    id: str
    channel: ChannelName
    sealer: Sealer | None = field(repr=False)
    address: str = field(repr=False)
    account: str = field(repr=False)


def contact_of(work: Work, row: RowMapping) -> Recipient:
    """A defender, from the columns of ``contacts``."""
    return _recipient("contacts", row, sealer_of(work, row))


def officer_of(work: Work, row: RowMapping) -> Recipient:
    """An officer, from the columns of ``officers``."""
    return _recipient("officers", row, work.kinds["officers"])


def _recipient(table: str, row: RowMapping, sealer: Sealer | None) -> Recipient:
    address, account = (readable(sealer, row[f"{name}_sealed"], table, f"{name}_sealed", row["id"]) for name in ("address", "account"))
    # Whoever has no messenger any more has no address: their row is given up, and must not stop every courier.
    channel = ChannelName(row["channel"] or ChannelName.CONSOLE)
    return Recipient(id=row["id"], channel=channel, sealer=sealer, address=address or "", account=account or "")


def outgoing(
    row: RowMapping | dict[str, Any], to: Recipient, piece: Piece, token: str, *, attempts: int = 0, ambiguous: int = 0
) -> Outgoing:
    """What the courier sends, from a row whose ``token`` holds its lease."""
    to_officer = row["officer_id"] is not None
    return Outgoing(
        id=OutboxId(row["id"]),
        token=token,
        channel=to.channel,
        account=to.account,
        address=to.address,
        piece=piece,
        speaker=Speaker(row["speaker"]),
        care=Care(row["care"]),
        lane=Lane(row["lane"]),
        name=row["name"],
        contact=None if to_officer else ContactId(to.id),
        officer=OfficerId(row["officer_id"]) if to_officer else None,
        conversation=None if row["conversation_id"] is None else ConversationId(row["conversation_id"]),
        attempts=attempts,
        ambiguous=ambiguous,
    )


def leased(token: str, now: datetime, seconds: float) -> dict[str, Any]:
    """The columns of a row that a courier has now."""
    return {"state": "taken", "token": token, "lease_until": now + timedelta(seconds=seconds)}
