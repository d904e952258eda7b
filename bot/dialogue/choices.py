"""What a button means, as the messenger keeps it for us: a word, or a word and what it is about.

It carries the meaning and never a place in a list, so that an old button does what it says.
"""

import re
from typing import NamedTuple

#: A messenger keeps no more bytes with a button.
LONGEST = 64

MORE = "more"  #: the next part of an answer
SOURCE = "source"  #: where an answer comes from
TOPIC = "topic"  #: the answer of an intent
GROUP = "group"  #: a group of the menu
LOCALE = "locale"  #: speak this language from now on
OFFER = "offer"  #: yes to the offer of an officer after that answer
LEFT = "left"  #: no to it

#: Choices that are commands, or answers, of one word.
MENU, LANGUAGES, HUMAN, YES, NO = "menu", "language", "human", "1", "2"

_FORM = re.compile(rf"({MORE}|{SOURCE}|{TOPIC}|{GROUP}|{LOCALE}|{OFFER}|{LEFT}):([A-Za-z_]{{1,40}})(?::([1-9]))?")


class Choice(NamedTuple):
    """What was pressed."""

    what: str
    about: str
    card: int = 0  #: which further part; 0: not said


def choice(what: str, about: str, card: int = 0) -> str:
    """The data of a button."""
    return f"{what}:{about}:{card}" if card else f"{what}:{about}"


def read(data: str) -> Choice | None:
    """What the data of a button says; None for a plain word, and for what no button of ours carries."""
    found = _FORM.fullmatch(data)
    return Choice(found[1], found[2], int(found[3] or 0)) if found else None
