"""Pictures of strangers, drawn anew in a process that has nothing: what comes back is pixels, or nothing."""

from pathlib import Path
from typing import Literal

import structlog

from bot.desk.apart import Apart, Cannot
from bot.domain.files import MOST_PIXELS

log = structlog.get_logger(__name__)

_SCRIPT = Path(__file__).with_name("redraw.py")
#: Seconds for one picture, also while the machine is busy.
WITHIN = 30.0
#: Nothing that is drawn is larger.
_LARGEST = 16_000_000
_JPEG = b"\xff\xd8\xff"


class Pictures:
    """Draws a few at a time."""

    def __init__(self, at_once: int = 2, within: float = WITHIN) -> None:
        """``within``: seconds after which a picture cannot be shown."""
        self._apart = Apart(at_once=at_once, within=within, largest=_LARGEST)

    async def picture(self, original: bytes) -> bytes:
        """A JPEG of what it shows, at most 2048 pixels wide and high.  Raises Cannot."""
        return await self._drawn("picture", original)

    async def preview(self, original: bytes) -> bytes:
        """A JPEG of at most 24 pixels, blurred: colours, and nothing that could be known again.  Raises Cannot."""
        return await self._drawn("preview", original)

    async def _drawn(self, kind: Literal["picture", "preview"], original: bytes) -> bytes:
        code, drawn = await self._apart.run(_SCRIPT, kind, str(MOST_PIXELS), given=original)
        if code != 0 or not drawn.startswith(_JPEG):
            log.info("picture_not_drawn", code=code)
            raise Cannot(for_good=code >= 0)
        return drawn
