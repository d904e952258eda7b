"""What one text is held to: sources, reviews, promises, links, shape."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from bot.rendering import links, render
from bot.responses import CYRILLIC, LATIN, Library, Mission, Response, answer_of, placeholders, to_latin

#: What a text shows that a messenger makes a link of: addresses, mail addresses and bare hosts.
_HOST = re.compile(r"(?:https?://|@|\b)((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,})\b", re.IGNORECASE)
#: Values that the mission's own file or the moment decides; their hosts are not looked for again.
_RUNTIME = {"people", "reference"}
_PREVIEW = 60
#: What stands in for the values of a real message when a text's shape is looked at: the longest of each.
_SAMPLE = {
    "people": "At the moment nobody is being rung: no officer is signed in to this service. Your message is kept.",
    "reference": "K7T-42M",
    "time": "03:16",
}


def text_faults(response: Response, library: Library, mission: Mission, intents: Mapping[str, str], today: date) -> Iterator[str]:
    """Everything that is wrong with one text, without its file's name."""
    emergency = is_emergency(response.name, intents)
    values = mission.values | dict(library.country)
    pieces = render(response.body, _SAMPLE | values, styled=False)
    plain = "\n\n".join(piece.text for piece in pieces)
    response, plain = _in_latin(response), to_latin(plain) if response.locale == CYRILLIC else plain
    if not plain.strip():
        yield "it has no text"
    if len(pieces) > 1 or len(plain) > library.policy["limits"]["signs"]:
        yield f"{len(plain)} signs: a text has at most {library.policy['limits']['signs']}, and is one message"
    yield from _value_faults(response, library, mission, intents)
    yield from _source_faults(response, library)
    yield from _review_faults(response, library, mission, today)
    yield from _word_faults(response, plain, library, mission)
    yield from _link_faults(response, plain, mission, values)
    yield from _preview_faults(response, plain, library)
    if response.name.startswith("greeting"):
        yield from _too_long(plain, "the greeting", library.policy["limits"]["greeting"])
    if emergency:
        yield from _emergency_faults(response, plain, library)
    if answer_of(response.name) in library.policy["never_police"]:
        yield from _police_faults(response, plain, library)


def is_emergency(name: str, intents: Mapping[str, str]) -> bool:
    """Whether the text of that name answers an emergency."""
    return intents.get(name) == "E1" or name == "emergency_unknown" or name.endswith("_authority")


def allowed_values(response: Response, library: Library, mission: Mission, intents: Mapping[str, str]) -> set[str]:
    """What the text may insert: everything else would leave a hole."""
    of_moment = library.policy["names"].get(response.name, _RUNTIME if is_emergency(response.name, intents) else ())
    listed = () if is_emergency(response.name, intents) or response.name not in library.policy["resources"] else ("resources",)
    return {*of_moment, *listed, *mission.values, *library.country}


def _in_latin(response: Response) -> Response:
    """A Cyrillic text is held to the words of its Latin sister."""
    return replace(response, locale=LATIN, body=to_latin(response.body)) if response.locale == CYRILLIC else response


def _value_faults(response: Response, library: Library, mission: Mission, intents: Mapping[str, str]) -> Iterator[str]:
    used = placeholders(response.body)
    for name in sorted(used - allowed_values(response, library, mission, intents)):
        yield f"unknown placeholder {{{name}}}"
    for brace in re.findall(r"\{[^}]*\}?|\}", re.sub(r"\{[a-z_.]+\}", "", response.body)):
        yield f"a brace that is no placeholder: {brace}"
    shown = [name for name, contact in mission.contacts.items() if not contact.confirmed and f"mission.{name}" in used]
    phrase = library.policy["unconfirmed"].get(response.locale, "")
    if shown and phrase not in response.body:
        yield f"shows {', '.join(shown)} without saying {phrase!r}"


def _source_faults(response: Response, library: Library) -> Iterator[str]:
    if not response.sources:
        yield "no sources"
    for source in sorted(set(response.sources) - library.sources.keys()):
        yield f"unknown source {source}"


def _review_faults(response: Response, library: Library, mission: Mission, today: date) -> Iterator[str]:
    if response.review not in {"draft", "ok"}:
        yield f"review is {response.review}, not draft or ok"
    if response.reviewed > today:
        yield "its review is in the future"
    if (today - response.reviewed).days > mission.content["stale_after_days"]:
        yield "its review is out of date"
    if mission.content["require_reviewed"] and response.review != "ok":
        yield "not reviewed, which this mission's policy forbids"
    if response.review == "ok" and answer_of(response.name) in library.policy["clinician"] and response.clinician is None:
        yield "review is ok, but no clinician has read it"


def _word_faults(response: Response, plain: str, library: Library, mission: Mission) -> Iterator[str]:
    # Line breaks and styles must not hide a promise.
    said = " ".join(plain.lower().replace("’", "'").split())
    for promise in library.policy["forbidden"].get(response.locale, ()):
        if re.search(promise, said):
            yield f"forbidden promise: {promise}"
    due = library.policy["says"].get(response.locale, {}).get(response.name)
    if due and due.lower() not in said:
        yield f"does not say {due!r}"


def _link_faults(response: Response, plain: str, mission: Mission, values: Mapping[str, str]) -> Iterator[str]:
    own = {host.lower() for value in values.values() for host in _HOST.findall(value)}
    allowed = own | set(mission.content["links"])
    for target in links(response.body, values):
        parts = urlsplit(target)
        if parts.scheme not in {"https", "mailto"}:
            yield f"a link that is neither https nor mailto: {target}"
        elif parts.scheme == "https" and parts.hostname not in allowed:
            yield f"link to {parts.hostname}, which is not on the mission's list"
    for host in sorted({found.lower() for found in _HOST.findall(plain)} - allowed):
        yield f"names {host}, which is not on the mission's list"


def _preview_faults(response: Response, plain: str, library: Library) -> Iterator[str]:
    if response.name in library.policy["officers"]:
        return
    beginning = " ".join(plain.lower().split())[:_PREVIEW]
    for word in library.policy["preview"].get(response.locale, ()):
        if re.search(word, beginning):
            yield f"the preview shows {word!r}"


def _too_long(plain: str, what: str, limit: int) -> Iterator[str]:
    lines = [line for line in plain.splitlines() if line.strip()]
    if len(lines) > limit:
        yield f"{len(lines)} lines: {what} has at most {limit}"


def _emergency_faults(response: Response, plain: str, library: Library) -> Iterator[str]:
    limits = library.policy["limits"]
    yield from _too_long(plain, "an emergency reply", limits["emergency"])
    for number, line in enumerate(plain.splitlines(), 1):
        if len(line) > limits["emergency_line"]:
            yield f"line {number} has {len(line)} signs: in an emergency reply a line has at most {limits['emergency_line']}"
    used = placeholders(response.body)
    if response.name == "threat_to_mission":
        if used & _RUNTIME:
            yield "it shows a reference or speaks of people: whoever threatens learns nothing"
        return
    for name, reason in (("people", "tells the truth about people"), ("reference", "names its reference")):
        if name not in used:
            yield f"an emergency reply {reason}: {{{name}}} is missing"
    if re.search(r"<[a-z/]", "".join(piece.text for piece in render(response.body, {}, styled=True))):
        yield "an emergency reply is plain: no bold, italics or links"


def _police_faults(response: Response, plain: str, library: Library) -> Iterator[str]:
    used = placeholders(response.body) & {"country.police", "country.emergency"}
    numbers = [library.country.get(name, "") for name in ("country.police", "country.emergency")]
    written = any(number and re.search(rf"(?<!\d){re.escape(number)}(?!\d)", plain) for number in numbers)
    said = any(re.search(word, plain.lower()) for word in library.policy["police_help"].get(response.locale, ()))
    if used or written or said:
        yield "the police are named as help against the police"
