"""A case as the desk opens it: the talk with everything that belongs beside it, and closed cases, which are read only."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.conversation import Conversation, Memory
from bot.domain.errors import Refused
from bot.domain.files import Export
from bot.domain.handoff import Handoff, Spoken, Watcher
from bot.ports import Entry, Officer, Transaction
from bot.usecases import handoff
from bot.usecases.handoff import Opened
from bot.usecases.house import House
from bot.usecases.sight import may_see, shown
from bot.usecases.successors import Successor, successors

#: So many rows of the audit are shown beside a case, the latest.
_ENTRIES = 200
#: Kinds with a guide for the officer beside the talk, and without a quick close.
GUIDES = {"self_harm": "guide_self_harm"}
#: What is offered after a silence: neutral for whoever holds the phone.
CAN_YOU_WRITE = "canned_can_you_write"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A conversation as an officer opened it, with what is known beside it."""

    opened: Opened
    stamp: str  #: another word as soon as something of it is new
    earlier: Sequence[Handoff] = ()  #: other handoffs of this contact, the latest first, as far as this officer may see them
    entries: Sequence[Entry] = ()  #: who did what with this one
    names: Mapping[str, str] = field(default_factory=dict, repr=False)  #: of officers, by id
    watching: Sequence[Watcher] = ()  #: who looks on beside the holder
    successors: Sequence[Successor] = ()  #: who may take it over
    exports: Sequence[Export] = ()  #: originals that somebody has asked for, as far as they belong to this part of the talk


async def open_case(house: House, officer: Officer, reference: str) -> Case:
    """The case, open or closed; every opening is a reading, and audited.

    Raises Refused("unknown"): there is none that this officer may see.
    """
    # Read before the talk: what comes in between is shown twice rather than never.
    before = await stamp_of(house, officer, reference)
    try:
        opened = await handoff.show(house, officer, reference)
    except Refused as refusal:
        if refusal.reason != "closed":
            raise
        opened = await _closed(house, officer, reference)
    return await _with_file(house, officer, opened, before)


async def glance(house: House, officer: Officer, reference: str) -> Conversation | None:
    """The conversation of an open case, without its words; None when this officer may see none of that name."""
    async with house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
        if found is None or not may_see(officer, found.lane, await tx.officers.all()):
            return None
        conversation = await tx.conversations.lock(found.conversation)
    return conversation if conversation.handoff is not None and conversation.handoff.id == found.id else None


async def stamp_of(house: House, officer: Officer, reference: str) -> str:
    """Another word as soon as something of that case is new; empty when the officer may see none of that name.  It only reads."""
    async with house.store.look() as seen:
        found = await seen.case(reference)
        if not found or not may_see(officer, found[0], await seen.officers()):
            return ""
        return hashlib.sha256(found[1].encode()).hexdigest()[:16]


async def _closed(house: House, officer: Officer, reference: str) -> Opened:
    """A case that is over: its own part of the talk, as far as retention has left it."""
    async with house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
        if found is None or not may_see(officer, found.lane, await tx.officers.all()):
            raise Refused("unknown")
        conversation = await tx.conversations.lock(found.conversation)
        spoken = [shown(line, found, officer, house) for line in await own_part(tx, found)]
        await tx.audit.append(f"officer:{officer.id}", "read_closed", reference)
        await tx.commit()
    return Opened(handoff=found, conversation=_as_it_was(conversation, found), spoken=spoken)


async def own_part(tx: Transaction, found: Handoff, only: int | None = None) -> list[Spoken]:
    """From the end of the case before it to its own end: another case of this person may be for other eyes.

    ``only``: of one message of the person, by its number.
    """
    ends = [each.closed_at for each in await tx.handoffs.of(found.conversation) if each.closed_at and each.id != found.id]
    begins = max((end for end in ends if end <= found.opened_at), default=None)
    lines = await tx.conversations.read(found.conversation, only=only)
    within = [line for line in lines if found.closed_at is None or line.at <= found.closed_at]
    return [line for line in within if begins is None or line.at > begins]


def _as_it_was(conversation: Conversation, found: Handoff) -> Conversation:
    """What is remembered belongs to the latest case alone."""
    latest = conversation.closed_handoff
    if conversation.handoff is None and latest is not None and latest.id == found.id:
        return conversation
    return replace(conversation, memory=Memory())


async def _with_file(house: House, officer: Officer, opened: Opened, stamp: str) -> Case:
    held = opened.handoff
    async with house.store.begin() as tx:
        everybody = await tx.officers.all()
        earlier = [each for each in await tx.handoffs.of(held.conversation) if each.id != held.id]
        entries = await tx.audit.of(held.reference, _ENTRIES)
        seen = {line.seq for line in opened.spoken if line.seq}
        exports = [each for each in await tx.exports.of(held.conversation) if int(each.number.partition(".")[0]) in seen]
        watching = [each for each in await tx.handoffs.watching(held.id) if each.officer != held.holder]
        able = await successors(tx, house, held)
    return Case(
        opened=opened,
        stamp=stamp,
        earlier=[each for each in earlier if may_see(officer, each.lane, everybody)][::-1],
        entries=entries,
        names={each.id: each.name for each in everybody},
        exports=exports,
        watching=watching,
        successors=able,
    )
