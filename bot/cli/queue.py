"""``python -m bot queue``: the terminal's door to the handoff queue."""

from datetime import timedelta
from functools import partial
from typing import Any

import click

from bot.cli import screens
from bot.cli.consent import above, consent, say_facts
from bot.cli.fetching import agree, attachment, original, poison
from bot.cli.firstwords import do_not_write_first, may_write_first
from bot.cli.terminal import AS, REFERENCE, Terminal, as_officer, now, terminal
from bot.domain.errors import Refused
from bot.domain.files import File
from bot.domain.handoff import Handoff
from bot.domain.message import Attachment
from bot.ports import Officer
from bot.usecases import handoff, sight, snooze, transfer
from bot.usecases import reopen as reopening
from bot.usecases.house import House

#: Minutes: more is no number that anybody means.
_YEAR = 366 * 24 * 60


@click.group()
@click.option("--lang", "language", metavar="LOCALE", help="The language of sentences; else the mission's for its officers.")
@click.option("--words", "in_words", is_flag=True, help="Sentences for people instead of JSON lines for programs.")
@click.pass_context
def queue(context: click.Context, language: str | None, in_words: bool) -> None:
    """The handoff queue: list, show, attachment, original, agree, claim, ack, reply, note, consent, do-not-write-first,
    may-write-first, trust, transfer, accept, decline, take-back, snooze, wake, return, close, reopen;
    poison.
    """
    context.obj = Terminal(language=language, in_words=in_words)


queue.add_command(attachment)
queue.add_command(consent)
queue.add_command(do_not_write_first)
queue.add_command(may_write_first)
queue.add_command(poison)
queue.add_command(original)
queue.add_command(agree)


def _done(act: str, reference: str, values: dict[str, Any]) -> None:
    terminal().say({"reference": reference} | values, lambda words: screens.done(words, act, reference))


@queue.command("list")
@AS
def list_(name: str | None) -> None:
    """Open handoffs, most urgent first: one JSON line each, no text."""
    for line in as_officer(name, handoff.queue):
        values = {field: getattr(line, field) for field in line.__dataclass_fields__}
        terminal().say(values, partial(screens.queue_line, line=line, now=now()))


@queue.command()
@REFERENCE
@AS
@click.option("--last", type=int, help="Only the last so many lines.")
def show(reference: str, name: str | None, last: int | None) -> None:
    """The conversation, oldest first: one JSON line each.  Every reading is audited."""
    opened = as_officer(name, lambda house, officer: handoff.show(house, officer, reference, last))
    held = opened.handoff
    head = {"reference": held.reference, "class": held.cls, "kind": held.kind, "state": held.state, "why": held.reason,
            "phone_says_over": held.phone_says_over, "channel": opened.conversation.channel}  # fmt: skip
    terminal().say(head | above(opened.conversation), partial(screens.opened_head, opened=opened))
    say_facts(opened.conversation)
    for spoken in opened.spoken:
        line = {"who": spoken.who, "at": spoken.at, "kind": spoken.kind, "state": spoken.state, "text": spoken.text}
        line |= {"number": spoken.seq} if spoken.seq else {}
        files = [_listed(number, each, spoken.files.get(place)) for place, (number, each) in enumerate(sight.numbered(spoken), 1)]
        terminal().say(line | ({"attachments": files} if files else {}), partial(screens.spoken_lines, spoken=spoken, now=now()))


def _listed(number: str, attachment: Attachment, file: File | None) -> dict[str, Any]:
    """A place and a person's card are shown; of a file, what it is, or what the sender claims that it is, and what became of it."""
    shown: dict[str, Any] = {"number": number, "type": attachment.content_type, "size": attachment.size}
    if file is not None:
        known = {
            "sort": file.sort,
            "size": file.size,
            "sha256": file.sha256 or None,
            "kept_at": file.kept_at,
            "failure": file.failure or None,
        }
        shown |= {"state": file.state} | {name: value for name, value in known.items() if value is not None}
    return shown | ({"is": attachment.handle} if attachment.is_itself else {})


@queue.command()
@REFERENCE
@AS
def claim(reference: str, name: str | None) -> None:
    """Take it over; one wins, the loser is told who has it."""
    as_officer(name, lambda house, officer: handoff.claim(house, officer, reference))
    _done("claim", reference, {"state": "claimed"})


@queue.command()
@REFERENCE
@click.argument("text")
@AS
def reply(reference: str, text: str, name: str | None) -> None:
    """Say TEXT to the defender."""
    as_officer(name, lambda house, officer: handoff.reply(house, officer, reference, text))
    _done("reply", reference, {"queued": True})


@queue.command()
@REFERENCE
@click.argument("text")
@AS
def note(reference: str, text: str, name: str | None) -> None:
    """Keep a note for other officers."""
    as_officer(name, lambda house, officer: handoff.note(house, officer, reference, text))
    _done("note", reference, {"noted": True})


@queue.command()
@REFERENCE
@AS
def trust(reference: str, name: str | None) -> None:
    """Confirm the defender's changed safety number; answers that are held go out when the messenger has been told."""
    held = as_officer(name, lambda house, officer: handoff.trust(house, officer, reference))
    values = {"reference": reference, "trusting": True, "held": held}
    terminal().say(values, partial(screens.trusted, reference=reference, held=held))


@queue.command("ack")
@REFERENCE
@AS
def ack(reference: str, name: str | None) -> None:
    """Stop the ringing: you have heard it."""
    as_officer(name, lambda house, officer: handoff.acknowledge(house, officer, reference))
    _done("ack", reference, {"acknowledged": True})


@queue.command("return")
@REFERENCE
@AS
def return_(reference: str, name: str | None) -> None:
    """Give it back to the queue."""
    as_officer(name, lambda house, officer: handoff.give_back(house, officer, reference))
    _done("return", reference, {"state": "waiting"})


@queue.command("transfer")
@REFERENCE
@click.option("--to", "successor", metavar="NAME", required=True, help="The officer who is asked to take it over.")
@AS
def transfer_(reference: str, successor: str, name: str | None) -> None:
    """Ask another officer to take it over; it stays yours until they accept."""
    as_officer(name, lambda house, officer: _offered(house, officer, reference, successor))
    _done("transfer", reference, {"offered": True})


async def _offered(house: House, officer: Officer, reference: str, successor: str) -> Handoff:
    async with house.store.begin() as tx:
        to = await tx.officers.by_name(successor)
    if to is None:
        raise Refused("no_successor")
    return await transfer.offer(house, officer, reference, to.id)


@queue.command()
@REFERENCE
@AS
def accept(reference: str, name: str | None) -> None:
    """Take over what is offered to you."""
    as_officer(name, lambda house, officer: transfer.accept(house, officer, reference))
    _done("accept", reference, {"state": "claimed"})


@queue.command()
@REFERENCE
@AS
def decline(reference: str, name: str | None) -> None:
    """Do not take over what is offered to you."""
    as_officer(name, lambda house, officer: transfer.decline(house, officer, reference))
    _done("decline", reference, {"declined": True})


@queue.command("take-back")
@REFERENCE
@AS
def take_back(reference: str, name: str | None) -> None:
    """Ask nobody any more to take it over."""
    as_officer(name, lambda house, officer: transfer.take_back(house, officer, reference))
    _done("take_back", reference, {"offered": False})


@queue.command("snooze")
@REFERENCE
@click.argument("minutes", type=click.IntRange(min=1, max=_YEAR))
@AS
def snooze_(reference: str, minutes: int, name: str | None) -> None:
    """Put it off for so many MINUTES; it stays yours, and wakes earlier when the person writes."""
    until = now() + timedelta(minutes=minutes)
    as_officer(name, lambda house, officer: snooze.snooze(house, officer, reference, until))
    _done("snooze", reference, {"state": "snoozed", "until": until.isoformat(timespec="minutes")})


@queue.command()
@REFERENCE
@AS
def wake(reference: str, name: str | None) -> None:
    """Go on now with what you put off."""
    as_officer(name, lambda house, officer: snooze.wake(house, officer, reference))
    _done("wake", reference, {"state": "claimed"})


@queue.command()
@REFERENCE
@AS
def close(reference: str, name: str | None) -> None:
    """End it; the bot answers again."""
    as_officer(name, lambda house, officer: handoff.close(house, officer, reference))
    _done("close", reference, {"state": "closed"})


@queue.command()
@REFERENCE
@AS
def reopen(reference: str, name: str | None) -> None:
    """Open again what was closed by mistake within the last 24 hours: it is nobody's, and an emergency rings."""
    as_officer(name, lambda house, officer: reopening.reopen(house, officer, reference))
    _done("reopen", reference, {"state": "waiting"})
