"""A wrong close is undone at the terminal."""

from bot.domain.message import ChannelName
from tests.journeys.test_terminal import Terminal, _case, terminal

__all__ = ["terminal"]  # the fixture


async def test_a_wrong_close_is_undone_at_the_terminal(terminal: Terminal) -> None:
    reference = await _case(terminal, ChannelName.SIGNAL)
    await terminal.lines("queue", "claim", reference)
    await terminal.lines("queue", "close", reference)
    assert await terminal.lines("queue", "list") == []
    assert await terminal.lines("queue", "reopen", reference) == [{"reference": reference, "state": "waiting"}]
    (line,) = await terminal.lines("queue", "list")
    assert (line["reference"], line["state"], line["holder"]) == (reference, "waiting", None)
    assert await terminal.audited("reopened") == 1
    code, _, told = await terminal.types("queue", "--lang", "en", "reopen", reference)
    assert (code, told) == (1, "it is open already\n")
