"""Looking for what must not be there, in every coat it may wear."""

import base64
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote


def _inside_base64(raw: bytes) -> set[bytes]:
    """How ``raw`` looks in the middle of something that was encoded as base64: three alignments, two alphabets."""
    found = set()
    for before in range(3):
        encode = base64.b64encode(b"\0" * before + raw)
        whole = encode[-(-before * 8 // 6) : len(encode) // 4 * 4 - 4]
        found |= {whole, whole.translate(bytes.maketrans(b"+/", b"-_"))}
    return {each for each in found if len(each) >= 8}


def coats(needle: str | bytes) -> set[bytes]:
    """UTF-8, UTF-16 both ways, base64, hexadecimal, URL and JSON escapes."""
    if isinstance(needle, bytes):
        return {needle, needle.hex().encode(), needle.hex().upper().encode()} | _inside_base64(needle)
    raw = needle.encode()
    plain = {raw, raw.hex().encode(), raw.hex().upper().encode(), needle.encode("utf-16-le"), needle.encode("utf-16-be")}
    escaped = {quote(needle).encode(), quote(needle, safe="").encode(), json.dumps(needle)[1:-1].encode()}
    python = {repr(needle)[1:-1].encode(), ascii(needle)[1:-1].encode(), ascii(raw)[2:-1].encode()}
    return plain | escaped | python | _inside_base64(raw)


def hits(needles: Iterable[str | bytes], haystacks: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Where something was found: the place, and the beginning of what."""
    found = []
    for needle in needles:
        dressed = coats(needle)
        found += [(place, repr(needle)[:40]) for place, hay in haystacks.items() if any(coat in hay for coat in dressed)]
    return found


def folder(*roots: Path) -> dict[str, bytes]:
    """Every file below these folders with its content; names count too, and those of sockets and folders."""
    held = {}
    for root in roots:
        for path in sorted(root.rglob("*")):
            name = str(path.relative_to(root))
            held[f"{root.name}/{name} (name)"] = name.encode("utf-8", "surrogateescape")
            if path.is_file():
                held[f"{root.name}/{name}"] = path.read_bytes()
    return held
