"""Bad input, through the real program: every odd thing gets a fitting reply and loses nothing; what is malformed is kept and counted."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.dialogue.danger import WITHOUT_POLICE
from bot.domain.text import clean
from bot.domain.understanding import IntentClass
from bot.nlu import load_classes
from tests.channels.odd import EVERY, Odd
from tests.channels.running import BROKEN_FRAMES, BROKEN_UPDATES, GROUPS, SEEDED, Outcome, Run, Told, person
from tests.standins.telegram import TOKEN

ROOT = Path(__file__).resolve().parents[2]
MODES = ("polling", "webhook")
#: Replies to an emergency: which of them is the model's word, if it is quick enough; that it is one of them is the rules'.
ALARMS = {name for name, cls in load_classes(ROOT / "nlu").items() if cls is IntentClass.E1} | {
    "emergency_unknown",
    *WITHOUT_POLICE.values(),
}


@pytest.fixture(scope="module", params=MODES)
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The real program, once with polling and once with Telegram's webhook."""
    return asyncio.run(Run(tmp_path_factory.mktemp(request.param), request.param).outcome())


SENT = [("telegram", str(SEEDED + number), odd) for number, odd in enumerate(EVERY) if odd.telegram is not None]
SENT += [("signal", person(number), odd) for number, odd in enumerate(EVERY) if odd.signal is not None]


@pytest.mark.parametrize(("messenger", "address", "odd"), SENT, ids=[f"{messenger}-{odd.name}" for messenger, _, odd in SENT])
def test_an_odd_input_is_kept_as_it_was_and_gets_a_fitting_reply(outcome: Outcome, messenger: str, address: str, odd: Odd) -> None:
    told = outcome.people.get((messenger, address), Told())
    assert told.kept == [clean(odd.text)]
    assert told.got, "nobody is left without an answer"
    assert set(odd.says) <= set(told.names)
    assert not odd.alarm or ALARMS & set(told.names)


def test_nobody_got_what_another_one_should(outcome: Outcome) -> None:
    assert len(outcome.people) == len(SENT) + len(GROUPS)
    assert all(len(told.got) == len(told.names) for told in outcome.people.values())


@pytest.mark.parametrize("messenger", GROUPS)
def test_a_group_is_told_once_that_it_is_not_served_and_nothing_said_there_is_kept(outcome: Outcome, messenger: str) -> None:
    told = outcome.people[messenger, GROUPS[messenger]]
    assert told.kept == [""]
    assert told.names == ["group_not_served"]
    assert len(told.got) == 1
    assert outcome.left == [GROUPS["telegram"]]


def test_each_malformed_update_and_frame_is_poison_and_counted(outcome: Outcome) -> None:
    assert outcome.counts["poison_telegram"] == len(BROKEN_UPDATES) + 1
    assert outcome.counts["poison_signal"] == len(BROKEN_FRAMES)
    assert outcome.poisons == len(BROKEN_UPDATES) + 1 + len(BROKEN_FRAMES)


def test_a_post_without_its_secret_is_refused_and_counted(outcome: Outcome) -> None:
    assert set(outcome.statuses) <= {403}
    refused = {name: outcome.counts.get(f"refused_{name}", 0) for name in ("telegram", "signal")}
    assert refused == ({"telegram": 2, "signal": 1} if outcome.statuses else {"telegram": 0, "signal": 0})


def test_control_a_store_that_takes_texts_as_they_come_fails_for_some_of_them(tmp_path: Path) -> None:
    failed = []
    with sqlite3.connect(tmp_path / "naive.db") as naive:
        naive.execute("CREATE TABLE inbox (text TEXT)")
        for odd in EVERY:
            try:
                naive.execute("INSERT INTO inbox VALUES (?)", (odd.text,))
            except UnicodeEncodeError:
                failed.append(odd.name)
    assert failed == ["lone surrogates", "a lone surrogate in words"]


RIGHT = {"DL_TELEGRAM_TOKEN": TOKEN, "DL_MISSION_FILE": "m.toml", "DL_MASTER_KEY_FILE": "/nowhere/key"}
WRONG = [
    ("DL_TELEGRAM_TOKEN", {"DL_TELEGRAM_TOKEN": "horsebattery"}),
    ("DL_TELEGRAM_MODE", {"DL_TELEGRAM_MODE": "horsebattery"}),
    ("DL_TELEGRAM_WEBHOOK_SECRET", {"DL_TELEGRAM_MODE": "webhook", "DL_TELEGRAM_WEBHOOK_SECRET": "horse battery"}),
    ("DL_MISSION_FILE", {"DL_MISSION_FILE": ""}),
    ("DL_MASTER_KEY_FILE", {"DL_MASTER_KEY_FILE": "data/horsebattery"}),
    ("DL_SIGNAL_API_URL", {"DL_SIGNAL_ACCOUNT": "+38220000000"}),
    ("DL_TELEGRAM_TOKNE", {"DL_TELEGRAM_TOKNE": "horsebattery"}),
]


@pytest.mark.parametrize(("name", "wrong"), WRONG, ids=[name for name, _ in WRONG])
def test_wrong_settings_refuse_to_start_and_name_the_setting(tmp_path: Path, name: str, wrong: dict[str, str]) -> None:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DL_DATA_DIR": "data"} | RIGHT | wrong
    ended = subprocess.run([sys.executable, "-m", "bot", "run"], cwd=tmp_path, env=env, capture_output=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert name in ended.stderr.decode()
    assert b"horse" not in ended.stderr.replace(name.encode(), b""), "the value is not repeated"
    assert ended.stdout == b""
    assert list(tmp_path.iterdir()) == [], "nothing was written"


LINES = (
    b"",
    b" \t",
    b"\xff\xfe\xfa",
    b"a\x00b",
    "🆘".encode(),
    b"x" * 65_536,
    b"/frobnicate \xe2\x80\xae",
    b"police are breaking down our door",
    b"\x1b[2J",
)


def test_the_console_takes_whatever_bytes_are_typed_and_leaves_in_good_order(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DL_DATA_DIR": str(tmp_path / "data")}
    command, typed = [sys.executable, "-m", "bot", "run"], b"\n".join(LINES)
    ended = subprocess.run(command, cwd=tmp_path, env=env, input=typed, capture_output=True, timeout=120, check=False)
    assert ended.returncode == 0
    assert "Is anyone hurt, held, missing or threatened" in ended.stdout.decode()
    with sqlite3.connect(tmp_path / "data" / "defender-line.db") as database:
        assert database.execute("SELECT count(*) FROM inbox WHERE state = 'done'").fetchone() == (len(LINES),)
        assert database.execute("SELECT cls FROM handoffs WHERE state <> 'closed'").fetchall() == [("E1",)]
