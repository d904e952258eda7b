"""Print the path of a Python that works: ``find_python.py 3 11`` (3.11 or newer, with venv) or ``find_python.py 3.10`` (just that).

Every candidate is executed before it is believed: a pyenv shim may be on the PATH and belong to no active version.
Runs on Python 3.7 too, which may be all that ``python3`` is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_ASK = "import sys; print(sys.executable, *sys.version_info[:2])"
#: uv makes the exact one's environment, and needs neither.
_WITH_VENV = f"import venv, ensurepip; {_ASK}"


def candidates(names: list[str]) -> Iterator[str]:
    """Programs of those names on the PATH, then every version of pyenv, the newest first."""
    for name in names:
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            found = shutil.which(name, path=folder)
            if found:
                yield found
    roots = [os.environ.get("PYENV_ROOT"), str(Path.home() / ".pyenv")]
    for root in dict.fromkeys(root for root in roots if root):
        versions = sorted(Path(root).glob("versions/3.*/bin/python"), key=_version, reverse=True)
        yield from map(str, versions)


def _version(path: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in path.parent.parent.name.split(".") if part.isdigit())


def asked(program: str, question: str) -> tuple[str, tuple[int, int]] | None:
    """Where a Python really is and which version it is; None when it does not run."""
    try:
        said = subprocess.run([program, "-c", question], capture_output=True, text=True, timeout=20, check=True).stdout.split()
        return said[0], (int(said[1]), int(said[2]))
    except (OSError, subprocess.SubprocessError, IndexError, ValueError):
        return None


def main(words: list[str]) -> int:
    """0 and a path on standard output, or 1."""
    exact = len(words) == 1
    wanted = tuple(int(part) for part in (words[0].split(".") if exact else words))
    names = [f"python{words[0]}"] if exact else ["python3", "python3.13", "python3.12", "python3.11", "python3.14"]
    for program in candidates(names):
        found = asked(program, _ASK if exact else _WITH_VENV)
        if found and (found[1] == wanted if exact else found[1] >= wanted):
            sys.stdout.write(found[0] + "\n")
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
