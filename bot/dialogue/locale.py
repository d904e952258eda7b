"""In which locale a conversation is held: ``in_locale(conversation, messages, identify)``.  Pure; no decision about danger looks at it.

What somebody wrote decides; until they wrote enough, what their messenger says.  A clear sentence in another language is answered in that
language; of shorter texts two in a row are needed, as everywhere after somebody has chosen; one that is an emergency is enough.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.conversation import Conversation
from bot.domain.cyrillic import CYRILLIC, LATIN
from bot.domain.ids import without_references
from bot.domain.language import Identified
from bot.domain.message import SILENT_KINDS, Kind, Message

#: Who said which locale it is (``Memory.locale_by``).
WROTE = "wrote"  #: the person's own words
WROTE_OTHER = "wrote_other"  #: their own words, in a language that we have no locale for
GUESSED = "guessed"  #: the likeliest of ours for a text too short, or too odd, to be sure of; the next sure text decides
CHOSE = "chose"  #: the person; another choice changes it, and two sure texts in a row in another language

#: The one line on the language (``Memory.locale_line``).
DUE, SAID = "due", "said"

_BASE = "en"
#: Ours that are written so.
_IN_CYRILLIC = (CYRILLIC, "ru")
_CYRILLIC_LETTERS = re.compile("[\u0400-\u052f]")
_CYRILLIC_ENOUGH = 3
#: With fewer letters nothing is guessed.
_LETTERS = 5
#: From so many on a text is a sentence of its own, and no name, greeting or borrowed word.
_SENTENCE = 20
_UNHEARD = SILENT_KINDS | {Kind.GROUP}
#: What messengers call our languages; what stands behind a hyphen is a country or a script.
_BY_HINT = {
    "en": "en", "sq": "sq", "ru": "ru", "cnr": "sr_Latn_ME", "sr": "sr_Latn_ME", "bs": "sr_Latn_ME", "hr": "sr_Latn_ME", "sh": "sr_Latn_ME",
    "me": "sr_Latn_ME",
}  # fmt: skip


def in_locale(conversation: Conversation, messages: Sequence[Message], identify: Callable[[str], Identified]) -> Conversation:
    """The conversation with the locale that it has after these messages, and with what must be remembered to know it later."""
    for message in messages:
        if message.kind not in _UNHEARD:
            before, conversation = conversation, _after(conversation, message, identify)
            conversation = _line_due(before, conversation)
    return conversation


def _line_due(before: Conversation, after: Conversation) -> Conversation:
    """The first time that sure words change the locale, the person is told, once, and how to change it."""
    switched = after.locale != before.locale and after.memory.locale_by == WROTE
    return after.remembering(locale_line=DUE) if switched and after.memory.locale_line is None else after


def language_known(conversation: Conversation) -> bool:
    """Whether the person has written enough, or chosen, in a language that we have."""
    return conversation.memory.locale_by in {WROTE, CHOSE}


def as_last_written(conversation: Conversation) -> Conversation:
    """In the locale of the last sure text, without waiting for a second one: who cries for help is answered in the language of the cry."""
    latest = conversation.memory.locale_next
    if latest is None or conversation.memory.locale_by == CHOSE:
        return conversation
    return replace(conversation, locale=latest).remembering(locale_next=None)


def chosen(conversation: Conversation, locale: str) -> Conversation:
    """The conversation in the locale that the person chose."""
    return replace(conversation, locale=locale).remembering(locale_by=CHOSE, locale_next=None)


def _after(conversation: Conversation, message: Message, identify: Callable[[str], Identified]) -> Conversation:
    """What is forwarded are somebody else's words."""
    words = without_references(message.text) if message.kind is not Kind.BUTTON else ""
    said = None if message.forwarded else identify(words)
    if said is None or not said.sure:
        if _is_cyrillic(words) and not message.forwarded:
            return _in_cyrillic(conversation, said)
        hinted = _hinted(conversation, message.language_hint)
        return hinted if said is None or hinted is not conversation else _guessed(conversation, words, said)
    if conversation.memory.locale_by == CHOSE:
        return _written_again(conversation, said.locale)
    if conversation.memory.locale_by != WROTE:
        by = WROTE if said.locale else WROTE_OTHER
        return replace(conversation, locale=said.locale or _BASE).remembering(locale_by=by)
    if said.locale is not None and _letters(words) >= _SENTENCE:
        return replace(conversation, locale=said.locale).remembering(locale_next=None)
    return _written_again(conversation, said.locale)


def _is_cyrillic(text: str) -> bool:
    """Most of its letters, and more than one or two of them, are Cyrillic."""
    cyrillic = len(_CYRILLIC_LETTERS.findall(text))
    return cyrillic >= _CYRILLIC_ENOUGH and cyrillic * 2 > _letters(text)


def _in_cyrillic(conversation: Conversation, said: Identified | None) -> Conversation:
    """Letters that somebody types outweigh a hint of the messenger's, which names the language of the phone's menus."""
    likely = said.locale if said is not None and said.locale in _IN_CYRILLIC else None
    locale = likely or next((each for each in _IN_CYRILLIC if conversation.locale == each), CYRILLIC)
    if conversation.memory.locale_by is None or (conversation.memory.locale_by == GUESSED and conversation.locale not in _IN_CYRILLIC):
        # Without a guess between the two the next text may still say which.
        return replace(conversation, locale=locale).remembering(locale_by=GUESSED if likely else None)
    return conversation


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _guessed(conversation: Conversation, text: str, said: Identified) -> Conversation:
    """Better the likeliest of ours than English to whoever wrote no English; once guessed, further guesses change nothing."""
    if conversation.memory.locale_by is not None or said.locale is None or _letters(text) < _LETTERS:
        return conversation
    return replace(conversation, locale=said.locale).remembering(locale_by=GUESSED)


def _hinted(conversation: Conversation, hint: str | None) -> Conversation:
    """A short text, or none: the messenger's guess counts only while nobody has said anything better."""
    language, _, rest = (hint or "").lower().replace("_", "-").partition("-")
    if conversation.memory.locale_by not in {None, GUESSED} or language not in _BY_HINT:
        return conversation
    locale = _BY_HINT[language]
    return replace(conversation, locale="sr_Cyrl_ME" if locale == "sr_Latn_ME" and rest.startswith("cyrl") else locale)


def _written_again(conversation: Conversation, locale: str | None) -> Conversation:
    """The second text in a row in another of our languages turns the conversation; one in a foreign language only ends the row."""
    same = conversation.memory.locale_by == CHOSE and {locale, conversation.locale} == {LATIN, CYRILLIC}
    if locale in {None, conversation.locale} or same:
        # Who chose a script may well write in the other one.
        return conversation.remembering(locale_next=None)
    if locale != conversation.memory.locale_next:
        return conversation.remembering(locale_next=locale)
    return replace(conversation, locale=locale or _BASE).remembering(locale_next=None, locale_by=WROTE)
