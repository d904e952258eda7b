"""``python -m bot keys``: the master key."""

import asyncio
import json
import sys
from pathlib import Path

import click

from bot import wiring
from bot.cli.common import settings


@click.group()
def keys() -> None:
    """The master key: rotate."""


@keys.command()
@click.option("--keep-old", type=click.Path(dir_okay=False, path_type=Path), help="Where the old key is kept, for backups made with it.")
@click.option("--destroy-old", is_flag=True, help="Keep it nowhere: earlier backups can then be opened by nobody.")
def rotate(keep_old: Path | None, destroy_old: bool) -> None:
    """A new master key; the old one opens nothing of this database any more.  Everything must be stopped."""
    if (keep_old is None) != destroy_old:
        raise click.UsageError("say either --keep-old FILE or --destroy-old")
    number = asyncio.run(wiring.rotate_key(settings(), keep_old, _progress))
    click.echo(json.dumps({"rotated": True, "keys_sealed_anew": number}))


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done} of {of} keys", nl=done == of, err=True)
