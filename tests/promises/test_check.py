"""``check`` looks where things break: at the model by loading it, at messengers by asking them; and it never hangs."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings, load
from bot.wiring.check import unanswering
from nlu.modelhash import model_path
from tests.promises.processes import ROOT
from tests.standins.signal import ACCOUNT, SignalStandIn
from tests.standins.telegram import TOKEN, TelegramStandIn

NOBODY = "http://127.0.0.1:9"
REFUSED = "DL_TELEGRAM_TOKEN: Telegram refuses the token"
TELEGRAM = "DL_TELEGRAM_API_URL: Telegram does not answer"
SIGNAL = "DL_SIGNAL_API_URL: the REST API does not answer"
MODE = "DL_SIGNAL_API_URL: the REST API is not in the mode json-rpc, and posts nothing to us"


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramStandIn]:
    """A Bot API on loopback."""
    server = await TelegramStandIn().start()
    yield server
    await server.stop()


@pytest.fixture
async def messenger() -> AsyncIterator[SignalStandIn]:
    """A REST API on loopback."""
    server = await SignalStandIn().start()
    yield server
    await server.stop()


def configured(telegram: str, messenger: str, token: str = TOKEN) -> Settings:
    """Both messengers."""
    given = {"DL_TELEGRAM_TOKEN": token, "DL_TELEGRAM_API_URL": telegram, "DL_SIGNAL_ACCOUNT": ACCOUNT, "DL_SIGNAL_API_URL": messenger}
    return load(given | {"DL_MASTER_KEY_FILE": "/nowhere/key", "DL_MISSION_FILE": "missions/podgorica.toml"}, dotenv=None)


async def test_messengers_that_do_not_answer_or_refuse_are_faults(telegram: TelegramStandIn, messenger: SignalStandIn) -> None:
    assert await unanswering(configured(telegram.url, messenger.url)) == [], "control: both answer"
    assert await unanswering(load({}, dotenv=None)) == [], "control: none is configured"
    assert await unanswering(configured(NOBODY, NOBODY)) == [TELEGRAM, SIGNAL]
    assert await unanswering(configured(telegram.url, messenger.url, token=f"{TOKEN}x")) == [REFUSED]
    messenger.mode = "normal"
    assert await unanswering(configured(telegram.url, messenger.url)) == [MODE]


async def test_a_messenger_that_hangs_or_talks_nonsense_is_a_fault_within_seconds(
    telegram: TelegramStandIn, messenger: SignalStandIn
) -> None:
    answers: list[Any] = ["hang", (200, {"ok": True, "result": 7}), (502, {})]
    telegram.faults["getMe"] += answers
    for _ in answers:
        began = time.monotonic()
        assert await unanswering(configured(telegram.url, messenger.url)) == [TELEGRAM]
        assert time.monotonic() - began < 15.0


def tree_with_a_cut_model(folder: Path) -> Path:
    """This tree once more, with half a model in it."""
    for name in ("bot", "nlu", "missions", "responses", "locales"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".venv", "models", "__pycache__"))
    (folder / "nlu" / ".venv").symlink_to((ROOT / "nlu" / ".venv").resolve())
    whole = model_path(ROOT)
    (folder / "nlu" / "models").mkdir()
    (folder / "nlu" / "models" / whole.name).write_bytes(whole.read_bytes()[:1_000_000])
    return folder


def bot(tree: Path, *words: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    """A command of that tree."""
    env = {"PATH": os.environ["PATH"], "HOME": str(tree), "PYTHONPATH": str(tree), "DL_DATA_DIR": str(tree / "var")}
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, cwd=tree, env=env, input=given, capture_output=True, text=True, timeout=180)


def test_a_model_that_cannot_be_loaded_is_a_fault_of_check_and_of_understand(tmp_path: Path) -> None:
    tree = tree_with_a_cut_model(tmp_path)
    said = bot(tree, "check")
    assert said.returncode == 1
    assert f"{model_path(ROOT).name}: the model cannot be loaded" in said.stderr
    assert not (tree / "var").exists(), "an empty place stays empty"
    said = bot(tree, "understand", "--jsonl", given='{"text": "they are breaking my door"}\n')
    assert said.returncode == 1
    assert '"class": "E1"' in said.stdout, "the rules speak all the same"


def test_control_with_the_whole_model_both_are_content(tmp_path: Path) -> None:
    tree = tree_with_a_cut_model(tmp_path)
    shutil.copyfile(model_path(ROOT), tree / "nlu" / "models" / model_path(ROOT).name)
    assert "cannot be loaded" not in bot(tree, "check").stderr
    assert bot(tree, "understand", "--jsonl", given='{"text": "they are breaking my door"}\n').returncode == 0
