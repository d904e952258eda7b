"""Which language and script a text is in: n-grams of letters and whole words, weighed by ``nlu/languages.json``.

Python 3.10 syntax and standard library only: ``nlu/languages.py``, which learns the weights, cuts texts with this same file.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from math import exp, sqrt
from operator import add
from typing import Any

#: No more of a text is looked at.
READS = 1_000
#: Shorter texts follow the conversation: what is said of them is never sure.
SHORT = 15
#: Least likelihood of one of our languages, and of another one, to be sure.
SURE, SURE_OTHER = 0.45, 0.6
#: Least likelihood of one of ours to be guessed although another language is likelier.
GUESSED = 0.4
#: The class of all languages that we have no locale for.
OTHER = "other"
#: Locales by class, in Latin letters and in Cyrillic; where there is but one, both scripts are answered in it.
LOCALES: Mapping[str, tuple[str, str]] = {
    "en": ("en", "en"),
    "sr": ("sr_Latn_ME", "sr_Cyrl_ME"),
    "sq": ("sq", "sq"),
    "ru": ("ru", "ru"),
}
#: A foreign script says as much with fewer signs.
_FOREIGN_SHORT = 4
#: Least likelihood of another language for a short text; many a name and a slip of the keys looks foreign.
_SURE_OTHER_SHORT = 0.85
#: N-grams of so many signs; the space before and after a word is one of them.
_SIZES = (1, 2, 3, 4)

#: Begins what is no run of signs of a text; it is no letter, so no text has it.
MARK = "\N{CURRENCY SIGN}"

_INVISIBLE = re.compile("[\xad\u0300-\u036f\u034f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´", "'"))
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


@dataclass(frozen=True, kw_only=True)
class Identified:
    """What a text's language is held to be."""

    locale: str | None  #: None and sure: a language that we have no locale for; None and not sure: nothing can be told
    sure: bool  #: never of a short text


_NOTHING = Identified(locale=None, sure=False)


def words_of(text: str) -> list[str]:
    """The words of a text's beginning in small letters, without links, addresses and commands; linear."""
    plain = unicodedata.normalize("NFKC", text[:READS])[:READS].lower()
    plain = _REPEATED.sub(r"\1\1", _INVISIBLE.sub("", plain).translate(_APOSTROPHES))
    if "/" in plain or "@" in plain or "www." in plain:
        plain = " ".join(token for token in plain.split() if not _is_address(token))
    return _WORD.findall(plain)


def _is_address(token: str) -> bool:
    return token.startswith(("/", "www.")) or "@" in token or "://" in token


def grams_of(words: Sequence[str]) -> list[str]:
    """What is weighed: runs of one to four signs, and longer words in spaces."""
    line = f" {' '.join(words)} "
    found = [line[place : place + size] for size in _SIZES for place in range(len(line) - size + 1)]
    return found + [f" {word} " for word in words if len(word) > 2]


def marks_of(words: Sequence[str], usual: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """How many runs of three signs are not usual in each of our languages, and in none of them: that speaks for another one."""
    strange = threes = runs_of_three(f" {' '.join(words)} ")
    marks = {}
    for name, runs in usual.items():
        marks[MARK + name] = len(threes - runs)
        strange = strange - runs
    return marks | {MARK: len(strange)}


def runs_of_three(line: str) -> set[str]:
    """Every run of three signs in a line of words."""
    return {line[place : place + 3] for place in range(len(line) - 2)}


def _script(sign: str) -> str:
    """Latin, Cyrillic, or one of those that we have no locale for."""
    if sign < "\u0250" or "\u1e00" <= sign <= "\u1eff":
        return "latin"
    return "cyrillic" if "\u0400" <= sign <= "\u052f" else "foreign"


def is_foreign_script(text: str) -> bool:
    """Whether most of its letters are neither Latin nor Cyrillic; two Chinese signs are a cry for help."""
    letters = [sign for sign in text[:READS] if sign.isalpha()]
    return 2 * sum(_script(sign) == "foreign" for sign in letters) > len(letters)


def _is_name(text: str) -> bool:
    """Whether it may be somebody's name and no more: names are of all languages."""
    words = text.split()
    return 1 < len(words) < 5 and all(word[0].isupper() and word[1:].islower() for word in words)


class Languages:
    """Tells the locale of a text; built by ``bot.nlu.load_languages``."""

    def __init__(
        self, *, bias: Mapping[str, float], weights: Mapping[str, Sequence[int]], scale: float, usual: Mapping[str, Collection[str]]
    ) -> None:
        """``weights``: for each n-gram a whole number per class, ``scale`` times what it weighs.

        Raises ValueError when they do not fit.
        """
        if set(bias) != {*LOCALES, OTHER} or any(len(row) != len(bias) for row in weights.values()):
            raise ValueError("classes and weights do not fit")
        self._classes = tuple(bias)
        self._bias = tuple(map(float, bias.values()))
        self._weights = {gram: tuple(map(int, row)) for gram, row in weights.items()}
        self._scale = float(scale)
        self._none = (0,) * len(self._bias)
        self._usual = {name: frozenset(runs) for name, runs in usual.items()}
        self._offered: Collection[str] | None = None

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> "Languages":
        """As ``nlu/languages.json`` holds them.  Raises AttributeError, KeyError, TypeError or ValueError."""
        usual = {name: runs.replace("_", " ").split("|") for name, runs in values["usual"].items()}
        return cls(bias=values["bias"], weights=values["weights"], scale=values["scale"], usual=usual)

    def among(self, locales: Collection[str]) -> "Languages":
        """The same for a mission that answers in these locales: every other language is one that we have no locale for."""
        limited = copy(self)
        limited._offered = frozenset(locales)
        return limited

    def offers(self, locale: str) -> bool:
        """Whether anybody is answered in it."""
        return self._offered is None or locale in self._offered

    def identify(self, text: str) -> Identified:
        """The text's locale: the language of most of its words; never raises."""
        said = self._identify(text)
        if said.locale is None or self.offers(said.locale):
            return said
        scripts = next(pair for pair in LOCALES.values() if said.locale in pair)
        return Identified(locale=next(filter(self.offers, scripts), None), sure=said.sure)

    def is_foreign(self, text: str) -> bool:
        """Whether it is surely in no language that model and rules read, whatever the mission answers in."""
        said = self._identify(text)
        return (said.sure and said.locale is None and not _is_name(text)) or is_foreign_script(text)

    def may_be_foreign(self, text: str) -> bool:
        """Whether a text too short to be sure of looks like no language that model and rules read."""
        words = words_of(text)
        return sum(map(len, words)) > 1 and self._shares(words)[OTHER] >= _SURE_OTHER_SHORT

    def _identify(self, text: str) -> Identified:
        words = words_of(text)
        letters = {"latin": 0, "cyrillic": 0, "foreign": 0}
        for word in words:
            letters[_script(word[0])] += len(word)
        readable = letters["latin"] + letters["cyrillic"]
        if letters["foreign"] > readable:
            return Identified(locale=None, sure=letters["foreign"] >= _FOREIGN_SHORT)
        if readable < 2:
            return _NOTHING
        return self._told(self._shares(words), letters["cyrillic"] > letters["latin"], len(" ".join(words)))

    def _shares(self, words: Sequence[str]) -> dict[str, float]:
        """How likely each class is; they add up to 1."""
        grams, marks = grams_of(words), marks_of(words, self._usual)
        found = [row for row in map(self._weights.get, grams) if row]
        found += [tuple(number * times for number in self._weights.get(mark, self._none)) for mark, times in marks.items()]
        size = self._scale * sqrt(len(grams) + sum(marks.values()))
        sums = [sum(column) / size for column in zip(*found, strict=True)]
        scores = list(map(add, self._bias, sums))
        most = max(scores)
        powers = [exp(score - most) for score in scores]
        whole = sum(powers)
        return {name: power / whole for name, power in zip(self._classes, powers, strict=True)}

    @staticmethod
    def _told(shares: Mapping[str, float], is_cyrillic: bool, length: int) -> Identified:
        """An unsure guess is one of ours: who is answered in a wrong language of ours can still say so."""
        likeliest = max(shares, key=lambda name: shares[name])
        is_long = length > SHORT
        if likeliest == OTHER:
            ours = max(LOCALES, key=lambda name: shares[name])
            guess = LOCALES[ours][is_cyrillic] if shares[ours] >= GUESSED else None
            is_sure = is_long and shares[OTHER] >= SURE_OTHER
            return Identified(locale=None if is_sure else guess, sure=is_sure)
        return Identified(locale=LOCALES[likeliest][is_cyrillic], sure=is_long and shares[likeliest] >= SURE)
