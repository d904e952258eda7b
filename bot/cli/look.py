"""``check``, ``understand``, ``export``: looking without changing anything."""

import asyncio
import json
import sys

import click

from bot import wiring
from bot.cli.common import in_house, settings
from bot.usecases.house import House


@click.command()
def check() -> None:
    """Verify settings, content, model, database and services, and name each fault."""
    faults = asyncio.run(wiring.check(settings()))
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"{len(faults)} faults" if faults else "no faults", err=True)
    sys.exit(1 if faults else 0)


@click.command()
@click.option("--jsonl", is_flag=True, required=True, help="One JSON object a line, in and out.")
def understand(jsonl: bool) -> None:
    """Read {"text": ...} lines and write what each would set off; stores nothing."""
    asyncio.run(wiring.understand(settings(), sys.stdin.buffer, sys.stdout))


@click.group()
def export() -> None:
    """Exports without content."""


@export.command()
@click.option("--jsonl", is_flag=True, required=True, help="One JSON object a line.")
def handoffs(jsonl: bool) -> None:
    """Every handoff: reference, class, state, times; no content."""
    in_house(_exported)


async def _exported(house: House) -> None:
    async with house.store.begin() as tx:
        async for line in tx.handoffs.export():
            click.echo(json.dumps(dict(line), default=str))
