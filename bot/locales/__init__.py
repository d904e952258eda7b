"""The door to ``locales/``: interface words.  Prepared texts are said to defenders and live in ``responses/``; everything else is here.

A locale's words come from its own catalogue.  Who asks for a locale that has none gets the nearest one that has (``tags.py``), at last
English, whose words stand in the code.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from gettext import NullTranslations
from pathlib import Path

from babel.messages.catalog import Catalog

from bot.domain.cyrillic import CYRILLIC, LATIN
from bot.domain.errors import RefuseToStart
from bot.locales import catalogues
from bot.locales.marked import Marked, pgettext_noop
from bot.locales.tags import BASE, babel_locale, negotiated
from bot.locales.words import Words

__all__ = ["BASE", "Locales", "Marked", "Words", "pgettext_noop"]


class Locales:
    """Every catalogue, read once."""

    def __init__(self, words: Mapping[str, Words]) -> None:
        """``words`` by locale; English must be among them."""
        self._words = words

    @classmethod
    def load(cls, folder: Path, zone: dt.tzinfo, needed: Iterable[str] = ()) -> "Locales":
        """All of ``locales/``; times are told in ``zone``.

        Raises RefuseToStart naming the file and the message: a catalogue that is broken, incomplete, fuzzy or older than the code, or
        one of ``needed`` that is not there.
        """
        template = catalogues.read(folder / catalogues.TEMPLATE)
        found = sorted(file.name for file in folder.iterdir() if file.is_dir())
        for locale in (BASE, *needed):
            if locale not in found:
                raise RefuseToStart(f"locales/{locale}/LC_MESSAGES/messages.po: missing, and the mission speaks that language")
        return cls({locale: _words(folder, locale, template, zone) for locale in found})

    @classmethod
    def plain(cls, zone: dt.tzinfo = dt.UTC) -> "Locales":
        """English alone, as it stands in the code, without any file."""
        return cls({BASE: Words(BASE, NullTranslations(), zone, babel_locale(BASE))})

    @property
    def available(self) -> Collection[str]:
        """The locales that have words."""
        return self._words.keys()

    def negotiate(self, tag: str) -> str | None:
        """Our locale for what a messenger, a browser or a person calls a language; None when we have none."""
        return negotiated(tag, self.available)

    def words(self, locale: str) -> Words:
        """The words of a locale, or of the nearest one that has a catalogue."""
        return self._words.get(locale) or self._words[self.negotiate(locale) or BASE]


def _words(folder: Path, locale: str, template: Catalog, zone: dt.tzinfo) -> Words:
    file = catalogues.catalogue_file(folder, locale)
    catalogue = catalogues.read(file, locale)
    if locale == CYRILLIC:
        catalogue = catalogues.in_cyrillic(catalogues.read(catalogues.catalogue_file(folder, LATIN), LATIN), catalogue)
    return Words(locale, catalogues.checked(catalogue, file, locale, template), zone, babel_locale(locale))
