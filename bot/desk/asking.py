"""``POST /conversation/REF/...``: an officer asks for a consent, marks a message as misread, or a contact as not to be written to first."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from bot.desk.auth import Visit
from bot.desk.casepage import none
from bot.desk.conversation import said
from bot.domain.errors import Refused
from bot.domain.ids import parse_reference
from bot.domain.triage import CONSENTS
from bot.locales import Words
from bot.usecases import consent, firstwords, misread


async def ask(visit: Visit) -> Response:
    """Let the program ask the defender for a consent."""
    kind = visit.form.get("consent", "")
    if kind not in CONSENTS:
        return _wrong(visit, visit.words.gettext("Choose a consent."))
    return await _done(visit, lambda reference: consent.ask(visit.desk.house, visit.acting, reference, kind))


async def misread_message(visit: Visit) -> Response:
    """Mark a message as misread by the model."""
    number = visit.form.get("number", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return _wrong(visit, visit.words.gettext("Choose a message."))
    return await _done(visit, lambda reference: misread.mark(visit.desk.house, visit.acting, reference, int(number), None))


async def bar(visit: Visit) -> Response:
    """Nobody writes first to this contact from now on."""
    return await _done(visit, lambda reference: firstwords.bar(visit.desk.house, visit.acting, reference))


async def allow(visit: Visit) -> Response:
    """The mark is ended, saying why."""
    reason = visit.form.get("reason", "").replace("\r\n", "\n").strip()
    return await _done(visit, lambda reference: firstwords.allow(visit.desk.house, visit.acting, reference, reason))


async def _done(visit: Visit, act: Callable[[str], Awaitable[object]]) -> Response:
    """The case as it is now, or what is against it."""
    reference = _reference(visit)
    if reference is None:
        return none(visit)
    try:
        await act(reference)
    except Refused as refusal:
        if refusal.reason == "unknown":
            return none(visit)
        status = 400 if refusal.reason == "no_reason" else 409
        return visit.page("problem.html", status, sentence=_said(visit, refusal), back=None if refusal.reason == "closed" else reference)
    return visit.go(f"/conversation/{reference}")


def _reference(visit: Visit) -> str | None:
    return parse_reference(str(visit.request.path_params["reference"]))


def _wrong(visit: Visit, sentence: str) -> Response:
    return visit.page("problem.html", 400, sentence=sentence, back=_reference(visit))


def _said(visit: Visit, refusal: Refused) -> str:
    return _own(visit.words).get(refusal.reason) or said(visit.words, refusal, visit.desk.house.clock.now())


def _own(words: Words) -> dict[str, str]:
    return {
        "not_first": words.gettext("in this case nothing may be asked first: wait until they write"),
        "no_message": words.gettext("this message is not there any more"),
        "marked": words.gettext("nobody writes first to this contact already"),
        "not_marked": words.gettext("this contact is not marked: officers may write first"),
    }
