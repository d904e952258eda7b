"""Mission and prepared texts as a house takes them: read, gated and made ready, the same at a start and at every change of a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypedDict
from zoneinfo import ZoneInfo

from bot.checking import content_notes, start_faults
from bot.domain.content import Review
from bot.domain.doors import Doors
from bot.domain.errors import RefuseToStart
from bot.domain.figures import Step
from bot.domain.hours import Hours
from bot.domain.ladder import Ladder
from bot.domain.language import Languages
from bot.domain.triage import Plan
from bot.domain.understanding import IntentClass
from bot.locales import Locales
from bot.nlu import load_classes, load_languages
from bot.ports import Responses
from bot.responses import Library, Mission, PreparedResponses, load_library, load_mission
from bot.usecases.careful import Careful
from bot.wiring.honoured import honoured

#: They belong to the program and not to a mission's files.
_LOCALES = Path(__file__).resolve().parents[2] / "locales"


class Content(TypedDict):
    """Fields of the house that the files of mission and responses decide, and nothing else does."""

    responses: Responses
    plan: Plan
    languages: Languages
    timezone: ZoneInfo
    catalogues: Locales
    officer_locale: str
    hours: Hours | None
    locales: tuple[str, ...]
    text_days: int
    contact_days: int
    audit_days: int
    ladder: Ladder
    targets: Mapping[Step, timedelta]
    doors: Doors


@dataclass(frozen=True, kw_only=True)
class Contents:
    """One whole set of files, read at one moment."""

    mission: Mission
    library: Library
    classes: Mapping[str, IntentClass]
    languages: Languages
    catalogues: Locales

    @classmethod
    def read(cls, mission_file: Path, root: Path) -> "Contents":
        """Everything, whatever it says.  Raises RefuseToStart naming file and line of what cannot be read as it should."""
        mission = load_mission(mission_file)
        return cls(
            mission=mission,
            library=load_library(root / "responses", mission),
            classes=load_classes(root / "nlu"),
            languages=load_languages(root / "nlu").among(mission.languages),
            catalogues=interface_words(mission),
        )

    @classmethod
    def gated(cls, mission_file: Path, root: Path) -> "Contents":
        """The same, fit to be served.  Raises RefuseToStart for what would leave people without an answer too."""
        contents = cls.read(mission_file, root)
        if faults := start_faults(contents.library, contents.mission, contents.classes):
            raise RefuseToStart("; ".join(faults))
        return contents

    def for_house(self) -> Content:
        """What the house takes of it."""
        emergencies = [name for name, cls in self.classes.items() if cls is IntentClass.E1]
        days = self.mission.retention
        return Content(
            responses=Careful(PreparedResponses(self.library, self.mission), emergencies),
            plan=self.library.plan,
            languages=self.languages,
            timezone=_zone(self.mission),
            catalogues=self.catalogues,
            officer_locale=self.mission.officer_language,
            hours=_hours(self.mission),
            locales=self.mission.languages,
            text_days=days["text_days"],
            contact_days=days["contact_days"],
            audit_days=days["audit_days"],
            ladder=self.mission.ladder,
            targets=self.mission.targets,
            doors=self.mission.officers,
        )


def interface_words(mission: Mission) -> Locales:
    """The catalogues, telling times in the mission's zone.  Raises RefuseToStart naming what is wrong with one, or which one is missing."""
    return Locales.load(_LOCALES, _zone(mission), needed=(*mission.languages, mission.officer_language))


def _hours(mission: Mission) -> Hours | None:
    """Hours that the mission has not confirmed are stated to nobody."""
    return Hours.of(mission.hours, _zone(mission)) if mission.hours["confirmed"] else None


def _zone(mission: Mission) -> ZoneInfo:
    try:
        return ZoneInfo(mission.timezone)
    except (KeyError, ValueError, OSError):
        raise RefuseToStart(f"DL_MISSION_FILE: there is no time zone {mission.timezone}") from None


def notes(mission_file: Path, root: Path, reviews: Sequence[Review] = ()) -> list[str]:
    """What is worth knowing and no fault: drafts, reviews that end, and what a stranger sees of us.  None while the files are broken."""
    try:
        contents = Contents.read(mission_file, root)
    except RefuseToStart:
        return []
    return content_notes(honoured(contents.library, reviews, root), contents.mission, datetime.now(UTC).date())
