"""What officers say to the bot on their own messenger: an enrolment code, ``ack REF``, ``return REF``."""

from bot.domain.errors import LostClaim, Refused
from bot.domain.ids import parse_reference
from bot.domain.message import Draft, OfficerMessage
from bot.ports import Officer, Transaction
from bot.usecases import handoff
from bot.usecases.alert import alert_drafts
from bot.usecases.house import House

LEASE_SECONDS = 60.0
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
    words = text.strip().lstrip("/").split(maxsplit=1)
    verb = words[0].lower() if words else ""
    if verb not in _ACTS:
        return "officer_help", None, {}
    reference = parse_reference(words[1] if len(words) > 1 else "") or await _only_ringing(house, officer)
    if reference is None:
        return "officer_unknown_reference", None, {}
    try:
        await _ACTS[verb](house, officer, reference)
    except Refused as refusal:
        return _refused(refusal), reference, {"name": refusal.holder or ""}
    return _DONE[verb], reference, {}


def _refused(refusal: Refused) -> str:
    return "officer_not_holder" if refusal.reason == "not_holder" else "officer_unknown_reference"


async def _only_ringing(house: House, officer: Officer) -> str | None:
    """A bare "ack" means the one emergency that rings, when there is only one."""
    ringing = [line.reference for line in await handoff.queue(house, officer) if not line.acknowledged and line.cls == "E1"]
    return ringing[0] if len(ringing) == 1 else None


async def _answer(tx: Transaction, house: House, officer: Officer, name: str, reference: str | None, more: dict[str, str]) -> None:
    drafts: list[Draft] = alert_drafts(house, officer, name, None, "en", 0, reference=reference or "", **more)
    for draft in drafts:
        await tx.outbox.queue_alert(officer.id, None, draft, house.clock.now())
