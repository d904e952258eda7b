"""``python -m bot queue misread``: an officer marks what the model got wrong."""

from functools import partial

import click

from bot.cli import screens
from bot.cli.terminal import AS, REFERENCE, as_officer, terminal
from bot.usecases.misread import mark


@click.command()
@REFERENCE
@click.argument("number", type=int, required=False)
@click.option("--intent", help="What it meant, by its name in nlu/intents.yml; may be said at the review.")
@AS
def misread(reference: str, number: int | None, intent: str | None, name: str | None) -> None:
    """Mark message NUMBER of `queue show`, or the latest with words, as misread by the model; see `nlu review`."""
    marked = as_officer(name, lambda house, officer: mark(house, officer, reference, number, intent))
    values = {"reference": reference, "number": marked, "misread": True, "intent": intent}
    terminal().say(values, partial(screens.misread, reference=reference, number=marked))
