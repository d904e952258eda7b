"""Whether a text says that somebody is under 18: plain rules in four languages.  A flag for officers; nothing is decided by it."""

import re

from bot.domain.folding import russian
from bot.domain.text import normalise

_TEENS = {
    "en": "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen",
    "cnr": "deset|jedanaest|dvanaest|trinaest|cetrnaest|petnaest|sesnaest|sedamnaest",
    "sq": "dhjete|(?:njem|dym|trem|katerm|pesem|gjashtem|shtatem)bedhjete",
    "ru": "desat|odinnadcat|dvenadcat|trinadcat|cetirnadcat|patnadcat|sestnadcat|semnadcat",
}
#: One to seventeen, as a number of its own.
_YOUNG = r"(?<![\d.,:/-])(?:1[0-7]|[1-9])(?![\d%]|[.,:/]\d)"
_EN, _CNR, _SQ, _RU = (rf"(?:{_YOUNG}|{words})" for words in _TEENS.values())
#: What is counted in years and is nobody's age.
_THINGS = {
    "en": r"(?:case|law|phone|car|house|organi[sz]ation|ngo|story|issue|problem|conflict|sentence|war|laptop|company|building|project)s?",
    "cnr": r"(?:iskustv|staz|rad[ai]?\b|robij|zatvor|kako|otka|kad\b|da\b|unazad|brak|posto)",
    "sq": r"(?:burg|pune|pervoj|qe\b|me pare|martes)",
    "ru": r"(?:turm|opit|raboti|nazad|kak\b|lisenia|staz|brak)",
}
_SAYS = re.compile(
    "|".join(
        (
            # English
            rf"\bi ?(?:'m|am|m) (?:only |just |still )?{_EN}"
            r"(?= ?(?:$|[.,;!?)]|and\b|but\b|years?\b|yrs?\b|yo\b|y/o|old\b|now\b))(?! years? (?:in|of)\b)",
            rf"(?<!was )(?<!were )\b{_EN}[- ]?(?:years?|yrs?)[- ]old\b(?! {_THINGS['en']}\b)",
            rf"\b{_YOUNG} ?(?:yo|y/o)\b|\baged? (?:of )?{_EN}\b",
            r"(?<!not )\b(?:a minor|underage|under ?age|under (?:18|eighteen))\b"
            r"(?! (?:injury|issue|problem|thing|detail|offen[cs]e|matter|change))",
            r"\bnot (?:yet )?(?:18|eighteen)\b",
            # Montenegrin and its sisters
            rf"\bima(?:m|mo|ju)? (?:samo |tek |jos |svega )?{_CNR} (?:godin|god\b)\w*+(?! {_THINGS['cnr']})",
            rf"\b{_CNR} godina (?:imam|ima\b|mi je|joj je|mu je)",
            rf"\b{_CNR}o?-?godisnj\w++(?! {_THINGS['cnr']})",
            r"(?<!nije )(?<!nijesam )(?<!nisam )\b(?:maloljet|malolet|malodob)\w+",
            r"\b(?:nije|nijesam|nisam|nema[m]?) (?:jos )?(?:punoljet\w+|punolet\w+|18|osamnaest)\b",
            # Albanian
            rf"\b{_SQ}[- ]?vjec\w*|\b(?:kam|ka|i ka|jam) (?:vetem )?{_SQ} vjet\w*+(?! {_THINGS['sq']})",
            r"\b(?:i|e|te) mitur\w*\b|\bnen (?:moshen )?18\b|\b(?:s'jam|nuk jam|nuk eshte|s'eshte) (?:ende )?18\b",
        )
    )
)
_SAYS_IN_RUSSIAN = re.compile(
    "|".join(
        (
            rf"\b(?:mne|emu|ei|im|sinu|docke|doceri|bratu|sestre|rebenku|maltiku|malciku|devocke) (?:tolko |esce |ese |vsego )?{_RU}"
            rf"(?= ?(?:$|[.,;!?)]|let\b|god|i\b|no\b))(?! (?:let|goda?) {_THINGS['ru']})",
            rf"\b{_RU}[- ]?letn[a-z]+",
            r"\bnesoversennoletn\w*|\b(?:mne|emu|ei|im) (?:esce |ese )?(?:net|nema) (?:18|vosemnadcat[ai]?)\b",
        )
    )
)


def says_under_18(text: str) -> bool:
    """Whether the text says so of the writer or of somebody it is about.  Linear in its length but for a small factor; never raises."""
    plain = normalise(text[:_LONGEST])
    return bool(_SAYS.search(plain) or _SAYS_IN_RUSSIAN.search(russian(plain)))


#: Signs that are looked at.
_LONGEST = 2_000
