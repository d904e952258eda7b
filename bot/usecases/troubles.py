"""What does not work, and what an officer can do about it; each act is audited without content."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.dialogue.truth import refuses_first_words
from bot.domain.account import Account
from bot.domain.errors import Refused
from bot.domain.handoff import DutyLane
from bot.domain.health import DISK_LOW, UNHEARD, Health
from bot.domain.ids import ConversationId, OutboxId
from bot.domain.trouble import GONE, Service, Trouble, Troubles, Undelivered
from bot.ports import Officer, Transaction
from bot.usecases.handoff import holding
from bot.usecases.health import MESSENGERS
from bot.usecases.house import House
from bot.usecases.sight import may_see
from bot.usecases.sign_in import actor

#: The services whose failure is a trouble of its own name.
_DOWN = {
    "model": "model_down",
    **MESSENGERS,
    "disk": "disk_low",
    "files": "no_room_for_files",
    "erasure": "erasure_pending",
    "content": "content_refused",
    "clock": "clock_doubted",
}
#: So many of each kind are shown.
SHOWN = 100


async def look(house: House) -> tuple[Troubles, list[Officer]]:
    """Everything, whoever may see it; with the officers, by whom that is decided."""
    now = house.clock.now()
    async with house.store.begin() as tx:
        found = Troubles(
            stored=await tx.troubles.facts(now),
            undelivered=tuple(await tx.troubles.undelivered(SHOWN)),
            held=tuple(await tx.troubles.held(SHOWN)),
            poison=tuple(await tx.troubles.poison()),
            asked_for=tuple(await tx.troubles.asked_for(now)),
            unheard={lane: since for lane, since in (await tx.troubles.unheard()).items() if now - since > UNHEARD},
        )
        services = await tx.troubles.services()
        everybody = await tx.officers.all()
    return replace(found, house=tuple(_of_house(house, found, services, now))), everybody


def _of_house(house: House, found: Troubles, services: Sequence[Service], now: datetime) -> Iterator[Trouble]:
    """The gravest first: what keeps people from being answered or alarms from being heard."""
    worker = next((each for each in services if each.name == "worker"), None)
    if worker is None or now - worker.seen_at > GONE:
        yield Trouble(name="worker_gone", since=worker.seen_at if worker else None)
    health = Health(
        at=now, stored=found.stored, model_answers=True, disk_free=DISK_LOW, needs_officers=house.has_messenger, serving=house.serving
    )
    since = {
        "emergency_unheard": found.stored.unheard_since,
        "messages_wait": found.stored.waiting_since,
        "replies_wait": found.stored.unsent_since,
        "content_refused": house.serving.since,
    }
    for fault in health.faults:
        yield Trouble(name=fault, since=since.get(fault), detail=(house.serving.refused or "") if fault == "content_refused" else "")
    for each in services:
        # Of what nobody reports any more nothing is known: the process is gone, or a setting has changed.
        if each.name in _DOWN and not each.ok and now - each.seen_at <= GONE and _DOWN[each.name] not in health.faults:
            yield Trouble(name=_DOWN[each.name], since=each.since, detail=each.detail)


def for_officer(found: Troubles, officer: Officer | None, everybody: Sequence[Officer]) -> Troubles:
    """What this officer may see of it; an administrator (None) sees no case."""

    def seen(lane: DutyLane) -> bool:
        return officer is not None and may_see(officer, lane, everybody)

    unheard = [since for lane, since in found.unheard.items() if officer is None or seen(lane)]
    return replace(
        found,
        house=tuple(_as_seen(found.house, min(unheard, default=None))),
        undelivered=tuple(each for each in found.undelivered if seen(each.lane)),
        held=tuple(each for each in found.held if seen(each.lane)),
        # Whoever asks cannot agree too.
        asked_for=tuple(each for each in found.asked_for if officer is not None and seen(each.lane) and each.asked_by != officer.id),
    )


def _as_seen(house: Sequence[Trouble], since: datetime | None) -> Iterator[Trouble]:
    """An emergency of a lane that is not theirs is none of their troubles, nor is its time."""
    for each in house:
        if each.name != "emergency_unheard":
            yield each
        elif since is not None:
            yield replace(each, since=since)


async def again(house: House, officer: Officer, row: OutboxId) -> str:
    """Send an officer's words once more, in their old place; the case's reference.

    Raises Refused: ``unknown``; ``blocked``: the person wants nothing from us; ``not_holder``: only who holds the case speaks in it.
    """
    async with house.store.begin() as tx:
        found, reference = await _found(tx, officer, row)
        conversation = await tx.conversations.lock(await _conversation(tx, reference))
        if conversation.handoff is None or conversation.handoff.reference != reference:
            raise Refused("closed")
        await holding(tx, officer, conversation.handoff)
        if found.blocked:
            raise Refused("blocked")
        if refuses_first_words(conversation, house.clock.now()):
            raise Refused("not_first")
        if found.speaker != "officer" or not await tx.troubles.requeue(row, house.clock.now()):
            raise Refused("unknown")
        await tx.audit.append(f"officer:{officer.id}", "sent_again", reference)
        await tx.commit()
    return reference


async def _found(tx: Transaction, officer: Officer, row: OutboxId) -> tuple[Undelivered, str]:
    found = await tx.troubles.find(row)
    if found is None or found.reference is None or not may_see(officer, found.lane, await tx.officers.all()):
        raise Refused("unknown")
    return found, found.reference


async def _conversation(tx: Transaction, reference: str) -> ConversationId:
    handoff = await tx.handoffs.find(reference)
    if handoff is None:
        raise Refused("unknown")
    return handoff.conversation


async def seen(house: House, officer: Officer, row: OutboxId) -> None:
    """An officer knows that it was not delivered.  Raises Refused."""
    async with house.store.begin() as tx:
        found = await tx.troubles.find(row)
        if found is None or not may_see(officer, found.lane, await tx.officers.all()):
            raise Refused("unknown")
        await tx.troubles.settle(row, house.clock.now())
        await tx.audit.append(f"officer:{officer.id}", "undelivered_seen", found.reference or "message", {"reason": found.reason})
        await tx.commit()


async def poison_seen(house: House, account: Account, until: datetime) -> int:
    """Somebody sees to what could not be understood until then; how many payloads.  They are kept."""
    async with house.store.begin() as tx:
        number = await tx.troubles.settle_poison(until, house.clock.now())
        await tx.audit.append(actor(account), "poison_seen", "poison", {"rows": number})
        await tx.commit()
    return number
