"""Which of our locales a language tag means, and what Babel calls it.

The order of falling back: the locale itself; for every South Slavic tag Montenegrin in the script that the tag names, else in Latin;
Babel's negotiation (``sq_XK`` is ``sq``, ``en-GB`` is ``en``); nothing, and whoever asks for words then gets English.
"""

from collections.abc import Collection

from babel import Locale, UnknownLocaleError, negotiate_locale

from bot.domain.cyrillic import CYRILLIC, LATIN

#: The locale whose words stand in the code, and that stands in for one that we have not.
BASE = "en"
#: Babel knows no ``cnr`` and no ``sh``, and has no ``bs_ME`` or ``hr_ME``: all of them read Montenegrin.
_SOUTH_SLAVIC = frozenset({"cnr", "sr", "bs", "hr", "sh", "me"})


def negotiated(tag: str, available: Collection[str]) -> str | None:
    """Our locale for a tag such as ``sr-Cyrl``, ``cnr`` or ``sq_AL``; None when we have none."""
    parts = tag.replace("-", "_").split("_")
    if tag in available:
        return tag
    if parts[0].lower() in _SOUTH_SLAVIC:
        wanted = CYRILLIC if any(part.lower() == "cyrl" for part in parts) else LATIN
        return wanted if wanted in available else None
    found = negotiate_locale(["_".join(parts), parts[0]], sorted(available)) or ""
    return next((each for each in available if each.lower() == found.lower()), None)


def babel_locale(locale: str) -> Locale:
    """Babel's data for a locale of ours: without its last part when there are none (``sq_ME`` is ``sq``), at last English."""
    while locale:
        try:
            return Locale.parse(locale)
        except (UnknownLocaleError, ValueError):
            locale = locale.rpartition("_")[0]
    return Locale.parse(BASE)
