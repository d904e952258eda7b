"""The short words people answer with: yes, not sure, no, 1 to 4, help, stop, and the words that name a kind."""

import re
from collections.abc import Iterable, Mapping

from bot.dialogue import abroad, wordlists
from bot.domain.text import normalise

#: Emoji that say thanks or goodbye and nothing else.
_KIND_EMOJI = frozenset("👍🙏🙂😊❤💙💚👌😀😃☺🤝👋🌹💪")
_PLACE = re.compile(
    r"(?!\d{4}-\d\d-\d\d$)\+?\(?(?:\d[ ()/-]{0,2}){8,15}"
    r"|-?\d{1,3}[.,]\d{2,9} ?[,; ] ?-?\d{1,3}[.,]\d{2,9}"
    r"|(?:https?://)?(?:maps\.app\.goo\.gl|goo\.gl/maps|(?:www\.)?google\.[a-z.]{2,6}/maps|maps\.(?:google|apple)\.com"
    r"|(?:www\.)?openstreetmap\.org|yandex\.[a-z]{2,3}/maps)\S*"
)
_MARKS = " .,!?:;…\"'()*-/"


def bare(text: str) -> str:
    """The text as a bare word or phrase: normalised, without marks around it."""
    return normalise(text).strip(_MARKS)


def answer_word(text: str) -> str | None:
    """``yes``, ``unsure`` or ``no``; None: anything else is not an answer."""
    word = bare(text)
    return next((name for name, words in _ANSWERS.items() if word in words), None)


def digit(text: str) -> int | None:
    """The one digit from 1 to 4 that is the whole message, or None."""
    word = bare(text)
    return int(word) if word in {"1", "2", "3", "4"} else None


def kind_number(text: str) -> int | None:
    """The number of the kind that the whole message names, by digit or by word, or None."""
    return digit(text) or _KINDS.get(bare(text))


def is_bare_help(text: str) -> bool:
    """Whether the whole message is a call for help in any language, said once or again and again."""
    word = bare(text)
    if word in _HELP:
        return True
    words = set(word.split())
    return words <= _HELP_WORDS and not words.isdisjoint(_HELP)


def foreign_courtesy(text: str) -> str | None:
    """``greet`` or ``thanks`` where the whole message is one in a language that we do not read, or None."""
    return _COURTESIES.get(bare(text))


def is_bare_place(text: str) -> bool:
    """Whether the whole message is a telephone number, a place on a map or a link to one: nobody sends that to chat."""
    return bool(_PLACE.fullmatch(text.strip()))


def is_stop(text: str) -> bool:
    """Whether the whole message asks us to stop writing."""
    return bare(text) in _STOP


def is_kind_emoji(text: str) -> bool:
    """Whether the message is only emoji that thank or greet."""
    marks = [sign for sign in text if not sign.isspace() and sign not in "\ufe0f\u200d"]
    return bool(marks) and all(sign in _KIND_EMOJI or "\U0001f3fb" <= sign <= "\U0001f3ff" for sign in marks)


def bare_command(text: str) -> str | None:
    """The command that the whole message names by its bare word, or None."""
    return "stop" if is_stop(text) else _COMMANDS.get(bare(text))


def _folded(languages: Mapping[str, Iterable[str]]) -> frozenset[str]:
    return frozenset(bare(word) for words in languages.values() for word in words)


_ANSWERS = {"yes": _folded(wordlists.YES), "unsure": _folded(wordlists.UNSURE), "no": _folded(wordlists.NO)}
_HELP, _STOP = _folded(wordlists.HELP) | _folded(abroad.HELP), _folded(wordlists.STOP)
#: What a call for help is made of.
_HELP_WORDS = frozenset(word for call in _HELP for word in call.split())
_COURTESIES = {word: intent for intent, languages in abroad.COURTESIES.items() for word in _folded(languages)}
_COMMANDS = {word: name for name, languages in wordlists.COMMANDS.items() for word in _folded(languages)}
_KINDS = {
    bare(subject + word): number
    for number, languages in wordlists.KINDS.items()
    for word in _folded(languages)
    for subject in wordlists.SUBJECTS
}
