"""What polite people write before and behind their point: the model reads the point.

A model learns that long polite letters are harmless, or that they hide an emergency, from whatever letters it was given; a greeting tells
neither.  The rules read the whole text and have greetings of their own (``nlu/rules``).
"""

import re

_APART = r"[\s,.!:;…–-]*"
_BEFORE = (
    r"good (?:morning|afternoon|evening|day)", r"hello", r"hi", r"hey", r"greetings", r"to whom it may concern",
    r"dear (?:sirs?|madam|friends?|officers?|all|embassy|colleagues)(?: (?:or|and) (?:madam|sir))?", r"excuse me(?: please)?", r"please",
    r"(?:i am |i'm )?sorry (?:to|for) (?:disturb|bother)(?:ing)?(?: you)?", r"how are you",
    r"(?:i )?hope (?:you are|all is|this (?:message|letter) finds you)(?: doing)? well",
    r"dobar dan", r"dobro (?:jutro|veče|vece)", r"zdravo", r"[ćc]ao", r"pozdrav", r"po[šs]tovan[iaeo]", r"kako ste", r"molim (?:vas|te)",
    r"(?:izvinite|oprostite)(?: molim (?:vas|te)| [šs]to smetam| na smetnji)*",
    r"добар дан", r"добро (?:јутро|вече)", r"здраво", r"поштован[иаео]", r"опростите",
    r"mir[ëe]mbr[ëe]ma", r"mir[ëe]m[ëe]ngjes", r"mir[ëe] ?dita", r"p[ëe]rsh[ëe]ndetje", r"tungjatjeta", r"si jeni", r"ju lutem",
    r"(?:t[ëe]|i|e) nderuara?",
    r"m[ëe] falni(?: ju lutem| p[ëe]r shqet[ëe]simin)*",
    r"добр(?:ый|ое|ой) (?:день|вечер|утро|ночи)", r"здравствуйте", r"привет", r"как (?:ваши )?дела",
    r"уважаем(?:ые|ый|ая)(?: господа| сотрудники| коллеги)?",
    r"пожалуйста", r"(?:простите|извините)(?: пожалуйста| за беспокойство)*",
)  # fmt: skip
_BEHIND = (
    r"(?:and )?thank(?:s| you)(?: (?:very|so) much| a lot| kindly| in advance| for your (?:time|help|attention|patience))*",
    r"sorry for my english",
    r"(?:with )?(?:kind|best|warm)(?:est)? regards", r"regards", r"have a (?:nice|good) (?:day|evening)", r"sincerely",
    r"yours (?:sincerely|faithfully|truly)",
    r"(?:unaprijed |unapred )?hvala(?: vam| ti| puno| mnogo| lijepo| unaprijed| unapred| na (?:vremenu|pa[žz]nji|pomo[ćc]i))*",
    r"s po[šs]tovanjem",
    r"(?:srda[čc]an |lijep )?pozdrav", r"prijatan dan", r"izvinite i", r"хвала(?: вам| пуно| много| унапријед)*", r"с поштовањем",
    r"(?:ju )?faleminderit(?: shum[ëe]| paraprakisht| p[ëe]r (?:koh[ëe]n|ndihm[ëe]n|vëmendjen))*", r"me respekt", r"dit[ëe]n e mir[ëe]",
    r"gjith[ëe] t[ëe] mirat", r"m[ëe] falni dhe",
    r"(?:большое |заранее )?спасибо(?: большое| вам| заранее| за (?:ваше )?(?:время|внимание|помощь))*",
    r"заранее благодарю", r"с уважением",
    r"(?:хорошего|доброго) дня", r"извините и",
)  # fmt: skip
# Possessive and atomic throughout: what was read once is never read another way, or a hostile text could keep the house busy for ever.
_START = re.compile(rf"{_APART}+(?>(?:{'|'.join(_BEFORE)})(?!\w){_APART}+)++", re.IGNORECASE)
_END = re.compile(rf"{_APART}+(?<!\w)(?>(?:{'|'.join(_BEHIND)})(?!\w){_APART}+)++\Z", re.IGNORECASE)
#: With fewer words left, the politeness was the point.
_POINT = 3
#: Thanks are looked for in so many signs at the end, so that no text makes the search slow.
_TAIL = 200


def without_politeness(text: str) -> str:
    """The text without greetings before it and thanks behind it; as it is where nothing much would be left."""
    begun = _START.match(text)
    rest = text[begun.end() :] if begun else text
    tail = max(0, len(rest) - _TAIL)
    thanks = _END.search(rest, tail)
    point = rest[: thanks.start()] if thanks else rest
    return point if len(point.split()) >= _POINT else text
