"""Everything in ``responses/``, read once; a file that is not as it should be is refused by its name."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.domain.errors import RefuseToStart
from bot.rendering import PLACEHOLDER
from bot.responses.cyrillic import CYRILLIC, LATIN, to_cyrillic
from bot.responses.mission import Mission

#: The locale that a missing text falls back to.
BASE = "en"
_FRONT = re.compile(r"---\n(.*?)\n---\n(.*)", re.DOTALL)
_KEYS = {"intent", "name", "locale", "sources", "reviewed", "review", "clinician"}
_POLICY = {
    "names",
    "limits",
    "officers",
    "forbidden",
    "preview",
    "never_police",
    "police_help",
    "says",
    "unconfirmed",
    "clinician",
    "discreet",
    "keep_latin",
}


@dataclass(frozen=True, kw_only=True)
class Response:
    """One text of one locale, as its file says it."""

    name: str
    is_intent: bool
    locale: str
    sources: tuple[str, ...]
    reviewed: date
    review: str
    clinician: date | None  #: when a clinician read it, where one has to
    body: str = field(repr=False)
    file: str
    derived: bool = False  #: written anew from another script when it was loaded; it has no file of its own


@dataclass(frozen=True, kw_only=True)
class Library:
    """Everything in ``responses/`` that this mission's country uses."""

    texts: Mapping[tuple[str, str], Response]
    labels: Mapping[str, Mapping[str, str]]
    policy: Mapping[str, Any]
    sources: frozenset[str]
    country: Mapping[str, str]
    country_reviewed: date


def load_library(root: Path, mission: Mission) -> Library:
    """Read it all; a country's file wins over the general one.  Raises RefuseToStart naming the file that is not as it should be."""
    country = root / "country" / mission.country
    if not (country / "country.toml").exists():
        raise RefuseToStart(f"responses/country/{mission.country}: the mission's country has no folder of its own")
    policy = _policy(root)
    texts: dict[tuple[str, str], Response] = {}
    for folder in (root, country):
        read = [_response(file, root) for file in sorted(folder.glob("*/*.md"))]
        texts |= {(each.name, each.locale): each for each in (*_in_cyrillic(read, policy["keep_latin"]), *read)}
    numbers, reviewed = _country(country / "country.toml", root)
    return Library(
        texts=texts,
        labels=_labels(root, policy["keep_latin"]),
        policy=policy,
        sources=_sources(root),
        country=numbers,
        country_reviewed=reviewed,
    )


def _in_cyrillic(read: Sequence[Response], keep: Sequence[str]) -> Iterator[Response]:
    """Every Latin text of a folder in Cyrillic too; a file of its own in the same folder wins."""
    for each in read:
        if each.locale == LATIN:
            yield replace(each, locale=CYRILLIC, body=to_cyrillic(each.body, keep), derived=True)


def _labels(root: Path, keep: Sequence[str]) -> dict[str, dict[str, str]]:
    labels = {file.parent.name: _toml(file, root) for file in root.glob("*/labels.toml")}
    if LATIN in labels:
        written = {intent: to_cyrillic(label, keep) for intent, label in labels[LATIN].items()}
        labels[CYRILLIC] = written | labels.get(CYRILLIC, {})
    return labels


def placeholders(body: str) -> set[str]:
    """The values that a text inserts."""
    return set(PLACEHOLDER.findall(body))


def _refused(file: Path, root: Path, why: str) -> RefuseToStart:
    return RefuseToStart(f"{file.relative_to(root.parent)}: {why}")


def _read(file: Path, root: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, ValueError):
        raise _refused(file, root, "cannot be read as text in UTF-8") from None


def _toml(file: Path, root: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_read(file, root))
    except tomllib.TOMLDecodeError:
        raise _refused(file, root, "cannot be read as TOML") from None


def _country(file: Path, root: Path) -> tuple[dict[str, str], date]:
    content = _toml(file, root)
    numbers, reviewed = content.get("values"), content.get("reviewed")
    if type(reviewed) is not date or not isinstance(numbers, dict) or not all(isinstance(number, str) for number in numbers.values()):
        raise _refused(file, root, "needs a date as `reviewed` and a table [values] of texts")
    return {f"country.{name}": number for name, number in numbers.items()}, reviewed


def _policy(root: Path) -> dict[str, Any]:
    file = root / "policy.toml"
    policy = _toml(file, root)
    if wrong := sorted(policy.keys() ^ _POLICY):
        raise _refused(file, root, f"missing or unknown: {', '.join(wrong)}")
    return policy


def _sources(root: Path) -> frozenset[str]:
    file = root / "sources.yml"
    try:
        sources = yaml.safe_load(_read(file, root))
    except yaml.YAMLError:
        raise _refused(file, root, "cannot be read as YAML") from None
    if not isinstance(sources, dict) or not all(isinstance(source, dict) and source.get("title") for source in sources.values()):
        raise _refused(file, root, "every source needs a title")
    return frozenset(sources)


def _response(file: Path, root: Path) -> Response:
    found = _FRONT.fullmatch(_read(file, root).replace("\r\n", "\n"))
    if found is None:
        raise _refused(file, root, "does not begin with front matter between two lines of ---")
    try:
        front = yaml.safe_load(found[1])
    except yaml.YAMLError:
        raise _refused(file, root, "its front matter cannot be read as YAML") from None
    for fault in _front_faults(front, file):
        raise _refused(file, root, fault)
    return Response(
        name=file.stem,
        is_intent="intent" in front,
        locale=front["locale"],
        sources=tuple(front["sources"]),
        reviewed=front["reviewed"],
        review=str(front.get("review")),
        clinician=front.get("clinician"),
        body=found[2].strip(),
        file=str(file.relative_to(root.parent)),
    )


def _front_faults(front: Any, file: Path) -> Iterator[str]:
    if not isinstance(front, dict):
        yield "its front matter has no keys"
    if unknown := sorted(str(key) for key in front.keys() - _KEYS):
        yield f"unknown in its front matter: {', '.join(unknown)}"
    yield from _identity_faults(front, file)
    if type(front.get("reviewed")) is not date or type(front.get("clinician", date.min)) is not date:
        yield "a date of review is not written as 2026-11-24"
    sources = front.get("sources")
    if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
        yield "sources is not a list such as [S5, mission]"


def _identity_faults(front: Mapping[str, Any], file: Path) -> Iterator[str]:
    if ("intent" in front) == ("name" in front):
        yield "its front matter needs either an intent or a name"
    if (front.get("intent") or front.get("name")) != file.stem:
        yield "its intent or name is not the name of the file"
    if front.get("locale") != file.parent.name:
        yield "its locale is not the name of the folder"
