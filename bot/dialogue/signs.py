"""Plain signs that a phone may be in other hands (section 7): facts of the talk, no judgement.  Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.handoff import Handoff, Spoken
from bot.domain.language import Identified

#: Shorter texts say nothing of their script.
_LETTERS = 12
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
#: Questions for names, places and helpers, as somebody asks who wants to know whom to look for.
_ASKS_FOR_NAMES = re.compile(
    r"\bwho (else )?(is|are|was|were|told|helps?|helped|works?|knows?|knew|gave|sent)\b.{0,40}\?"
    r"|\b(what|which|give|tell|send)\b.{0,20}\bnames?\b"
    r"|\bwhere (is|are|does|do) (she|he|they|your)\b.{0,40}\?|\bwhich (lawyer|colleague|activist)s?\b"
    r"|\b(ko|tko) (je|su|još|vam|ti|radi|zna|pomaže)\b.{0,40}\?|\b(kako se zov|koja imena|čija imena|daj\w* (mi )?imen)"
    r"|\b(pošalji\w* (mi )?imen|imena (ljudi|svih))"
    r"|\b(ко|тко) (је|су|још|вам|ти|ради|зна|помаже)\b.{0,40}\?|\b(како се зов|која имена|чија имена|дај\w* (ми )?имен)"
    r"|\bпошаљи\w* (ми )?имен"
    r"|\bkush (është|janë|tjetër|ju|punon|ndihmo)\b.{0,40}\?|\b(cilët|çfarë|jep\w*|dërgo\w*)\b.{0,20}\bemra"
    r"|\b(кто|как зовут)\b.{0,40}\?|\b(назов|скаж|пришл|дай)\w*\b.{0,20}\b(имена|имён|имен|фамили)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Sign:
    """One of them, and when it showed last."""

    code: str  #: safety_number, script, language, names, deletions, edits, over
    at: datetime | None = None


def signs(
    conversation: Conversation, handoff: Handoff, spoken: Sequence[Spoken], identify: Callable[[str], Identified]
) -> tuple[Sign, ...]:
    """Those of this talk, in the order of their weight."""
    heard = [line for line in spoken if line.who == "defender"]
    worded = [line for line in heard if line.text]
    found = [
        Sign(code="safety_number", at=conversation.key_changed_at) if conversation.key_changed_at else None,
        Sign(code="over") if handoff.phone_says_over else None,
        _turned("script", ((line, script_of(line.text)) for line in worded)),
        _turned("language", ((line, _language(identify(line.text))) for line in worded)),
        _latest("names", [line for line in worded if _ASKS_FOR_NAMES.search(line.text)]),
        _latest("deletions", [line for line in heard if line.state == "deleted_by_sender"]),
        _latest("edits", [line for line in heard if line.kind == "edit"]),
    ]
    return tuple(each for each in found if each is not None)


def script_of(text: str) -> str | None:
    """Latin or Cyrillic, where most of a text of some length is that."""
    latin, cyrillic = len(_LATIN.findall(text)), len(_CYRILLIC.findall(text))
    if latin + cyrillic < _LETTERS:
        return None
    return "cyrillic" if cyrillic > latin else "latin"


def _language(found: Identified) -> str | None:
    """The language without its script, which is a sign of its own."""
    return found.locale.partition("_")[0] if found.sure and found.locale else None


def _turned(code: str, lines: Iterator[tuple[Spoken, str | None]]) -> Sign | None:
    """The last time that it was another than before."""
    before, sign = None, None
    for line, now in lines:
        if now is None:
            continue
        if before is not None and now != before:
            sign = Sign(code=code, at=line.at)
        before = now
    return sign


def _latest(code: str, lines: Sequence[Spoken]) -> Sign | None:
    return Sign(code=code, at=lines[-1].at) if lines else None
