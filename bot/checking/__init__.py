"""What ``check`` holds the prepared texts to; every fault is one sentence that names the file."""

from collections.abc import Mapping
from datetime import date

from bot.checking.alike import unlike_faults
from bot.checking.library import library_faults
from bot.checking.notes import content_notes
from bot.checking.resources import resource_faults
from bot.checking.start import missing_texts, start_faults
from bot.checking.texts import text_faults
from bot.checking.triage import triage_faults
from bot.responses import Library, Mission

__all__ = ["content_faults", "content_notes", "missing_texts", "start_faults"]


def content_faults(library: Library, mission: Mission, intents: Mapping[str, str], today: date) -> list[str]:
    """Everything that is wrong with the texts of this mission; empty when it may start.  ``intents``: name to class."""
    faults = [*library_faults(library, mission, intents, today), *resource_faults(library, mission, intents, today)]
    faults += unlike_faults(library)
    faults += triage_faults(library, intents)
    for response in library.texts.values():
        if response.derived:
            continue
        faults += [f"{response.file}: {fault}" for fault in text_faults(response, library, mission, intents, today)]
    return sorted(faults)
