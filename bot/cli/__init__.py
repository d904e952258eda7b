"""The terminal's door: ``python -m bot COMMAND``.  Standard output carries only replies or JSON lines; all else goes to standard error."""

import sys

import click

from bot.cli.desk import desk
from bot.cli.drill import drill
from bot.cli.keys import keys
from bot.cli.look import check, export, understand
from bot.cli.misread import misread
from bot.cli.officers import alert, officer
from bot.cli.preview import preview
from bot.cli.queue import queue
from bot.cli.review import nlu
from bot.cli.run import run, work
from bot.cli.sign_in import sign_in, sign_out
from bot.cli.upkeep import backup, clock_is_right, forget, migrate, restore
from bot.domain.errors import RefuseToStart


@click.group()
def commands() -> None:
    """Defender Line: an assistant on secure messengers, with officers behind it."""


_COMMANDS = (
    *(run, work, desk, check, understand, preview, queue, drill, officer, alert, nlu),
    *(migrate, forget, export, backup, restore, keys, clock_is_right),
)
for command in _COMMANDS:
    commands.add_command(command)
for command in (misread, sign_in, sign_out):
    queue.add_command(command)


def main() -> None:
    """Run the command line; a configuration mistake is one sentence on standard error and exit code 2."""
    try:
        commands.main(prog_name="python -m bot", standalone_mode=True)
    except RefuseToStart as refusal:
        click.echo(f"refused to start: {refusal}", err=True)
        sys.exit(2)
