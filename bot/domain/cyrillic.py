"""Montenegrin Latin into Cyrillic and back: prepared texts are written once, in Latin, and shown in both.

Placeholders, commands, addresses, links and names that the policy keeps in Latin stay as they are.
"""

import re
from collections.abc import Collection, Iterator

LATIN, CYRILLIC = "sr_Latn_ME", "sr_Cyrl_ME"

_PAIRS = {"lj": "љ", "nj": "њ", "dž": "џ"}
_SIGNS = dict(zip("abvgdđežzijklmnoprstćufhcčšśź", "абвгдђежзијклмнопрстћуфхцчшśź", strict=True)) | {"ś": "с́", "ź": "з́"}
#: Where two letters meet that are two sounds: injekcija, konjunktura, nadživjeti, odžaliti.
_APART = re.compile(
    r"(?<=\bi)nj(?=e[kc])|(?<=\bko)nj(?=u[gn])|(?<=\bta)nj(?=ug\b)|(?<=\bna)dž(?=iv|et|nj)|(?<=\bo)dž(?=al|iv|uri)|(?<=\bpo)dž(?=up)", re.I
)
_TOKEN = re.compile(
    r"\{[^}]*\}"  # placeholders
    r"|\]\([^)]*\)"  # where a link leads
    r"|https?://\S+|\S+@\S+|\b(?:[\w-]+\.)+[a-z]{2,}\b"  # addresses
    r"|/[a-z]+\b"  # commands
    r"|\b[IVXL]+\b"  # Roman numerals
)
_LETTER = re.compile(r"lj|nj|dž|[a-zđćčšžśź]", re.IGNORECASE)


def to_cyrillic(text: str, keep: Collection[str] = ()) -> str:
    """The same text in Cyrillic; ``keep``: names that stay in Latin letters."""
    return "".join(part if kept else _cyrillic(part) for part, kept in _parts(text, keep))


def _parts(text: str, keep: Collection[str]) -> Iterator[tuple[str, bool]]:
    """What is to be written anew and what stays, in order."""
    names = "|".join(rf"\b{re.escape(name)}\b" for name in sorted(keep, key=len, reverse=True))
    pattern = re.compile(f"{_TOKEN.pattern}|{names}") if names else _TOKEN
    place = 0
    for found in pattern.finditer(text):
        yield text[place : found.start()], False
        yield found[0], True
        place = found.end()
    yield text[place:], False


def _cyrillic(text: str) -> str:
    parted = _APART.sub(lambda found: f"{found[0][0]}\0{found[0][1]}", text)
    return _LETTER.sub(lambda found: _sign(found[0]), parted).replace("\0", "")


def _sign(letters: str) -> str:
    low = letters.lower()
    sign = _PAIRS.get(low) or _SIGNS.get(low, letters)
    return sign.upper() if letters[0].isupper() else sign


_BACK = str.maketrans(
    {cyrillic: latin for latin, cyrillic in (_SIGNS | _PAIRS).items() if len(cyrillic) == 1}
    | {cyrillic.upper(): latin.capitalize() for latin, cyrillic in (_SIGNS | _PAIRS).items() if len(cyrillic) == 1}
)


def to_latin(text: str) -> str:
    """The same text in Latin letters: what Cyrillic texts are checked in."""
    return text.translate(_BACK)
