"""What people call the languages that we answer in, each word in its own and in the others: a whole message, or what follows /language."""

import re

from bot.dialogue.words import bare
from bot.domain.cyrillic import CYRILLIC, LATIN

_ENGLISH = [
    "english", "in english", "english please", "in english please", "engleski", "na engleskom", "anglisht", "në anglisht",
    "английский", "по-английски", "на английском", "po-angliyski", "angliyskiy",
]  # fmt: skip
#: One language by four names; its script is that of the word.
_MONTENEGRIN = [
    "crnogorski", "na crnogorskom", "po crnogorski", "srpski", "na srpskom", "bosanski", "na bosanskom", "hrvatski", "na hrvatskom",
    "srpskohrvatski", "naški", "po naški", "naš jezik", "montenegrin", "serbian", "bosnian", "croatian", "in serbian", "in montenegrin",
    "in bosnian", "in croatian", "malazezisht", "malazezishte", "serbisht", "boshnjakisht", "kroatisht", "черногорский", "по-черногорски",
    "на черногорском", "сербский", "по-сербски", "на сербском",
]  # fmt: skip
_LATIN = ["latinica", "latinicom", "na latinici", "latinski", "latin", "latin letters"]
_CYRILLIC = ["ćirilica", "ćirilicom", "na ćirilici", "ćirilično", "cyrillic", "cyrillic letters"]
_ALBANIAN = [
    "shqip", "në shqip", "shqip ju lutem", "gjuha shqipe", "gjuhën shqipe", "albanian", "in albanian", "albanski", "na albanskom",
    "албанский", "по-албански", "на албанском",
]  # fmt: skip
_RUSSIAN = [
    "русский", "по-русски", "по русски", "на русском", "русский язык", "на русском пожалуйста", "russian", "in russian", "ruski",
    "na ruskom", "rusisht", "në rusisht", "russkiy", "russkij", "po-russki", "po russki", "na russkom",
]  # fmt: skip
#: Codes count only behind the command: "me" or "al" alone is a word.
_CODES = {
    "en": "en", "sq": "sq", "al": "sq", "ru": "ru",
    **dict.fromkeys(("cnr", "sr", "bs", "hr", "me", "sh"), LATIN),
    **{locale.lower(): locale for locale in (LATIN, CYRILLIC)},
}  # fmt: skip
_LOCALES = frozenset(_CODES.values())

_WORDS = {
    bare(word): locale
    for locale, words in (("en", _ENGLISH), (LATIN, [*_MONTENEGRIN, *_LATIN]), (CYRILLIC, _CYRILLIC), ("sq", _ALBANIAN), ("ru", _RUSSIAN))
    for word in words
}
_BY_ITS_LETTERS = frozenset(map(bare, _MONTENEGRIN))
_CYRILLIC_LETTER = re.compile("[\u0400-\u052f]")
_COMMAND = re.compile(r"\s*/language(?:@[A-Za-z0-9_]{1,64})?\s+(\S[^\n]{0,60})\s*", re.IGNORECASE)


def is_locale(name: str) -> bool:
    """Whether that is one of the locales that we answer in."""
    return name in _LOCALES


def locale_named(text: str) -> str | None:
    """The locale of the language or script that the whole message names, by a word or by /language and a word or code."""
    command = _COMMAND.fullmatch(text)
    named = command[1] if command else text
    word = bare(named)
    if word in _BY_ITS_LETTERS and _CYRILLIC_LETTER.search(named):
        return CYRILLIC
    return _WORDS.get(word) or (_CODES.get(word.replace("-", "_")) if command else None)
