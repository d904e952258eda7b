"""What officers say to the bot on their own messenger: an enrolment code, ``ack REF``, ``return REF``."""

from bot.domain.errors import LostClaim, Refused
from bot.domain.handoff import HandoffClass
from bot.domain.ids import parse_reference, references_in
from bot.domain.message import Draft, OfficerMessage
from bot.ports import Officer, Transaction
from bot.usecases import handoff
from bot.usecases.house import House
from bot.usecases.rounds import alert_drafts

LEASE_SECONDS = 60.0
_MARKS = " .,!?:;"
#: An officer whose keyboard is set to Cyrillic types letters that only look like these.
_LOOK_ALIKES = str.maketrans("асокет", "acoket")
_ACTS = {"ack": handoff.acknowledge, "ok": handoff.acknowledge, "return": handoff.give_back}
_DONE = {"ack": "officer_acked", "ok": "officer_acked", "return": "officer_returned_done"}


async def hear_officer(house: House) -> bool:
    """Handle the next officer's message; False when there is none.  Nothing of it ever enters the defenders' path."""
    async with house.store.begin() as tx:
        claimed = await tx.inbox.claim_officer(house.clock.now(), LEASE_SECONDS)
        if claimed is not None:
            await tx.commit()
    if claimed is None:
        return False
    message, token = claimed
    try:
        await _handle(house, message, token)
    except LostClaim:
        return True
    return True


async def _handle(house: House, message: OfficerMessage, token: str) -> None:
    async with house.store.begin() as tx:
        officer = await tx.officers.get(message.officer)
        if not officer.enrolled:
            await _enrol(tx, house, message, token)
            await tx.commit()
            return
    name, reference, more = await _obey(house, officer, message.text)
    async with house.store.begin() as tx:
        await _answer(tx, house, officer, name, reference, more)
        await tx.inbox.finish_officer(message.id, token)
        await tx.commit()


async def _enrol(tx: Transaction, house: House, message: OfficerMessage, token: str) -> None:
    officer = await tx.officers.redeem(message.id, house.clock.now())
    await tx.inbox.finish_officer(message.id, token)
    if officer is None:
        await tx.counts.add("enrolment_refused")
        return
    await _answer(tx, house, officer, "officer_enrolled", None, {})
    await tx.audit.append(f"officer:{officer.id}", "enrolled", officer.id, {"channel": str(officer.channel)})


async def _obey(house: House, officer: Officer, text: str) -> tuple[str, str | None, dict[str, str]]:
    """The answer's name, the reference it is about, and what else it says."""
    verb, named = _read(text)
    if verb is None:
        return "officer_help", None, {}
    ringing = [] if named else await _ringing(house, officer, verb)
    if len(ringing) > 1:
        return "officer_which", None, {"references": ", ".join(ringing)}
    reference = named or next(iter(ringing), None)
    if reference is None:
        return "officer_unknown_reference", None, {}
    try:
        await _ACTS[verb](house, officer, reference)
    except Refused as refusal:
        return _refused(refusal), reference, {"name": refusal.holder or "nobody"}
    return _DONE[verb], reference, {}


def _refused(refusal: Refused) -> str:
    return "officer_not_holder" if refusal.reason == "not_holder" else "officer_unknown_reference"


def _read(text: str) -> tuple[str | None, str | None]:
    """Verb and reference of an officer's message; a reference alone acknowledges it, as a tired thumb would."""
    words = text.strip().lstrip("/").split(maxsplit=1)
    verb = words[0].strip(_MARKS).lower().translate(_LOOK_ALIKES) if words else ""
    more = words[1] if len(words) > 1 else ""
    if verb in _ACTS:
        return verb, parse_reference(more) or next(iter(references_in(more)), None)
    alone = parse_reference(text)
    return ("ack", alone) if alone else (None, None)


async def _ringing(house: House, officer: Officer, verb: str) -> list[str]:
    """What a bare word can mean: "ack" what nobody has acknowledged, emergencies first; "return" what the officer holds."""
    lines = await handoff.queue(house, officer)
    if verb == "return":
        return [line.reference for line in lines if line.holder_name == officer.name]
    unheard = [line for line in lines if not line.acknowledged and line.cls in {HandoffClass.E1, HandoffClass.UNCLEAR}]
    return [line.reference for line in unheard if line.cls is unheard[0].cls]


async def _answer(tx: Transaction, house: House, officer: Officer, name: str, reference: str | None, more: dict[str, str]) -> None:
    drafts: list[Draft] = alert_drafts(house, officer, name, None, "en", 0, reference=reference or "", **more)
    for draft in drafts:
        await tx.outbox.queue_alert(officer.id, None, draft, house.clock.now())
