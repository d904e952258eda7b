"""What the commands share: settings, logs, one event loop, one house."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import IO, Any, TypeVar

import click

from bot import wiring
from bot.cli import screens
from bot.domain.errors import Refused
from bot.locales import Words
from bot.ports import Officer
from bot.settings import Settings
from bot.usecases.house import House

Result = TypeVar("Result")


def settings() -> Settings:
    """The settings of this process, with the logs set up accordingly."""
    return wiring.start(os.environ)  # noqa: TID251 - the one place where the process hands its environment in


def in_house(act: Callable[[House], Awaitable[Result]]) -> Result:
    """Open the database, carry out one act, close it again."""
    return asyncio.run(_in_house(act))


async def _in_house(act: Callable[[House], Awaitable[Result]]) -> Result:
    async with wiring.open_house(settings()) as house:
        return await act(house)


class Told(click.ClickException):
    """A refusal in the officer's own words, exactly as it is shown."""

    def show(self, file: IO[Any] | None = None) -> None:
        """On standard error, without words of another language around it."""
        click.echo(self.format_message(), err=file is None, file=file)


def _of_officers(house: House) -> Words:
    return house.words(house.officer_locale)


async def officer_named(house: House, name: str | None, words: Words | None = None) -> Officer:
    """The officer who acts, or the only one there is; raises Told when that names nobody.

    ``words``: in which that is told; else in the mission's language for its officers.
    """
    async with house.store.begin() as tx:
        everybody = await tx.officers.all() if name is None else []
        officer = await tx.officers.by_name(name) if name is not None else None
    found = everybody[0] if len(everybody) == 1 else officer
    if found is None:
        raise Told(screens.who_acts(words or _of_officers(house), len(everybody), name))
    return found


def told(refusal: Refused, house: House, words: Words | None = None) -> Told:
    """A refused act in words: who has it, and since when."""
    return Told(screens.refusal(words or _of_officers(house), refusal, house.clock.now()))
