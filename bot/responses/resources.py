"""The door to ``resources.yml``: hotlines and organisations; an entry that is not as it should be is refused by file and name."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import yaml

from bot.domain.cyrillic import CYRILLIC, LATIN, to_cyrillic
from bot.domain.errors import RefuseToStart
from bot.domain.hours import CLOSED, DAYS, Hours, parse_shift
from bot.domain.resources import Resource

FILE = "resources.yml"
#: The locale that a missing phrase falls back to.
_BASE = "en"
_NEEDED = {"name", "says", "for", "languages", "hours", "sources", "checked", "confirmed"}
_WAYS = ("phones", "emails", "links")
_KEYS = _NEEDED | set(_WAYS) | {"police"}
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Za-z]+)*")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
#: Emergency and short numbers, and free ones; they mean something in one country only.
_SHORT = re.compile(r"[1-9][0-9]{2,5}|0800?[0-9]{6}")
_SOURCE = re.compile(r"S[0-9]+[a-z]?|mission")
_VALUE = re.compile(r"\{(country\.[a-z_]+)\}")
_MAIL = re.compile(r"[\w.+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}")


def load_resources(
    root: Path, country: str, values: Mapping[str, str], confirmed: Collection[str], keep: Collection[str]
) -> tuple[Resource, ...]:
    """The country's own, then the international ones, each in the order of its file.

    ``values``: the country's numbers, which its entries insert.  ``confirmed``: what the mission has confirmed itself.  ``keep``: names
    that stay in Latin letters.  Raises RefuseToStart naming file and entry.
    """
    own = root / "country" / country / FILE
    found: dict[str, Resource] = {}
    for file, numbers in ((own, values), (root / FILE, None)):
        for name, entry in _entries(file, root).items():
            for fault in _faults(name, entry, numbers):
                raise _refused(file, root, name, fault)
            if name in found:
                raise _refused(file, root, name, f"stands in {found[name].file} too")
            found[name] = _resource(name, entry, str(file.relative_to(root.parent)), numbers or {}, confirmed, keep)
    if unknown := sorted(set(confirmed) - found.keys()):
        raise RefuseToStart(f"DL_MISSION_FILE: resources.confirmed names what is in no {FILE}: {', '.join(unknown)}")
    return tuple(found.values())


class _Strict(yaml.SafeLoader):
    """YAML in which no key stands twice: the second would silently replace the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if twice := sorted({str(key) for key in keys if keys.count(key) > 1}):
            raise yaml.constructor.ConstructorError(None, None, f"{', '.join(twice)} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _refused(file: Path, root: Path, entry: str, why: str) -> RefuseToStart:
    return RefuseToStart(f"{file.relative_to(root.parent)}: {entry}: {why}")


def _entries(file: Path, root: Path) -> dict[str, Any]:
    """The file's entries; none where there is no file: a country may have none of its own."""
    if not file.exists():
        return {}
    try:
        entries = yaml.load(file.read_text("utf-8"), Loader=_Strict)  # noqa: S506  a SafeLoader
    except (OSError, ValueError):
        raise RefuseToStart(f"{file.relative_to(root.parent)}: cannot be read as text in UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RefuseToStart(f"{file.relative_to(root.parent)}: line {line}: {error.problem}") from None
    if not isinstance(entries, dict):
        raise RefuseToStart(f"{file.relative_to(root.parent)}: needs entries, each with a name")
    return entries


def _faults(name: Any, entry: Any, numbers: Mapping[str, str] | None) -> Iterator[str]:
    """What is wrong with an entry; ``numbers``: the country's, None in the international file."""
    if not isinstance(name, str) or not _WORD.fullmatch(name) or not isinstance(entry, dict):
        yield "an entry is a name such as front_line, and keys below it"
        return
    if wrong := sorted(map(str, (entry.keys() - _KEYS) | (_NEEDED - entry.keys()))):
        yield f"missing or unknown: {', '.join(wrong)}"
    yield from _list_faults(entry)
    yield from _word_faults(entry)
    if type(entry["checked"]) is not date:
        yield "checked is not a date such as 2026-11-28"
    if type(entry["confirmed"]) is not bool or type(entry.get("police", False)) is not bool:
        yield "confirmed and police are true or false"
    if not any(entry.get(way) for way in _WAYS):
        yield f"has no way to reach it: {', '.join(_WAYS)}"
    yield from _way_faults(entry, numbers)
    try:
        _hours(entry["hours"])
    except (ValueError, KeyError, OSError) as error:
        yield f"hours: {error}"


def _list_faults(entry: Mapping[str, Any]) -> Iterator[str]:
    for key, shape in (("for", _WORD), ("languages", _LANGUAGE), *((way, re.compile(".+")) for way in _WAYS), ("sources", _SOURCE)):
        values = entry.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) and shape.fullmatch(value) for value in values):
            yield f"{key} is not a list, or holds what does not belong there"
    for key in ("for", "sources"):
        if not entry[key]:
            yield f"{key} is empty"


def _word_faults(entry: Mapping[str, Any]) -> Iterator[str]:
    for key in ("name", "says"):
        words = entry[key]
        if key == "name" and isinstance(words, str) and words.strip():
            continue
        if not isinstance(words, dict) or not all(
            isinstance(locale, str) and _LOCALE.fullmatch(locale) and isinstance(text, str) and text.strip()
            for locale, text in words.items()
        ):
            yield f"{key} is not a text for each locale"
        elif _BASE not in words:
            yield f"{key} has no text in {_BASE}"


def _way_faults(entry: Mapping[str, Any], numbers: Mapping[str, str] | None) -> Iterator[str]:
    for phone in entry.get("phones", ()):
        yield from _phone_faults(phone, numbers)
    for mail in entry.get("emails", ()):
        if not _MAIL.fullmatch(mail):
            yield f"emails: {mail} is no address"
    for link in entry.get("links", ()):
        if urlsplit(link).scheme != "https" or not urlsplit(link).hostname:
            yield f"links: {link} is no https address"


def _phone_faults(phone: str, numbers: Mapping[str, str] | None) -> Iterator[str]:
    bare = phone.replace(" ", "")
    if value := _VALUE.fullmatch(phone):
        if value[1] not in (numbers or {}):
            yield f"phones: {phone} is no value of the country"
    elif not _E164.fullmatch(bare) and (numbers is None or not _SHORT.fullmatch(bare)):
        yield f"phones: {phone} is no number such as +353 1 210 0489{'' if numbers is None else ', nor a short one'}"


def _hours(said: Any) -> Hours | None:
    """``unknown``, ``always``, or a zone with days.  Raises ValueError, KeyError, OSError for what is none of it."""
    if said == "unknown":
        return None
    if said == "always":
        return Hours.of(dict.fromkeys(DAYS, "00:00-00:00"), ZoneInfo("UTC"), parse_shift)
    if (
        not isinstance(said, dict)
        or not said.keys() <= {"zone", *DAYS}
        or len(said) < 2
        or not all(isinstance(each, str) for each in said.values())
    ):
        raise ValueError("unknown, always, or a zone and days such as monday")
    return Hours.of(dict.fromkeys(DAYS, CLOSED) | said, ZoneInfo(said["zone"]), parse_shift)


def _resource(
    name: str, entry: Mapping[str, Any], file: str, numbers: Mapping[str, str], confirmed: Collection[str], keep: Collection[str]
) -> Resource:
    phones = entry.get("phones", [])
    return Resource(
        id=name,
        file=file,
        groups=tuple(entry["for"]),
        names=_in_scripts(entry["name"], keep) if isinstance(entry["name"], dict) else {_BASE: entry["name"]},
        says=_in_scripts(entry["says"], keep),
        numbers=tuple(_VALUE.sub(lambda value: numbers[value[1]], phone) for phone in phones),
        addresses=tuple(entry.get("emails", ())),
        links=tuple(entry.get("links", ())),
        inserted=frozenset(value for phone in phones for value in _VALUE.findall(phone)),
        languages=tuple(entry["languages"]),
        hours=_hours(entry["hours"]),
        police=entry.get("police", False),
        sources=tuple(entry["sources"]),
        checked=entry["checked"],
        confirmed=entry["confirmed"] or name in confirmed,
    )


def _in_scripts(words: Mapping[str, str], keep: Collection[str]) -> dict[str, str]:
    """Every Latin text in Cyrillic too; one that is written in Cyrillic wins."""
    if LATIN not in words:
        return dict(words)
    return {CYRILLIC: to_cyrillic(words[LATIN], keep), **words}
