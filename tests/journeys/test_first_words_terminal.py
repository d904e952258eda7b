"""*Do not write first* at the terminal: set, shown, ended with a reason."""

from tests.journeys.test_terminal import Terminal, terminal

__all__ = ["terminal"]  # the fixture


async def test_a_contact_is_marked_and_the_mark_ended_at_the_terminal(terminal: Terminal) -> None:
    await terminal.home.enrols()
    await terminal.home.says("they are breaking the door")
    reference = await terminal.home.reference()
    assert (await terminal.types("queue", "do-not-write-first", reference))[0] == 1, "control: nobody holds it"
    await terminal.lines("queue", "claim", reference)
    marked = {"reference": reference, "do_not_write_first": True}
    assert await terminal.lines("queue", "do-not-write-first", reference) == [marked]
    head, *_ = await terminal.lines("queue", "show", reference)
    assert head["flags"] == ["do_not_write_first"]
    code, _, complained = await terminal.types("queue", "do-not-write-first", reference)
    assert (code, "already" in complained) == (1, True)
    assert (await terminal.types("queue", "may-write-first", reference))[0] == 2, "without a reason"
    assert (await terminal.types("queue", "may-write-first", reference, " "))[0] == 1
    ended = {"reference": reference, "do_not_write_first": False}
    assert await terminal.lines("queue", "may-write-first", reference, "her own phone") == [ended]
    head, *lines = await terminal.lines("queue", "show", reference)
    assert "flags" not in head
    assert "her own phone" in str(lines)
