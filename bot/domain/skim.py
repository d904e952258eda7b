"""Which sentences of a text may hit at all, found chunk by chunk without reading it word by word.

Only a sentence in which some phrase, of whatever language, finds all the words it needs is normalised and read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import compress
from operator import or_

from bot.domain.chunks import ELSEWHERE_LETTER, Chunk, Chunks, letter_of, normalised
from bot.domain.ruleset import Language
from bot.domain.sentences import lines_ended, parts
from bot.domain.wordindex import Lamps

#: Signs that part words for Python and are nothing to the normaliser.
_SEPARATORS = "\x1c\x1d\x1e\x1f"
#: Stands for all chunks of a text that is to be read as a whole.
_UNKNOWN = Chunk(0, 0, 0, begins=False, alphabet=0, odd=True)


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """A stretch of a text, mostly one sentence, with the phrases that may be in it, each as the bit of its place."""

    phrases: int
    text: str = field(repr=False)
    #: The letter that stands for what the whole text is written in.
    letter: str
    #: The parts at the beginning that belong to the stretch before, and whether the last part is not the next one's.
    skipped: int
    last: bool

    def plain(self) -> str:
        """It as it stands in the whole text when that is normalised."""
        return normalised(self.text, self.letter)

    def parts(self, plain: str) -> list[str]:
        """The sentences that are its own; ``plain`` may have been folded."""
        return parts(plain)[self.skipped : None if self.last else -1]


class Skim:
    """What skims texts for the phrases of some languages."""

    def __init__(self, languages: Sequence[Language]) -> None:
        """The phrases' places are those of the languages' lines, one language after the other."""
        number = sum(len(language.lines) for language in languages)
        self._all = (1 << number) - 1
        self._lamps = Lamps(number)
        self._chunks = Chunks(languages, self._lamps)

    def suspects(self, text: str) -> Iterator[Suspect]:
        """The stretches of the text that may hit, in its order."""
        for sign in _SEPARATORS:
            text = text.replace(sign, "")
        words = lines_ended(text).split()
        if not words:
            return
        chunks = self._chunks.of(words)
        south, elsewhere, ends, begins, alphabets, odd = zip(*chunks or [_UNKNOWN], strict=True)
        if any(odd):
            yield Suspect(phrases=self._all, text=" ".join(words), letter="", skipped=0, last=True)
            return
        letter = letter_of(set(alphabets))
        lamps = elsewhere if letter == ELSEWHERE_LETTER else south
        for start, stop, skipped in _stretches(ends):
            # The sentence that ended in the first chunk lights nothing here, unless the next one begins in the same chunk.
            own = start if begins[start] or not skipped else start + 1
            if phrases := self._lamps.phrases(reduce(or_, lamps[own:stop], 0)):
                stretch = " ".join(words[start:stop])
                yield Suspect(phrases=phrases, text=stretch, letter=letter, skipped=skipped, last=stop > len(words))

    def phrases(self, order: int, tokens: Sequence[str]) -> int:
        """The phrases that may be among these words, folded as the language of this order asks."""
        return self._lamps.phrases(self._chunks.lit_by(order, tokens))


def _stretches(ends: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """From one end of a sentence to the next: first chunk, the chunk after the last, and how many sentences end in the first before it.

    The chunk in which a sentence ends is part of both sides.  The last stretch goes beyond the last chunk.
    """
    start = skipped = 0
    for place in compress(range(len(ends)), ends):
        yield start, place + 1, skipped
        start, skipped = place, ends[place]
    yield start, len(ends) + 1, skipped
