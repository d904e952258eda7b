"""What a person may choose next: buttons where the messenger has them, words and numbers everywhere."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time

from bot.dialogue import choices, menu
from bot.dialogue.decision import Say
from bot.dialogue.wishes import EVERY_LANGUAGE
from bot.domain.conversation import Conversation
from bot.domain.message import Button, ChannelName, Piece
from bot.locales.names import BUTTONS, OWN_NAME
from bot.usecases.house import House

#: UTF-16 units that one send carries; a line that does not fit goes alone.
_CARRIES = 4_000
#: Interface words of the catalogues (``bot.locales.names.BUTTONS``); a typed word counts as much (``bot.dialogue.wordlists``).
_WORDS = {
    choices.MORE: "more", choices.SOURCE: "source", choices.LANGUAGES: "language", choices.HUMAN: "officer",
    choices.OFFER: "yes", choices.LEFT: "no",
}  # fmt: skip


def with_choices(house: House, conversation: Conversation, say: Say, pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces, the last one with what may be chosen after it."""
    if not pieces or not (say.buttons or say.after):
        return pieces
    *before, last = pieces
    locale, after = conversation.locale, tuple(_possible(house, say.after))
    if conversation.channel is ChannelName.TELEGRAM:
        data = (*_spelt_out(house, say.buttons), *after)
        return (*before, _with_buttons(house, locale, last, data, say))
    return (*before, *_with_line(house, locale, _with_buttons(house, locale, last, tuple(_asked(say)), say), after))


def _asked(say: Say) -> Iterator[str]:
    """What the text asks for in words of its own; the menu's text has its numbers."""
    for data in say.buttons if not say.name.startswith("menu") else ():
        if data in {choices.YES, choices.NO} or _what(data) in {choices.OFFER, choices.LEFT}:
            yield data


def _possible(house: House, after: Sequence[str]) -> Iterator[str]:
    """Without further parts where there are none."""
    for data in after:
        pressed = choices.read(data)
        if pressed is None or pressed.what != choices.MORE or house.responses.has(f"{pressed.about}.{pressed.card}"):
            yield data


def _spelt_out(house: House, buttons: Sequence[str]) -> Iterator[str]:
    for data in buttons:
        if data == EVERY_LANGUAGE:
            yield from (choices.choice(choices.LOCALE, locale) for locale in house.locales)
        else:
            yield data


def _with_buttons(house: House, locale: str, piece: Piece, data: Sequence[str], say: Say) -> Piece:
    in_menu = say.name == "menu"
    buttons = (Button(menu_label(house, locale) if in_menu and each == choices.YES else label(house, locale, each), each) for each in data)
    return Piece(text=piece.text, styled=piece.styled, buttons=tuple(buttons))


def menu_label(house: House, locale: str) -> str:
    """The words of the menu's first choice."""
    return house.responses.label(menu.DANGER, locale)


def label(house: House, locale: str, data: str) -> str:
    """The words on a button."""
    what, about, _ = choices.read(data) or choices.Choice(data, "")
    if what in _WORDS:
        return house.words(locale).named(BUTTONS, _WORDS[what]) or what
    if what == choices.LOCALE:
        return own_name(house, about)
    if what == choices.TOPIC:
        return house.responses.label(about, locale)
    if what == choices.GROUP:
        return house.responses.label(f"menu_{about}", locale)
    return house.responses.label(what, locale) if what == choices.MENU else what


def own_name(house: House, locale: str) -> str:
    """What a language calls itself."""
    return house.words(locale).pgettext(*OWN_NAME)


def _what(data: str) -> str | None:
    pressed = choices.read(data)
    return pressed.what if pressed else None


def _with_line(house: House, locale: str, piece: Piece, after: Sequence[str]) -> tuple[Piece, ...]:
    """One short line of words that count when they are the whole message."""
    if not after:
        return (piece,)
    words = " · ".join(_as_word(label(house, locale, data)) for data in after)
    line = f"{house.responses.label('or_write', locale)} {words}"
    if len(piece.text) + len(line) > _CARRIES:
        return (piece, Piece(text=line))
    return (Piece(text=f"{piece.text}\n\n{line}", styled=piece.styled, buttons=piece.buttons),)


def _as_word(text: str) -> str:
    """As it stands within a sentence."""
    return text[:1].lower() + text[1:]


def choice_values(house: House, conversation: Conversation, say: Say) -> Mapping[str, str]:
    """What the texts of the menu, of a source and of the languages insert."""
    locale = conversation.locale
    values = {"topics": "\n".join(_numbered(house, locale, topic) for topic in say.topics)}
    if say.name.startswith("menu"):
        values["menu"] = values["topics"] or "\n".join(_groups(house, locale))
    if EVERY_LANGUAGE in say.buttons:
        values["languages"] = " · ".join(own_name(house, each) for each in house.locales)
    if say.name == "source" and say.about:
        values |= _sources(house, locale, say.about)
    return values


def _numbered(house: House, locale: str, topic: str) -> str:
    number = menu.number_of(topic)
    return f"{number or '–'} {house.responses.label(topic, locale)}"


def _groups(house: House, locale: str) -> Iterator[str]:
    yield f"{choices.YES} {menu_label(house, locale)}"
    for number, (name, _) in menu.GROUPS.items():
        yield f"{number} {house.responses.label(f'menu_{name}', locale)}"


def _sources(house: House, locale: str, name: str) -> Mapping[str, str]:
    found = house.responses.sources(name, locale)
    noon = datetime.combine(found.reviewed, time(12), UTC)
    return {"sources": "\n".join(f"– {line}" for line in found.lines), "reviewed": house.words(locale).date(noon)}
