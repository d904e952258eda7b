"""``run`` and its hidden half ``work``: the supervisor and the worker process."""

import asyncio
import sys

import click
import uvloop

from bot import wiring
from bot.cli.common import settings
from bot.workers.parent import die_with_parent


@click.command()
def run() -> None:
    """Start everything that is configured; with no messenger, talk in this terminal."""
    sys.exit(asyncio.run(wiring.supervise(settings())))


@click.command(hidden=True)
@click.option("--parent", type=int, required=True)
@click.option("--telegram-fd", type=int)
@click.option("--signal-fd", type=int)
@click.option("--metrics-fd", type=int)
@click.option("--heart-fd", type=int)
def work(parent: int, **handed: int | None) -> None:
    """The worker process; started by the supervisor only."""
    die_with_parent(parent)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(wiring.work(settings(), {name.removesuffix("_fd"): number for name, number in handed.items()}))
