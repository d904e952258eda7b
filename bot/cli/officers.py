"""``python -m bot officer`` and ``alert``: who takes over, and whether they can be reached."""

import json
from dataclasses import replace

import click

from bot.channels.service import is_address
from bot.cli.common import in_house, officer_named
from bot.domain.account import LONGEST_NAME
from bot.domain.errors import Refused
from bot.domain.handoff import DutyLane
from bot.ports import Officer, Reached
from bot.usecases.accounts import checked_name
from bot.usecases.house import House
from bot.usecases.ways import try_ways

_DUTIES = click.Choice([str(lane) for lane in DutyLane])


def _one_name(_: click.Context, __: click.Parameter, value: str) -> str:
    """As at the desk."""
    try:
        return checked_name(value)
    except Refused:
        raise click.BadParameter(f"1 to {LONGEST_NAME} signs that can be printed") from None


@click.group()
def officer() -> None:
    """Officers: enrol, list, remove."""


@officer.command()
@click.argument("name", callback=_one_name)
@click.option("--duty", "duties", multiple=True, type=_DUTIES, default=("general",), show_default=True)
def enrol(name: str, duties: tuple[str, ...]) -> None:
    """Print a one-time code; the officer sends it to the bot on Signal or Telegram within 24 hours."""
    click.echo(in_house(lambda house: _invited(house, name, duties)))


async def _invited(house: House, name: str, duties: tuple[str, ...]) -> str:
    async with house.store.begin() as tx:
        found = await tx.officers.by_name(name)
        if found is not None and found.enrolled:
            raise click.ClickException(f"there is an officer {name!r} already")
        # One who was invited before, or is at the desk only, gets a new code.
        now = house.clock.now()
        code = await (tx.officers.new_code(found.id, now) if found else tx.officers.invite(name, duties, now))
        await tx.audit.append("operator", "invited", "officer")
        await tx.commit()
    return code


@officer.command("list")
def list_() -> None:
    """Every officer: one JSON line each, with when an alert last got to them, and whether the last one failed."""
    for each, reached in in_house(_everybody):
        who = {"name": each.name, "enrolled": each.enrolled, "channel": each.channel, "duties": each.duties}
        who |= {"suspended": each.suspended_at}
        click.echo(json.dumps(who | {"last_alert_confirmed": reached.confirmed_at, "last_alert_failed": reached.failed}, default=str))


async def _everybody(house: House) -> list[tuple[Officer, Reached]]:
    async with house.store.begin() as tx:
        reached = await tx.officers.reached()
        return [(officer, reached.get(officer.id, Reached())) for officer in await tx.officers.all()]


@officer.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget an officer: identity and address; what they held goes back to the queue when its claim ends."""
    in_house(lambda house: _removed(house, name))


async def _removed(house: House, name: str) -> None:
    found = await officer_named(house, name)
    async with house.store.begin() as tx:
        await tx.officers.remove(found.id)
        await tx.audit.append("operator", "removed", found.id)
        await tx.commit()


@officer.command()
@click.argument("name")
def confirm(name: str) -> None:
    """Say that the phone of an officer, suspended by a restore, is still theirs: ask them in person first."""
    in_house(lambda house: _confirmed(house, name))


async def _confirmed(house: House, name: str) -> None:
    found = await officer_named(house, name)
    if not found.has_phone or found.suspended_at is None:
        raise click.ClickException("that phone is not suspended")
    async with house.store.begin() as tx:
        await tx.officers.trust(found.id)
        await tx.audit.append("operator", "messenger_confirmed", found.id)
        await tx.commit()
    await try_ways(house, [replace(found, suspended_at=None)])


@click.group()
def alert() -> None:
    """Alarms."""


@alert.command("test")
def test() -> None:
    """Queue a test alert for every enrolled officer, and on every further service."""
    number = in_house(try_ways)
    click.echo(json.dumps({"alerts_queued": number}))
    if number == 0:
        raise click.ClickException("nobody is enrolled: an emergency would ring nobody")


@alert.command("service")
@click.argument("name", callback=_one_name)
@click.option("--duty", "duties", multiple=True, type=_DUTIES, default=("general",), show_default=True)
def service(name: str, duties: tuple[str, ...]) -> None:
    """Ring by mail, push or webhook too: asks for an address of the apprise library, which is kept sealed.

    A test alert goes out at once.  ``officer list`` shows it, ``officer remove`` ends it.
    """
    address = click.prompt("address (https://github.com/caronc/apprise/wiki)", hide_input=True, err=True).strip()
    if not is_address(address):
        raise click.ClickException("apprise does not know such an address")
    in_house(lambda house: _rings(house, name, address, duties))


async def _rings(house: House, name: str, address: str, duties: tuple[str, ...]) -> None:
    async with house.store.begin() as tx:
        if await tx.officers.by_name(name) is not None:
            raise click.ClickException(f"there is somebody, or something, named {name!r} already")
        added = await tx.officers.add_service(name, address, duties, house.clock.now())
        officer = await tx.officers.get(added)
        await tx.audit.append("operator", "service_added", added)
        await tx.commit()
    await try_ways(house, [officer])
