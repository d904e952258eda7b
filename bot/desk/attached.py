"""What came with messages: facts on a page, a blurred small picture before the click, the picture drawn anew after it, and sound."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from bot.desk.apart import Cannot
from bot.desk.auth import Visit
from bot.desk.casepage import none
from bot.desk.security import SANDBOX
from bot.domain.errors import Refused
from bot.domain.files import DRAWN_AS, PLAYED_AS, File
from bot.domain.ids import parse_reference
from bot.usecases import attached, export
from bot.usecases.attached import Attached

_NOTHING = 404


async def _found(visit: Visit) -> Attached | None:
    """What the address names, if this officer may see it and it is kept."""
    reference = parse_reference(str(visit.request.path_params["reference"]))
    if reference is None:
        return None
    try:
        found = await attached.find(visit.desk.house, visit.acting, reference, str(visit.request.path_params["number"]))
        return found if found.kept else None
    except Refused:
        return None


async def show(visit: Visit) -> Response:
    """The picture, if it is one, and what is known of the original."""
    found = await _found(visit)
    if found is None:
        return none(visit)
    asked, names = await export.of_file(visit.desk.house, found)
    now = visit.desk.house.clock.now()
    return visit.page(
        "attached.html",
        exports=[(each, export.waits(each, now), export.may_take(each, visit.acting, now)) for each in asked],
        officers=names,
        mine=visit.acting.id,
        held=found.handoff,
        number=found.number,
        line=found.line,
        file=found.kept,
        claimed=found.attachment.content_type,
        now=now,
        is_drawn=bool(await _small(visit, found)),
    )


async def preview(visit: Visit) -> Response:
    """The small blurred picture: nothing clear reaches the browser before somebody asks for it."""
    found = await _found(visit)
    drawn = await _small(visit, found) if found else b""
    return _made(drawn, DRAWN_AS) if drawn else Response(status_code=_NOTHING)


async def picture(visit: Visit) -> Response:
    """What the picture shows; a reading, and audited."""
    return await _anew(visit, lambda file: file.is_picture, visit.desk.pictures.picture, DRAWN_AS)


async def sound(visit: Visit) -> Response:
    """What a recording sounds like; a reading, and audited."""
    return await _anew(visit, lambda file: file.is_sound, visit.desk.sounds.sound, PLAYED_AS)


async def _anew(visit: Visit, fits: Callable[[File], bool], make: Callable[[bytes], Awaitable[bytes]], kind: str) -> Response:
    found = await _found(visit)
    if found is None or not fits(found.kept):
        return Response(status_code=_NOTHING)
    try:
        read = await attached.read(visit.desk.house, visit.acting, found.handoff.reference, found.number)
        return _made(await make(read.content), kind)
    except (Refused, Cannot):
        return Response(status_code=_NOTHING)


async def _small(visit: Visit, found: Attached) -> bytes:
    """The small picture, drawn once; empty when it cannot be drawn."""
    if not found.kept.is_picture:
        return b""
    house = visit.desk.house
    drawn = await attached.preview(house, found)
    if drawn is not None:
        return drawn
    try:
        drawn = await visit.desk.pictures.preview(await attached.unread_original(house, found))
    except Refused:
        return b""
    except Cannot as cannot:
        drawn = b""
        if not cannot.for_good:
            return drawn
    await attached.keep_preview(house, found, drawn)
    return drawn


def _made(content: bytes, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Security-Policy": SANDBOX})
