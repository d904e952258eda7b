"""No text, id, name or token in any log, exception, database file, write-ahead log or temporary file."""

import io
import logging
import os
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from telegram import Bot

from bot.logs import _LOUD, Redacting
from tests.loggers import put_back
from tests.promises.processes import SECRET, Program, until
from tests.promises.search import coats, folder, hits
from tests.standins.signal import ACCOUNT, SignalStandIn
from tests.standins.telegram import TOKEN, TelegramStandIn

ALARM = "police are breaking my door right now, Kestrelova ulica 17, ordinacija Šćepanović"
QUESTION = "what are the guidelines about kestrels"
RUBBISH = "a broken update of Kestrel's with words in it"
LATE = "written while the database was locked, by Kestrel"
CHAT, OTHER, PHONE, WRITER, OFFICER = (
    7_310_554_821,
    7_210_664_555,
    "+38267998877",
    "5f9a1c1e-aaaa-4bbb-8ccc-00000000beef",
    "0badcafe-aaaa-4bbb-8ccc-000000000123",
)
NAMES = ("Milica Kestrelić", "kestrel_handle", "Wren Officer", "Zorica")
NEEDLES = ("Kestrelova ulica", "Šćepanović", "about kestrels", "Kestrel's with words", "database was locked, by", str(CHAT), str(OTHER),
           PHONE, PHONE[1:], WRITER, OFFICER, *NAMES, TOKEN, TOKEN.split(":")[1], SECRET, ACCOUNT, "police are breaking")  # fmt: skip
REFERENCE = re.compile(r"[2-9AEKMT]{3}-[2-9AEKMT]{3}")


class Journey:
    """Everybody who takes part, and the steps they take."""

    def __init__(self, where: Path, telegram: TelegramStandIn, signal: SignalStandIn) -> None:
        self.telegram, self.signal = telegram, signal
        self.where = where
        self.program = Program(where, telegram, signal)
        (where / "tmp").mkdir()
        self.program.env |= {"DL_LOG_LEVEL": "DEBUG", "TMPDIR": str(where / "tmp"), "PYTHONASYNCIODEBUG": "1", "PYTHONDEVMODE": "1"}
        self.seen: dict[str, bytes] = {}
        self.code = ""

    def says(self, words: str, chat: int = CHAT) -> None:
        """A person on Telegram, with a name and a handle."""
        sender = {"id": chat, "is_bot": False, "first_name": NAMES[0], "username": NAMES[1], "language_code": "en"}
        self.telegram.arrives(self.telegram.message(words, chat=chat, **{"from": sender}))

    async def posts(self, words: str, sender: str) -> None:
        """A person on Signal, with number and name."""
        frame = self.signal.frame(words, sender=sender)
        frame["params"]["envelope"] |= {"sourceNumber": PHONE, "sourceName": NAMES[0]}
        assert await self.signal.push(frame) == [True]

    async def heard(self, texts: Callable[[], list[str]], number: int, what: str) -> list[str]:
        """Wait until somebody got so many messages."""
        await until(lambda: len(texts()) >= number, what, 60.0)
        return texts()

    def looks(self, when: str) -> None:
        """Keep what can be found in the files at this moment."""
        self.seen |= {f"{when}: {name}": held for name, held in folder(self.program.data, self.where / "tmp").items()}
        self.seen["standard output and error"] = (self.where / "log").read_bytes()

    async def enrols(self) -> None:
        self.code = await self.program.command("officer", "enrol", NAMES[2])
        await self.posts(self.code, OFFICER)
        await self.heard(lambda: self.signal.texts(OFFICER), 1, "the officer is enrolled")

    async def alarms(self) -> None:
        """An emergency on Telegram, a question on Signal; the officer acknowledges."""
        self.says(ALARM)
        await self.heard(lambda: self.telegram.texts(CHAT), 1, "the emergency is answered")
        rung = await self.heard(lambda: self.signal.texts(OFFICER), 2, "the officer is rung")
        reference = REFERENCE.search(rung[-1])
        assert reference is not None
        await self.posts(f"ack {reference[0]}", OFFICER)
        await self.heard(lambda: self.signal.texts(OFFICER), 3, "the acknowledgement is confirmed")
        await self.posts(QUESTION, WRITER)
        await self.heard(lambda: self.signal.texts(WRITER), 1, "the question is answered")

    async def poisons(self) -> None:
        """Payloads that nobody can read, and one that names no known field."""
        self.telegram.arrives({"update_id": 50_001, "message": {"text": RUBBISH, "chat": {"id": CHAT}, "from": [PHONE]}})
        self.telegram.arrives({"update_id": 50_002, "message": RUBBISH})
        assert await self.signal.push(f'{{"envelope": "{RUBBISH} {PHONE}"', {"params": {"envelope": [RUBBISH]}}) == [True, True]
        await until(lambda: not self.telegram.updates, "the broken updates are confirmed")

    async def stumbles(self) -> None:
        """The database cannot be written to for longer than anybody waits; what comes meanwhile is answered afterwards."""
        log = self.where / "log"
        with sqlite3.connect(self.program.database, isolation_level=None) as lock:
            lock.execute("BEGIN IMMEDIATE")
            self.says(LATE, OTHER)
            await until(lambda: b"keep_failed" in log.read_bytes() and b"loop_failed" in log.read_bytes(), "somebody could not write", 60.0)
            lock.execute("ROLLBACK")
        lock.close()
        await self.heard(lambda: self.telegram.texts(OTHER), 1, "what came while it was locked is answered")

    async def forgets(self) -> list[bytes]:
        """All three are forgotten; the ciphertexts that were theirs."""
        with sqlite3.connect(self.program.database) as looking:
            rows = looking.execute("SELECT text_sealed FROM inbox UNION ALL SELECT memory_sealed FROM conversations").fetchall()
            keys = looking.execute("SELECT wrapped_key FROM contacts").fetchall()
        looking.close()
        gone = [row[0] for row in (*rows, *keys) if row[0] is not None]
        got = len(self.signal.texts(WRITER))
        for chat in (CHAT, OTHER):
            self.says("/forget", chat)
        await self.posts("/forget", WRITER)
        await self.heard(lambda: self.signal.texts(WRITER), got + 1, "Signal is forgotten")
        await until(lambda: self.telegram.deleted and self.signal.deleted, "both chats are emptied")
        return gone


@pytest.fixture
async def journey(tmp_path: Path) -> AsyncIterator[Journey]:
    """The real program between stand-ins, as loud as it can be."""
    telegram, signal = await TelegramStandIn().start(), await SignalStandIn().start()
    started = Journey(tmp_path, telegram, signal)
    started.program.start()
    yield started
    await started.program.stop()
    await telegram.stop()
    await signal.stop()


def _poison_apart(gone: list[bytes], database: Path) -> list[bytes]:
    """Poison belongs to nobody that we know of: it goes by time, not by anybody's wish."""
    with sqlite3.connect(database) as looking:
        poison = {row[0] for row in looking.execute("SELECT text_sealed FROM inbox WHERE party = 'poison'")}
    looking.close()
    assert len(poison) >= 3
    return [blob for blob in gone if blob not in poison]


async def test_a_whole_journey_at_debug_leaves_nothing_of_anybody_anywhere(journey: Journey) -> None:
    await until(lambda: journey.telegram.offsets, "the intake runs", 60.0)
    await journey.enrols()
    await journey.alarms()
    journey.looks("talking")
    await journey.poisons()
    await journey.stumbles()
    journey.looks("after a failure")
    gone = _poison_apart(await journey.forgets(), journey.program.database)
    assert len(gone) >= 6
    await until(lambda: not hits(gone, folder(journey.program.data)), "no ciphertext is left", 75.0)
    journey.looks("forgotten")
    await journey.program.stop()
    journey.looks("stopped")
    assert len(journey.seen["standard output and error"].splitlines()) > 10
    assert any(name.endswith("-wal") and held for name, held in journey.seen.items())
    needles = [*NEEDLES, journey.code, journey.code.replace("-", "")]
    assert hits(needles, journey.seen) == []
    assert b"Traceback" not in journey.seen["standard output and error"]


def test_control_the_search_finds_each_needle_in_every_coat() -> None:
    for needle in (*NEEDLES, os.urandom(40)):
        for coat in coats(needle):
            assert hits([needle], {"x": b"before " + coat + b" after"}) != []


@pytest.fixture
def default_logs() -> Iterator[io.StringIO]:
    """Logging as most programs set it up: everything, to one stream, with nothing taken out."""
    stream, root = io.StringIO(), logging.getLogger()
    with put_back():
        # Whoever let the program set up its own logging in this process may have quietened the libraries.
        for name in _LOUD:
            logging.getLogger(name).setLevel(logging.NOTSET)
        root.handlers[:] = [logging.StreamHandler(stream)]
        root.setLevel("DEBUG")
        logging.getLogger("httpx").setLevel("INFO")
        yield stream


@pytest.mark.parametrize("filtered", [False, True])
async def test_control_with_default_logging_the_token_and_the_text_are_found(default_logs: io.StringIO, filtered: bool) -> None:
    if filtered:
        logging.getLogger().handlers[0].addFilter(Redacting((TOKEN,)))
    telegram = await TelegramStandIn().start()
    async with Bot(TOKEN, base_url=f"{telegram.url}/bot") as bot:
        await bot.send_message(CHAT, ALARM)
    await telegram.stop()
    found = {needle for _, needle in hits([TOKEN, "Kestrelova ulica"], {"log": default_logs.getvalue().encode()})}
    assert found == (set() if filtered else {repr(TOKEN)[:40], repr("Kestrelova ulica")})
