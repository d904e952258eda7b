"""What is a yes to the open danger question beside "yes" and "1", and what is no question of the person's own.  Pure.

LAW: anything but a clear no is not a no.  What is read here as a yes too often costs a look; too seldom, a life.
"""

import re

from bot.dialogue import wordlists
from bot.dialogue.words import answer_word, bare, kind_number
from bot.domain.text import normalise

#: More words are a sentence of its own, which rules and model read.
_SHORT = 6
#: An address has more of them.
_LONGEST_PLACE = 12
#: So many digits are a telephone number, or a place on a map.
_DIGITS = 6
_EMOJI = frozenset("👍👌✅✔☝🙋🆘")
#: A nod, and the yes of people whose language is none of ours.  Folded; "ja" is "I" in Montenegrin and nobody's whole answer.
_FOREIGN = frozenset(
    bare(word)
    for word in (
        "oui", "ouais", "si", "sim", "sí", "ja", "igen", "evet", "he", "hə", "bəli", "beli", "tak", "так", "так є", "ano", "áno",
        "jah", "kyllä", "joo",
        "taip", "jā", "da", "ναι", "კი", "დიახ", "այո", "نعم", "ايوه", "أيوه", "اي", "بله", "آره", "ہاں", "हाँ", "हां", "כן", "是",
        "是的", "对", "はい", "네",
        "예", "vâng", "có", "ya", "bale", "erê", "ere", "иә", "ооба", "ҳа", "ha", "ია", "ok yes", "one", "jedan", "jedno", "nje",
        "një", "один", "uno", "bir",
    )
)  # fmt: skip
_HEDGED = frozenset(
    bare(word)
    for word in (
        "probably", "kinda", "kind of", "sort of", "i think so", "i think yes", "i guess", "i guess so", "i suppose", "i suppose so",
        "likely", "very likely",
        "most likely", "i fear so", "i am afraid so", "im afraid so", "a bit", "a little", "both", "all", "all of them", "all of it",
        "somebody is", "someone is",
        "somebody", "someone", "me", "my son", "my daughter", "my husband", "my wife", "my brother", "my sister", "my friend",
        "maybe yes", "yes maybe", "yes i think",
        "yes i think so", "not yet", "soon", "tomorrow", "tonight", "now",
        "vjerovatno", "vjerovatno da", "verovatno", "mislim da da", "mislim da jeste", "izgleda", "izgleda da da", "bojim se da da",
        "bojim se da jeste", "pomalo",
        "malo", "oboje", "sve", "sve to", "neko", "ja", "moj sin", "moja kćerka", "moja ćerka", "moj muž", "moja žena", "moj brat",
        "moja sestra", "možda da", "da možda",
        "još ne", "uskoro", "sjutra", "sutra", "noćas", "večeras", "sad", "sada",
        "ndoshta po", "po ndoshta", "besoj", "besoj po", "besoj se po", "me siguri", "kam frikë se po", "pak", "të dyja", "të gjitha",
        "dikush", "unë", "djali im",
        "vajza ime", "burri im", "gruaja ime", "vëllai im", "motra ime", "jo ende", "nesër", "sonte", "tani", "tash",
        "вероятно", "скорее всего", "похоже", "похоже да", "думаю да", "думаю что да", "боюсь что да", "вроде", "вроде да", "немного",
        "и то и другое", "всё", "кто-то",
        "я", "мой сын", "моя дочь", "мой муж", "моя жена", "мой брат", "моя сестра", "может да", "ещё нет", "скоро", "завтра",
        "сегодня", "сейчас",
    )
)  # fmt: skip
_YES_WORD = "yes|yeah|yep|y|da|jes|jeste|po|да"
#: "yes but not now", "da, ne sad": that it is not now, or not by telephone, is no no.
_YES_BUT = re.compile(
    rf"(?:{_YES_WORD})(?:[^\w\s]*\s+|[^\w\s]+)(?:but|though|only|just|ali|samo|nego|sad|por|vec|vetem|но|только)\b"
    rf"|(?:{_YES_WORD}) ?[,.;:-]+ ?(?:not|no|ne|jo|не)\b"
)
#: A one with what people write round it: "broj 1", "1 please", "1 1", "write 1", "answer is 1".
_AROUND_ONE = frozenset(
    bare(word)
    for word in (
        "number", "nr", "option", "answer", "write", "i", "it", "is", "its", "my", "the", "please", "pls", "plz", "urgent", "now",
        "help", "mean", "yes", "ok",
        "broj", "opcija", "odgovor", "pišem", "pisem", "je", "to", "jeste", "molim", "vas", "hitno", "sad", "da", "jedan", "one", "pomoć",
        "numri", "numër", "përgjigja", "shkruaj", "është", "ju", "lutem", "po", "urgjent", "tani",
        "номер", "число", "цифра", "ответ", "пишу", "это", "пожалуйста", "срочно", "да", "сейчас", "один",
    )
)  # fmt: skip
_PLACE = re.compile(
    r"\b(?:street|road|avenue|square|floor|flat|apartment|building|block|near|behind|opposite|next to|station|hotel|village"
    r"|ulica|ulici|ul|bulevar\w*|trg\w*|sprat\w*|stan|stanu|zgrad\w*|blok\w*|naselj\w*|kod|blizu|pored|iza|preko puta|stanic\w*|sel[ou]"
    r"|rruga|rruges|bulevardi|sheshi|kati|katin|pallati|banesa|prane|afer|perballe|stacioni|fshati"
    r"|улица|ул|проспект|площадь|этаж|квартира|кв|дом|корпус|около|возле|рядом с|напротив|станция|вокзал|гостиница|село)\b"
)
#: About the question, or about us: no question of the person's own, and no sign that all is well.
_ABOUT_THE_QUESTION = re.compile(
    r"\b(?:why|what do you mean|what does (?:that|this|it) mean|what is 1|what question"
    r"|which number|are you (?:there|here|real|coming)|hello|anyone there"
    r"|zasto|sto pitas|sta znaci|sta to znaci|koji broj|kakvo pitanje|jeste li (?:tu|tamo)|ima li koga"
    r"|pse|cfare do te thote|cili numer|cfare pyetje|a jeni aty|a ka (?:kush|njeri)"
    r"|почему|зачем|что значит|что это значит|какои номер|какое число|что за вопрос|вы (?:здесь|тут)|есть кто)\b"
    r"|(?<!\d)[12](?!\d)"
)


def is_yes(text: str) -> bool:
    """Whether the whole message says yes to it in a way of its own: a kind, a nod, a hedge, a place, a telephone number."""
    signs = {sign for sign in text if not sign.isspace() and not _is_modifier(sign)}
    if signs and signs <= _EMOJI:
        return True
    if "?" in text or "؟" in text or answer_word(text) == "no":
        return False
    word = bare(text).strip("¿¡،。！")
    if word in _FOREIGN or word in _HEDGED or kind_of(text) is not None:
        return True
    return _is_one(word) or (len(word.split()) <= _SHORT and bool(_YES_BUT.match(word))) or _is_whereabouts(word)


def _is_modifier(sign: str) -> bool:
    return sign in "\ufe0f\u200d\u20e3" or "\U0001f3fb" <= sign <= "\U0001f3ff"


def kind_of(text: str) -> int | None:
    """The kind that the question's own words name ("held", "ранен"), as the numbered question has it; a digit names none."""
    word = bare(text)
    return None if word.isdecimal() else kind_number(word)


def _is_one(word: str) -> bool:
    parts = re.findall(r"\w+", word)
    return "1" in parts and all(part == "1" or part in _AROUND_ONE for part in parts)


def _is_whereabouts(word: str) -> bool:
    words = re.findall(r"\w+", word)
    if not words or len(words) > _LONGEST_PLACE or words[0] in _NO_WORDS:
        return False
    digits, letters = sum(map(str.isdecimal, word)), sum(map(str.isalpha, word))
    return digits >= _DIGITS > letters // 4 or (bool(_PLACE.search(word)) and len(words) > 1 and _ASKS.match(word) is None)


def is_own_question(text: str) -> bool:
    """Whether a text may show that all is well: it asks or wants something, in some words, and not about our question or about us."""
    word = normalise(text)
    asks = "?" in word or bool(_ASKS.match(bare(text)) or _WANTS.search(word))
    return asks and len(word.split()) >= _OWN_WORDS and not _ABOUT_THE_QUESTION.search(word)


#: A wish, wherever it stands.
_WANTS = re.compile(
    r"\b(?:i (?:would like|want|need)|i am (?:interested|looking)|looking for|tell me about|interested in"
    r"|zanima me|zelim|zelio|zeljela|htio bih|htjela bih|hocu|treba mi|trebam|trazim|recite mi"
    r"|dua|deshiroj|me intereson|me duhet|kerkoj|po kerkoj"
    r"|хочу|хотел|хотела|интересует|нужна|нужен|нужно|ищу|расскажите|подскажите)\b"
)
#: Fewer words show nothing.
_OWN_WORDS = 3
_NO_WORDS = frozenset(bare(word) for words in wordlists.NO.values() for word in words if " " not in word and not word.isdecimal())
#: A sentence that begins so asks or wants something, and is no address.
_ASKS = re.compile(
    r"(?:how|what|when|who|where|can|could|may|do|does|is|are|i|we|please"
    r"|kako|sta|sto|kad|ko|gdje|mogu|moze|da li|ima|hocu|zelim|htio|htjela|treba|zanima"
    r"|si|cfare|kur|kush|ku|a|dua|desha|mund"
    r"|как|что|когда|кто|где|можно|могу|есть|хочу|нужно)\b"
)
