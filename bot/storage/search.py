"""How what is looked for becomes a condition on handoffs: contacts by their keyed hashes only, officers by the audit."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from bot.domain.handoff import DutyLane
from bot.domain.search import Sought
from bot.storage.base import Work
from bot.storage.tables import audit, contacts, conversations, handoffs

#: What an officer does with a case, other than looking at it.
_ACTS = ("acknowledged", "claimed", "closed", "contact_blocked", "noted", "replied", "returned", "snoozed", "trusted")


def conditions(work: Work, sought: Sought, lanes: Sequence[DutyLane]) -> list[ColumnElement[bool]]:
    """All of them hold for what is found."""
    return [handoffs.c.lane.in_(lanes), *_plain(sought), *_of_people(work, sought), *_older(sought, lanes)]


def _plain(sought: Sought) -> Iterator[ColumnElement[bool]]:
    asked: tuple[tuple[Any, Any], ...] = (
        (handoffs.c.reference, sought.reference),
        (handoffs.c.cls, sought.cls),
        (handoffs.c.kind, sought.kind),
        (handoffs.c.state, sought.state),
        (conversations.c.locale, sought.locale),
        (contacts.c.channel, sought.channel),
    )
    yield from (column == value for column, value in asked if value is not None)
    if sought.blocked:
        yield contacts.c.shut_out_at.is_not(None)
    if sought.opened_from is not None:
        yield handoffs.c.opened_at >= sought.opened_from
    if sought.opened_before is not None:
        yield handoffs.c.opened_at < sought.opened_before


def _of_people(work: Work, sought: Sought) -> Iterator[ColumnElement[bool]]:
    if sought.officer is not None:
        acted = select(audit.c.subject).where(audit.c.actor == f"officer:{sought.officer}", audit.c.event.in_(_ACTS))
        yield or_(handoffs.c.holder_id == sought.officer, handoffs.c.reference.in_(acted))
    if sought.contact is not None:
        at = [work.blind("contacts.address", f"{channel}|{address}") for channel, address in sought.contact]
        called = [work.blind("contacts.called", f"{channel}|{address}") for channel, address in sought.contact]
        whose = select(conversations.c.id).join(contacts, contacts.c.id == conversations.c.contact_id)
        whose = whose.where(or_(contacts.c.address_index.in_(at), contacts.c.called_index.in_(called)))
        yield handoffs.c.conversation_id.in_(whose)


def _older(sought: Sought, lanes: Sequence[DutyLane]) -> Iterator[ColumnElement[bool]]:
    if sought.older_than is None:
        return
    last = handoffs.alias("last")
    named = (last.c.reference == sought.older_than, last.c.lane.in_(lanes))
    opened, row = (select(each).where(*named).scalar_subquery() for each in (last.c.opened_at, last.c.id))
    yield handoffs.c.opened_at <= opened
    yield or_(handoffs.c.opened_at < opened, handoffs.c.id < row)
