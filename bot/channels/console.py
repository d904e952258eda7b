"""The console: one defender, the person at this terminal."""

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Sequence

from bot.channels.oneway import OneWay
from bot.domain.errors import Unreachable
from bot.domain.message import ChannelName, Incoming, Kind, Outgoing, Sent


class ConsoleChannel(OneWay):
    """The port ``Channel`` for standard output, which carries replies and nothing else."""

    name = ChannelName.CONSOLE

    async def send(self, outgoing: Outgoing) -> Sent:
        """Print it, with an empty line after it; nobody reads a closed output any more."""
        labels = " / ".join(button.label for button in outgoing.piece.buttons)
        buttons = f"\n[{labels}]" if labels else ""
        try:
            sys.stdout.write(f"{outgoing.piece.text}{buttons}\n\n")
            sys.stdout.flush()
        except (OSError, ValueError):
            raise Unreachable("output_closed") from None
        return Sent(key="")

    async def erase(self, address: str, keys: Sequence[str]) -> None:
        """What is on the screen stays there."""


async def lines() -> AsyncIterator[str]:
    """The lines typed, until the end of input; bytes that are no UTF-8 are replaced.

    A thread reads, in one blocking call a line, so that a terminal, a pipe and a file all work.
    """
    loop = asyncio.get_running_loop()
    while True:
        line = await loop.run_in_executor(None, sys.stdin.buffer.readline)
        if not line:
            return
        yield line.decode("utf-8", "replace").rstrip("\r\n")


def new_run() -> str:
    """A name for whoever sits down at this terminal: every start is a new person, so that a try-out begins anew."""
    return secrets.token_hex(8)


def incoming(text: str, number: int, run: str) -> Incoming:
    """A typed line as a message; ``number`` is its place in this run."""
    return Incoming(
        channel=ChannelName.CONSOLE,
        account="console",
        key=f"{run}:{number}",
        sender=run,
        kind=Kind.TEXT if text.strip() else Kind.EMPTY,
        text=text,
    )
