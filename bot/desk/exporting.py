"""Taking an original out of the house: one asks, another agrees, and the first one takes it."""

from base64 import b64encode

from starlette.responses import Response

from bot.desk.auth import Visit
from bot.desk.casepage import none
from bot.desk.security import SANDBOX
from bot.domain.errors import Refused
from bot.domain.files import ORIGINAL_AS
from bot.domain.ids import parse_reference
from bot.locales import Words
from bot.usecases import export

#: Refusals that say no more than that there is no such thing for this officer.
_NOT_THERE = frozenset({"unknown", "no_attachment"})


def _named(visit: Visit) -> tuple[str | None, str]:
    return parse_reference(str(visit.request.path_params["reference"])), str(visit.request.path_params["number"])


async def ask(visit: Visit) -> Response:
    """Ask, with a reason."""
    reference, number = _named(visit)
    if reference is None:
        return none(visit)
    try:
        await export.ask(visit.desk.house, visit.acting, reference, number, visit.form.get("reason", ""))
    except Refused as refusal:
        return _refused(visit, refusal, reference)
    visit.desk.badge.stale()
    return visit.go(f"/conversation/{reference}/attachment/{number}")


async def agree(visit: Visit) -> Response:
    """A second person agrees; back to the case, which that person may see where the file is for somebody else."""
    reference, number = _named(visit)
    if reference is None:
        return none(visit)
    try:
        await export.agree(visit.desk.house, visit.acting, reference, number, visit.form.get("export", ""))
    except Refused as refusal:
        return _refused(visit, refusal, reference)
    visit.desk.badge.stale()
    return visit.go(f"/conversation/{reference}#exports")


async def original(visit: Visit) -> Response:
    """The original as a file that no browser opens, under a name that tells nothing."""
    reference, number = _named(visit)
    if reference is None:
        return none(visit)
    try:
        taken = await export.take(visit.desk.house, visit.acting, reference, number)
    except Refused as refusal:
        return _refused(visit, refusal, reference)
    headers = {
        "Content-Security-Policy": SANDBOX,
        "Content-Disposition": f'attachment; filename="{reference}-{number}.bin"',
        # RFC 9530: by which whoever gets the file can prove that it is the one.
        "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(taken.attached.kept.sha256)).decode()}:",
    }
    return Response(taken.content, media_type=ORIGINAL_AS, headers=headers)


def _refused(visit: Visit, refusal: Refused, reference: str) -> Response:
    if refusal.reason in _NOT_THERE:
        return none(visit)
    return visit.page("problem.html", 409, sentence=said(visit.words, refusal), back=reference)


def said(words: Words, refusal: Refused) -> str:
    """Why not."""
    return {
        "not_asked": words.gettext("Nobody else asks for this original, or not any more. Who asks cannot agree too."),
        "not_agreed": words.gettext("Nobody has agreed that you take this original, or more than an hour ago."),
        "no_reason": words.gettext("Say why the original is needed."),
        "no_accounts": words.gettext("This takes two persons with accounts."),
        "damaged": words.gettext("The original is damaged in the database: what is there is not what was kept."),
    }.get(refusal.reason) or words.gettext("This original is not kept.")
