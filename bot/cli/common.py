"""What the commands share: settings, logs, one event loop, one house."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from bot import wiring
from bot.domain.errors import Refused
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


async def officer_named(house: House, name: str | None) -> Officer:
    """The officer who acts, or the only one there is; a click error when that names nobody."""
    async with house.store.begin() as tx:
        everybody = await tx.officers.all() if name is None else []
        officer = await tx.officers.by_name(name) if name is not None else None
    if name is None and not everybody:
        raise click.ClickException("there is no officer yet: `python -m bot officer enrol NAME` makes one")
    if name is None and len(everybody) > 1:
        raise click.ClickException("there are several officers: say which with --as NAME")
    found = officer or next(iter(everybody), None)
    if found is None:
        raise click.ClickException(f"there is no officer {name!r}: see `python -m bot officer list`")
    return found


def told(refusal: Refused, house: House) -> click.ClickException:
    """A refused act in words: who has it, and since when."""
    since = f" since {house.local_time(refusal.since)}" if refusal.since else ""
    sentences = {
        "taken": f"taken by {refusal.holder}{since}",
        "not_holder": f"held by {refusal.holder}{since}" if refusal.holder else "nobody holds it: claim it first",
        "closed": "it is closed",
        "unknown": "no such handoff in your queue",
        "not_changed": "its safety number has not changed: there is nothing to trust",
        "no_attachment": "no such attachment: `queue show` prints their numbers; what was erased, or deleted by its sender, is gone",
    }
    return click.ClickException(sentences.get(refusal.reason, refusal.reason))
