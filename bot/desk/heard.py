"""What keeps a page true and its alarms heard: somebody is still here, how long ago things were, and a queue without a script."""

from dataclasses import dataclass, replace

from starlette.responses import Response

from bot.desk.auth import Visit
from bot.desk.casepage import none
from bot.desk.queue import Queue
from bot.dialogue.truth import is_silent
from bot.domain.ids import parse_reference
from bot.usecases.casefile import glance


async def still(visit: Visit) -> Response:
    """Somebody is still here: being asked for is what keeps their session."""
    return Response(status_code=204)


@dataclass(frozen=True)
class Shown:
    """The queue's page as it renews itself without a script: nobody has asked for it, so it keeps no session."""

    queue: Queue

    async def __call__(self, visit: Visit) -> Response:
        """As it is now."""
        return await self.queue(replace(visit, troubles=await visit.desk.badge.number(visit.officer)))


async def ages(visit: Visit) -> Response:
    """What time alone changes on a case's page, for its own script.  No words are in it: it is no reading, and not audited as one."""
    reference = parse_reference(str(visit.request.path_params["reference"]))
    conversation = await glance(visit.desk.house, visit.acting, reference) if reference else None
    if conversation is None:
        return none(visit)
    now, spoke = visit.desk.house.clock.now(), conversation.last_message_at
    return visit.page("_ages.html", now=now, spoke_at=spoke, is_silent=is_silent(spoke, now), held=conversation.handoff)
