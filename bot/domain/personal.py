"""What could tell who somebody is, taken out of a text before anybody learns from it.  Rules only: a person looks after them.

Too much is taken rather than too little.  What cannot be told by rules: a name in small letters or at the beginning of a sentence, a
story that only one person can tell.
"""

import re
import unicodedata
from collections.abc import Sequence

NAME, NUMBER, DATE, PLACE, ADDRESS, LINK = "[name]", "[number]", "[date]", "[place]", "[address]", "[link]"

_ENDS = "com|org|net|info|io|me|rs|ba|hr|mk|al|ru|xk|eu|us|uk|de|gov|edu|app|рф|срб"
_LINK = re.compile(rf"[^\W\d_]://|www\.|[\w-]\.(?:{_ENDS})(?!\w)|[\w-]\.[a-z]{{2,}}/", re.IGNORECASE)
#: The signs by which people part an address, so that they can be read by people only.
_AT = re.compile(
    r"\s*@\s+|\s+@(?=\S+\.)|\s*[\[({]\s*(?:at|et)\s*[\])}]\s*|\s+at\s+(?=[\w-]+\s+(?:dot|ta[čc]ka|pik[eë]|точка)\s)", re.IGNORECASE
)
_MONTHS = (
    "jan(?:uar(?:y|a|i)?|ari)?|feb(?:ruar(?:y|a|i)?)?|mar(?:ch|ta?|s)?|apr(?:ila?)?|may|maj(?:a|i)?|june?|juna?|jul[aiy]?|aug(?:ust)?|"
    "avg(?:usta?)?|sept?(?:emb(?:er|ra|ar))?|o[ck]t(?:ob(?:er|ra|ar))?|nov(?:emb(?:er|ra|ar))?|dec(?:emb(?:er|ra|ar))?|shkurti?|prilli?|"
    "qershori?|korriku?|gushti?|shtatori?|tetori?|n[ëe]ntori?|dhjetori?|январ[яь]|феврал[яь]|марта?|апрел[яь]|ма[йя]|июн[яь]|июл[яь]|"
    "августа?|сентябр[яь]|октябр[яь]|ноябр[яь]|декабр[яь]|јануара?|фебруара?|априла?|маја?|јуна?|јула?|септемб(?:ра|ар)|октоб(?:ра|ар)|"
    "новемб(?:ра|ар)|децемб(?:ра|ар)"
)
_STREETS = "ulic[aeiu]|ul|bulevar[au]?|trg|rrug[aeë]n?|street|avenue|улиц[аеиуы]|ул|булевар[ау]?|проспект[ае]?"
#: With no digit near it before, so that it is no part of a longer number.
_DATE = r"(?<!\d)(?<!\d[\W_])(?<!\d[\W_]{2})(?<!\d[\W_]{3})\d{1,2}\s?[./-]\s?\d{1,2}(?:\s?[./-]\s?\d{2,4}|\.)"
#: Before anything else, or a part of a number is taken for a part of something else; a bank account goes before the numbers in it.
_NUMBERS = (
    (re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{1,4}){3,8}\b(?:[\s-]*\d+)*"), NUMBER),
    (re.compile(rf"{_DATE}(?![\W_]{{0,3}}\d)"), DATE),
    (re.compile(r"[+(]*\d(?:(?:[^\w@]|_){0,3}\d){4,}|\d{4,}"), NUMBER),
)
_OTHERS = tuple(
    (re.compile(pattern, re.IGNORECASE), mark)
    for pattern, mark in (
        (r"\d+(?:[.,]\d+)?\s*°[\d\s.,'′’\"″°]*[NSEWСЮВЗ]?", PLACE),
        (rf"\b(?:{_STREETS})\b\.?(?:\s+[^\W\d_]+\.?){{1,3}}\s*,?\s*(?:br\.?|nr\.?|бр\.?|д\.?)?\s*\d+\s?[a-zа-я]?\b", PLACE),
        (r"\b\d+\s+(?:[^\W\d_]+\s+){1,2}(?:street|road|avenue)\b", PLACE),
        (rf"\b\d{{1,2}}(?:st|nd|rd|th|-?го|\.)?\s+(?:of\s+)?(?:{_MONTHS})\b", DATE),
        (rf"\b(?:{_MONTHS})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b", DATE),
        (r"\b(?=[\d-]*[^\W_])(?=[^\W\d_]*\d)[2-9AEKMTАЕКМТ]{3}[- ][2-9AEKMTАЕКМТ]{3}\b|\b[AEKMTАЕКМТ]{3}-[2-9AEKMTАЕКМТ]{3}\b",
         NUMBER),  # a reference of ours
        (r"\b(?=[^\W\d]*\d)(?=[\d_]*[^\W\d_])\w{5,}", NUMBER),  # a passport, a number plate
    )
)  # fmt: skip

_WORD = r"[^\W\d_][\w'’]*(?:-\w+)*"
#: What a name follows, a language on each line.
_SAID = "|".join(
    (
        r"(?:my|his|her|their|the|whose) (?:full |first |last )?name(?: is|'s|’s)?|name(?: is|:)|call me",
        r"(?:am|is|i'm|he's|she's) (?:called|named)",
        r"zovem se|se zovem|zove se|se zove|zovu (?:ga|je|me)|(?:moje |njegovo |njeno )?ime(?: mi| mu| joj)? je|ime:|po imenu",
        r"prezime(?: mi)? je",
        r"зовем се|се зовем|зове се|се зове|зову (?:га|је|ме)|(?:моје |његово |њено )?име(?: ми| му| јој)? је|по имену|презиме(?: ми)? је",
        r"quhem|quhet|m[ëe] quajn[ëe]|e quajn[ëe]|emr[iia]n? (?:im|i tij|i saj) [ëe]sht[ëe]|emrin e kam|e kam emrin|me emrin",
        r"mbiemri(?: im)? [ëe]sht[ëe]",
        r"(?:меня|его|е[её]|их) зовут|зовут (?:меня|его|е[её])|мо[её] имя|имя:|(?:моя )?фамилия|по имени",
        r"m(?:en|in)(?:ya|ja|ia) zovut|(?:yego|ego|jego|yeyo) zovut|mo[yj]?[eo] im[yi]a",
    )
)
_INTRODUCTION = re.compile(rf"(?<![\w\[])(?P<said>(?:{_SAID})(?:\s*[:,–-])?\s+)(?P<name>{_WORD})(?P<more>\s+{_WORD})?", re.IGNORECASE)


def _words(lines: str) -> frozenset[str]:
    return frozenset(lines.split())


#: A second word after an introduction that is surely no family name.
_AFTER_A_NAME = _words("""
    and i am from but the they we is was he she in at to of on a an my who
    iz sam i a ali u na je su ja smo oni da od koji koja imam из сам и а али у на је су ја смо они да од који која имам
    dhe nga por jam unë une në ne me e i që qe kam po
    это из но я мы они он она в на от что с со у меня
""")
#: Written with a capital by grammar or politeness, and nobody's name.
_NOBODY = _words("""
    I I'm I’m I've I’ve I'll I’ll I'd I’d Vi Vas Vam Vama Vaš Vaša Vaše Ви Вас Вам Вама Вы Вами Ваш Ваша Ваше Ju Juaj Juve
""")
_CAPITALS = re.compile(rf"{_WORD}(?:\s+{_WORD})*")
_ONE_WORD = re.compile(_WORD)
_NEW_SENTENCE = re.compile(r"(?:^|[.!?…:;])[^\w\[]*\Z")
#: So far back it is looked for.
_BACK = 8
_NAMES_TOGETHER = re.compile(r"\[name\](?:[\s,'’-]*\[name\])+")


def without_details(text: str) -> str:
    """One line in which telling numbers, addresses, links, dates, places and names are replaced by marks such as ``[name]``."""
    known = _contacts(text)
    lines = (_NAMES_TOGETHER.sub(NAME, _names(line)) for line in known.split("\n"))
    return " ".join(" ".join(lines).split())


def without_contacts(text: str) -> str:
    """The same for a text that a person has gone over: names stay, for the person may have made them up."""
    return " ".join(_contacts(text).split())


def _contacts(text: str) -> str:
    numbered = _replaced(_visible(text), _NUMBERS)
    return _replaced(re.sub(r"\S+", _address_or_link, _AT.sub("@", numbered)), _OTHERS)


def _replaced(text: str, patterns: Sequence[tuple[re.Pattern[str], str]]) -> str:
    for pattern, mark in patterns:
        text = pattern.sub(mark, text)
    return text


def _visible(text: str) -> str:
    """Only signs that can be seen, in their plain form: nothing hides between the digits of a number.  Ends of lines stay."""
    plain = unicodedata.normalize("NFKC", "".join(" " if sign.isspace() and sign != "\n" else sign for sign in text if _is_seen(sign)))
    return "".join(sign for sign in plain if unicodedata.category(sign) not in {"Mn", "Me"})


def _is_seen(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _address_or_link(token: re.Match[str]) -> str:
    """A word with an @ or with a _ inside is an address or a handle, whatever is glued to it."""
    word = token[0]
    if "@" in word or "_" in word.strip("_"):
        return ADDRESS
    return LINK if _LINK.search(word) else word


def _names(line: str) -> str:
    introduced = _INTRODUCTION.sub(_introduced, line)
    letters = [sign for sign in introduced if sign.isalpha()]
    if sum(sign.isupper() for sign in letters) > 0.6 * len(letters):
        return introduced  # it is shouted: capitals tell nothing
    return _CAPITALS.sub(_capitals, introduced)


def _introduced(match: re.Match[str]) -> str:
    """Two words go, unless the second one is surely the next part of the sentence."""
    more = match["more"] or ""
    return match["said"] + NAME + (more if more.strip().lower() in _AFTER_A_NAME else "")


def _capitals(words: re.Match[str]) -> str:
    """Capitalised words inside a sentence; at its beginning only where two stand together."""
    begins = _NEW_SENTENCE.search(words.string, max(0, words.start() - _BACK), words.start())
    capital = [_is_capital(word[0]) for word in _ONE_WORD.finditer(words[0])]
    if begins and capital[:2] != [True, True]:
        capital[0] = False
    kept = iter(capital)
    return _ONE_WORD.sub(lambda word: NAME if next(kept) else word[0], words[0])


def _is_capital(word: str) -> bool:
    return word[0].isupper() and word not in _NOBODY
