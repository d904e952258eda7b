"""``check``, ``understand``, ``export``: looking without changing anything."""

import asyncio
import json
import sys

import click

from bot import wiring
from bot.cli.common import in_house, settings
from bot.usecases.house import House


def _kept_head(_: click.Context, __: click.Parameter, value: str | None) -> tuple[int, str] | None:
    if value is None:
        return None
    rows, *link = value.split(":")
    if not rows.isdecimal() or len(link) != 1:
        raise click.BadParameter("as `export audit-head` prints it: ROWS:HASH")
    return int(rows), link[0]


@click.command()
@click.option("--audit-head", callback=_kept_head, help="What `export audit-head` printed earlier: a cut or rewritten audit shows.")
def check(audit_head: tuple[int, str] | None) -> None:
    """Verify settings, content, model, database and services, and name each fault."""
    given = settings()
    faults = asyncio.run(wiring.check(given, audit_head))
    for note in wiring.notes(given.mission, wiring.ROOT, asyncio.run(wiring.reviews_of(given))):
        click.echo(f"note: {note}", err=True)
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"{len(faults)} faults" if faults else "no faults", err=True)
    sys.exit(1 if faults else 0)


@click.command()
@click.option("--jsonl", is_flag=True, required=True, help="One JSON object a line, in and out.")
def understand(jsonl: bool) -> None:
    """Read {"text": ...} lines and write what each would set off; stores nothing."""
    # A file object of its own: a thread reads it, and Python's own must not be locked when the process ends.
    with open(sys.stdin.fileno(), "rb", closefd=False) as source:
        if not asyncio.run(wiring.understand(settings(), source, sys.stdout)):
            raise click.ClickException("the model does not answer: only the rules did")


@click.group()
def export() -> None:
    """Exports without content."""


@export.command("audit-head")
def audit_head() -> None:
    """The end of the audit chain as ROWS:HASH: keep it elsewhere, and give it to `check --audit-head` later."""
    click.echo(in_house(_head))


async def _head(house: House) -> str:
    async with house.store.begin() as tx:
        rows, link = await tx.audit.head()
    return f"{rows}:{link}"


@export.command()
@click.option("--jsonl", is_flag=True, required=True, help="One JSON object a line.")
def handoffs(jsonl: bool) -> None:
    """Every handoff: reference, class, state, times; no content."""
    in_house(_exported)


async def _exported(house: House) -> None:
    async with house.store.begin() as tx:
        async for line in tx.handoffs.export():
            click.echo(json.dumps(dict(line), default=str))
