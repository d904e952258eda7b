"""Whether the texts are complete, every one of them is ever said, and what surrounds them is in order."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from bot.dialogue.menu import LABELS
from bot.responses import BASE, CYRILLIC, LATIN, Library, Mission, answer_of, to_latin


def library_faults(library: Library, mission: Mission, intents: Mapping[str, str], today: date) -> Iterator[str]:
    """Faults that are not of one text."""
    for locale in dict.fromkeys((BASE, *mission.languages)):
        yield from _missing(library, locale, intents)
    yield from _unheard(library, intents)
    yield from _mission_faults(library, mission, today)


def _missing(library: Library, locale: str, intents: Mapping[str, str]) -> Iterator[str]:
    for name in (*intents, *library.policy["names"]):
        if (name, locale) not in library.texts:
            yield f"responses/{locale}: no text for {name}"
    for name, base in library.texts:
        if base == BASE and name != answer_of(name) and (name, locale) not in library.texts:
            yield f"responses/{locale}/{answer_of(name)}.md: fewer further parts than in {BASE}"
    yield from _missing_labels(library, locale, intents)
    if locale != CYRILLIC:  # its texts are held to the words of their Latin sisters
        yield from _missing_words(library, locale)


def _missing_labels(library: Library, locale: str, intents: Mapping[str, str]) -> Iterator[str]:
    labels = library.labels.get(locale, {})
    for intent in (*intents, *sorted(LABELS)):
        if not labels.get(intent):
            yield f"responses/{locale}/labels.toml: no label for {intent}"
    for intent in labels.keys() - intents.keys() - LABELS:
        yield f"responses/{locale}/labels.toml: a label for {intent}, which is no intent and nothing of the menu"


def _missing_words(library: Library, locale: str) -> Iterator[str]:
    for table in ("forbidden", "preview", "police_help", "unconfirmed", "says"):
        if not library.policy[table].get(locale):
            yield f"responses/policy.toml: nothing in {table} for {locale}: its texts would pass unread"


def _unheard(library: Library, intents: Mapping[str, str]) -> Iterator[str]:
    names = library.policy["names"]
    for response in library.texts.values():
        name = answer_of(response.name)
        if name not in names and name not in intents:
            yield f"{response.file}: neither an intent nor a named text: nothing ever says it"
        elif response.is_intent != (name in intents):
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
    for key, shown, locale in _in_chat_lists(mission):
        for word in (*library.policy["discreet"], *library.policy["preview"].get(locale, ())):
            if re.search(word, shown.lower()):
                yield f"missions/{mission.file}: {key} shows {word!r} to whoever looks at the chat list"


def _in_chat_lists(mission: Mission) -> Iterator[tuple[str, str, str]]:
    """Key, text and locale of everything that a stranger may see."""
    for key, text in mission.profile.items():
        yield f"profile.{key}", text, BASE
    for locale, table in mission.profiles.items():
        texts = {name: text for name, text in table.items() if name != "commands"} | dict(table.get("commands", {}))
        for key, text in texts.items():
            yield f"profiles.{locale}.{key}", to_latin(text) if locale == CYRILLIC else text, LATIN if locale == CYRILLIC else locale
