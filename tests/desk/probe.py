"""What a process that opens strangers' files could do, were it taken over: lines to stand in the place of its work."""

from pathlib import Path


def probe(target: Path, memory: int, say: str) -> str:
    """It tries to see our secrets, to write ``target`` and to take ``memory``; ``say``: an expression of ``found``, in bytes."""
    return f"""
    import os
    found = [name for name in os.environ if name.startswith("DL_")]
    try:
        with open({str(target)!r}, "wb") as file:
            file.write(b"x")
        found.append("wrote")
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
