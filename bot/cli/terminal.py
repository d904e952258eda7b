"""How the queue speaks to an officer: in which language, in sentences or as JSON lines; and what its commands share."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from bot import wiring
from bot.cli import screens, signing
from bot.cli.common import Told, in_house, settings, told
from bot.domain.clock import SystemClock
from bot.domain.errors import Refused
from bot.domain.ids import parse_reference
from bot.locales import Locales, Words
from bot.ports import Officer
from bot.usecases.house import House

AS = click.option("--as", "name", metavar="NAME", help="The officer who acts; may be left out where there is only one.")
Act = Callable[[House, Officer], Awaitable[Any]]


@dataclass
class Terminal:
    """One command's way of speaking."""

    language: str | None = None  #: as it was asked for; None: the mission's language for its officers
    in_words: bool = False  #: sentences for people; else JSON lines for programs

    _words: Words | None = None

    @property
    def words(self) -> Words:
        """The words of the language.  Raises RefuseToStart, and Told where there are none in that language."""
        return self._words or self.among(*wiring.officers_locales(settings()))

    def among(self, locales: Locales, usual: str) -> Words:
        """The same, of catalogues that are read already."""
        locale = usual if self.language is None else locales.negotiate(self.language)
        if locale is None:
            raise Told(screens.no_such_language(locales.words(usual), locales))
        self._words = locales.words(locale)
        return self._words

    def say(self, values: dict[str, Any], sentence: Callable[[Words], str], *, ascii_only: bool = False) -> None:
        """The sentence, or the values as one JSON line."""
        click.echo(sentence(self.words) if self.in_words else json.dumps(values, ensure_ascii=ascii_only, default=str))


def terminal() -> Terminal:
    """That of the running command."""
    return click.get_current_context().find_object(Terminal) or Terminal()


def now() -> datetime:
    """The present moment."""
    return SystemClock().now()


def as_officer(name: str | None, act: Act) -> Any:
    """Carry out an act as that officer; a refusal is told in words."""
    speaks = terminal()
    return in_house(lambda house: _carry_out(house, name, act, speaks))


async def _carry_out(house: House, name: str | None, act: Act, speaks: Terminal) -> Any:
    words = speaks.among(house.catalogues, house.officer_locale)
    officer = await signing.acting(house, name, words)
    try:
        return await act(house, officer)
    except Refused as refusal:
        raise told(refusal, house, words) from None


def _reference(_: click.Context, __: click.Parameter, text: str) -> str:
    reference = parse_reference(text)
    if reference is None:
        raise Told(screens.no_reference(terminal().words))
    return reference


REFERENCE = click.argument("reference", callback=_reference)
