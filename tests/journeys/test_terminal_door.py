"""The terminal asks who acts once officers have accounts: with password and second factor, and never an administrator."""

import asyncio
import os
import pty
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.account import Role
from bot.domain.message import ChannelName
from tests.desk.people import PASSWORD, Person, first, joined, quick_proofs
from tests.journeys.test_terminal import Terminal, _case, terminal

__all__ = ["terminal"]  # the fixture


async def types(terminal: Terminal, typed: list[str], *words: str) -> tuple[int, str]:
    """A command on a terminal of its own, in which somebody types; its exit code and all that it shows."""
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _ON_A_TERMINAL, sys.executable, "-m", "bot", *words, cwd=terminal.folder, env=terminal.program.env,
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown = await asyncio.to_thread(_talk, ours, typed)
    os.close(ours)
    return await process.wait(), shown


#: The pseudo-terminal becomes the command's own, from which a password is read.
_ON_A_TERMINAL = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"


def _talk(number: int, typed: list[str]) -> str:
    """Each line is typed when a question stands there."""
    shown, left = "", list(typed)
    while True:
        try:
            said = os.read(number, 4096).decode()
        except OSError:
            return shown
        if not said:
            return shown
        shown += said
        if left and shown.rstrip(" ").endswith(":"):
            os.write(number, left.pop(0).encode() + b"\n")


async def people(terminal: Terminal) -> dict[Role, Person]:
    """Accounts, made a while ago on the clock that the commands have too."""
    home, proofs = terminal.home, quick_proofs()
    home.clock._now = datetime.now(UTC) - timedelta(minutes=10)
    root = await first(home.house, proofs, home.clock)
    return {Role.ADMINISTRATOR: root, Role.OFFICER: await joined(home.house, proofs, root, "Ana")}


def code_of(person: Person) -> str:
    """What the authenticator shows now, by the machine's own clock."""
    person.clock._now = datetime.now(UTC) - timedelta(seconds=30)
    return person.code()


async def test_while_no_officer_has_an_account_the_shell_decides(terminal: Terminal) -> None:
    reference = await _case(terminal, ChannelName.SIGNAL)
    await first(terminal.home.house, quick_proofs(), terminal.home.clock)
    (line,) = await terminal.lines("queue", "list")
    assert line["reference"] == reference


@pytest.fixture
def run(terminal: Terminal, tmp_path: Path) -> Path:
    """The folder of this login."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    terminal.program.env["XDG_RUNTIME_DIR"] = str(folder)
    return folder


async def is_refused(terminal: Terminal, *words: str) -> str:
    """Why; nothing was shown."""
    number, said, complained = await terminal.types("queue", *words)
    assert (number, said) == (1, ""), words
    return complained


async def test_with_accounts_nobody_reads_without_signing_in(terminal: Terminal, run: Path) -> None:
    reference = await _case(terminal, ChannelName.SIGNAL)
    await people(terminal)
    for words in (("list", "--as", "Ana"), ("show", reference), ("poison", "--raw")):
        assert "queue sign-in" in await is_refused(terminal, *words)
    assert await terminal.audited("read") == 0
    wrong, shown = await types(terminal, ["Ana", "wrong horse battery", "000000"], "queue", "sign-in")
    assert (wrong, "Name, password or code is wrong." in shown, "horse" in shown) == (1, True, False)
    assert list(run.iterdir()) == []


async def test_a_session_lasts_for_its_person_until_signing_out(terminal: Terminal, run: Path) -> None:
    reference = await _case(terminal, ChannelName.SIGNAL)
    ana = (await people(terminal))[Role.OFFICER]
    right, shown = await types(terminal, ["Ana", PASSWORD, code_of(ana)], "queue", "--words", "sign-in")
    assert (right, "signed in as Ana" in shown) == (0, True), shown
    (file,) = run.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await terminal.lines("queue", "show", reference, "--as", "ana")
    assert await terminal.audited("read") == 1
    assert "signed in as Ana" in await is_refused(terminal, "show", reference, "--as", "Bo")
    file.chmod(0o644)
    assert await is_refused(terminal, "list"), "what others may have read or written is no session"
    file.chmod(0o600)
    aside = file.rename(run / "aside")
    file.symlink_to(aside)
    assert await is_refused(terminal, "list"), "nor is what a link leads to"
    aside.replace(file)
    await terminal.lines("queue", "sign-out")
    assert list(run.iterdir()) == []


async def test_an_administrator_and_a_used_recovery_code_open_nothing_and_leave_no_session(terminal: Terminal, run: Path) -> None:
    reference = await _case(terminal, ChannelName.SIGNAL)
    are = await people(terminal)
    root, ana = are[Role.ADMINISTRATOR], are[Role.OFFICER]
    number, shown = await types(terminal, ["Root", PASSWORD, code_of(root)], "queue", "sign-in")
    assert (number, "administrators see no conversation" in shown) == (1, True), shown
    number, shown = await types(terminal, ["Ana", PASSWORD, ana.codes[0]], "queue", "show", reference)
    assert (number, "first make a new second factor" in shown) == (1, True), shown
    assert list(run.iterdir()) == []
    async with terminal.home.house.store.begin() as tx:
        assert ana.account is not None
        assert [each for each in await tx.sessions.of(ana.account.id) if each.renews] == []
    assert await terminal.audited("read") == 0
