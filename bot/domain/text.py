"""The one normaliser.

Python 3.10 syntax and standard library only: Rasa's process, which runs on 3.10, uses this same file.
"""

import re
import unicodedata

#: South Slavic Cyrillic in Latin; a text with letters that only Russian or Ukrainian has is left in Cyrillic.
_SOUTH_TABLE = str.maketrans(
    dict(
        zip(
            "абвгдђежзијклљмнњопрстћуфхцчџш",
            ["a", "b", "v", "g", "d", "dj", "e", "z", "z", "i", "j", "k", "l", "lj", "m", "n", "nj", "o", "p", "r", "s", "t", "c", "u", "f",
             "h", "c", "c", "dz", "s"],
            strict=True,
        )
    )
)  # fmt: skip
_NOT_SOUTH = re.compile("[ыэъёщюяйьіїєґ]")
_SOUTH_ONLY = re.compile("[ђјљњћџ]")
_CYRILLIC = re.compile("[а-џ]")
_FOLDS = str.maketrans(
    {"đ": "dj", "ð": "dj", "ł": "l", "ø": "o", "ı": "i", "ß": "ss", "’": "'", "‘": "'", "ʼ": "'", "`": "'",
     "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "..."}
)  # fmt: skip
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
#: Whether any sign stands three times: searched in a fifth of the time, and hardly ever found.
_THRICE = re.compile(r"(.)\1\1")
#: Controls, zero-width and bidi signs, variation selectors, soft hyphens, lone surrogates, private use.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f"
    "\ufeff\ufff0-\ufffb\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def normalise(text: str) -> str:
    """The text as features and rules see it: NFKC, lower case, Latin for South Slavic Cyrillic, no marks, no invisible signs.

    A letter that is repeated three times or more stands twice, so that "heeeelp" and "heelp" are one word and "arrest" stays.
    Linear in the text's length.
    """
    # NFKC would make two words of what is typed as an apostrophe; what could not be stored must not part a word either.
    text = text.replace("\u00b4", "'").replace("\ufffd", "")
    if text.isascii():
        bare = _INVISIBLE.sub("", text).lower().replace("`", "'")
    else:
        visible = _INVISIBLE.sub("", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold())
        plain = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", visible)))
        bare = (plain.translate(_SOUTH_TABLE) if _is_south_slavic(visible, plain) else plain).translate(_FOLDS)
    return " ".join((_REPEATED.sub(r"\1\1", bare) if _THRICE.search(bare) else bare).split())


def _is_south_slavic(text: str, plain: str) -> bool:
    """Whether its Cyrillic is that of Montenegrin and its sisters; ``plain`` is the text without marks.  Other Cyrillic stays as it is."""
    return bool(_CYRILLIC.search(plain)) and (not _NOT_SOUTH.search(text) or bool(_SOUTH_ONLY.search(text)))


def clean(text: str) -> str:
    """What may be stored and shown: NUL and lone surrogates replaced by U+FFFD, everything else exactly as written."""
    return _UNSTORABLE.sub("\ufffd", text)


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen."""
    return not normalise(text)


def only_emoji(text: str) -> bool:
    """Whether all that can be seen are symbols, at least one of them an emoji."""
    signs = _seen(text)
    return bool(signs) and all(unicodedata.category(sign) in {"So", "Sk"} for sign in signs)


def only_punctuation(text: str) -> bool:
    """Whether all that can be seen is punctuation."""
    signs = _seen(text)
    return bool(signs) and all(unicodedata.category(sign)[0] in "PSZC" for sign in signs) and not only_emoji(text)


def only_one_sign(text: str) -> bool:
    """Whether one sign stands again and again, at least four times: a cry, or a hand that lies on the phone."""
    signs = _seen(text).lower()
    return len(signs) >= 4 and len(set(signs)) == 1


def _seen(text: str) -> str:
    return "".join(_MARKS.sub("", _INVISIBLE.sub("", text)).split())
