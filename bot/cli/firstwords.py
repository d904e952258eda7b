"""``python -m bot queue do-not-write-first`` and ``may-write-first``: whether anybody writes first to a contact."""

import click

from bot.cli.terminal import AS, REFERENCE, as_officer, terminal
from bot.usecases.firstwords import allow, bar


@click.command("do-not-write-first")
@REFERENCE
@AS
def do_not_write_first(reference: str, name: str | None) -> None:
    """Mark the contact: nothing goes there that answers nothing.  Whoever holds the case, and supervisors."""
    as_officer(name, lambda house, officer: bar(house, officer, reference))
    values = {"reference": reference, "do_not_write_first": True}
    terminal().say(values, lambda words: words.gettext("{reference}: nobody writes first to this contact any more.", reference=reference))


@click.command("may-write-first")
@REFERENCE
@click.argument("reason")
@AS
def may_write_first(reference: str, reason: str, name: str | None) -> None:
    """End that mark; REASON is kept as a note for officers."""
    as_officer(name, lambda house, officer: allow(house, officer, reference, reason))
    values = {"reference": reference, "do_not_write_first": False}
    terminal().say(values, lambda words: words.gettext("{reference}: this contact may be written to first again.", reference=reference))
