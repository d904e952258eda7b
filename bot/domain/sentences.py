"""Sentences as the emergency rules see them: their words and pauses, spelled as the rules are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.ruleset import Language

_LINE_ENDS = "\n\r\u2028\u2029"
_LINES = re.compile(f"[{_LINE_ENDS}]+")
#: Any of these signs but the one inside a number; one character class first, which is what makes the search fast.
_ENDS = re.compile(r"[.!?;](?:(?<=[!?;])|(?!\d)|(?<!\d\.))")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[,:()\"]|(?<= )-+(?= )")
#: Longer sentences are cut, overlapping, so that no text makes matching slow.
_LONGEST = 80
_OVERLAP = 16
_NO_PAUSES = frozenset[int]()

Tokens = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """Its words as ``" word word "`` and where, in that text, a word follows a comma or the like."""

    text: str = field(repr=False)
    pauses: frozenset[int]


def lines_ended(text: str) -> str:
    """The text with a full stop for every end of a line."""
    return _LINES.sub(" . ", text) if any(map(text.__contains__, _LINE_ENDS)) else text


def parts(text: str) -> list[str]:
    """Normalised text between the signs that end sentences: one part more than there are signs."""
    return _ENDS.split(text)


def tokens_of(part: str) -> list[str]:
    """The words and pauses of a part."""
    return _TOKEN.findall(part)


def pieces(part: str) -> Iterator[Tokens]:
    """The words and pauses of a part, cut where they are too many."""
    tokens = tokens_of(part)
    for start in range(0, len(tokens), _LONGEST - _OVERLAP):
        yield tuple(tokens[start : start + _LONGEST])
        if start + _LONGEST >= len(tokens):
            return


def spell(language: Language, token: str) -> str:
    """The word or words a token stands for: "they're" and "theyre" are "they are", "brother's" is "brother"."""
    found = language.spellings.get(token)
    if found is None and "'" in token:
        bare = token.replace("'", "")
        found = language.spellings.get(bare, token.removesuffix("'s").replace("'", ""))
    return token if found is None else found


def spelled(language: Language, tokens: Sequence[str]) -> Sentence:
    """The sentence of these words and pauses, without greetings before it and thanks behind it."""
    text, pauses = "", set[int]()
    plain = language.spellings.get
    for token in tokens:
        if token[0].isalnum():
            text += f" {plain(token) or spell(language, token)}" if "'" in token else f" {plain(token, token)}"
        else:
            pauses.add(len(text))
    return _to_the_point(language, f"{text} ", pauses)


def _to_the_point(language: Language, text: str, pauses: set[int]) -> Sentence:
    """It begins and ends where its point does."""
    start = 0
    while found := language.greetings.match(text, start):
        start = found.end()
    thanks = language.farewells.search(text, start + 1)
    end = thanks.start() if thanks else len(text) - 1
    kept = frozenset([pause - start for pause in pauses if start <= pause <= end]) if pauses else _NO_PAUSES
    return Sentence(text=f"{text[start:end]} ", pauses=kept)
