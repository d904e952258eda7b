"""Wishes and facts that people write in plain words, wherever they stand in a text: pure, in four languages, folded.

Whoever reads a wish here that is none keeps officers from nothing: it is shown to them beside the words.
"""

import re

from bot.domain.folding import russian
from bot.domain.text import normalise


def _compiled(pattern: str) -> re.Pattern[str]:
    """With its Russian as it is after folding, because short Russian texts are taken for Montenegrin by the normaliser."""
    return re.compile(re.sub("[а-яё]+", lambda found: russian(found[0]), pattern))


def _found(pattern: re.Pattern[str], plain: str) -> bool:
    return bool(pattern.search(plain) or pattern.search(russian(plain)))


#: Longer texts tell more than one wish of the chat itself.
_SHORT = 14
#: Somebody else's words: "he said: tell nobody" is a threat, and no wish.
_QUOTED = _compiled(
    r"\b(?:said|says|say|told|tells|telling|threaten\w*|kaze|kazu|kazao|rekao|rekla|rekli|prijet\w*|tha|thane|thote|thone|kercen\w*"
    r"|сказал\w*|говорит|говорят|угрож\w*)\b"
)
_NOT_EN, _NOT_CNR = r"(?:don.?t|dont|do not|never)", r"(?:nemoj(?:te)?|ne)"
_TELL_CNR = r"(?:govor|prica|rec|kaz|jav|prijav|prenos|salj)\w*"
_TELL_SQ = r"(?:tregoni|trego|thuani|thuaj|kallezoni|kallezo|lajmeroni|njoftoni)"
_TELL_RU = r"(?:говорите|говори|рассказываите|сообщаите|передаваите)"
_NOTHING = _compiled(
    "|".join(
        (
            rf"\b{_NOT_EN} (?:you )?(?:do|start|try|report|pass on|forward) (?:anything|nothing|something)\b"
            r"|(?:^|[.,!] ?|please |just |you )do nothing\b|\bwant nothing\b",
            rf"\b{_NOT_EN} tell (?:any ?body|any ?one|nobody|no one)\b"
            r"|\btell (?:nobody|no one)\b|\b(?:nobody|no one) (?:must|may|should|can) know\b",
            rf"\b{_NOT_EN} want (?:any ?body|any ?one|anything|you) (?:else )?(?:to (?:know|do|tell|find out)|done)\b",
            r"\bnemoj(?:te)? (?:nista )?(?:da )?(?:radi|preduz|cini|pokrec)\w*|\bnista (?:ne|nemoj(?:te)?) (?:da )?(?:radi|preduz|cini)\w*",
            r"\bne (?:radi|preduz|cini)\w* nista\b|\b(?:ne zelim|necu) (?:da )?(?:nista|iko|niko|neko)\b",
            rf"\bnikome? (?:nista )?{_NOT_CNR} (?:da )?{_TELL_CNR}|\b{_NOT_CNR} (?:da )?{_TELL_CNR} (?:nista )?nikome?\b",
            r"\bmos (?:beni|bej|bani|bani) (?:asgje|gje|asnje gje)|\b(?:nuk|s'?) ?dua (?:asgje|qe (?:te|ta) (?:dije|marre))",
            rf"\bmos (?:i |ia |ua )?{_TELL_SQ} (?:askujt|kujt|njeriu|kerkujt)",
            r"ничего не (?:делаите|делаи|предпринимаите|надо|нужно)\b|не (?:делаите|предпринимаите) ничего\b|\bничего не хочу\b",
            rf"никому (?:ничего )?не {_TELL_RU}|не {_TELL_RU} (?:ничего )?никому|не хочу,? чтобы (?:кто|вы |об)",
        )
    )
)
_NO_POLICE = _compiled(
    "|".join(
        (
            rf"\b{_NOT_EN} (?:tell|call|inform|contact|involve|go to|report (?:it|this|me) to) (?:the )?(?:police|cops|authorities)\b"
            r"|^no police\b",
            rf"\b{_NOT_CNR} (?:da )?(?:zov|zva|{_TELL_CNR[3:-4]}|obav|ukljuc)\w* (?:nista )?(?:polici|vlast|murij)\w*|\bbez policije\b",
            rf"\b(?:polici|vlast)\w+ (?:nista )?{_NOT_CNR} (?:da )?(?:zov|{_TELL_CNR[3:-4]})\w*|\bsamo ne policij",
            rf"\bmos (?:i |e |ia )?(?:thirr\w*|{_TELL_SQ}|lajmero\w*|njofto\w*) (?:ne )?(?:polic|autoritet)\w*|\bpa polici",
            r"не (?:звоните|вызываите|говорите|сообщаите|обращаитесь) (?:ничего )?(?:в )?(?:полици|власт|милици)\w*|\bбез полиции\b",
            r"(?:полици|власт)\w* (?:ничего )?не (?:говорите|сообщаите|вызываите)|только не (?:в )?полици",
        )
    )
)
_BEEPS = _compiled(
    r"\b(?:phone|mobile|it) (?:keeps? |is |goes on )?(?:on )?(?:beep|ring|buzz|vibrat)\w*"
    r"|\btelefon\w* (?:mi )?(?:\w+ )?(?:zvoni|pisti|bipa|vibrira|zuji)"
    r"|\b(?:zvoni|pisti|vibrira) mi (?:\w+ )?telefon|\btelefon\w* (?:po |me |vazhdon |te )*(?:bie|cingeron|dridhet)\b"
    r"|телефон (?:\w+ ){0,2}(?:звенит|пищит|звонит|вибрирует)"
)
_STOP = _compiled(
    r"\b(?:stop|quiet|enough|silence|prestan\w*|dosta|tis\w+|utis\w+|ndalo\w*|mjaft|pusho\w*|heshtje)\b|хватит|перестан|прекрат|тихо|тише"
)
_STOP_WRITING = _compiled(
    r"\bstop (?:the )?(?:beep|ring|buzz|notif|send|writ|text|messag)\w*|\bprestan\w+ (?:da )?(?:mi )?(?:pis|salj|sla)\w*"
    r"|\bndalo\w* (?:mesazhet|se shkruari)|(?:хватит|перестаньте|прекратите) (?:мне )?(?:писать|слать|присылать)"
)
_CITIZEN = _compiled(
    r"\b(?:us|u\.s\.|usa|american|united states) (?:citizen|national|passport)s?\b"
    r"|\bcitizens? of (?:the )?(?:us|usa|united states|america)\b"
    r"|\bi(?: am|'m|m) (?:an )?american\b|\bamerick\w+ (?:drzavlj|pasos)\w*|\bdrzavlj\w+ (?:sad|sad-a|amerike|sjedinjenih)\b"
    r"|\b(?:ja sam|on je|ona je|muz mi je|zena mi je) amerikan\w+|\bshtetas\w* (?:amerikan\w*|(?:i|e|te) (?:shba|shteteve))"
    r"|\bpasaport\w* amerikan\w*|\bjam amerikan\w*|граждан\w+ (?:сша|америки|соединенн\w+)|американск\w+ (?:граждан|паспорт)\w*"
    r"|\bя американ\w+"
)
_NO_CITIZEN = _compiled(
    r"\b(?:not (?:an? |yet )?|no |nijesam |nisam |nije |nijesmo |nuk (?:jam|eshte) |s'jam )"
    r"(?:us|u\.s\.|american|amerik|americk|drzavlj|shtetas)"
    r"|не граждан"
    r"|нет американ|\b(?:become|visa|postat|posta(?:ti|nem))\b"
)


def wants_nothing(text: str) -> frozenset[str]:
    """The consents that a text refuses on its own: ``inside``, and ``authorities`` where it speaks of the police."""
    plain = normalise(text)
    if _found(_QUOTED, plain):
        return frozenset()
    if _found(_NO_POLICE, plain):
        return frozenset({"inside", "authorities"})
    return frozenset({"inside"}) if _found(_NOTHING, plain) else frozenset()


def wants_quiet(text: str) -> bool:
    """Whether a short text asks us to stop lighting up the phone."""
    plain = normalise(text)
    if len(plain.split()) > _SHORT:
        return False
    return _found(_STOP_WRITING, plain) or (_found(_BEEPS, plain) and _found(_STOP, plain))


def says_us_citizen(text: str) -> bool:
    """Whether it says that a citizen of the United States is concerned."""
    plain = normalise(text)
    return _found(_CITIZEN, plain) and not _found(_NO_CITIZEN, plain)
