"""A mission's own file: strict, so that a slip of the pen refuses to start instead of changing what people are told."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.domain.errors import RefuseToStart
from bot.domain.hours import DAYS, parse_span


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
    profile: Mapping[str, str]
    mission: Mapping[str, str]
    contacts: Mapping[str, Contact]
    retention: Mapping[str, int]
    hours: Mapping[str, Any]
    content: Mapping[str, Any]

    @property
    def values(self) -> dict[str, str]:
        """What texts may insert from it."""
        named = {f"mission.{name}": value for name, value in self.mission.items()}
        named |= {f"mission.{name}": contact.value for name, contact in self.contacts.items()}
        return named | {f"retention.{name}": str(days) for name, days in self.retention.items()}


_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Za-z]+)*")
_TOP: Mapping[str, type] = {
    **dict.fromkeys(("country", "timezone"), str),
    "languages": list,
    **dict.fromkeys(("profile", "mission", "contacts", "retention", "hours", "content"), dict),
}
_TABLES: Mapping[str, Mapping[str, type]] = {
    "profile": {"name": str, "description": str},
    "mission": {"name": str, "web": str},
    "retention": {"text_days": int, "contact_days": int, "audit_days": int},
    "hours": {"confirmed": bool, **dict.fromkeys(DAYS, str)},
    "content": {"links": list, "require_reviewed": bool, "stale_after_days": int},
}
_CONTACT: Mapping[str, type] = {"value": str, "source": str, "reviewed": date, "confirmed": bool}


def load_mission(path: Path) -> Mission:
    """The mission's file.  Raises RefuseToStart naming file and key."""
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise RefuseToStart(f"DL_MISSION_FILE: {path.name} cannot be read as TOML") from None
    for fault in _faults(values):
        raise RefuseToStart(f"DL_MISSION_FILE: {path.name}: {fault}")
    contacts = {name: Contact(**contact) for name, contact in values["contacts"].items()}
    return Mission(file=path.name, **(values | {"languages": tuple(values["languages"]), "contacts": contacts}))


def _faults(values: Mapping[str, Any]) -> Iterator[str]:
    yield from _shape(values, _TOP, "")
    for table, shape in _TABLES.items():
        yield from _shape(values[table], shape, f"{table}.")
    for name, contact in values["contacts"].items():
        if not isinstance(contact, dict) or name in values["mission"]:
            yield f"contacts.{name} has the wrong type, or takes the name of a key of [mission]"
        yield from _shape(contact, _CONTACT, f"contacts.{name}.")
    yield from _nonsense(values)
    yield from _hours_faults(values["hours"])


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


def _nonsense(values: Mapping[str, Any]) -> Iterator[str]:
    if not re.fullmatch("[A-Z]{2}", values["country"]):
        yield "country is not a country code of two capital letters"
    if not values["languages"] or not all(isinstance(tag, str) and _LOCALE.fullmatch(tag) for tag in values["languages"]):
        yield "languages is not a list of locales such as en or sr_Latn_ME"
    if not all(isinstance(host, str) for host in values["content"]["links"]):
        yield "content.links is not a list of hosts"
    if not values["mission"]["web"].startswith("https://"):
        yield "mission.web does not begin with https://"
    for name in (*(f"retention.{key}" for key in values["retention"]), "content.stale_after_days"):
        table, key = name.split(".")
        if values[table][key] < 1:
            yield f"{name} is less than one day"
