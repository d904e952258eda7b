"""Voice messages and other sound of strangers, made samples in a process that has nothing: what comes back is loudness, or nothing."""

import io
import wave
from pathlib import Path

import structlog

from bot.desk.apart import Apart, Cannot

log = structlog.get_logger(__name__)

#: Samples a second, enough for speech; two bytes each, one channel.
RATE = 16_000
_WIDTH = 2
#: No more of a recording is played (seconds).
PLAYED = 600
#: Seconds for one recording, also while the machine is busy.
WITHIN = 30.0
_SCRIPT = Path(__file__).with_name("resound.py")
_LARGEST = RATE * _WIDTH * PLAYED


class Sounds:
    """Plays a few at a time."""

    def __init__(self, at_once: int = 2, within: float = WITHIN) -> None:
        """``within``: seconds after which a recording cannot be played."""
        self._apart = Apart(at_once=at_once, within=within, largest=_LARGEST)

    async def sound(self, original: bytes) -> bytes:
        """A WAV of what is heard, of its first ten minutes.  Raises Cannot.

        Whatever the process says is samples: the header is ours, so who took it over can make noise and nothing else.
        """
        code, samples = await self._apart.run(_SCRIPT, str(RATE), str(PLAYED), given=original)
        if code != 0 or not samples:
            log.info("sound_not_played", code=code)
            raise Cannot(for_good=code >= 0)
        held = io.BytesIO()
        with wave.open(held, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(_WIDTH)
            file.setframerate(RATE)
            file.writeframes(samples[: len(samples) // _WIDTH * _WIDTH])
        return held.getvalue()
