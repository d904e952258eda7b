"""What ``check`` holds the prepared texts to; every fault is one sentence that names the file."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from bot.rendering import render
from bot.responses import Library, Mission, Response, placeholders

_LINK = re.compile(r"https?://([^/\s)]+)")
_RUNTIME = {"people", "reference"}
_PREVIEW = 60
#: What stands in for the values of a real message when a text's shape is looked at.
_SAMPLE = {"people": "I am trying to reach an officer now.", "reference": "K7T-42M"}
_TO_OFFICERS = ("alert", "officer_")


def content_faults(library: Library, mission: Mission, intents: dict[str, str], today: date) -> list[str]:
    """Everything that is wrong with the texts of this mission; empty when it may start.  ``intents``: name to class."""
    faults = [*_missing(library, mission, intents)]
    for response in library.texts.values():
        faults += [f"{response.file}: {fault}" for fault in _faults(response, library, mission, intents, today)]
    return sorted(faults)


def _missing(library: Library, mission: Mission, intents: Iterable[str]) -> Iterator[str]:
    for locale in mission.languages:
        for name in (*intents, *library.policy["names"]):
            if (name, locale) not in library.texts:
                yield f"responses/{locale}: no text for {name}"
        for intent in set(intents) - set(library.labels.get(locale, {})):
            yield f"responses/{locale}/labels.toml: no label for {intent}"
    known = set(intents) | set(library.policy["names"])
    for name, locale in library.texts:
        if name not in known:
            yield f"responses/{locale}: {name} is neither an intent nor a named text: nothing ever says it"


def _faults(response: Response, library: Library, mission: Mission, intents: dict[str, str], today: date) -> Iterator[str]:
    emergency = intents.get(response.name) == "E1" or response.name == "emergency_unknown"
    allowed = set(library.policy["names"].get(response.name, _RUNTIME if emergency else ()))
    fixed = mission.values | dict(library.country)
    for name in placeholders(response.body) - allowed - set(fixed):
        yield f"unknown placeholder {{{name}}}"
    for source in set(response.sources) - library.sources:
        yield f"unknown source {source}"
    if not response.sources:
        yield "no sources"
    yield from _review_faults(response, mission, today)
    yield from _promises(response, library)
    for host in _LINK.findall(response.body):
        if host not in mission.content["links"]:
            yield f"link to {host}, which is not on the mission's list"
    plain = "\n".join(piece.text for piece in render(response.body, fixed | _SAMPLE, styled=False))
    yield from _shape_faults(response, plain, library, emergency=emergency)


def _review_faults(response: Response, mission: Mission, today: date) -> Iterator[str]:
    if response.review not in {"draft", "ok"}:
        yield f"review is {response.review}, not draft or ok"
    if (today - response.reviewed).days > mission.content["stale_after_days"]:
        yield "its review is out of date"
    if mission.content["require_reviewed"] and response.review != "ok":
        yield "not reviewed, which this mission's policy forbids"


def _promises(response: Response, library: Library) -> Iterator[str]:
    for promise in library.policy["forbidden"].get(response.locale, ()):
        if re.search(promise, response.body.lower()):
            yield f"forbidden promise: {promise}"


def _shape_faults(response: Response, plain: str, library: Library, *, emergency: bool) -> Iterator[str]:
    lines = [line for line in plain.splitlines() if line.strip()]
    limits = library.policy["limits"]
    if emergency and len(lines) > limits["emergency"]:
        yield f"{len(lines)} lines: an emergency reply has at most {limits['emergency']}"
    if response.name.startswith("greeting") and len(lines) > limits["greeting"]:
        yield f"{len(lines)} lines: the greeting has at most {limits['greeting']}"
    if emergency and response.name != "threat_to_mission" and "people" not in placeholders(response.body):
        yield "an emergency reply tells the truth about people: {people} is missing"
    forbidden = library.policy["forbidden"]
    if not response.name.startswith(_TO_OFFICERS):
        beginning = plain[:_PREVIEW].lower()
        yield from (f"the preview shows {word!r}" for word in forbidden["preview"] if word in beginning)
    police = any(word in response.body for word in ("{country.police}", "{country.emergency}"))
    if response.name in forbidden["never_police"] and police:
        yield "the police are named as help against the police"
