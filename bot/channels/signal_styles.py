"""A styled piece in the form in which the REST API reads styles."""

import re

from bot.domain.message import Piece

_SIGNS = {"<b>": "**", "</b>": "**", "<i>": "*", "</i>": "*", "<code>": "`", "</code>": "`"}
_STYLE = re.compile("|".join(_SIGNS))
#: What the REST API takes for a style or an escape.  Its versions differ in whether a sign can be escaped; none keeps a bare one.
_TAKEN = re.compile(r"[*`~|\\]")


def styled(piece: Piece) -> tuple[str, str]:
    """Text and ``text_mode``.  A text that has such signs of its own goes without styles: a lost number is worse than a lost bold word."""
    words = piece.words
    if not piece.styled or not _STYLE.search(piece.text) or _TAKEN.search(words):
        return words, "normal"
    marked = _STYLE.sub(lambda found: _SIGNS[found[0]], piece.text)
    return Piece(text=marked, styled=True).words, "styled"
