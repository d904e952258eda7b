"""The learning curve, drawn by the model's own environment."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def learning_curve(root: Path) -> list[dict[str, Any]]:
    """What ``nlu/curve.py`` measured, the smallest share first; empty when it failed, which it says itself."""
    command = [str(root / "nlu" / ".venv" / "bin" / "python"), str(root / "nlu" / "curve.py")]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        lines = [json.loads(line) for line in process.stdout or () if line.strip()]
    if process.returncode != 0:
        sys.stderr.write("the learning curve could not be drawn: see above\n")
    return lines
