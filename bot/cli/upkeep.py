"""``migrate``, ``backup``, ``restore``, ``forget``: the operator's commands."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import click

from bot import wiring
from bot.cli.common import in_house, settings
from bot.domain.ids import parse_reference
from bot.usecases.forget import forget as erase_person
from bot.usecases.house import House
from bot.usecases.timekeeping import confirm


@click.command()
def migrate() -> None:
    """Bring the database to this version, making key and database where there are none."""
    asyncio.run(wiring.prepare(settings()))


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def backup(target: Path) -> None:
    """Write a consistent copy of the database to TARGET, without the key: keep the key elsewhere."""
    asyncio.run(wiring.backup(settings(), target))
    click.echo("written; it is useless without the master key, which is not in it", err=True)


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(source: Path) -> None:
    """Restore a backup into an empty data directory; the key that it was made with must be there."""
    live = asyncio.run(wiring.restore(settings(), source))
    click.echo("restored", err=True)
    for name, role in live.accounts:
        click.echo(f"account {name} ({role}): its password of then opens the desk; end it at once if it was ended since", err=True)
    for name, channel in live.phones:
        click.echo(f"phone of {name} ({channel}): neither heard nor rung before `officer confirm`, or the page Messengers", err=True)
    for name in live.services:
        click.echo(f"service {name}: rings", err=True)


@click.command()
def clock_is_right() -> None:
    """Say that this machine's clock is right as it is: time may erase again."""
    click.echo(f"it is {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", err=True)
    in_house(confirm)


@click.command()
@click.argument("reference")
def forget(reference: str) -> None:
    """Erase the person behind a handoff: all but the address, which goes when the chat is erased and no emergency is open."""
    name = parse_reference(reference)
    if name is None:
        raise click.ClickException("a reference looks like K7T-42M")
    kept = in_house(lambda house: _forgotten(house, name))
    click.echo(json.dumps({"erased": True, "address_kept": kept}))


async def _forgotten(house: House, reference: str) -> bool:
    async with house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
    if found is None:
        raise click.ClickException("no such handoff")
    kept = await erase_person(house, found.conversation)
    await house.store.truncate_log()
    return kept
