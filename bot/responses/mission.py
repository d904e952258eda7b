"""A mission's own file: strict, so that a slip of the pen refuses to start instead of changing what people are told."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot.domain.doors import Doors
from bot.domain.errors import RefuseToStart
from bot.domain.figures import TARGETS, Step
from bot.domain.hours import DAYS, parse_span
from bot.domain.ladder import Ladder
from bot.ports import Profile
from bot.responses.doors import door_faults, read_doors
from bot.responses.ladder import ladder_faults, read_ladder
from bot.responses.targets import read_targets, targets_faults


@dataclass(frozen=True, kw_only=True)
class Contact:
    """An address of the mission that texts may show, and what is known of it."""

    value: str
    source: str
    reviewed: date
    confirmed: bool  #: False: a text that shows it has to say so


@dataclass(frozen=True, kw_only=True)
class Mission:
    """A mission's own file."""

    file: str
    country: str
    timezone: str
    languages: tuple[str, ...]
    profile: Mapping[str, Any]
    mission: Mapping[str, str]
    contacts: Mapping[str, Contact]
    retention: Mapping[str, int]
    hours: Mapping[str, Any]
    content: Mapping[str, Any]
    officer_language: str = "en"  #: in which officers read alerts, and the terminal where they ask for no other
    ladder: Ladder = field(default_factory=Ladder)  #: whom an alarm rings when
    targets: Mapping[Step, timedelta] = field(default_factory=lambda: TARGETS)  #: how soon each step of an emergency is wanted
    officers: Doors = field(default_factory=Doors)  #: what may pass over their own messengers
    resources: Mapping[str, Any] = field(default_factory=lambda: {"confirmed": []})  #: ids of resources.yml that it confirmed itself

    profiles: Mapping[str, Any] = field(default_factory=dict)  #: what the chat list shows, by locale, where it is not as in ``profile``

    def shown(self) -> Mapping[str, Profile]:
        """What the chat list shows, by locale; under the empty name what it shows in every other language."""
        named = {locale: Profile(**(dict(self.profile) | table)) for locale, table in self.profiles.items()}
        first = named.get(self.languages[0])
        commands = first.commands if first else {}
        return {"": Profile(name=self.profile["name"], description=self.profile["description"], commands=commands), **named}

    @property
    def values(self) -> dict[str, str]:
        """What texts may insert from it."""
        named = {f"mission.{name}": value for name, value in self.mission.items()}
        named |= {f"mission.{name}": contact.value for name, contact in self.contacts.items()}
        return named | {f"retention.{name}": str(days) for name, days in self.retention.items()}


_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Za-z]+)*")
_TOP: Mapping[str, type] = {
    **dict.fromkeys(("country", "timezone", "officer_language"), str),
    "languages": list,
    **dict.fromkeys(("profile", "profiles", "mission", "contacts", "retention", "hours", "content", "resources"), dict),
    **dict.fromkeys(("ladder", "targets", "officers"), dict),
}
_TABLES: Mapping[str, Mapping[str, type]] = {
    "profile": {"name": str, "description": str},
    "mission": {"name": str, "web": str},
    "retention": {"text_days": int, "contact_days": int, "audit_days": int},
    "hours": {"confirmed": bool, **dict.fromkeys(DAYS, str)},
    "content": {"links": list, "require_reviewed": bool, "stale_after_days": int},
    "resources": {"confirmed": list},
}
_PROFILE: Mapping[str, type] = {"name": str, "description": str, "commands": dict}
#: A command of a messenger, and how long the words on it may be there.
_COMMAND, _LONGEST_COMMAND = re.compile("[a-z_]{1,32}"), 256
_CONTACT: Mapping[str, type] = {"value": str, "source": str, "reviewed": date, "confirmed": bool}


def load_mission(path: Path) -> Mission:
    """The mission's file.  Raises RefuseToStart naming file and key."""
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise RefuseToStart(f"DL_MISSION_FILE: {path.name} cannot be read as TOML") from None
    optional = {"officer_language": "en", "resources": {"confirmed": []}, "profiles": {}, "ladder": {}, "targets": {}, "officers": {}}
    values = optional | values
    for fault in _faults(values):
        raise RefuseToStart(f"DL_MISSION_FILE: {path.name}: {fault}")
    contacts = {name: Contact(**contact) for name, contact in values["contacts"].items()}
    tables = {"ladder": read_ladder(values["ladder"]), "targets": read_targets(values["targets"])}
    tables |= {"officers": read_doors(values["officers"]), "languages": tuple(values["languages"]), "contacts": contacts}
    return Mission(file=path.name, **(values | tables))


def _faults(values: Mapping[str, Any]) -> Iterator[str]:
    yield from _shape(values, _TOP, "")
    for table, shape in _TABLES.items():
        yield from _shape(values[table], shape, f"{table}.")
    for name, contact in values["contacts"].items():
        if not isinstance(contact, dict) or name in values["mission"]:
            yield f"contacts.{name} has the wrong type, or takes the name of a key of [mission]"
        yield from _shape(contact, _CONTACT, f"contacts.{name}.")
    yield from _nonsense(values)
    yield from _profile_faults(values)
    yield from _hours_faults(values["hours"])
    yield from ladder_faults(values["ladder"])
    yield from targets_faults(values["targets"])
    yield from door_faults(values["officers"])


def _shape(values: Mapping[str, Any], shape: Mapping[str, type], place: str) -> Iterator[str]:
    for key in sorted(values.keys() ^ shape.keys()):
        yield f"{'unknown' if key in values else 'missing'} key {place}{key}"
    for key, kind in shape.items():
        # The exact type: in Python True would pass for a number of days.
        if type(values[key]) is not kind or values[key] == "":
            yield f"{place}{key} has the wrong type, or is empty"


def _hours_faults(hours: Mapping[str, Any]) -> Iterator[str]:
    for day in DAYS:
        try:
            parse_span(hours[day])
        except ValueError as error:
            yield f"hours.{day}: {error}"


def _language_faults(values: Mapping[str, Any]) -> Iterator[str]:
    if not values["languages"] or not all(isinstance(tag, str) and _LOCALE.fullmatch(tag) for tag in values["languages"]):
        yield "languages is not a list of locales such as en or sr_Latn_ME"
    if not _LOCALE.fullmatch(values["officer_language"]):
        yield "officer_language is not a locale such as en or sr_Latn_ME"


def _profile_faults(values: Mapping[str, Any]) -> Iterator[str]:
    """Each part may be missing: then it is as in [profile]."""
    for locale, table in values["profiles"].items():
        place = f"profiles.{locale}"
        if locale not in values["languages"] or not isinstance(table, dict):
            yield f"{place} is none of the languages"
            continue
        given = {key: kind for key, kind in _PROFILE.items() if key in table}
        yield from _shape(table, given, f"{place}.")
        for name, text in table.get("commands", {}).items():
            if not _COMMAND.fullmatch(name) or not isinstance(text, str) or not 0 < len(text) <= _LONGEST_COMMAND:
                yield f"{place}.commands.{name} is no command with a few words on it"


def _nonsense(values: Mapping[str, Any]) -> Iterator[str]:
    if not re.fullmatch("[A-Z]{2}", values["country"]):
        yield "country is not a country code of two capital letters"
    yield from _language_faults(values)
    if not all(isinstance(host, str) for host in values["content"]["links"]):
        yield "content.links is not a list of hosts"
    if not all(isinstance(name, str) for name in values["resources"]["confirmed"]):
        yield "resources.confirmed is not a list of names of resources.yml"
    if not values["mission"]["web"].startswith("https://"):
        yield "mission.web does not begin with https://"
    for name in (*(f"retention.{key}" for key in values["retention"]), "content.stale_after_days"):
        table, key = name.split(".")
        if values[table][key] < 1:
            yield f"{name} is less than one day"
