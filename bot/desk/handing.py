"""Handing a case over at the desk: offering, accepting, declining, looking on, and a supervisor's word."""

from starlette.responses import Response

from bot.desk.auth import Visit
from bot.desk.conversation import Does
from bot.domain.errors import Refused
from bot.domain.ids import OfficerId
from bot.usecases import forced, shifts, transfer, watching

accept = Does(transfer.accept)
decline = Does(transfer.decline)
take_back = Does(transfer.take_back)
watch = Does(watching.watch)
unwatch = Does(watching.unwatch)


async def offer(visit: Visit) -> Response:
    """Ask the chosen officer to take it over."""
    to = OfficerId(visit.form.get("to", ""))
    return await Does(lambda house, officer, reference: transfer.offer(house, officer, reference, to))(visit)


async def force(visit: Visit) -> Response:
    """Name a successor who holds it at once, with a reason."""
    field = visit.form.get
    to, holder, reason = OfficerId(field("to", "")), OfficerId(field("holder", "")), field("reason", "").replace("\r\n", "\n")
    return await Does(lambda house, officer, reference: forced.force(house, officer, reference, to, reason, holder))(visit)


async def offer_all(visit: Visit) -> Response:
    """Offer everything that somebody holds whose hours have ended; says so where something could not be offered."""
    of, to = (OfficerId(visit.form.get(name, "")) for name in ("of", "to"))
    if not of or not to:
        return visit.problem(400, visit.words.gettext("choose an officer who may take it"))
    try:
        _, left = await shifts.offer_all(visit.desk.house, visit.acting, of, to)
    except Refused:
        return visit.problem(403, visit.words.gettext("A supervisor hands over what others hold."))
    if not left:
        return visit.go("/")
    sentence = visit.words.gettext(
        "These are not offered, because they are offered already or are not for that officer: {references}", references=", ".join(left)
    )
    return visit.page("problem.html", 409, sentence=sentence)
