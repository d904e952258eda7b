"""The model's environment as tests use it: its Python, its server, and a small project to be trained."""

import json
import os
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.modelhash import INGREDIENTS

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"
TOKEN = "a-token-of-the-tests"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
#: Seconds: a server or a training that takes longer is broken, on a busy machine too.
PATIENCE = 180

SMALL_INTENTS = "intents:\n  greet: {class: N}\n  thanks: {class: N}\n  attack_now: {class: E1}\n"
SMALL_DOMAIN = 'version: "3.1"\nintents:\n  - greet\n  - thanks\n  - attack_now\n'
SMALL_ROWS = {
    "greet": ("hello there", "good morning to you", "hi, how are you"),
    "thanks": ("thank you so much", "many thanks for this", "thanks, that helps"),
    "attack_now": ("they are beating him", "men break the door", "someone shoots at us"),
}
COLUMNS = "text\tintent\talt\tlang\ttags\n"


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a few lines in Rasa's environment, with the project's root on the path."""
    lines = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"
    return subprocess.run([PYTHON, "-W", "ignore", "-c", lines, *arguments], capture_output=True, text=True, timeout=PATIENCE)


def train(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Train the project in ``root``."""
    command = [str(PYTHON), str(ROOT / "nlu" / "train.py"), "--root", str(root), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)


def small_project(root: Path) -> Path:
    """This tree's code with three intents and a dozen messages of two writers."""
    for pattern in INGREDIENTS:
        for file in ROOT.glob(pattern):
            if file.suffix != ".tsv":
                _copy(file, root)
    (root / "nlu" / "intents.yml").write_text(SMALL_INTENTS)
    (root / "nlu" / "domain.yml").write_text(SMALL_DOMAIN)
    (root / "nlu" / "data" / "en").mkdir(parents=True)
    for hand in ("hand-x", "hand-y"):
        rows = [f"{text} {hand[-1]}\t{intent}\t\ten\t{hand}\n" for intent, texts in SMALL_ROWS.items() for text in texts]
        data_file(root, hand).write_text(COLUMNS + "".join(rows))
    return root


def _copy(file: Path, root: Path) -> None:
    target = root / file.relative_to(ROOT)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)


def data_file(root: Path, hand: str) -> Path:
    """The messages of one writer."""
    return root / "nlu" / "data" / "en" / f"{hand}.tsv"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    body: str

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server."""

    url: str
    process: "subprocess.Popen[str]"

    def call(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        request = urllib.request.Request(self.url + path, data=body, method=method, headers=dict(headers or {}))
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return Answer(status=answer.status, body=answer.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(status=error.code, body=error.read().decode())

    def parse(self, body: bytes) -> Answer:
        return self.call("POST", "/model/parse", body, BEARER)

    def health(self) -> Answer:
        """Waits until the server has started: the socket is open before it."""
        return self.call("GET", "/health")

    def ends(self) -> str:
        """Stop it; everything that it wrote."""
        self.process.terminate()
        out, err = self.process.communicate(timeout=PATIENCE)
        return out + err


def start(listening: socket.socket, *options: str, token: str = TOKEN) -> "subprocess.Popen[str]":
    """The server's process on that socket."""
    command = [str(PYTHON), str(ROOT / "nlu" / "server.py"), f"--fd={listening.fileno()}", *options]
    env = {**os.environ, "DL_NLU_TOKEN": token}
    return subprocess.Popen(command, env=env, pass_fds=[listening.fileno()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def serving(model: Path | None = None) -> Iterator[Server]:
    """A server of this tree's model, or of another archive; one that does not load is up for a while."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        process = start(listening, f"--linger={PATIENCE}", *([f"--model={model}"] if model else []))
        try:
            yield Server(url=f"http://127.0.0.1:{listening.getsockname()[1]}", process=process)
        finally:
            process.kill()
            process.communicate()
