"""What a process that opens strangers' files could do, were it taken over: lines to stand in the place of its work."""

from pathlib import Path

#: What it finds where nothing limits it.
EVERYTHING = ["wrote", "read", "called", "memory"]


def probe(target: Path, memory: int, say: str) -> str:
    """It tries to see our secrets, to read, to write ``target``, to call out and to take ``memory``; ``say``: of ``found``, in bytes."""
    return f"""
    import os
    found = [name for name in os.environ if name.startswith("DL_")]
    try:
        with open({str(target)!r}, "wb") as file:
            file.write(b"x")
        found.append("wrote")
    except OSError:
        pass
    for name, act in (("read", lambda: os.open("/etc/passwd", os.O_RDONLY)), ("called", lambda: socket.socket())):
        try:
            act()
            found.append(name)
        except OSError:
            pass
    try:
        bytearray({memory})
        found.append("memory")
    except MemoryError:
        pass
    sys.stdout.buffer.write({say})
    sys.exit(0)
"""


def taken_over(source: str, at: str, trying: str, *, limited: bool = True) -> str:
    """The script with ``trying`` in the place of the line ``at``; what it calls out with is there already."""
    for limits in () if limited else ("    _limit()\n", "    _close_in()\n"):
        assert limits in source
        source = source.replace(limits, "")
    assert at in source
    return "import socket\n" + source.replace(at, trying)
