"""Voice messages at the desk: one officer can hear one, nothing of the file reaches the browser, and nothing in it runs."""

import asyncio
import io
import itertools
import math
import struct
import wave
from functools import cache
from pathlib import Path
from typing import Any

import av
import pytest

from bot.desk import resound, sounds
from bot.desk.apart import Cannot
from bot.desk.proofs import DeskProofs
from bot.desk.security import HEADERS, SANDBOX
from bot.desk.sounds import RATE, Sounds
from bot.domain.account import Role
from bot.domain.message import Kind
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.desk.probe import EVERYTHING, probe, taken_over
from tests.desk.test_attached import readings
from tests.desk.test_pages import DANGER, desk_of
from tests.journeys.files import fetched, sends
from tests.journeys.house import Home

#: How phones and messengers record: the container, the codec, samples a second.
RECORDED = [
    ("ogg", "libopus", 48_000), ("ipod", "aac", 44_100), ("mp4", "aac", 44_100), ("adts", "aac", 44_100), ("mp3", "libmp3lame", 44_100),
    ("wav", "pcm_s16le", 16_000), ("flac", "flac", 44_100), ("matroska", "libopus", 48_000), ("amr", "libopencore_amrnb", 8_000),
]  # fmt: skip
PITCH = 440
TITLE = b"title of Kestrel"


@cache
def voice(container: str = "ogg", codec: str = "libopus", rate: int = 48_000, seconds: int = 2) -> bytes:
    """A recording of one tone, with a title in it."""
    held = io.BytesIO()
    with av.open(held, "w", format=container) as target:
        target.metadata["title"] = TITLE.decode()
        stream: Any = target.add_stream(codec, rate=rate, layout="mono")
        tone = av.AudioFrame(format="s16", layout="mono", samples=rate * seconds)
        tone.rate = rate
        samples = (int(9_000 * math.sin(2 * math.pi * PITCH * place / rate)) for place in range(rate * seconds))
        tone.planes[0].update(b"".join(struct.pack("<h", sample) for sample in samples))
        fitting = av.AudioResampler(format=stream.format, layout="mono", rate=rate, frame_size=stream.frame_size or None)
        for part in (*fitting.resample(tone), *fitting.resample(None), None):
            target.mux(stream.encode(part))
    return held.getvalue()


def heard(content: bytes) -> tuple[float, float]:
    """Seconds and pitch of a WAV."""
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        number = file.getnframes()
        samples = struct.unpack(f"<{number}h", file.readframes(number))
    rises = sum(before < 0 <= after for before, after in itertools.pairwise(samples))
    return number / RATE, rises / (number / RATE)


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


async def case(home: Home, *contents: bytes) -> str:
    await home.says(DANGER)
    await sends(home, *contents, kind=Kind.VOICE, claimed="audio/ogg")
    await fetched(home)
    return await home.reference()


@pytest.mark.parametrize(("container", "codec", "rate"), RECORDED)
async def test_what_phones_record_is_heard(container: str, codec: str, rate: int) -> None:
    made = await Sounds().sound(voice(container, codec, rate))
    seconds, pitch = heard(made)
    assert seconds == pytest.approx(2, abs=0.1)
    assert pitch == pytest.approx(PITCH, rel=0.05)
    assert TITLE not in made


def test_control_the_original_holds_what_must_not_reach_the_browser() -> None:
    assert TITLE in voice()


async def test_an_officer_alone_hears_a_voice_message_after_asking_for_it_and_that_is_audited(
    home: Home, proofs: DeskProofs, ana: Person
) -> None:
    reference = await case(home, voice())
    browser = await desk_of(home, proofs, ana)
    base = f"/conversation/{reference}/attachment/2.1"
    thread = (await browser.get(f"/conversation/{reference}")).text
    assert ("Listen to 2.1" in thread, "<audio" in thread) == (True, False)
    tags, _ = read((await browser.get(base)).text)
    (player,) = [attributes for tag, attributes in tags if tag == "audio"]
    assert (player["src"], player["preload"], "autoplay" in player) == (f"{base}/sound", "none", False)
    assert await readings(home) == [], "nobody has heard anything"
    answer = await browser.get(f"{base}/sound")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav")
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS) | {"Content-Security-Policy": SANDBOX}
    assert heard(answer.content)[1] == pytest.approx(PITCH, rel=0.05)
    assert await readings(home) == ['{"number":"2.1"}']


async def test_strangers_and_administrators_hear_nothing(home: Home, proofs: DeskProofs, root: Person) -> None:
    reference = await case(home, voice())
    for each in (await desk_of(home, proofs, root), Browser(home.house, proofs)):
        assert (await each.get(f"/conversation/{reference}/attachment/2.1/sound")).status_code in {401, 403}
    assert await readings(home) == []


async def test_what_is_no_recording_is_not_played_and_no_picture_is_asked_of_one(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await case(home, b"%PDF-1.7 words", voice())
    browser = await desk_of(home, proofs, ana)
    base = f"/conversation/{reference}/attachment"
    assert [(await browser.get(f"{base}/{end}")).status_code for end in ("2.1/sound", "2.2/picture", "2.2/preview")] == [404] * 3
    assert await readings(home) == [], "what is not shown is no reading"


async def test_a_recording_that_was_cut_off_is_heard_to_where_it_was_cut() -> None:
    whole = voice(seconds=4)
    seconds, pitch = heard(await Sounds().sound(whole[: len(whole) // 2]))
    assert 1 < seconds < 3
    assert pitch == pytest.approx(PITCH, rel=0.05)


async def test_of_a_long_recording_the_beginning_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "PLAYED", 3)
    assert heard(await Sounds().sound(voice(seconds=4)))[0] == 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"OggS",
        b"OggS" + b"\0" * 900,
        b"\xff",
        b"\xff\xf1" + b"\xff" * 900,
        b"RIFF\xff\xff\xff\xffWAVEfmt ",
        b"words",
        b"MZ" + b"\0" * 99,
    ],
    ids=["empty", "name", "zeros", "byte", "frames", "head", "words", "program"],
)
async def test_what_is_made_to_break_who_opens_it_is_not_played(content: bytes) -> None:
    with pytest.raises(Cannot) as refusal:
        await Sounds().sound(content)
    assert refusal.value.for_good


async def test_a_recording_names_no_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of the library's demultiplexers opens the files that a list names."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.wav").write_bytes(voice("wav", "pcm_s16le", 16_000))
    listed = b"ffconcat version 1.0\nfile other.wav\n"
    with pytest.raises(Cannot):
        await Sounds().sound(listed)
    with av.open(io.BytesIO(listed)) as opened:
        assert next(opened.decode(audio=0)).samples > 0, "control: who lets the library choose opens the other file"


async def test_a_codec_that_nobody_speaks_with_is_not_decoded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    odd = voice("matroska", "wavpack", 44_100)
    with pytest.raises(Cannot):
        await Sounds().sound(odd)
    every = tmp_path / "every.py"
    every.write_text(Path(resound.__file__).read_text().replace("not in _CODECS", "not in {stream.codec_context.name}"))
    monkeypatch.setattr(sounds, "_SCRIPT", every)
    assert heard(await Sounds().sound(odd))[1] == pytest.approx(PITCH, rel=0.05), "control: without the list"


async def test_a_process_that_was_taken_over_can_only_make_noise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "taken.py"
    script.write_text("import sys\nsys.stdout.write('<html><script>alert(1)</script>' * 9)\n")
    monkeypatch.setattr(sounds, "_SCRIPT", script)
    made = await Sounds().sound(voice())
    assert made[:4] + made[8:16] == b"RIFFWAVEfmt "
    script.write_text("import sys\nwhile True: sys.stdout.write('x' * 65536)\n")
    with pytest.raises(Cannot):
        await asyncio.wait_for(Sounds().sound(voice()), 60)
    script.write_text("import time\ntime.sleep(600)\n")
    with pytest.raises(Cannot) as refusal:
        await asyncio.wait_for(Sounds(within=0.5).sound(voice()), 20)
    assert not refusal.value.for_good


async def test_the_process_has_no_environment_file_or_connection_and_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DL_TELEGRAM_TOKEN", "kestrel")
    source, script, target = Path(resound.__file__).read_text(), tmp_path / "told.py", tmp_path / "written"
    trying = probe(target, resound._MEMORY, "repr(found).ljust(40).encode()")
    monkeypatch.setattr(sounds, "_SCRIPT", script)
    at = "    content = sys.stdin.buffer.read()\n"
    script.write_text(taken_over(source, at, trying))
    assert (await Sounds().sound(voice()))[44:].strip() == b"[]"
    script.write_text(taken_over(source, at, trying, limited=False))
    assert (await Sounds().sound(voice()))[44:].strip() == repr(EVERYTHING).encode(), "control: without its limits"


async def test_the_terminal_writes_what_is_heard(home: Home, proofs: DeskProofs, root: Person) -> None:
    from bot.cli.fetching import _shown

    bo = await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)
    reference = await case(home, voice())
    officer = next(each for each in await _officers(home) if each.name == bo.account.name)
    kind, content = await _shown(home.house, officer, reference, "2.1")
    assert (kind, heard(content)[0]) == ("audio/wav", pytest.approx(2, abs=0.1))


async def _officers(home: Home) -> list[Any]:
    async with home.house.store.begin() as tx:
        return list(await tx.officers.all())
