"""``python -m bot drill``: an exercise from the terminal."""

import json

import click

from bot.cli.common import in_house
from bot.domain.drill import Report
from bot.domain.errors import Refused
from bot.usecases import drill as drills
from bot.usecases.house import House

_WHY = {
    "nobody": "nobody is enrolled: an exercise would ring nobody",
    "running": "one is running already: `drill show` says how it stands, `drill end` ends it",
    "unknown": "there is no such exercise",
    "ended": "it has ended",
}


@click.group()
def drill() -> None:
    """Exercises: a marked case goes through the whole chain and reaches no real person."""


@drill.command()
def start() -> None:
    """Begin one: everybody on duty is rung, with EXERCISE in front.  It ends by itself after half an hour."""
    click.echo(json.dumps({"drill": in_house(_started)}))


async def _started(house: House) -> str:
    try:
        return await drills.start(house, "operator")
    except Refused as refusal:
        raise click.ClickException(_WHY[refusal.reason]) from None


@drill.command()
@click.argument("name", required=False)
def show(name: str | None) -> None:
    """How an exercise went, the latest one unless NAME is given: seconds after its start, and who did not hear."""
    report = in_house(lambda house: _reported(house, name))
    steps = ("opened", "replied", "alerted", "acknowledged", "claimed", "words", "closed")
    shown: dict[str, object] = {"drill": report.drill.id, "reference": report.drill.reference, "started_at": report.drill.started_at}
    shown |= {f"{step}_after": _seconds(report, step) for step in steps}
    click.echo(json.dumps(shown | {"did_not_hear": [each.name for each in report.unheard]}, default=str))


def _seconds(report: Report, step: str) -> float | None:
    after = report.after(getattr(report, f"{step}_at"))
    return None if after is None else round(after.total_seconds(), 1)


async def _reported(house: House, name: str | None) -> Report:
    try:
        return await drills.report(house, await _latest(house, name))
    except Refused as refusal:
        raise click.ClickException(_WHY[refusal.reason]) from None


async def _latest(house: House, name: str | None) -> str:
    return name or next((each.id for each in await drills.latest(house)), "")


@drill.command()
@click.argument("name", required=False)
def end(name: str | None) -> None:
    """End an exercise, the latest one unless NAME is given."""
    in_house(lambda house: _ended(house, name))


async def _ended(house: House, name: str | None) -> None:
    try:
        await drills.end(house, "operator", await _latest(house, name))
    except Refused as refusal:
        raise click.ClickException(_WHY[refusal.reason]) from None
