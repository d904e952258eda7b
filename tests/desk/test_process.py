"""The desk as a process: beside everything else under one supervisor, or alone; an address that is taken stops nobody unasked."""

import asyncio
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.promises.processes import ROOT, free_port, until

PATIENCE = 60.0


def env_of(folder: Path, **more: str) -> dict[str, str]:
    # The model is not what is looked at here: an address where nobody answers saves its start.
    nlu = {"DL_NLU_URL": "http://127.0.0.1:9", "DL_NLU_TOKEN": "nobody"}
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "DL_DATA_DIR": str(folder / "data")} | nlu | more


@asynccontextmanager
async def bot(folder: Path, *words: str, **env: str) -> AsyncIterator[Process]:
    """``python -m bot ...`` with its standard error in a file."""
    with (folder / "said").open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, cwd=folder, env=env_of(folder, **env), stdin=PIPE, stdout=DEVNULL, stderr=said
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def said(folder: Path) -> str:
    return (folder / "said").read_text("utf-8")


async def answers(url: str) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        for _ in range(int(PATIENCE * 10)):
            try:
                return await http.get(url, timeout=20.0)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    raise AssertionError("nobody answers")


async def test_run_starts_the_desk_and_prints_the_address_of_the_first_account(tmp_path: Path) -> None:
    port = free_port()
    async with bot(tmp_path, "run", DL_DESK_LISTEN=f"127.0.0.1:{port}") as process:
        await until(lambda: "/begin/" in said(tmp_path), "the address is printed", PATIENCE)
        (address,) = re.findall(rf"http://127\.0\.0\.1:{port}/begin/[\w-]{{43}}", said(tmp_path))
        page = await answers(address)
        assert page.status_code == 200
        assert 'name="password"' in page.text
        assert process.stdin is not None
        process.stdin.close()
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0, "the end of the console's input ends the desk too"
    assert "desk_listens" in said(tmp_path)
    assert address.rsplit("/", 1)[1] not in said(tmp_path).replace(address, ""), "no log line holds it"


async def test_an_address_that_is_taken_stops_a_start_only_where_it_was_asked_for(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with bot(tmp_path, "run", DL_DESK_LISTEN=f"127.0.0.1:{port}") as process:
            assert await asyncio.wait_for(process.wait(), PATIENCE) == 2
    assert "DL_DESK_LISTEN" in said(tmp_path)


async def test_alone_it_stops_when_it_is_told_to_and_says_so_by_its_exit_code(tmp_path: Path) -> None:
    async with bot(tmp_path, "migrate") as made:
        assert await asyncio.wait_for(made.wait(), PATIENCE) == 0
    port = free_port()
    async with bot(tmp_path, "desk", DL_DESK_LISTEN=f"127.0.0.1:{port}") as process:
        assert (await answers(f"http://127.0.0.1:{port}/sign-in")).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0


def environment_of(process: Process, word: str) -> dict[str, str]:
    """That of the child which is called with this word."""
    (child,) = [
        number
        for number in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if word in Path(f"/proc/{number}/cmdline").read_text().split("\0")
    ]
    given = Path(f"/proc/{child}/environ").read_text().split("\0")
    return dict(each.split("=", 1) for each in given if each)


async def test_the_desk_gets_no_secret_of_a_messenger_and_the_worker_does(tmp_path: Path) -> None:
    port, secret = free_port(), "70030:kestrel-kestrel-kestrel"
    messengers = {
        "DL_TELEGRAM_TOKEN": secret, "DL_TELEGRAM_API_URL": "http://127.0.0.1:9", "DL_SIGNAL_ACCOUNT": "+38267000000",
        "DL_SIGNAL_API_URL": "http://127.0.0.1:9", "DL_SIGNAL_WEBHOOK_LISTEN": f"127.0.0.1:{free_port()}",
        "DL_SIGNAL_WEBHOOK_SECRET": "kestrel-webhook", "DL_MISSION_FILE": str(ROOT / "missions" / "podgorica.toml"),
        "DL_MASTER_KEY_FILE": str(tmp_path / "master.key"),
    }  # fmt: skip
    async with bot(tmp_path, "run", DL_DESK_LISTEN=f"127.0.0.1:{port}", **messengers) as process:
        assert (await answers(f"http://127.0.0.1:{port}/sign-in")).status_code == 200
        desk, worker = environment_of(process, "desk"), environment_of(process, "work")
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), PATIENCE)
    assert "kestrel" not in str(desk)
    assert desk["DL_TELEGRAM_TOKEN"].startswith("70030:"), "whose bot it is, it has to know"
    assert (worker["DL_TELEGRAM_TOKEN"], worker["DL_SIGNAL_WEBHOOK_SECRET"]) == (secret, "kestrel-webhook"), "the control"


async def test_a_desk_that_is_turned_off_is_not_there(tmp_path: Path) -> None:
    port = free_port()
    async with bot(tmp_path, "run", DL_DESK="false", DL_DESK_LISTEN=f"127.0.0.1:{port}") as process:
        await until(lambda: "child_started" in said(tmp_path), "everything else runs", PATIENCE)
        assert process.stdin is not None
        process.stdin.close()
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    assert "child=desk" not in said(tmp_path)
    assert "/begin/" not in said(tmp_path)
    async with bot(tmp_path, "desk", DL_DESK="false") as process:
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 2
    assert "DL_DESK: the desk is turned off" in said(tmp_path)


async def test_alone_without_a_database_it_says_what_to_do(tmp_path: Path) -> None:
    async with bot(tmp_path, "desk", DL_DESK_LISTEN=f"127.0.0.1:{free_port()}") as process:
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 2
    assert "run `python -m bot migrate`" in said(tmp_path)
