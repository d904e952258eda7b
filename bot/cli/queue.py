"""``python -m bot queue``: the terminal's door to the handoff queue."""

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import click

from bot import wiring
from bot.cli.common import in_house, officer_named, settings, told
from bot.domain.errors import Refused, SendFailed, Unreachable
from bot.domain.ids import parse_reference
from bot.domain.message import Attachment
from bot.ports import Officer
from bot.usecases import handoff
from bot.usecases.house import House
from bot.usecases.poison import poison as read_poison

_AS = click.option("--as", "name", metavar="NAME", help="The officer who acts; may be left out where there is only one.")
Act = Callable[[House, Officer], Awaitable[Any]]


@click.group()
def queue() -> None:
    """The handoff queue: list, show, attachment, claim, ack, reply, note, trust, return, close; poison."""


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
        line = {"who": spoken.who, "at": spoken.at, "kind": spoken.kind, "state": spoken.state, "text": spoken.text}
        files = [_listed(number, each) for number, each in handoff.numbered(spoken)]
        _json(line | ({"attachments": files} if files else {}))


def _listed(number: str, attachment: Attachment) -> dict[str, Any]:
    """A place and a person's card are shown; of a file, what the sender claims that it is."""
    shown = {"number": number, "type": attachment.content_type, "size": attachment.size}
    return shown | ({"is": attachment.handle} if attachment.is_itself else {})


_UNFETCHED = {
    "gone": "the messenger has it no more",
    "too_large": "it is too large to be fetched",
    "channel_off": "that messenger is not configured here",
}


@queue.command()
@_REFERENCE
@click.argument("number")
@click.argument("file", type=click.Path(path_type=Path))
@_AS
def attachment(reference: str, number: str, file: Path, name: str | None) -> None:
    """Fetch what came with a message from the messenger into FILE, which must not be there yet.  Audited as a reading."""
    if os.path.lexists(file):
        raise click.ClickException(f"{file} is there already: nothing is overwritten")
    kind, content = _as_officer(name, lambda house, officer: _fetched(house, officer, reference, number))
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(content)
    _json({"reference": reference, "number": number, "type": kind, "size": len(content), "file": str(file)})


async def _fetched(house: House, officer: Officer, reference: str, number: str) -> tuple[str, bytes]:
    handle = await handoff.attachment(house, officer, reference, number)
    what = handle.attachment
    if what.is_itself:
        return what.content_type, what.handle.encode()
    try:
        return what.content_type, await wiring.fetch(settings(), handle.channel, handle.account, what.handle)
    except Unreachable as error:
        raise click.ClickException(_UNFETCHED.get(error.reason, "the messenger refuses it")) from None
    except SendFailed:
        raise click.ClickException("the messenger cannot be reached now: try again") from None


@queue.command()
@click.option("--raw", is_flag=True, help="With the payloads themselves: anybody may have written them.")
@_AS
def poison(raw: bool, name: str | None) -> None:
    """What could not be understood, oldest first: one JSON line each.  Every reading is audited."""
    for each in _as_officer(name, lambda house, officer: read_poison(house, officer, raw=raw)):
        size = None if each.raw is None else len(each.raw.encode())
        line = {"channel": each.channel, "at": each.at, "size": size} | ({"raw": each.raw} if raw else {})
        click.echo(json.dumps(line, default=str))  # signs that would play with a terminal stay escaped


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
    """Confirm the defender's changed safety number; answers that are held go out when the messenger has been told."""
    held = _as_officer(name, lambda house, officer: handoff.trust(house, officer, reference))
    _json({"reference": reference, "trusting": True, "held": held})


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
