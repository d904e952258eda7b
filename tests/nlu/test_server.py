"""The model's server: two paths, a token, no words in its logs, and no life of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nlu.contract import classes
from tests.nlu.model import BEARER, PATIENCE, PYTHON, ROOT, TOKEN, Server, run, serving, start

HELLO = b'{"text": "good morning"}'
NAME = "Zorica"


def test_a_parse_ranks_every_intent_of_the_contract(server: Server) -> None:
    parsed = server.parse(HELLO).json()
    assert parsed["intent"]["name"] == "greet"
    assert parsed["text"] == "good morning"
    assert {each["name"] for each in parsed["intent_ranking"]} == set(classes())
    assert sum(each["confidence"] for each in parsed["intent_ranking"]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"), ("HEAD", "/health"), ("POST", "/health"), ("GET", "/model/parse"), ("PUT", "/model/parse"), ("GET", "/status"),
        ("GET", "/version"), ("PUT", "/model"), ("DELETE", "/model"), ("POST", "/model/train"), ("GET", "/domain"),
        ("POST", "/webhooks/rest/webhook"), ("GET", "/conversations/x/tracker"), ("POST", "/model/parse/"), ("GET", "/../etc/passwd"),
    ],
)  # fmt: skip
def test_there_is_nothing_but_the_two_paths(server: Server, method: str, path: str) -> None:
    assert server.call(method, path, HELLO if method in {"POST", "PUT"} else None, BEARER).status in {404, 405}


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/model/parse", {}),
        ("/model/parse", {"Authorization": f"Bearer {TOKEN}x"}),
        ("/model/parse", {"Authorization": TOKEN}),
        ("/model/parse", {"Authorization": "Bearer "}),
        ("/model/parse", {"Authorization": "Bearer \xff"}),
        (f"/model/parse?token={TOKEN}", {}),
        (f"/model/parse?Authorization=Bearer%20{TOKEN}", {}),
    ],
)
def test_nothing_is_parsed_without_the_token_in_the_header(server: Server, path: str, headers: dict[str, str]) -> None:
    answer = server.call("POST", path, HELLO, headers)
    assert answer.status == 401
    assert "intent" not in answer.body


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"not json", 400), (b"[]", 400), (b"null", 400), (b'"text"', 400), (b"{}", 400), (b'{"text": 1}', 400),
        (b'{"text": null}', 400), (b'{"text": ["a"]}', 400), (b'{"text": "a"', 400), (b"\xff\xfe", 400), (b"[" * 100_000, 400),
        (b'{"text": "' + b"a" * 1_000_000 + b'"}', 413),
        (b'{"text": ""}', 200), (b'{"text": "a", "message_id": "7", "x": {}}', 200), (b'{"text": "\\u0000"}', 200),
        (b'{"text": "\\ud800 hello \\udfff"}', 200), (b'{"text": "/greet"}', 200), (b'{"text": "\\u202eolleh\\u202c"}', 200),
        (b'{"text": "' + b"a" * 65_536 + b'"}', 200), (b'{"text": "' + b"\\u0000" * 65_536 + b'"}', 200),
        (json.dumps({"text": "help me " * 8_192}).encode(), 200), (json.dumps({"text": "\N{SOS}" * 16_384}).encode(), 200),
    ],
)  # fmt: skip
def test_every_text_is_read_and_every_other_body_refused(server: Server, body: bytes, status: int) -> None:
    answer = server.parse(body)
    assert answer.status == status
    assert ("intent_ranking" in answer.body) == (status == 200)
    assert server.health().status == 200


def test_the_health_path_needs_no_token_and_tells_only_which_model_serves(server: Server, archive: Path) -> None:
    assert server.health().json() == {"status": "ok", "model": archive.name.removesuffix(".tar.gz")}


@pytest.mark.parametrize("broken", ["cut", "missing", "noise"])
def test_health_and_parse_say_503_when_the_archive_is_broken(archive: Path, tmp_path: Path, broken: str) -> None:
    whole = archive.read_bytes()
    copy = tmp_path / "model.tar.gz"
    if broken != "missing":
        copy.write_bytes(whole[: len(whole) // 2] if broken == "cut" else b"noise" * 1000)
    with serving(copy) as running:
        assert running.health().status == 503
        assert running.parse(HELLO).status == 503


@pytest.mark.parametrize("linger", ["0", "0.5"])
def test_a_server_whose_model_does_not_load_ends_so_that_another_start_may_find_it_mended(tmp_path: Path, linger: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        process = start(listening, f"--model={tmp_path / 'none.tar.gz'}", f"--linger={linger}")
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 3


def test_control_a_copy_of_the_whole_archive_is_healthy(archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / "model.tar.gz"
    copy.write_bytes(archive.read_bytes())
    with serving(copy) as running:
        assert running.health().status == 200


def test_its_logs_hold_no_words_and_no_token(archive: Path, tmp_path: Path) -> None:
    broken = tmp_path / f"{NAME}.tar.gz"
    broken.write_bytes(b"noise")
    for model in (None, broken):
        with serving(model) as running:
            running.health()
            for body in (f'{{"text": "{NAME}"}}', f'{{"text": "{NAME}', f'["{NAME}"]', f"{NAME}", f'{{"text": "{NAME * 200_000}"}}'):
                running.parse(body.encode())
                running.call("POST", f"/model/parse?text={NAME}", body.encode(), {"Authorization": NAME})
            _send_rubbish(running)
            written = running.ends()
        assert NAME not in written
        assert TOKEN not in written
    assert '"level": "ERROR"' in written, "a parse that fails is told, without its words"


def _send_rubbish(running: Server) -> None:
    """A request that is none, with a name in it."""
    host, port = running.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        connection.sendall(f"{NAME} {NAME}\r\n\r\n".encode())
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass


_FAILS = f"import logging\nlogging.getLogger('nlu').error('parse of %s failed', '{NAME}')\nraise ValueError('{NAME}')"


def test_control_without_the_quiet_logs_an_error_carries_the_words() -> None:
    assert NAME in run(_FAILS).stderr
    quiet = run(f"from nlu.quiet import keep_quiet; keep_quiet()\n{_FAILS}").stderr
    assert "ValueError" in quiet
    assert NAME not in quiet


def test_a_socket_that_others_can_reach_is_refused() -> None:
    with socket.create_server(("0.0.0.0", 0)) as listening:
        process = start(listening)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert "the socket is not on the loopback" in err


def test_without_a_token_it_does_not_start() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        process = start(listening, token="")
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert "DL_NLU_TOKEN" in err


def test_the_token_does_not_stay_in_the_process_environment_of_python(server: Server) -> None:
    """The kernel's copy of the first environment stays readable for this user; nothing that is started later inherits it."""
    code = "import os; from nlu import server; sys.argv = ['server', '--port=0']\nimport uvloop; uvloop.run = lambda work: work.close()\n"
    done = run(f"import os; os.environ['DL_NLU_TOKEN'] = 'x'\n{code}server.main(); print('DL_NLU_TOKEN' in os.environ)")
    assert done.stdout == "False\n"


_PARENT = """
import socket, subprocess, sys
listening = socket.create_server(("127.0.0.1", 0))
child = subprocess.Popen([*sys.argv[1:], f"--fd={listening.fileno()}"], pass_fds=[listening.fileno()], stdout=subprocess.DEVNULL)
print(child.pid, listening.getsockname()[1], flush=True)
child.wait()
"""


def _child_of_a_parent(*command: str) -> tuple["subprocess.Popen[str]", int, str]:
    """A program with a socket, started by a parent of its own: the parent, the program's id, its address."""
    env = {**os.environ, "DL_NLU_TOKEN": TOKEN}
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, *command], stdout=subprocess.PIPE, env=env, text=True)
    assert parent.stdout is not None
    child, port = map(int, parent.stdout.readline().split())
    return parent, child, f"http://127.0.0.1:{port}"


def _kill(parent: "subprocess.Popen[str]") -> None:
    parent.kill()
    parent.communicate()


def _ends(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not Path(f"/proc/{pid}").exists() or " Z " in Path(f"/proc/{pid}/stat").read_text():
            return True
        time.sleep(0.02)
    return False


def test_it_dies_with_its_parent_even_when_that_is_killed(archive: Path) -> None:
    parent, child, url = _child_of_a_parent(str(PYTHON), str(ROOT / "nlu" / "server.py"), f"--model={archive}")
    assert Server(url=url, process=parent).health().status == 200
    _kill(parent)
    assert _ends(child, 10)


def test_control_another_program_outlives_its_parent() -> None:
    parent, child, _ = _child_of_a_parent(sys.executable, "-c", "import time; time.sleep(60)")
    _kill(parent)
    try:
        assert not _ends(child, 1)
    finally:
        os.kill(child, signal.SIGKILL)


def test_it_does_not_start_below_a_parent_that_is_dead_already() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        process = start(listening, "--parent=1")
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
