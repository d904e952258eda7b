"""``python -m bot queue``: the terminal's door to the handoff queue."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import click

from bot.cli.common import in_house, officer_named, told
from bot.domain.errors import Refused
from bot.domain.ids import parse_reference
from bot.ports import Officer
from bot.usecases import handoff
from bot.usecases.house import House

_AS = click.option("--as", "name", metavar="NAME", help="The officer who acts; may be left out where there is only one.")
Act = Callable[[House, Officer], Awaitable[Any]]


@click.group()
def queue() -> None:
    """The handoff queue: list, show, claim, reply, note, trust, return, close."""


def _as_officer(name: str | None, act: Act) -> Any:
    """Carry out an act as that officer; a refusal is told in words."""
    return in_house(lambda house: _carry_out(house, name, act))


async def _carry_out(house: House, name: str | None, act: Act) -> Any:
    officer = await officer_named(house, name)
    try:
        return await act(house, officer)
    except Refused as refusal:
        raise told(refusal, house) from None


def _reference(_: click.Context, __: click.Parameter, text: str) -> str:
    reference = parse_reference(text)
    if reference is None:
        raise click.BadParameter("a reference looks like K7T-42M")
    return reference


_REFERENCE = click.argument("reference", callback=_reference)


def _json(value: dict[str, Any]) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, default=str))


@queue.command("list")
@_AS
def list_(name: str | None) -> None:
    """Open handoffs, most urgent first: one JSON line each, no text."""
    for line in _as_officer(name, handoff.queue):
        _json({field: getattr(line, field) for field in line.__dataclass_fields__})


@queue.command()
@_REFERENCE
@_AS
@click.option("--last", type=int, help="Only the last so many lines.")
def show(reference: str, name: str | None, last: int | None) -> None:
    """The conversation, oldest first: one JSON line each.  Every reading is audited."""
    opened = _as_officer(name, lambda house, officer: handoff.show(house, officer, reference, last))
    held = opened.handoff
    _json({"reference": held.reference, "class": held.cls, "kind": held.kind, "state": held.state, "why": held.reason,
           "phone_says_over": held.phone_says_over, "channel": opened.conversation.channel})  # fmt: skip
    for spoken in opened.spoken:
        _json({"who": spoken.who, "at": spoken.at, "kind": spoken.kind, "state": spoken.state, "text": spoken.text})


@queue.command()
@_REFERENCE
@_AS
def claim(reference: str, name: str | None) -> None:
    """Take it over; one wins, the loser is told who has it."""
    _as_officer(name, lambda house, officer: handoff.claim(house, officer, reference))
    _json({"reference": reference, "state": "claimed"})


@queue.command()
@_REFERENCE
@click.argument("text")
@_AS
def reply(reference: str, text: str, name: str | None) -> None:
    """Say TEXT to the defender."""
    _as_officer(name, lambda house, officer: handoff.reply(house, officer, reference, text))
    _json({"reference": reference, "queued": True})


@queue.command()
@_REFERENCE
@click.argument("text")
@_AS
def note(reference: str, text: str, name: str | None) -> None:
    """Keep a note for other officers."""
    _as_officer(name, lambda house, officer: handoff.note(house, officer, reference, text))
    _json({"reference": reference, "noted": True})


@queue.command()
@_REFERENCE
@_AS
def trust(reference: str, name: str | None) -> None:
    """Confirm the defender's changed safety number; waiting answers go out."""
    freed = _as_officer(name, lambda house, officer: handoff.trust(house, officer, reference))
    _json({"reference": reference, "freed": freed})


@queue.command("ack")
@_REFERENCE
@_AS
def ack(reference: str, name: str | None) -> None:
    """Stop the ringing: you have heard it."""
    _as_officer(name, lambda house, officer: handoff.acknowledge(house, officer, reference))
    _json({"reference": reference, "acknowledged": True})


@queue.command("return")
@_REFERENCE
@_AS
def return_(reference: str, name: str | None) -> None:
    """Give it back to the queue."""
    _as_officer(name, lambda house, officer: handoff.give_back(house, officer, reference))
    _json({"reference": reference, "state": "waiting"})


@queue.command()
@_REFERENCE
@_AS
def close(reference: str, name: str | None) -> None:
    """End it; the bot answers again."""
    _as_officer(name, lambda house, officer: handoff.close(house, officer, reference))
    _json({"reference": reference, "state": "closed"})
