"""The door to ``responses/`` and ``missions/``: loaded and refused in one place, rendered for each channel with values inserted inertly."""

from bot.domain.cyrillic import CYRILLIC, LATIN, to_latin
from bot.responses.library import BASE, Library, Response, answer_of, load_library, placeholders
from bot.responses.mission import Contact, Mission, load_mission
from bot.responses.prepared import PreparedResponses, resources_of
from bot.responses.sources import Source

__all__ = [
    "BASE",
    "CYRILLIC",
    "LATIN",
    "Contact",
    "Library",
    "Mission",
    "PreparedResponses",
    "Response",
    "Source",
    "answer_of",
    "load_library",
    "load_mission",
    "placeholders",
    "resources_of",
    "to_latin",
]
