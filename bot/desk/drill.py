"""``/drill``: exercises, for supervisors."""

from starlette.responses import Response

from bot.desk.auth import Visit
from bot.desk.figures import short
from bot.domain.errors import Refused
from bot.locales import Words, pgettext_noop
from bot.usecases import drill
from bot.usecases.sign_in import actor

#: The steps of an exercise, in the order in which they are wanted.
_STEPS = {
    "opened_at": pgettext_noop("drill", "read by the rules, case opened"),
    "replied_at": pgettext_noop("drill", "reply of the program"),
    "alerted_at": pgettext_noop("drill", "first alert sent"),
    "acknowledged_at": pgettext_noop("drill", "acknowledged"),
    "claimed_at": pgettext_noop("drill", "taken"),
    "words_at": pgettext_noop("drill", "first words of an officer"),
    "closed_at": pgettext_noop("drill", "closed"),
}


async def show(visit: Visit) -> Response:
    """The exercise that was asked for, else the latest one, and those before it."""
    house = visit.desk.house
    found = await drill.latest(house)
    asked = visit.request.query_params.get("of") or (found[0].id if found else "")
    try:
        report = await drill.report(house, asked) if asked else None
    except Refused:
        return visit.problem(404, visit.words.gettext("There is no such exercise."))
    return visit.page(
        "drill.html",
        drills=found,
        report=report,
        steps=_STEPS,
        now=house.clock.now(),
        short=lambda length: short(visit.words, length),
        runs=bool(found and found[0].runs),
    )


async def start(visit: Visit) -> Response:
    """Begin one."""
    try:
        begun = await drill.start(visit.desk.house, actor(visit.me), visit.acting.id)
    except Refused as refusal:
        return visit.problem(409, _said(visit.words, refusal))
    return visit.go(f"/drill?of={begun}")


async def end(visit: Visit) -> Response:
    """End it for everybody."""
    name = visit.form.get("drill", "")
    try:
        await drill.end(visit.desk.house, actor(visit.me), name)
    except Refused as refusal:
        return visit.problem(409, _said(visit.words, refusal))
    return visit.go(f"/drill?of={name}")


def _said(words: Words, refused: Refused) -> str:
    return {
        "nobody": words.gettext("Nobody is enrolled on a messenger: an exercise would ring nobody."),
        "running": words.gettext("An exercise is running already."),
        "ended": words.gettext("This exercise has ended."),
    }.get(refused.reason) or words.gettext("There is no such exercise.")
