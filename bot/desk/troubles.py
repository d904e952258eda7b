"""``/troubles``: what does not work, since when, and what to do, in one sentence each."""

from datetime import UTC, datetime

from starlette.responses import Response

from bot.desk import typed
from bot.desk.auth import Visit
from bot.desk.casepage import none
from bot.desk.conversation import said
from bot.dialogue.truth import is_silent
from bot.domain.errors import Refused
from bot.domain.ids import OutboxId, parse_reference
from bot.usecases import poison, troubles
from bot.usecases.casefile import glance


async def show(visit: Visit) -> Response:
    """The page; an administrator sees no case on it."""
    found, everybody = await troubles.look(visit.desk.house)
    shown = troubles.for_officer(found, visit.officer, everybody)
    hidden = len(found.undelivered) + len(found.held) if visit.officer is None else 0
    names = {each.id: each.name for each in everybody}
    return visit.page("troubles.html", found=shown, officers=names, hidden=hidden, now=visit.desk.house.clock.now())


async def again(visit: Visit) -> Response:
    """Send an officer's words once more."""
    return await _again(visit, visit.form.get("reference", "")[:7], "/troubles", "/troubles/again")


async def of_case(visit: Visit) -> Response:
    """The same from the case's page; what stands half-written on it stays there."""
    reference = parse_reference(str(visit.request.path_params["reference"]))
    if reference is None:
        return none(visit)
    typed.keep(visit, reference)
    page = f"/conversation/{reference}"
    return await _again(visit, reference, page, f"{page}/again")


async def _again(visit: Visit, reference: str, page: str, action: str) -> Response:
    """After a long silence only by somebody who has thought of whose hands the phone is in."""
    house, row = visit.desk.house, OutboxId(visit.form.get("row", "")[:32])
    talk = await glance(house, visit.acting, reference)
    last = talk.last_message_at if talk else None
    if talk and is_silent(last, house.clock.now()) and visit.form.get("silence") != "known":
        values = {"row": row, "reference": reference, "last": last, "away": page, "action": action}
        return visit.page("again.html", 409, **values, now=house.clock.now())
    try:
        reference = await troubles.again(house, visit.acting, row)
    except Refused as refusal:
        return visit.page("problem.html", 409, sentence=_why(visit, refusal), back=reference if talk else None)
    visit.desk.badge.stale()
    return visit.go(f"/conversation/{reference}#end")


def _why(visit: Visit, refusal: Refused) -> str:
    own = {
        "unknown": visit.words.gettext("It cannot be sent again: it is gone, or somebody has seen to it."),
        "blocked": visit.words.gettext("This person has blocked us: nothing gets there."),
    }
    return own.get(refusal.reason) or said(visit.words, refusal, visit.desk.house.clock.now())


async def seen(visit: Visit) -> Response:
    """Somebody knows."""
    try:
        await troubles.seen(visit.desk.house, visit.acting, OutboxId(visit.form.get("row", "")[:32]))
    except Refused as refusal:
        return visit.problem(409, _why(visit, refusal))
    visit.desk.badge.stale()
    return visit.go("/troubles")


async def raw(visit: Visit) -> Response:
    """What could not be understood, word for word; every reading is audited."""
    kept = await poison.poison(visit.desk.house, visit.acting, raw=True)
    return visit.page("poison.html", kept=list(reversed(kept)), now=visit.desk.house.clock.now())


async def poison_seen(visit: Visit) -> Response:
    """Somebody sees to what came until the moment that the page showed."""
    try:
        until = datetime.fromisoformat(visit.form.get("until", "")[:40]).astimezone(UTC)
    except (ValueError, OverflowError):
        return visit.problem(400, visit.words.gettext("Open the page again: this form is incomplete."))
    await troubles.poison_seen(visit.desk.house, visit.me, until)
    visit.desk.badge.stale()
    return visit.go("/troubles")
