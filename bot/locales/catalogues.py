"""One catalogue: read, held to ``messages.pot``, compiled in memory.  Whatever is wrong with it is refused by file and message."""

import gettext
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po

from bot.domain.cyrillic import to_cyrillic
from bot.domain.errors import RefuseToStart
from bot.locales.tags import babel_locale

TEMPLATE = "messages.pot"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
#: Names that are written in Latin letters in every language.
NAMES = ("Telegram", "Signal", "REF", "FILE", "NAME")


def catalogue_file(folder: Path, locale: str) -> Path:
    """Where gettext's tools keep it."""
    return folder / locale / "LC_MESSAGES" / "messages.po"


def read(file: Path, locale: str | None = None) -> Catalog:
    """A catalogue or the template as it is written.  Raises RefuseToStart naming the file."""
    try:
        with file.open("rb") as source:
            return read_po(source, locale=locale and str(babel_locale(locale)), abort_invalid=True)
    except (OSError, ValueError, PoFileError) as error:
        where = f" (line {error.lineno})" if isinstance(error, PoFileError) else ""
        raise _refused(file, f"missing, or cannot be read as a catalogue{where}") from None


def checked(catalogue: Catalog, file: Path, locale: str, template: Catalog) -> gettext.GNUTranslations:
    """The catalogue of a locale, ready for use.  Raises RefuseToStart naming the first fault."""
    for fault in faults(catalogue, template, locale):
        raise _refused(file, fault)
    return in_memory(catalogue)


def in_memory(catalogue: Catalog) -> gettext.GNUTranslations:
    """The same in gettext's own form; no compiled file lies about that could be older than its source."""
    target = io.BytesIO()
    write_mo(target, catalogue)
    target.seek(0)
    return gettext.GNUTranslations(target)


def faults(catalogue: Catalog, template: Catalog, locale: str) -> Iterator[str]:
    """What keeps it from being offered to anybody."""
    plural = get_plural(str(babel_locale(locale)))
    if catalogue.num_plurals != plural.num_plurals or catalogue.plural_expr != plural.plural_expr:
        yield f"Plural-Forms is not nplurals={plural.num_plurals}; plural={plural.plural_expr}"
    for wanted in _messages(template):
        found = catalogue.get(wanted.id, wanted.context)
        yield from _missing(wanted) if found is None else _message_faults(found, plural.num_plurals)
    for found in _messages(catalogue):
        if template.get(found.id, found.context) is None:
            yield f"line {found.lineno}: {_name(found)!r} is said nowhere: run `make catalogues`"


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _missing(wanted: Message) -> Iterator[str]:
    yield f"{_name(wanted)!r} is missing: run `make catalogues`, then translate it"


def _message_faults(found: Message, plurals: int) -> Iterator[str]:
    place = f"line {found.lineno}: {_name(found)!r}"
    forms = forms_of(found)
    if found.fuzzy:
        yield f"{place} is fuzzy: somebody has to read it"
    if not all(forms) or len(forms) != (plurals if found.pluralizable else 1):
        yield f"{place} is not translated in every form"
    wanted = placeholders(found)
    for form in filter(None, forms):
        if set(_PLACEHOLDER.findall(form)) != wanted or "{" in _PLACEHOLDER.sub("", form):
            yield f"{place} has not the placeholders {', '.join(sorted(wanted)) or '(none)'}"


def forms_of(message: Message) -> tuple[str, ...]:
    """What is said, one text for each plural form."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(str(form or "") for form in forms)


def placeholders(message: Message) -> set[str]:
    """The values that the message inserts."""
    return set(_PLACEHOLDER.findall(_name(message)))


def _name(message: Message) -> str:
    return message.id[-1] if isinstance(message.id, tuple) else str(message.id)


def in_cyrillic(latin: Catalog, own: Catalog) -> Catalog:
    """Montenegrin in Cyrillic: what ``own`` has is its own, everything else is written anew from Latin."""
    return derived(latin, own, lambda text: to_cyrillic(text, NAMES))


def derived(source: Catalog, own: Catalog, written: Callable[[str], str]) -> Catalog:
    """The messages of ``source`` as ``written`` makes them, where ``own`` has none."""
    made = Catalog(locale=own.locale)
    for message in _messages(source):
        mine = own.get(message.id, message.context)
        if mine is not None and any(forms_of(mine)):
            made[message.id] = mine
            continue
        forms = tuple(map(written, forms_of(message)))
        made.add(message.id, forms if message.pluralizable else forms[0], flags=message.flags, context=message.context)
    return made


def _refused(file: Path, why: str) -> RefuseToStart:
    return RefuseToStart(f"{'/'.join(file.parts[-4:] if file.suffix == '.po' else file.parts[-2:])}: {why}")
