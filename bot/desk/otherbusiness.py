"""``POST /queue/other``: one prepared line to many cases of other business, with what became of each."""

from starlette.responses import Response

from bot.desk.auth import Visit
from bot.desk.conversation import said
from bot.domain.errors import Refused
from bot.domain.ids import parse_reference
from bot.usecases import otherbusiness

_CASE = "case_"


async def answer(visit: Visit) -> Response:
    """What became of each that was chosen."""
    chosen = [parse_reference(name.removeprefix(_CASE)) for name in visit.form if name.startswith(_CASE)]
    references = [reference for reference in chosen if reference]
    if not references:
        return visit.problem(400, visit.words.gettext("No case was chosen."))
    answered = await otherbusiness.answer_all(visit.desk.house, visit.acting, references)
    told = [(each.reference, _why(visit, each.refused) if each.refused else None) for each in answered]
    return visit.page("answered.html", told=told, done=sum(why is None for _, why in told))


def _why(visit: Visit, refusal: Refused) -> str:
    own = {
        "more_urgent": visit.words.gettext("It is more than other business now: open it."),
        "do_not_write_first": visit.words.gettext("Nobody writes first here: open it."),
        "unknown": visit.words.gettext("no such handoff in your queue"),
    }
    return own.get(refusal.reason) or said(visit.words, refusal, visit.desk.house.clock.now())
