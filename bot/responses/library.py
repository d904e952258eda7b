"""Everything in ``responses/``, read once; a file that is not as it should be is refused by its name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.domain.cyrillic import CYRILLIC, LATIN, to_cyrillic
from bot.domain.errors import RefuseToStart
from bot.domain.resources import Resource
from bot.domain.triage import Plan
from bot.rendering import PLACEHOLDER
from bot.responses.mission import Mission
from bot.responses.reading import read_page, read_toml, refused
from bot.responses.resources import load_resources
from bot.responses.sources import Source, load_sources
from bot.responses.triage import load_plan

#: Stands between an answer and its further parts, in a line of its own.
_MORE = re.compile(r"^[ \t]*<!--[ \t]*more[ \t]*-->[ \t]*$", re.MULTILINE)
#: The locale that a missing text falls back to.
BASE = "en"
#: Begins the name of a reply that officers may send as it is; their files have a folder of their own.
CANNED = "canned_"
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
    "resources",
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
    body_line: int = 1  #: of the file, in which the body begins
    derived: bool = False  #: written anew from another script when it was loaded; it has no file of its own

    def line_of(self, part: str) -> int:
        """The line of the file in which that part of the body stands; the body's first one when it does not."""
        return self.body_line + self.body[: max(0, self.body.find(part))].count("\n")


@dataclass(frozen=True, kw_only=True)
class Library:
    """Everything in ``responses/`` that this mission's country uses."""

    texts: Mapping[tuple[str, str], Response]
    labels: Mapping[str, Mapping[str, str]]
    policy: Mapping[str, Any]
    sources: Mapping[str, Source]
    country: Mapping[str, str]
    country_reviewed: date
    resources: tuple[Resource, ...]
    plan: Plan


def load_library(root: Path, mission: Mission) -> Library:
    """Read it all; a country's file wins over the general one.  Raises RefuseToStart naming the file that is not as it should be."""
    country = root / "country" / mission.country
    if not (country / "country.toml").exists():
        raise RefuseToStart(f"responses/country/{mission.country}: the mission's country has no folder of its own")
    policy = _policy(root)
    texts: dict[tuple[str, str], Response] = {}
    for folder in (root, root / "canned", country):
        read = [part for file in sorted(folder.glob("*/*.md")) for part in _with_cards(_response(file, root))]
        texts |= {(each.name, each.locale): each for each in (*_in_cyrillic(read, policy["keep_latin"]), *read)}
    numbers, reviewed = _country(country / "country.toml", root)
    sources = load_sources(root)
    return Library(
        texts={key: _of_here(each, sources, mission.country) for key, each in texts.items()},
        labels=_labels(root, policy["keep_latin"]),
        policy=policy,
        sources=sources,
        country=numbers,
        country_reviewed=reviewed,
        resources=load_resources(root, mission.country, numbers, mission.resources["confirmed"], policy["keep_latin"]),
        plan=load_plan(root),
    )


def _in_cyrillic(read: Sequence[Response], keep: Sequence[str]) -> Iterator[Response]:
    """Every Latin text of a folder in Cyrillic too; a file of its own in the same folder wins."""
    for each in read:
        if each.locale == LATIN:
            yield replace(each, locale=CYRILLIC, body=to_cyrillic(each.body, keep), derived=True)


def _with_cards(response: Response) -> Iterator[Response]:
    """The text, and what stands below each line of ``<!-- more -->`` as a text of its own: ``name.1``, ``name.2``, ..."""
    line = response.body_line
    for place, part in enumerate(_MORE.split(response.body)):
        blank = len(part) - len(part.lstrip())
        begins = line + part[:blank].count("\n")
        yield replace(response, name=f"{response.name}.{place}" if place else response.name, body=part.strip(), body_line=begins)
        line += part.count("\n")


def answer_of(name: str) -> str:
    """The name of the answer that a further part belongs to; its own name for anything else."""
    return name.partition(".")[0]


def _labels(root: Path, keep: Sequence[str]) -> dict[str, dict[str, str]]:
    labels = {file.parent.name: read_toml(file, root) for file in root.glob("*/labels.toml")}
    if LATIN in labels:
        written = {intent: to_cyrillic(label, keep) for intent, label in labels[LATIN].items()}
        labels[CYRILLIC] = written | labels.get(CYRILLIC, {})
    return labels


@lru_cache(maxsize=4096)
def placeholders(body: str) -> frozenset[str]:
    """The values that a text inserts."""
    return frozenset(PLACEHOLDER.findall(body))


def _country(file: Path, root: Path) -> tuple[dict[str, str], date]:
    content = read_toml(file, root)
    numbers, reviewed = content.get("values"), content.get("reviewed")
    if type(reviewed) is not date or not isinstance(numbers, dict) or not all(isinstance(number, str) for number in numbers.values()):
        raise refused(file, root, "needs a date as `reviewed` and a table [values] of texts")
    return {f"country.{name}": number for name, number in numbers.items()}, reviewed


def _policy(root: Path) -> dict[str, Any]:
    file = root / "policy.toml"
    policy = read_toml(file, root)
    if wrong := sorted(policy.keys() ^ _POLICY):
        raise refused(file, root, f"missing or unknown: {', '.join(wrong)}")
    return policy


def _of_here(response: Response, sources: Mapping[str, Source], country: str) -> Response:
    """A general text cites what was read for every country; here it cites what speaks of this one, or of all."""
    abroad = {name for name, each in sources.items() if each.country not in {None, country}}
    return replace(response, sources=tuple(name for name in response.sources if name not in abroad))


def _response(file: Path, root: Path) -> Response:
    page = read_page(file, root)
    front = page.front
    for key, fault in _front_faults(front, file):
        raise refused(file, root, fault, page.keys.get(key, 1))
    return Response(
        name=file.stem,
        is_intent="intent" in front,
        locale=front["locale"],
        sources=tuple(front["sources"]),
        reviewed=front["reviewed"],
        review=str(front.get("review")),
        clinician=front.get("clinician"),
        body=page.body,
        body_line=page.body_line,
        file=str(file.relative_to(root.parent)),
    )


def _front_faults(front: Any, file: Path) -> Iterator[tuple[str, str]]:
    """The key at fault, and what is wrong."""
    if not isinstance(front, dict):
        yield "", "its front matter has no keys"
    if unknown := sorted(str(key) for key in front.keys() - _KEYS):
        yield unknown[0], f"unknown in its front matter: {', '.join(unknown)}"
    yield from _identity_faults(front, file)
    for key in ("reviewed", "clinician"):
        if type(front.get(key, date.min if key == "clinician" else None)) is not date:
            yield key, "a date of review is not written as 2026-11-24"
    sources = front.get("sources")
    if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
        yield "sources", "sources is not a list such as [S5, mission]"


def _identity_faults(front: Mapping[str, Any], file: Path) -> Iterator[tuple[str, str]]:
    if ("intent" in front) == ("name" in front):
        yield "name", "its front matter needs either an intent or a name"
    if (front.get("intent") or front.get("name")) != file.stem:
        yield "intent" if "intent" in front else "name", "its intent or name is not the name of the file"
    if front.get("locale") != file.parent.name:
        yield "locale", "its locale is not the name of the folder"
