"""A language for tests: every message longer, accented and from right to left, so that a text which is in no catalogue shows."""

import datetime as dt
import re

from babel import Locale
from babel.messages.catalog import Catalog

from bot.locales import Words, catalogues
from tests.content.conftest import ROOT

_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ACCENTED = "ÀƁÇĐÈƑĜĤÎĴĶĹṀÑÖƤɊŘŞŢÛṼŴẊŸŽàƀçđèƒĝĥîĵķĺṁñöƥɋřşţûṽŵẋÿž"
_TABLE = str.maketrans(_PLAIN, _ACCENTED)
_PLACEHOLDER = re.compile(r"(\{\w+\})")
_LETTERS = re.compile(r"[A-Za-z]+")


def pseudo(text: str) -> str:
    """The text as this language has it, a third longer, its placeholders untouched."""
    said = "".join(part if _PLACEHOLDER.fullmatch(part) else part.translate(_TABLE) for part in _PLACEHOLDER.split(text))
    return f"\u2067[{said} {'·' * (len(text) // 3 + 1)}]\u2069"


def pseudo_words() -> Words:
    """Its catalogue, made from English; dates are Hebrew, whose letters are no Latin ones either."""
    english = catalogues.read(catalogues.catalogue_file(ROOT / "locales", "en"), "en")
    made = catalogues.derived(english, Catalog(locale="en"), pseudo)
    return Words("en_XA", catalogues.in_memory(made), dt.UTC, Locale.parse("he"))


def escaped(screen: str, *values: str) -> list[str]:
    """Words on a screen that no catalogue has said; ``values`` were given to it and are nobody's words."""
    for value in sorted(values, key=len, reverse=True):
        screen = screen.replace(value, "")
    return _LETTERS.findall(screen)
