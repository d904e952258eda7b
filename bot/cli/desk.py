"""``desk``: the officers' web pages."""

import asyncio
import socket

import click
import uvloop

from bot.cli.common import settings
from bot.workers.parent import die_with_parent


@click.command()
@click.option("--parent", type=int, hidden=True)
@click.option("--fd", type=int, hidden=True)
def desk(parent: int | None, fd: int | None) -> None:
    """Serve the officers' desk; ``run`` starts it too.  Prints the address of the first account while there is none."""
    from bot.wiring.desk import desk as serve  # its libraries are many: no other command waits for them

    if parent is not None:
        die_with_parent(parent)
    listening = None if fd is None else socket.socket(fileno=fd)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(settings(), listening, lambda line: click.echo(line, err=True)))
