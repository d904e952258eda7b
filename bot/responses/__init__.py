"""The door to ``responses/`` and ``missions/``: loaded and refused in one place, rendered for each channel with values inserted inertly."""

from bot.responses.cyrillic import CYRILLIC, LATIN, to_latin
from bot.responses.library import BASE, Library, Response, load_library, placeholders
from bot.responses.mission import Contact, Mission, load_mission
from bot.responses.prepared import PreparedResponses

__all__ = [
    "BASE",
    "CYRILLIC",
    "LATIN",
    "Contact",
    "Library",
    "Mission",
    "PreparedResponses",
    "Response",
    "load_library",
    "load_mission",
    "placeholders",
    "to_latin",
]
