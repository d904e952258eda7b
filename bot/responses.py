"""The door to ``responses/``: prepared answers, loaded and checked once, rendered for each channel with values inserted inertly."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.domain.errors import RefuseToStart
from bot.domain.message import ChannelName, Piece
from bot.rendering import PLACEHOLDER, render

BASE = "en"


@dataclass(frozen=True, kw_only=True)
class Mission:
    """A mission's own file."""

    country: str
    timezone: str
    languages: tuple[str, ...]
    profile: Mapping[str, str]
    mission: Mapping[str, str]
    retention: Mapping[str, int]
    content: Mapping[str, Any]

    @property
    def values(self) -> dict[str, str]:
        """What texts may insert from it."""
        named = {f"mission.{name}": value for name, value in self.mission.items()}
        return named | {f"retention.{name}": str(days) for name, days in self.retention.items()}


_SHAPE: Mapping[str, type] = {
    "country": str, "timezone": str, "languages": list, "profile": dict, "mission": dict, "retention": dict, "content": dict,
}  # fmt: skip
_NEEDED = {
    "profile": ("name", "description"),
    "mission": ("name", "web", "email", "address"),
    "retention": ("text_days", "contact_days", "audit_days"),
    "content": ("links", "require_reviewed", "stale_after_days"),
}


def load_mission(path: Path) -> Mission:
    """The mission's file.  Raises RefuseToStart naming file and key."""
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        raise RefuseToStart(f"DL_MISSION_FILE: {path.name} cannot be read as TOML") from None
    for name in values.keys() ^ _SHAPE.keys():
        raise RefuseToStart(f"DL_MISSION_FILE: {path.name}: {'unknown' if name in values else 'missing'} key {name}")
    for name, kind in _SHAPE.items():
        if not isinstance(values[name], kind):
            raise RefuseToStart(f"DL_MISSION_FILE: {path.name}: {name} has the wrong type")
    for name, needed in _NEEDED.items():
        for key in set(needed) ^ values[name].keys():
            raise RefuseToStart(f"DL_MISSION_FILE: {path.name}: {'missing' if key in needed else 'unknown'} key {name}.{key}")
    return Mission(**(values | {"languages": tuple(values["languages"])}))


@dataclass(frozen=True, kw_only=True)
class Response:
    """One text of one locale, as its file says it."""

    name: str
    is_intent: bool
    locale: str
    sources: tuple[str, ...]
    reviewed: date
    review: str
    body: str = field(repr=False)
    file: str


@dataclass(frozen=True, kw_only=True)
class Library:
    """Everything in ``responses/`` that this mission's country uses."""

    texts: Mapping[tuple[str, str], Response]
    labels: Mapping[str, Mapping[str, str]]
    policy: Mapping[str, Any]
    sources: frozenset[str]
    country: Mapping[str, str]


def load_library(root: Path, mission: Mission) -> Library:
    """Read it all.  Raises RefuseToStart naming the file that is not as it should be."""
    country = root / "country" / mission.country
    if not (country / "country.toml").exists():
        raise RefuseToStart(f"responses/country/{mission.country}: the mission's country has no folder of its own")
    texts: dict[tuple[str, str], Response] = {}
    for folder in (root, country):
        for file in sorted(folder.glob("*/*.md")):
            response = _response(file, root)
            texts[response.name, response.locale] = response
    labels = {file.parent.name: _toml(file) for file in root.glob("*/labels.toml")}
    return Library(
        texts=texts,
        labels=labels,
        policy=_toml(root / "policy.toml"),
        sources=frozenset(yaml.safe_load((root / "sources.yml").read_text("utf-8"))),
        country={f"country.{name}": str(value) for name, value in _toml(country / "country.toml")["values"].items()},
    )


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        raise RefuseToStart(f"responses/{file.name}: cannot be read as TOML") from None


_FRONT = re.compile(r"---\n(.*?)\n---\n(.*)", re.DOTALL)


def _response(file: Path, root: Path) -> Response:
    place = str(file.relative_to(root.parent))
    found = _FRONT.fullmatch(file.read_text("utf-8"))
    try:
        if found is None:
            raise ValueError("no front matter")
        front = yaml.safe_load(found[1])
        name = front.get("intent") or front["name"]
        return Response(
            name=name,
            is_intent="intent" in front,
            locale=front["locale"],
            sources=tuple(front["sources"]),
            reviewed=front["reviewed"],
            review=front["review"],
            body=found[2].strip(),
            file=place,
        )
    except (ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise RefuseToStart(f"{place}: front matter is not as it should be ({type(error).__name__})") from None


class PreparedResponses:
    """The port ``Responses``."""

    def __init__(self, library: Library, mission: Mission) -> None:
        """Values of mission and country are filled once."""
        self._texts = library.texts
        self._labels = library.labels
        self._fixed = mission.values | dict(library.country)

    def _body(self, name: str, locale: str) -> str:
        """The text of a locale; the base locale's where it has none."""
        return (self._texts.get((name, locale)) or self._texts[name, BASE]).body

    def pieces(self, name: str, locale: str, channel: ChannelName, values: Mapping[str, str]) -> tuple[Piece, ...]:
        """Rendered for the channel, one piece for each send."""
        return render(self._body(name, locale), {**values, **self._fixed}, styled=channel is ChannelName.TELEGRAM)

    def line(self, name: str, locale: str, values: Mapping[str, str]) -> str:
        """One plain text, to be inserted into another."""
        return " ".join(piece.text for piece in render(self._body(name, locale), {**values, **self._fixed}, styled=False))

    def has(self, name: str) -> bool:
        """Whether there is such a text in the base locale."""
        return (name, BASE) in self._texts

    def label(self, intent: str, locale: str) -> str:
        """A few words that name the topic."""
        return str((self._labels.get(locale) or self._labels[BASE]).get(intent, intent))


def placeholders(body: str) -> set[str]:
    """The values that a text inserts."""
    return set(PLACEHOLDER.findall(body))
