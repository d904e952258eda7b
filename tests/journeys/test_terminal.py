"""The terminal as officers use it: the real commands on a real database, beside the messengers' stand-ins."""

import asyncio
import hashlib
import json
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.errors import KeyChanged
from bot.domain.message import Attachment, ChannelName, Kind, Poison
from bot.storage.database import SqlStore
from bot.storage.tables import audit
from bot.usecases import receive
from bot.usecases.ways import try_ways as ring_all
from tests.fakes import FakeClock
from tests.journeys.files import DEVICE, fetched, jpeg, sends
from tests.journeys.house import Home
from tests.promises.processes import Program
from tests.standins.signal import SignalStandIn
from tests.standins.telegram import TelegramStandIn

VOICE = b"\x00voice\xff" * 900
RAW = '{"update_id": 1, "message": {"text": "kestrel \u202e"}}'


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """A house with cases in it, and the commands beside it."""

    home: Home
    program: Program
    signal: SignalStandIn
    telegram: TelegramStandIn
    folder: Path

    async def types(self, *words: str) -> tuple[int, str, str]:
        """A command's exit code, its standard output and its standard error."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, cwd=self.folder, env=self.program.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        said, complained = await process.communicate()
        return int(process.returncode or 0), said.decode(), complained.decode()

    async def lines(self, *words: str) -> list[dict[str, Any]]:
        """The JSON lines of a command that succeeds."""
        code, said, complained = await self.types(*words)
        assert code == 0, complained
        return [json.loads(line) for line in said.splitlines()]

    async def audited(self, event: str) -> int:
        """How often that stands in the audit."""
        async with self.home.house.store.begin() as tx:
            return len(await tx._work.rows(select(audit.c.seq).where(audit.c.event == event)))  # type: ignore[attr-defined]  # the real one


@pytest.fixture
async def terminal(tmp_path: Path) -> AsyncIterator[Terminal]:
    """Nothing runs but the stand-ins; the house is played by this process."""
    signal, telegram = await SignalStandIn().start(), await TelegramStandIn().start()
    program = Program(tmp_path, telegram, signal)
    await program.command("migrate")
    clock = FakeClock()
    store = await SqlStore.open(f"sqlite:///{program.database}", program.master(), data_dir=program.data, clock=clock)
    yield Terminal(home=Home(store, clock), program=program, signal=signal, telegram=telegram, folder=tmp_path)
    await store.close()
    await signal.stop()
    await telegram.stop()


async def _case(terminal: Terminal, channel: ChannelName) -> str:
    """An emergency with a voice message and a place."""
    await terminal.home.enrols()
    voice = Attachment(content_type="audio/aac", handle="v1", size=len(VOICE))
    place = Attachment(content_type="geo", handle="geo:42.44,19.26")
    await terminal.home.says("they sent me a death threat", sender="77", channel=channel)
    await terminal.home.says("", sender="77", channel=channel, kind=Kind.VOICE, attachments=(voice,))
    await terminal.home.says("", sender="77", channel=channel, kind=Kind.LOCATION, attachments=(place,))
    return await terminal.home.reference()


@pytest.mark.parametrize("channel", [ChannelName.SIGNAL, ChannelName.TELEGRAM])
async def test_a_voice_message_is_listed_with_what_is_known_of_it(terminal: Terminal, channel: ChannelName) -> None:
    reference = await _case(terminal, channel)
    shown = [file for line in await terminal.lines("queue", "show", reference) for file in line.get("attachments", [])]
    assert shown[0] == {"number": "2.1", "type": "audio/aac", "size": len(VOICE), "state": "wanted"}
    assert shown[1] == {"number": "3.1", "type": "geo", "size": None, "is": "geo:42.44,19.26"}
    terminal.home.channels[channel].files["v1"] = VOICE
    await fetched(terminal.home)
    shown = [file for line in await terminal.lines("queue", "show", reference) for file in line.get("attachments", [])]
    assert (shown[0]["state"], shown[0]["sort"], shown[0]["sha256"]) == ("kept", "other", hashlib.sha256(VOICE).hexdigest())
    code, said, complained = await terminal.types("queue", "attachment", reference, "2.1", "voice.aac")
    assert (code, said, "only pictures are shown" in complained) == (1, "", True)
    for words in (
        ("original", reference, "2.1", "for a court"),
        ("agree", reference, "2.1"),
        ("attachment", reference, "2.1", "v", "--original"),
    ):
        code, _, complained = await terminal.types("queue", *words)
        assert code == 1
        assert "takes two persons" in complained or "nobody has agreed" in complained
    assert not (terminal.folder / "v").exists()
    assert await terminal.audited("attachment_read") == 0


async def test_a_picture_is_written_drawn_anew_into_a_file_of_ones_own(terminal: Terminal) -> None:
    reference = await _case(terminal, ChannelName.SIGNAL)
    await sends(terminal.home, jpeg(), sender="77")
    await fetched(terminal.home)
    (line,) = await terminal.lines("queue", "attachment", reference, "4.1", "picture.jpg")
    file = terminal.folder / "picture.jpg"
    assert (line["size"], line["type"]) == (len(file.read_bytes()), "image/jpeg")
    assert (DEVICE in file.read_bytes(), DEVICE in jpeg()) == (False, True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert await terminal.audited("attachment_read") == 1


async def test_a_file_that_is_there_is_never_written_over_nor_a_link_followed(terminal: Terminal) -> None:
    reference = await _case(terminal, ChannelName.SIGNAL)
    (terminal.folder / "there").write_text("mine")
    (terminal.folder / "link").symlink_to("elsewhere")
    for name in ("there", "link"):
        code, said, complained = await terminal.types("queue", "attachment", reference, "2.1", name)
        assert (code, said) == (1, "")
        assert "nothing is overwritten" in complained
    assert (terminal.folder / "there").read_text() == "mine"
    assert not (terminal.folder / "elsewhere").exists()
    assert await terminal.audited("attachment_read") == 0


async def test_what_is_not_kept_is_told_in_words_and_leaves_no_file(terminal: Terminal) -> None:
    reference = await _case(terminal, ChannelName.TELEGRAM)
    code, said, complained = await terminal.types("queue", "attachment", reference, "2.1", "voice")
    assert (code, said) == (1, "")
    assert "it is not kept" in complained
    assert not (terminal.folder / "voice").exists()
    assert await terminal.audited("attachment_read") == 0


async def test_a_place_is_written_as_it_is_without_asking_anybody(terminal: Terminal) -> None:
    reference = await _case(terminal, ChannelName.TELEGRAM)
    await terminal.lines("queue", "attachment", reference, "3.1", "place")
    assert (terminal.folder / "place").read_text() == "geo:42.44,19.26"
    assert terminal.telegram.calls == []


async def test_poison_is_listed_without_its_text_and_with_it_when_asked_for_and_each_reading_is_audited(terminal: Terminal) -> None:
    await terminal.home.enrols()
    assert await terminal.lines("queue", "poison") == []
    poison = Poison(channel=ChannelName.TELEGRAM, account="us", key="poison:1", raw=RAW)
    await receive.receive(terminal.home.house.store, terminal.home.clock, [poison])
    (line,) = await terminal.lines("queue", "poison", "--as", "Ana")
    assert (line["channel"], line["size"], "raw" in line) == ("telegram", len(RAW.encode()), False)
    (line,) = await terminal.lines("queue", "poison", "--raw")
    assert line["raw"] == RAW
    assert await terminal.audited("poison_read") == 3
    code, _, complained = await terminal.types("queue", "poison", "--as", "Bo")
    assert code == 1
    assert "there is no officer" in complained


async def test_the_list_of_officers_says_whether_alerts_get_to_them(terminal: Terminal) -> None:
    await terminal.home.enrols()
    await terminal.home.enrols("Bo", sender="901")
    terminal.home.channels[ChannelName.SIGNAL].refused["901"] = KeyChanged("untrusted")
    await ring_all(terminal.home.house)
    await terminal.home.settles()
    ana, bo = await terminal.lines("officer", "list")
    assert (ana["last_alert_failed"], bo["last_alert_failed"]) == (False, True)
    assert ana["last_alert_confirmed"].startswith("2026-11-24 12:00")


async def test_where_no_number_has_changed_trust_says_so(terminal: Terminal) -> None:
    reference = await _case(terminal, ChannelName.SIGNAL)
    code, _, complained = await terminal.types("queue", "trust", reference)
    assert code == 1
    assert "has not changed" in complained


@pytest.mark.parametrize(
    ("module", "loaded"), [("bot.cli", False), ("bot.channels.signal, bot.channels.telegram", True)], ids=["cli", "control"]
)
def test_a_command_that_speaks_on_no_messenger_does_not_wait_for_their_libraries(module: str, loaded: bool) -> None:
    ask = f"import sys, {module}; print({{'signalbot', 'telegram'}} <= set(sys.modules), {{'signalbot', 'telegram'}} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, timeout=60).stdout.strip()
    assert said.startswith("True") if loaded else said == "False set()"


async def test_a_case_is_offered_in_the_terminal_and_accepted_or_declined_there(terminal: Terminal) -> None:
    reference = await _case(terminal, ChannelName.SIGNAL)
    await terminal.home.enrols("Bo", sender="901")
    assert (await terminal.types("queue", "claim", reference, "--as", "Ana"))[0] == 0
    offer = ("queue", "transfer", reference, "--as", "Ana", "--to")
    code, _, told = await terminal.types(*offer, "Nobody")
    assert (code, told) == (1, "choose an officer who may take it\n")
    assert await terminal.lines(*offer, "bo") == [{"reference": reference, "offered": True}]
    assert await terminal.lines("queue", "decline", reference, "--as", "Bo") == [{"reference": reference, "declined": True}]
    assert (await terminal.types("queue", "take-back", reference, "--as", "Ana"))[0] == 1
    assert (await terminal.types(*offer, "Bo"))[0] == 0
    assert await terminal.lines("queue", "accept", reference, "--as", "Bo") == [{"reference": reference, "state": "claimed"}]
    code, _, told = await terminal.types("queue", "accept", reference, "--as", "Bo")
    assert (code, "it is held by Bo since" in told) == (1, True)
