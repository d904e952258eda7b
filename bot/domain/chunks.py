"""What a chunk of a text, which is what stands between spaces, means for the emergency rules.

It is worked out once and remembered by the chunk's hash: no word that anybody wrote stays in memory for speed.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.domain.ruleset import Language
from bot.domain.sentences import parts, spell, tokens_of
from bot.domain.text import normalise
from bot.domain.wordindex import Lamps, Words

#: So many chunks, and so many words of each language, are remembered.
_REMEMBERED = 50_000
#: So many new ones are worked out in one text.
_NEW = 200
#: Below it no sign is, or becomes, a Cyrillic letter.
_FIRST_GREEK = "\u0370"

#: Which Cyrillic letters a chunk has: none, only shared ones, one that only others have, one that only South Slavic has.
_NONE, _SHARED, _ELSEWHERE, _SOUTH = range(4)
#: A letter beside which the normaliser takes shared letters for South Slavic, and one beside which it does not.
SOUTH_LETTER, ELSEWHERE_LETTER = "ђ", "ы"
_NORMALISED = {letter: len(normalise(letter)) for letter in (SOUTH_LETTER, ELSEWHERE_LETTER)}


class Chunk(NamedTuple):
    """What a chunk means for the rules."""

    #: The lamps that it lights in a text that is taken for South Slavic, and in any other.
    south: int
    elsewhere: int
    #: How many sentences end in it, and whether the next one begins in it.
    ends: int
    begins: bool
    alphabet: int
    #: Folding joins what was two sentences: the text has to be read as a whole.
    odd: bool


def letter_of(alphabets: set[int]) -> str:
    """The letter that stands for what a text with chunks of these alphabets is written in; empty where nothing depends on it."""
    if alphabets <= {_NONE}:
        return ""
    return ELSEWHERE_LETTER if _ELSEWHERE in alphabets and _SOUTH not in alphabets else SOUTH_LETTER


def normalised(text: str, letter: str) -> str:
    """A part of a text as the normaliser would write it within the whole, whose alphabet the letter stands for."""
    # The normaliser reads Cyrillic by the letters of the whole text, so one is added and taken off again.
    return normalise(f"{text} {letter}")[: -1 - _NORMALISED[letter]] if letter and not text.isascii() else normalise(text)


class Chunks:
    """The chunks of all texts so far."""

    def __init__(self, languages: Sequence[Language], lamps: Lamps) -> None:
        """The phrases' places are those of the languages' lines, one language after the other."""
        self._languages = tuple(languages)
        self._words: list[Words] = []
        self._lit: list[dict[int, int]] = [{} for _ in languages]
        self._known: dict[int, Chunk] = {}
        place = 0
        for language in languages:
            self._words.append(Words(place, [line.phrase for line in language.lines], lamps))
            place += len(language.lines)

    def of(self, words: Sequence[str]) -> list[Chunk] | None:
        """What each of them means; None when so many are new that the text is sooner read as a whole."""
        # A long text says most of its words again and again: each is looked up once.
        known, new = dict[str, Chunk](), list[str]()
        different = list(dict.fromkeys(words))
        for word, chunk in zip(different, map(self._known.get, _keys(different)), strict=True):
            if chunk is None:
                new.append(word)
            else:
                known[word] = chunk
        known |= {word: self._see(word) for word in new[:_NEW]}
        return list(map(known.__getitem__, words)) if len(new) <= _NEW else None

    def lit_by(self, order: int, tokens: Sequence[str]) -> int:
        """The lamps that these words light, folded and spelled as the language of this order asks."""
        lit, known = 0, self._lit[order]
        for token, key in zip(tokens, _keys(tokens), strict=True):
            lamps = known.get(key)
            lit |= self._remember(order, token, key) if lamps is None else lamps
        return lit

    def _see(self, word: str) -> Chunk:
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        chunk = self._plain(word) if max(word) < _FIRST_GREEK else self._cyrillic(word)
        self._known.update(zip(_keys([word]), [chunk], strict=True))
        return chunk

    def _plain(self, word: str) -> Chunk:
        plain = normalise(word)
        ended, lit = parts(plain), self._lit_in_all(plain)
        return Chunk(lit, lit, len(ended) - 1, bool(tokens_of(ended[-1])), _NONE, self._is_odd(plain))

    def _cyrillic(self, word: str) -> Chunk:
        south, elsewhere = normalised(word, SOUTH_LETTER), normalised(word, ELSEWHERE_LETTER)
        ended, odd = parts(south), self._is_odd(south) or self._is_odd(elsewhere)
        begins = bool(tokens_of(ended[-1]))
        return Chunk(self._lit_in_all(south), self._lit_in_all(elsewhere), len(ended) - 1, begins, _alphabet(word), odd)

    def _is_odd(self, plain: str) -> bool:
        return any(len(parts(language.fold(plain))) != len(parts(plain)) for language in self._languages if language.fold)

    def _lit_in_all(self, plain: str) -> int:
        """The lamps that the words of a chunk light in all languages."""
        lit, as_it_is = 0, tokens_of(plain)
        for order, language in enumerate(self._languages):
            lit |= self.lit_by(order, tokens_of(language.fold(plain)) if language.fold else as_it_is)
        return lit

    def _remember(self, order: int, token: str, key: int) -> int:
        """The lamps that a word lights in one language, kept for the next text."""
        known = self._lit[order]
        if len(known) >= _REMEMBERED:
            known.clear()
        lit = 0
        for word in spell(self._languages[order], token).split():
            lit |= self._words[order].lit_by(word)
        known[key] = lit
        return lit


def _keys(words: Sequence[str]) -> Iterator[int]:
    """What each is remembered by."""
    # Python hashes a string's bytes in memory, so two Chinese signs can have the hash of a four-letter word; its length tells them apart.
    return map(hash, zip(words, map(len, words), strict=True))


def _alphabet(word: str) -> int:
    """Tried on a letter of each kind: is it taken for South Slavic, or not, with this chunk beside it?"""
    if normalise(f"ыд {word}").startswith("ыd"):
        return _SOUTH
    return _SHARED if normalise(f"д {word}").startswith("d") else _ELSEWHERE
