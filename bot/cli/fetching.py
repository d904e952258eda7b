"""``queue attachment`` and ``queue poison``: what came with messages, and what could not be read at all."""

import os
from functools import partial
from pathlib import Path

import click

from bot.cli import screens
from bot.cli.common import Told
from bot.cli.terminal import AS, REFERENCE, as_officer, now, terminal
from bot.ports import Officer
from bot.usecases import attached
from bot.usecases.house import House
from bot.usecases.poison import poison as read_poison


@click.command()
@REFERENCE
@click.argument("number")
@click.argument("file", type=click.Path(path_type=Path))
@AS
def attachment(reference: str, number: str, file: Path, name: str | None) -> None:
    """Write what came with a message into FILE, which must not be there yet.  Audited as a reading."""
    speaks = terminal()
    if os.path.lexists(file):
        raise Told(screens.there_already(speaks.words, str(file)))
    kind, content = as_officer(name, lambda house, officer: _fetched(house, officer, reference, number))
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(content)
    values = {"reference": reference, "number": number, "type": kind, "size": len(content), "file": str(file)}
    speaks.say(values, partial(screens.fetched, kind=kind, size=len(content), file=str(file)))


async def _fetched(house: House, officer: Officer, reference: str, number: str) -> tuple[str, bytes]:
    read = await attached.read(house, officer, reference, number, original=True)
    return read.attached.attachment.content_type, read.content


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
