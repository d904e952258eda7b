"""What ``check`` tells besides faults: which texts are drafts, which grow stale soon, and what a stranger sees of us."""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.responses import Library, Mission, Response

#: A review that ends within so long is told of.
SOON = timedelta(days=30)


def content_notes(library: Library, mission: Mission, today: date) -> list[str]:
    """One line each; nothing of it keeps anybody from being answered."""
    return [*_drafts(library, mission), *_stale(library, mission, today), *_seen(mission)]


def _drafts(library: Library, mission: Mission) -> Iterator[str]:
    for locale in mission.languages:
        texts = [each for each in library.texts.values() if each.locale == locale]
        drafts = [each for each in texts if each.review != "ok"]
        if drafts:
            named = "all of them" if len(drafts) == len(texts) else ", ".join(sorted(each.name for each in drafts))
            yield f"{locale}: {len(drafts)} of {len(texts)} texts are drafts: {named}"


def _stale(library: Library, mission: Mission, today: date) -> Iterator[str]:
    for each in sorted(_written(library), key=lambda text: text.file):
        ends = each.reviewed + timedelta(days=mission.content["stale_after_days"])
        if ends - today <= SOON:
            yield f"{each.file}: its review {'ended' if ends < today else 'ends'} on {ends}"


def _written(library: Library) -> list[Response]:
    """One text of each file."""
    return list({each.file: each for each in library.texts.values() if not each.derived}.values())


def _seen(mission: Mission) -> Iterator[str]:
    """Everything that stands in the chat list of a phone in other hands."""
    for locale, profile in mission.shown().items():
        commands = ", ".join(f"/{name} {says}" for name, says in profile.commands.items())
        whose = locale or "any other language"
        yield f"a stranger sees ({whose}): {profile.name} | {profile.description}{f' | {commands}' if commands else ''}"
