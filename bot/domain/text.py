"""The one normaliser.

Python 3.10 syntax and standard library only: Rasa's process, which runs on 3.10, uses this same file.
"""

import re
import unicodedata

#: Letters of South Slavic Cyrillic in Latin; a text with letters that only Russian or Ukrainian has is left in Cyrillic.
_SOUTH = dict(zip("абвгдђежзијклљмнњопрстћуфхцчџш", "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split(), strict=False))
_NOT_SOUTH = frozenset("ыэъёщюяйьіїєґ")
_SOUTH_ONLY = frozenset("ђјљњћџ")
_SOUTH_TABLE = str.maketrans(_SOUTH)
_FOLDS = str.maketrans({"đ": "dj", "ð": "dj", "ł": "l", "ø": "o", "ı": "i", "ß": "ss", "ё": "е", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'",
                        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "..."})  # fmt: skip
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_SPACES = re.compile(r"\s+")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def normalise(text: str) -> str:
    """The text as features and rules see it: NFKC, lower case, Latin for South Slavic Cyrillic, no marks, no invisible signs.

    A letter that is repeated three times or more stands twice, so that "heeeelp" and "heelp" are one word and "arrest" stays.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\r", " ").replace("\n", " ").replace("\t", " ")
    visible = "".join(sign for sign in folded if unicodedata.category(sign) not in _INVISIBLE)
    latin = _south_slavic_to_latin(visible).translate(_FOLDS)
    bare = "".join(sign for sign in unicodedata.normalize("NFD", latin) if not unicodedata.combining(sign))
    return _SPACES.sub(" ", _REPEATED.sub(r"\1\1", unicodedata.normalize("NFC", bare))).strip()


def _south_slavic_to_latin(text: str) -> str:
    """Fold the Cyrillic of Montenegrin and its sisters; other Cyrillic stays as it is."""
    signs = set(text)
    if signs & _NOT_SOUTH and not signs & _SOUTH_ONLY:
        return text
    return text.translate(_SOUTH_TABLE)


def clean(text: str) -> str:
    """What may be stored and shown: NUL and lone surrogates replaced by U+FFFD, everything else exactly as written."""
    return "".join("\ufffd" if sign == "\0" or "\ud800" <= sign <= "\udfff" else sign for sign in text)


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen."""
    return not normalise(text)


def only_emoji(text: str) -> bool:
    """Whether all that can be seen are symbols, at least one of them an emoji."""
    signs = [sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in {"Cf", "Mn", "Me", "Sk"}]
    return bool(signs) and all(unicodedata.category(sign) == "So" for sign in signs)


def only_punctuation(text: str) -> bool:
    """Whether all that can be seen is punctuation."""
    signs = [sign for sign in text if not sign.isspace()]
    return bool(signs) and all(unicodedata.category(sign)[0] in "PSZC" for sign in signs) and not only_emoji(text)
