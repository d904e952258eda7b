"""Long texts in pieces, each of which is read in no time.

One sign may stand for eighteen letters (NFKC), and the normaliser puts combining marks in order in quadratic time: what counts is what a
text becomes, and no more than a piece is ever normalised at once.
"""

import unicodedata
from collections.abc import Iterator

#: Texts that become so many letters at most are read whole, at once: the longest message of Telegram is one of them.
WHOLE = 4_096
#: A longer text is read in pieces of so many letters.
PIECE = 2_000
#: What one sign becomes at most.
_MOST = 18
#: Pieces share this part of their signs, more than the rules' own pieces of a sentence do.
_SHARED = 8


def is_long(text: str) -> bool:
    """Whether it is to be read in pieces."""
    return becomes_more(text, WHOLE)


def becomes_more(text: str, letters: int) -> bool:
    """Whether a text becomes more letters than these."""
    if len(text) > letters or len(text) * _MOST <= letters or text.isascii():
        return len(text) > letters
    return len(unicodedata.normalize("NFKC", text)) > letters


def pieces(text: str) -> Iterator[str]:
    """The beginning of a long text, its end, then all that lies between, in order; neighbours overlap."""
    start, stop = _fitting(text, PIECE), len(text) - _fitting(text[-PIECE:][::-1], PIECE)
    yield text[:start]
    yield text[stop:]
    place, goal = _overlapping(text, 0, start), stop + (len(text) - stop) // _SHARED
    while start < goal:
        size = _fitting(text[place : place + PIECE], PIECE)
        start = _at_space(text, place, size)
        yield text[place:start]
        place = _overlapping(text, place, start)


def ends(text: str, letters: int, between: str = " ") -> str:
    """The text; of one that becomes more letters than these its beginning and its end, half of them each."""
    if not becomes_more(text, letters):
        return text
    half = letters // 2
    first, last = _fitting(text[:half], half), _fitting(text[-half:][::-1], half)
    return f"{text[:first]}{between}{text[len(text) - last :]}"


def _fitting(text: str, letters: int) -> int:
    """How many signs from the beginning become no more letters than these."""
    probe = text[: letters // _MOST]
    size = min(len(text), letters * len(probe) // max(len(unicodedata.normalize("NFKC", probe)), len(probe), 1))
    while size > 1 and (found := len(unicodedata.normalize("NFKC", text[:size]))) > letters:
        size = max(1, min(size - 1, size * letters // found))
    return size


def _at_space(text: str, place: int, size: int) -> int:
    """The end of a piece: after its last word, where a word ends near."""
    end = place + size
    if end >= len(text):
        return len(text)
    space = max(text.rfind(sign, end - size // (2 * _SHARED), end) for sign in " \n")
    return space if space > place else end


def _overlapping(text: str, place: int, end: int) -> int:
    """Where the piece after one begins: at a word before its end, and always further on than the one before."""
    early = max(place + 1, end - (end - place) // _SHARED)
    space = text.find(" ", early, end)
    return early if space < 0 else space
