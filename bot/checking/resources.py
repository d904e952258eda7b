"""Whether hotlines and organisations are in order, and whether every answer that asks for them has some to show."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from bot.checking.texts import is_emergency
from bot.domain.resources import Resource
from bot.responses import Library, Mission, Response, placeholders, resources_of

#: Which of them an answer shows depends on the hour, whether it shows any does not.
_SOME_HOUR = datetime(2026, 1, 1, tzinfo=UTC)


def resource_faults(library: Library, mission: Mission, intents: Mapping[str, str], today: date) -> Iterator[str]:
    """Faults of the files ``resources.yml``, each with file and entry, and of the answers that show them."""
    wanted = {group for groups in library.policy["resources"].values() for group in groups}
    for resource in library.resources:
        for fault in (*_entry_faults(resource, library, mission, today), *_unheard(resource, wanted)):
            yield f"{resource.file}: {resource.id}: {fault}"
    for name in library.policy["resources"]:
        if name not in intents and name not in library.policy["names"]:
            yield f"responses/policy.toml: resources for {name}, which is neither an intent nor a named text"
    for response in library.texts.values():
        if response.locale in mission.languages and not response.derived and not is_emergency(response.name, intents):
            yield from _answer_faults(response, library)


def _entry_faults(resource: Resource, library: Library, mission: Mission, today: date) -> Iterator[str]:
    for source in sorted(set(resource.sources) - set(library.sources)):
        yield f"unknown source {source}"
    age = mission.content["stale_after_days"]
    if not 0 <= (today - resource.checked).days <= age:
        yield f"was not checked within {age} days"
    for locale in mission.languages:
        if locale not in resource.says or (len(resource.names) > 1 and locale not in resource.names):
            yield f"no words in {locale}"
    hosts = {urlsplit(link).hostname or "" for link in resource.links} | {mail.partition("@")[2] for mail in resource.addresses}
    for host in sorted(hosts - set(mission.content["links"])):
        yield f"names {host}, which is not on the mission's list"


def _unheard(resource: Resource, wanted: set[str]) -> Iterator[str]:
    for group in resource.groups:
        if group not in wanted:
            yield f"is for {group}, and no answer asks for that group"


def _answer_faults(response: Response, library: Library) -> Iterator[str]:
    asks = response.name in library.policy["resources"]
    shows = "resources" in placeholders(response.body)
    if asks and not shows:
        yield f"{response.file}: shows no {{resources}}, which policy.toml has for it"
    if asks and shows and not _found(response, library):
        yield f"{response.file}: asks for resources, and none fits in {response.locale}"


def _found(response: Response, library: Library) -> bool:
    """Whether there is one with words in the answer's own locale."""
    found = resources_of(library, response.name, response.locale, response.body, _SOME_HOUR)
    return any(response.locale in resource.says for resource in found)
