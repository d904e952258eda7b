"""Whether the texts are complete, every one of them is ever said, and what surrounds them is in order."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from bot.responses import BASE, CYRILLIC, Library, Mission


def library_faults(library: Library, mission: Mission, intents: Mapping[str, str], today: date) -> Iterator[str]:
    """Faults that are not of one text."""
    for locale in dict.fromkeys((BASE, *mission.languages)):
        yield from _missing(library, locale, intents)
    yield from _unheard(library, intents)
    yield from _mission_faults(library, mission, today)


def missing_texts(library: Library, intents: Iterable[str]) -> list[str]:
    """Files of the base locale without which the dialogue has nothing to say: more than a text that is a draft, or stale."""
    needed = (*intents, *library.policy["names"])
    return [f"responses/{BASE}/{name}.md" for name in needed if (name, BASE) not in library.texts]


def _missing(library: Library, locale: str, intents: Mapping[str, str]) -> Iterator[str]:
    for name in (*intents, *library.policy["names"]):
        if (name, locale) not in library.texts:
            yield f"responses/{locale}: no text for {name}"
    yield from _missing_labels(library, locale, intents)
    if locale != CYRILLIC:  # its texts are held to the words of their Latin sisters
        yield from _missing_words(library, locale)


def _missing_labels(library: Library, locale: str, intents: Mapping[str, str]) -> Iterator[str]:
    labels = library.labels.get(locale, {})
    for intent in intents:
        if not labels.get(intent):
            yield f"responses/{locale}/labels.toml: no label for {intent}"
    for intent in labels.keys() - intents.keys():
        yield f"responses/{locale}/labels.toml: a label for {intent}, which is no intent"


def _missing_words(library: Library, locale: str) -> Iterator[str]:
    for table in ("forbidden", "preview", "police_help", "unconfirmed", "says"):
        if not library.policy[table].get(locale):
            yield f"responses/policy.toml: nothing in {table} for {locale}: its texts would pass unread"


def _unheard(library: Library, intents: Mapping[str, str]) -> Iterator[str]:
    names = library.policy["names"]
    for response in library.texts.values():
        if response.name not in names and response.name not in intents:
            yield f"{response.file}: neither an intent nor a named text: nothing ever says it"
        elif response.is_intent != (response.name in intents):
            yield f"{response.file}: {'a named text is no intent' if response.is_intent else 'an intent is no named text'}"


def _mission_faults(library: Library, mission: Mission, today: date) -> Iterator[str]:
    age = mission.content["stale_after_days"]
    if not 0 <= (today - library.country_reviewed).days <= age:
        yield f"responses/country/{mission.country}/country.toml: its numbers were not reviewed within {age} days"
    for name, contact in mission.contacts.items():
        if not 0 <= (today - contact.reviewed).days <= age:
            yield f"missions/{mission.file}: contacts.{name} was not reviewed within {age} days"
        if contact.source not in library.sources:
            yield f"missions/{mission.file}: contacts.{name} has the unknown source {contact.source}"
    for key, shown in mission.profile.items():
        for word in library.policy["discreet"]:
            if re.search(word, shown.lower()):
                yield f"missions/{mission.file}: profile.{key} shows {word!r} to whoever looks at the chat list"
