"""The cheap filter before any pattern is searched: which phrases may be in a sentence, by its words alone.

A phrase asks for several needs, each of them a set of words of which one must be there.  Its most telling needs have a lamp each, a bit of
a large number; a word lights the lamps of the needs that it meets.  Where all lamps of a phrase are lit, its pattern is worth searching.
Because the lamps lie in equal rows, the first of every phrase in one row, a few operations on large numbers answer for all phrases at once.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_

from bot.domain.phrases import Phrase

#: So many needs of a phrase have a lamp; hardly a phrase has more, and its pattern has the last word anyway.
_ROWS = 4
#: Half of the rows is laid on the other half, until one row is left.
_HALVES = (2, 1)
#: Beginnings are filed under so many of their first letters.
_FILED = 3


class Lamps:
    """The lamps of all phrases, whatever their language, as numbers whose bits are ``place + row * phrases``."""

    def __init__(self, phrases: int) -> None:
        """Room for so many phrases."""
        self._phrases = phrases
        self._row = (1 << phrases) - 1
        #: The lamps that no word need light, since their phrases have fewer needs than there are rows.
        self._always = 0

    def of_phrase(self, place: int, phrase: Phrase) -> Iterator[tuple[frozenset[str], int]]:
        """The phrase's most telling needs, each with its lamp."""
        needs = sorted(phrase.needs, key=_telling)[:_ROWS]
        for row in range(_ROWS):
            lamp = 1 << place + row * self._phrases
            if row < len(needs):
                yield needs[row], lamp
            else:
                self._always |= lamp

    def phrases(self, lit: int) -> int:
        """The phrases all of whose lamps are lit, each as the bit of its place."""
        if not lit:
            return 0
        lit |= self._always
        for rows in _HALVES:
            lit &= lit >> rows * self._phrases
        return lit & self._row


def _telling(need: frozenset[str]) -> tuple[float, list[str]]:
    """Few and long words are rare in ordinary text."""
    return sum(len(start) ** -3.0 for start in need), sorted(need)


class Words:
    """Which lamps the words of one language light."""

    def __init__(self, first: int, phrases: Sequence[Phrase], lamps: Lamps) -> None:
        """``first``: the place of the first of these phrases among those of all languages."""
        self._whole: dict[str, int] = {}
        self._beginnings: dict[str, dict[str, int]] = {}
        for start, lit in _lit_by(_lamps_of_needs(first, phrases, lamps)).items():
            word = start.rstrip()
            table = self._whole if start.endswith(" ") else self._beginnings.setdefault(word[:_FILED], {})
            table[word] = lit
        self._filed = sorted({len(letters) for letters in self._beginnings})
        self._whole = {word: lit | self._begun(word) for word, lit in self._whole.items()}

    def lit_by(self, word: str) -> int:
        """The lamps that this word lights."""
        lit = self._whole.get(word)
        return self._begun(word) if lit is None else lit

    def _begun(self, word: str) -> int:
        lit = 0
        for length in self._filed:
            for start, lamps in self._beginnings.get(word[:length], {}).items():
                if word.startswith(start):
                    lit |= lamps
        return lit


def _lamps_of_needs(first: int, phrases: Sequence[Phrase], lamps: Lamps) -> dict[frozenset[str], int]:
    table: dict[frozenset[str], int] = {}
    for place, phrase in enumerate(phrases, first):
        for need, lamp in lamps.of_phrase(place, phrase):
            table[need] = table.get(need, 0) | lamp
    return table


def _lit_by(needs: dict[frozenset[str], int]) -> dict[str, int]:
    """The lamps by the beginning of a word; a whole word ends in a space."""
    starts: dict[str, list[int]] = {}
    for need, lamps in needs.items():
        for start in need:
            starts.setdefault(start, []).append(lamps)
    # Many words light the same lamps: one number for all of them.
    same: dict[int, int] = {}
    return {start: same.setdefault(lit := reduce(or_, lamps), lit) for start, lamps in starts.items()}
