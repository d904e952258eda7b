"""``queue misread`` and ``nlu review`` as people use them: the real commands on a real database, the second one on a terminal."""

import asyncio
import json
import os
import pty
import select
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.crypto import MasterKey
from bot.storage.database import SqlStore
from bot.storage.schema import migrate
from bot.usecases import misread
from tests.fakes import FakeClock
from tests.journeys.house import ROOT, Home

CRY = "they sent me a death threat, my name is milica kestrelić, call +382 67 998 877"
CLEANED = "they sent me a death threat, my name is [name], call [number]"
EDITED = "they sent me a death threat, my name is Petra"
KEPT = "text\tintent\talt\tlang\ttags\n"
PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A house with one case in it, and the commands beside it."""

    home: Home
    env: dict[str, str]
    folder: Path
    reference: str

    @property
    def out(self) -> Path:
        return self.folder / "review.tsv"

    async def types(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command without a terminal."""
        command = [sys.executable, "-m", "bot", *words]
        return await asyncio.to_thread(
            subprocess.run, command, env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )

    async def reviews(self, *answers: tuple[str, str], out: Path | None = None) -> str:
        """The review on a terminal: each answer after its question; everything that was shown."""
        command = [sys.executable, "-m", "bot", "nlu", "review", "--out", str(out or self.out)]
        return await asyncio.to_thread(self._talk, command, answers)

    def _talk(self, command: Sequence[str], answers: Sequence[tuple[str, str]]) -> str:
        ours, theirs = pty.openpty()
        process = subprocess.Popen(command, env=self.env, cwd=self.folder, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        try:
            return _answered(ours, answers)
        finally:
            os.close(ours)
            process.kill()
            process.wait(PATIENCE)

    async def marked_too(self, *texts: str) -> None:
        """More messages with marks."""
        for text in texts:
            await self.home.says(text)
            await _mark(self.home, self.reference)

    async def marks(self) -> int:
        """How many marks are left."""
        async with self.home.house.store.begin() as tx:
            return len(await tx.misreads.all())


def _answered(terminal: int, answers: Sequence[tuple[str, str]]) -> str:
    shown, looked = "", 0
    for question, answer in answers:
        while (found := shown.find(question, looked)) < 0 and (more := _read(terminal)):
            shown += more
        assert found >= 0, shown
        looked = found + len(question)
        os.write(terminal, answer.encode())
    while more := _read(terminal):
        shown += more
    return shown


def _read(terminal: int) -> str:
    """What a terminal shows next; nothing when its program has ended, or says nothing for long."""
    if not select.select([terminal], [], [], PATIENCE)[0]:
        return ""
    try:
        return os.read(terminal, 65536).decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError:
        return ""


async def _mark(home: Home, reference: str) -> None:
    """The latest message."""
    async with home.house.store.begin() as tx:
        (officer,) = await tx.officers.all()
    await misread.mark(home.house, officer, reference, None, "death_threat")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """An emergency is in the queue, its message marked."""
    data, key = tmp_path / "data", tmp_path / "key" / "master.key"
    data.mkdir()
    master, url, clock = MasterKey.create(key), f"sqlite:///{data / 'defender-line.db'}", FakeClock()
    await migrate(url, master)
    store = await SqlStore.open(url, master, data_dir=data, clock=clock)
    home = Home(store, clock)
    await home.enrols()
    await home.says(CRY)
    reference = await home.reference()
    await _mark(home, reference)
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "TERM": "dumb", "LC_ALL": "C.UTF-8",
           "DL_DATA_DIR": str(data), "DL_MASTER_KEY_FILE": str(key)}  # fmt: skip
    yield Desk(home=home, env=env, folder=tmp_path, reference=reference)
    await store.close()


ENTER = "\n"
TEXT, INTENT, LANGUAGE, CONFIRM = "keeps it", "intent (", "language", "Can nobody be recognised?"
#: Everything as it is proposed.
BEFORE = ((TEXT, ENTER), (INTENT, ENTER), (LANGUAGE, ENTER))


async def test_a_line_is_written_after_a_persons_yes_and_holds_no_detail(desk: Desk) -> None:
    shown = await desk.reviews(*BEFORE, (CONFIRM, "yes\n"))
    assert "You must be SURE that nobody can be" in shown
    assert "death_threat: threat to kill" in shown
    assert desk.out.read_text() == f"{KEPT}{CLEANED}\tdeath_threat\t\ten\thand-review\n"
    assert desk.out.stat().st_mode & 0o777 == 0o600
    assert "kestreli" not in shown and "998" not in shown
    assert await desk.marks() == 0


async def test_without_a_typed_yes_nothing_is_written_and_the_mark_stays_and_never_takes_it(desk: Desk) -> None:
    await desk.marked_too("he said it again", "and again", "and today")
    words = ("", "y", "ja", "never")
    shown = await desk.reviews(*(each for word in words for each in (*BEFORE, (CONFIRM, f"{word}\n"))))
    assert "0 written" in shown
    assert not desk.out.exists()
    assert await desk.marks() == len(words) - 1
    await desk.reviews((TEXT, ENTER), (INTENT, "never\n"), *BEFORE, (CONFIRM, "\x04"))
    assert not desk.out.exists(), "broken off"
    assert await desk.marks() == len(words) - 2


async def test_the_person_may_change_text_intent_and_language_but_puts_no_number_back(desk: Desk) -> None:
    typed = f"\x15{EDITED}, 067 111 222\n"  # Ctrl-U empties the line that stands there
    await desk.reviews((TEXT, typed), (INTENT, "nonsense\n"), ("no such intent", ""), (INTENT, "attack_now\n"), (LANGUAGE, "cnr\n"),
                       (CONFIRM, "yes\n"))  # fmt: skip
    assert desk.out.read_text() == f"{KEPT}{EDITED}, [number]\tattack_now\t\tcnr\thand-review\n"


async def test_where_there_is_no_terminal_the_review_refuses(desk: Desk) -> None:
    done = await desk.types("nlu", "review", "--out", str(desk.out))
    assert (done.returncode, done.stdout) == (1, "")
    assert "standard input is no terminal" in done.stderr
    assert await desk.marks() == 1


async def test_nothing_is_exported_into_the_data_directory(desk: Desk) -> None:
    shown = await desk.reviews(out=desk.folder / "data" / "review.tsv")
    assert "not into the data directory" in shown
    assert not (desk.folder / "data" / "review.tsv").exists()


async def test_misread_marks_by_number_as_the_queue_shows_it(desk: Desk) -> None:
    shown = await desk.types("queue", "show", desk.reference)
    (number,) = [line["number"] for line in map(json.loads, shown.stdout.splitlines()) if line.get("who") == "defender"]
    done = await desk.types("queue", "misread", desk.reference, str(number), "--intent", "attack_now", "--as", "Ana")
    assert json.loads(done.stdout) == {"reference": desk.reference, "number": 1, "misread": True, "intent": "attack_now"}
    refused = await desk.types("queue", "misread", desk.reference, "--intent", "nonsense")
    assert refused.returncode == 1
    assert "nlu/intents.yml" in refused.stderr
    assert (await desk.types("queue", "misread", desk.reference, "--as", "Bo")).returncode == 1
