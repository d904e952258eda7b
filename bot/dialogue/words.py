"""The short words people answer with: yes, not sure, no, 1 to 4, help, stop, and the words that name a kind."""

from bot.domain.text import normalise

_YES = frozenset(
    [
        "1",
        "yes",
        "y",
        "yeah",
        "yep",
        "yup",
        "ya",
        "yess",
        "yes please",
        "yes 1",
        "1 yes",
        "yes help",
        "yes now",
        "da",
        "da 1",
        "po",
        "po 1",
        "да",
        "да 1",
    ]
)
#: To the danger question "not sure" is yes (conversation rules, section 3); to an offer it is not.
_UNSURE = frozenset(
    [
        "not sure",
        "unsure",
        "i am not sure",
        "im not sure",
        "i'm not sure",
        "we are not sure",
        "maybe",
        "i don't know",
        "i dont know",
        "we don't know",
        "dont know",
        "idk",
        "dunno",
        "perhaps",
        "mozda",
        "nijesam siguran",
        "nijesam sigurna",
        "nisam siguran",
        "nisam sigurna",
        "ne znam",
        "ndoshta",
        "nuk e di",
        "s'e di",
        "nuk jam i sigurt",
        "nuk jam e sigurt",
        "может быть",
        "не знаю",
        "не уверен",
        "не уверена",
    ]
)
_NO = frozenset(
    [
        "2",
        "no",
        "n",
        "nope",
        "no 2",
        "2 no",
        "nobody",
        "no one",
        "noone",
        "none",
        "no thanks",
        "no thank you",
        "not in danger",
        "no danger",
        "no nobody",
        "no nobody is",
        "no one is",
        "nobody is in danger",
        "no one is in danger",
        "no not now",
        "we are safe",
        "i am safe",
        "im safe",
        "i'm safe",
        "all safe",
        "ne",
        "niko",
        "nije",
        "ne 2",
        "jo",
        "askush",
        "jo 2",
        "нет",
        "никто",
        "нет 2",
    ]
)
#: Bare calls for help lead to the danger question, never to a menu (section 2).
_HELP = frozenset(
    [
        "help",
        "help me",
        "sos",
        "please help",
        "please help me",
        "help please",
        "help us",
        "help me please",
        "i need help",
        "need help",
        "we need help",
        "urgent",
        "emergency",
        "pls help",
        "plz help",
        "help help",
        "mayday",
        "911",
        "112",
        "save me",
        "save us",
        "pomoc",
        "upomoc",
        "u pomoc",
        "pomozite",
        "pomagajte",
        "hitno",
        "ndihme",
        "ndihmoni",
        "me ndihmoni",
        "urgjent",
        "urgjente",
        "помогите",
        "помощь",
        "на помощь",
        "спасите",
        "срочно",
        "pomogite",
        "spasite",
    ]
)
#: "Stop writing to me" and "my phone keeps beeping" mute; they erase nothing.
_STOP = frozenset(
    [
        "stop",
        "stop writing",
        "stop writing to me",
        "stop messaging me",
        "dont write to me",
        "don't write to me",
        "do not write to me",
        "stop texting me",
        "mute",
        "unsubscribe",
        "my phone keeps beeping",
        "stop sending me messages",
        "please stop writing to me",
        "please stop writing",
        "please stop messaging me",
        "stop beeping",
        "my phone is beeping",
        "be quiet",
        "quiet",
    ]
)
#: The words that stand for the numbers of "what happened": held, hurt, threatened, somebody missing.
_KIND_WORDS: dict[int, tuple[str, ...]] = {
    1: ("held", "arrested", "arrest", "detained", "detention", "taken", "in custody", "held by police", "by police"),
    2: ("hurt", "attacked", "attack", "injured", "wounded", "beaten", "bleeding", "hurt or attacked"),
    3: ("threatened", "threat", "threats", "a threat"),
    4: ("missing", "somebody missing", "somebody is missing", "someone missing", "someone is missing", "disappeared"),
}
_SUBJECTS = ("", "i am ", "i'm ", "im ", "we are ", "we're ", "he is ", "she is ", "they are ", "he was ", "she was ", "i was ", "we were ")
#: Emoji that say thanks or goodbye and nothing else.
_KIND_EMOJI = frozenset("👍🙏🙂😊❤💙💚👌😀😃☺🤝👋🌹💪")
_MARKS = " .,!?:;…\"'()*-/"


def bare(text: str) -> str:
    """The text as a bare word or phrase: normalised, without marks around it."""
    return normalise(text).strip(_MARKS)


def answer_word(text: str) -> str | None:
    """``yes``, ``unsure`` or ``no``; None: anything else is not an answer."""
    word = bare(text)
    known = {"yes": _FOLDED_YES, "unsure": _FOLDED_UNSURE, "no": _FOLDED_NO}
    return next((name for name, words in known.items() if word in words), None)


def digit(text: str) -> int | None:
    """The one digit from 1 to 4 that is the whole message, or None."""
    word = bare(text)
    return int(word) if word in {"1", "2", "3", "4"} else None


def kind_number(text: str) -> int | None:
    """The number of the kind that the whole message names, by digit or by word, or None."""
    return digit(text) or _FOLDED_KINDS.get(bare(text))


def is_bare_help(text: str) -> bool:
    """Whether the whole message is a call for help in any language."""
    return bare(text) in _FOLDED_HELP


def is_stop(text: str) -> bool:
    """Whether the whole message asks us to stop writing."""
    return bare(text) in _FOLDED_STOP


def is_kind_emoji(text: str) -> bool:
    """Whether the message is only emoji that thank or greet."""
    marks = [sign for sign in text if not sign.isspace() and sign not in "\ufe0f\u200d"]
    return bool(marks) and all(sign in _KIND_EMOJI or "\U0001f3fb" <= sign <= "\U0001f3ff" for sign in marks)


def _folded(words: frozenset[str]) -> frozenset[str]:
    return frozenset(bare(word) for word in words)


_FOLDED_YES, _FOLDED_UNSURE, _FOLDED_NO, _FOLDED_HELP, _FOLDED_STOP = (_folded(words) for words in (_YES, _UNSURE, _NO, _HELP, _STOP))
_FOLDED_KINDS = {bare(subject + word): number for number, words in _KIND_WORDS.items() for word in words for subject in _SUBJECTS}
