"""A process of its own that plays a recording into samples: bytes of a stranger in, loudness and nothing else out.

Started by ``bot.desk.sounds`` with no environment, no files to write and little time.  It imports nothing of ours.  The first bytes choose
one demultiplexer, since some of the library's open other files or addresses that a recording names.
"""

import io
import resource
import sys
import wave
from collections.abc import Iterator
from typing import Any

#: Bytes of memory, seconds of the processor, open files.
_MEMORY, _SECONDS, _FILES = 1_000_000_000, 15, 32
_BEGINNINGS = (
    (b"OggS", "ogg"), (b"fLaC", "flac"), (b"#!AMR", "amr"), (b"RIFF", "wav"), (b"ID3", "mp3"), (b"\x1a\x45\xdf\xa3", "matroska"),
)  # fmt: skip
#: What phones and messengers record speech with.
_CODECS = frozenset({"opus", "vorbis", "aac", "mp3", "mp3float", "flac", "amrnb", "amrwb", "pcm_s16le", "pcm_u8", "pcm_alaw", "pcm_mulaw"})


def _limit() -> None:
    """Before anything is read."""
    limits = {
        resource.RLIMIT_AS: _MEMORY,
        resource.RLIMIT_CPU: _SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: _FILES,
    }
    for name, most in limits.items():
        resource.setrlimit(name, (most, most))


def _close_in() -> None:
    """Before the stranger's bytes are read: from here on nothing is opened, no file, no connection, and no process begins."""
    for name in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC):
        resource.setrlimit(name, (0, 0))


def _demultiplexer(content: bytes) -> str:
    if content[4:8] == b"ftyp":
        return "mov"
    if content[:1] == b"\xff":
        return "aac" if content[1] & 0xF6 == 0xF0 else "mp3"
    return next((name for beginning, name in _BEGINNINGS if content.startswith(beginning)), "")


def main(rate: int, seconds: int) -> None:
    """Read a recording, and write how it sounds."""
    _limit()
    import av  # under the limits already

    # The library looks for what it needs only when it meets a stream: it meets one of ours first.
    _played(av, _nothing(), "wav", rate, 1)
    _close_in()
    content = sys.stdin.buffer.read()
    kind = _demultiplexer(content)
    if not kind:
        sys.exit(2)
    sys.stdout.buffer.write(_played(av, content, kind, rate, seconds))


def _nothing() -> bytes:
    """A recording of a tenth of a second of silence."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(1_600))
    return held.getvalue()


def _played(av: Any, content: bytes, kind: str, rate: int, seconds: int) -> bytes:
    """The samples of the first ``seconds``."""
    most, said = rate * seconds * 2, bytearray()
    with av.open(io.BytesIO(content), format=kind) as given:
        stream = next(iter(given.streams.audio), None)
        if stream is None or stream.codec_context.name not in _CODECS:
            sys.exit(2)
        stream.codec_context.thread_count = 1
        resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
        for frame in _frames(av, given, stream):
            for part in resampler.resample(frame):
                said += bytes(part.planes[0])[: part.samples * 2]
            if len(said) >= most:
                break
        for part in resampler.resample(None):
            said += bytes(part.planes[0])[: part.samples * 2]
    return bytes(said[:most])


def _frames(av: Any, given: Any, stream: Any) -> Iterator[Any]:
    """What can be decoded: a recording that was cut off is heard to where it was cut."""
    packets = given.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                return
            frames = packet.decode()
        except av.FFmpegError:
            continue  # a packet that is damaged; where it is the file, nothing follows
        yield from frames


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
