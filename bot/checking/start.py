"""What keeps a set of texts from being served at all; drafts and stale dates are the business of ``check``."""

from collections.abc import Iterable, Iterator, Mapping

from bot.checking.texts import allowed_values
from bot.responses import BASE, CYRILLIC, LATIN, Library, Mission, Response, placeholders


def start_faults(library: Library, mission: Mission, intents: Mapping[str, str]) -> list[str]:
    """Why nobody may be answered from these texts, with file and line; empty: they may be served."""
    faults = [f"{file}: missing, and conversations that need it would go unanswered" for file in missing_texts(library, intents)]
    faults += _wordless(library, mission)
    for response in library.texts.values():
        if not response.derived:
            faults += _unknown_values(response, library, mission, intents)
    return faults


def missing_texts(library: Library, intents: Iterable[str]) -> list[str]:
    """Files of the base locale without which the dialogue has nothing to say: more than a text that is a draft, or stale."""
    needed = (*intents, *library.policy["names"])
    return [f"responses/{BASE}/{name}.md" for name in needed if (name, BASE) not in library.texts]


def _wordless(library: Library, mission: Mission) -> Iterator[str]:
    """Languages that the mission offers and nobody has written in: everybody would be answered in the base locale."""
    written = {locale for _, locale in library.texts}
    for locale in mission.languages:
        if locale not in written:
            folder = LATIN if locale == CYRILLIC else locale
            yield f"missions/{mission.file}: languages: there is no text in responses/{folder}"


def _unknown_values(response: Response, library: Library, mission: Mission, intents: Mapping[str, str]) -> Iterator[str]:
    """Placeholders that nothing fills: a hole would stand in the sentence."""
    for name in sorted(placeholders(response.body) - allowed_values(response, library, mission, intents)):
        yield f"{response.file}:{response.line_of(f'{{{name}}}')}: unknown placeholder {{{name}}}"
