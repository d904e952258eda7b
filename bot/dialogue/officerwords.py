"""What an officer writes on their own messenger: a word that does something with a case, or words for the person whose case they hold.

A word is taken for one only where the shape fits: a reference follows it, or it is the whole message.  So "close the door" is said to the
defender, and "close K7T-42M" ends the case.
"""

import re
from dataclasses import dataclass, field

from bot.domain.ids import LIKE_REFERENCE, parse_reference, references_in
from bot.domain.text import normalise

#: What can be done, in the languages of missions; every word is compared as ``normalise`` leaves it.
VERBS = {
    "ack": ("ack", "ok", "potvrdi", "konfirmo", "принято", "принял", "приняла"),
    "return": ("return", "vrati", "kthe", "вернуть", "верни"),
    "take": ("take", "claim", "uzmi", "preuzmi", "merr", "взять", "беру"),
    "note": ("note", "bilješka", "zabilješka", "shënim", "заметка"),
    "close": ("close", "zatvori", "mbyll", "закрыть", "закрой"),
    "queue": ("queue", "red", "radha", "очередь"),
    "who": ("who", "ko", "kush", "кто"),
    "send": ("send", "pošalji", "dërgo", "отправить", "отправь"),
    "transfer": ("transfer", "prenesi", "predaj", "transfero", "передать", "передай"),
    "accept": ("accept", "prihvati", "prano", "принять", "прими"),
    "decline": ("decline", "odbij", "refuzo", "отклонить"),
    "help": ("help", "pomoć", "ndihmë", "помощь"),
}
#: What an emergency is closed with, once more on purpose.
_SURE = frozenset(map(normalise, ("sure", "sigurno", "sigurt", "точно")))
#: Said to people as well: while a case is held, these alone are words to its defender.
_SAID_TO_PEOPLE = frozenset(
    map(normalise, ("ok", "potvrdi", "принято", "принял", "приняла", "who", "ko", "kush", "кто", "pomoć", "помощь"))
)
_VERB_OF = {normalise(word): verb for verb, words in VERBS.items() for word in words}
#: An officer whose keyboard is set to Cyrillic types letters that only look like these.
_LOOK_ALIKES = str.maketrans("асокетунв", "acoketyhb")
_SPACE = re.compile(r"\s+")
_MARKS = " .,!?:;\n\t"


@dataclass(frozen=True, kw_only=True)
class Said:
    """An officer's message, read."""

    verb: str | None  #: one of ``VERBS``; None: these are words, or a reference alone
    reference: str | None = None  #: the case that it names
    rest: str = field(default="", repr=False)  #: what follows verb and reference


def read(text: str, *, holds: bool) -> Said:
    """The message of an officer who ``holds`` a case, or none."""
    words = text.strip()
    first, _, more = _SPACE.sub(" ", words.lstrip("/"), count=1).partition(" ")
    verb, has_slash = _verb(first), words.startswith("/")
    if verb is not None:
        reference, rest = _leading(more)
        if reference is not None:
            return Said(verb=verb, reference=reference, rest=rest)
        if not holds or has_slash:
            return Said(verb=verb, reference=next(iter(references_in(more)), None), rest=more)
        if not more.strip(_MARKS) and normalise(first.strip(_MARKS)) not in _SAID_TO_PEOPLE:
            return Said(verb=verb)
    reference, rest = _leading(words)
    if has_slash and reference is None:
        return Said(verb="help")
    return Said(verb=None, reference=reference, rest=words if reference is None else rest)


def is_sure(text: str) -> tuple[str, bool]:
    """The text without the word that says "on purpose" at its end, and whether it was there."""
    words = text.split()
    sure = bool(words) and normalise(words[-1].strip(_MARKS)) in _SURE
    return " ".join(words[:-1]) if sure else text.strip(), sure


def _verb(word: str) -> str | None:
    plain = word.strip(_MARKS)
    return _VERB_OF.get(normalise(plain)) or _VERB_OF.get(plain.lower().translate(_LOOK_ALIKES))


def _leading(text: str) -> tuple[str | None, str]:
    """The reference with which a text begins, and what follows it."""
    begun = text.lstrip(_MARKS + "#")
    found = LIKE_REFERENCE.match(begun)
    reference = parse_reference(found[0]) if found else None
    return (reference, begun[found.end() :].lstrip(_MARKS)) if found and reference else (None, text)
