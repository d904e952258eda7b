"""``queue attachment`` and ``queue poison``: what came with messages, and what could not be read at all."""

import os
from functools import partial
from pathlib import Path

import click

from bot.cli import screens
from bot.cli.common import Told
from bot.cli.terminal import AS, REFERENCE, as_officer, now, terminal
from bot.domain.errors import Refused
from bot.domain.files import DRAWN_AS, ORIGINAL_AS, PLAYED_AS
from bot.ports import Officer
from bot.usecases import attached, export
from bot.usecases.house import House
from bot.usecases.poison import poison as read_poison


@click.command()
@REFERENCE
@click.argument("number")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--original", "is_original", is_flag=True, help="The file as it came, to whose export a second person has agreed.")
@AS
def attachment(reference: str, number: str, file: Path, is_original: bool, name: str | None) -> None:
    """Write what came with a message into FILE, which must not be there yet.  Audited.

    A picture drawn anew, the first ten minutes of a recording, a place or a card.
    """
    speaks = terminal()
    if os.path.lexists(file):
        raise Told(screens.there_already(speaks.words, str(file)))
    fetch = _original if is_original else _shown
    kind, content = as_officer(name, lambda house, officer: fetch(house, officer, reference, number))
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(content)
    values = {"reference": reference, "number": number, "type": kind, "size": len(content), "file": str(file)}
    speaks.say(values, partial(screens.fetched, kind=kind, size=len(content), file=str(file)))


async def _shown(house: House, officer: Officer, reference: str, number: str) -> tuple[str, bytes]:
    from bot.desk.apart import Cannot  # other commands do not wait for what draws
    from bot.desk.pictures import Pictures
    from bot.desk.sounds import Sounds

    read = await attached.read(house, officer, reference, number)
    if read.attached.attachment.is_itself:
        return read.attached.attachment.content_type, read.content
    try:
        if read.attached.kept.is_sound:
            return PLAYED_AS, await Sounds().sound(read.content)
        return DRAWN_AS, await Pictures().picture(read.content)
    except Cannot:
        raise Refused("cannot_be_shown") from None


async def _original(house: House, officer: Officer, reference: str, number: str) -> tuple[str, bytes]:
    return ORIGINAL_AS, (await export.take(house, officer, reference, number)).content


@click.command()
@REFERENCE
@click.argument("number")
@click.argument("reason")
@AS
def original(reference: str, number: str, reason: str, name: str | None) -> None:
    """Ask for an original, and say why; a second person has to agree within 24 hours."""
    as_officer(name, lambda house, officer: export.ask(house, officer, reference, number, reason))
    terminal().say({"reference": reference, "number": number, "asked": True}, partial(screens.original_asked, number=number))


@click.command()
@REFERENCE
@click.argument("number")
@AS
def agree(reference: str, number: str, name: str | None) -> None:
    """Agree that somebody else takes an original, who then has an hour for it."""
    as_officer(name, lambda house, officer: export.agree(house, officer, reference, number))
    terminal().say({"reference": reference, "number": number, "agreed": True}, partial(screens.original_agreed, number=number))


@click.command()
@click.option("--raw", is_flag=True, help="With the payloads themselves: anybody may have written them.")
@AS
def poison(raw: bool, name: str | None) -> None:
    """What could not be understood, oldest first: one JSON line each.  Every reading is audited."""
    for each in as_officer(name, lambda house, officer: read_poison(house, officer, raw=raw)):
        size = None if each.raw is None else len(each.raw.encode())
        line = {"channel": each.channel, "at": each.at, "size": size} | ({"raw": each.raw} if raw else {})
        # Signs that would play with a terminal stay escaped.
        terminal().say(line, partial(screens.poison_line, each=each, now=now(), raw=raw), ascii_only=True)
