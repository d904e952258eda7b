"""One coarse spelling for a language that people type in two alphabets, so that its rules are written once.

Russian is typed in Cyrillic, in Latin letters by half a dozen habits ("menya", "menja", "men'a"), and short Cyrillic texts without a letter
that only Russian has are taken for Montenegrin by the normaliser.  All of them fold to the same letters.
"""

import re
from collections.abc import Callable, Mapping

_CYRILLIC = str.maketrans(
    dict(zip("абвгдеёжзийклмнопрстуфхцчшщыэюяіїєґў", "abvgdeezziiklmnoprstufhccssieuaiiegu", strict=True)) | {"ъ": "", "ь": "", "'": ""}
)
_PAIRS = {
    "shch": "s", "sch": "s", "zh": "z", "kh": "h", "ch": "c", "sh": "s", "yu": "u", "ju": "u", "ya": "a", "ja": "a", "yo": "e", "jo": "e",
    "ye": "e", "je": "e", "y": "i", "j": "i", "x": "h", "w": "v", "q": "k",
}  # fmt: skip
_LATIN = re.compile("|".join(_PAIRS))


def russian(text: str) -> str:
    """Normalised text in coarse Latin letters; linear in its length."""
    plain = _LATIN.sub(lambda found: _PAIRS[found[0]], text).translate(_CYRILLIC)
    return plain.replace("ts", "c").replace("ii", "i")


#: By the name that a rule file gives under ``fold``.
FOLDS: Mapping[str, Callable[[str], str]] = {"russian": russian}
