"""After a restore the REST API's posts are let in as before: the webhook's secret is the same again, and in no backup."""

import secrets
import stat
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.crypto import MasterKey
from bot.settings import load
from bot.wiring.messengers import open_messengers
from tests.journeys.house import Home

KEPT = "signal-webhook-secret"


async def secret_of(home: Home, data: Path, key: Path) -> str:
    """What a start on that data directory lets in."""
    data.mkdir(exist_ok=True)
    env = {
        "DL_DATA_DIR": str(data),
        "DL_MASTER_KEY_FILE": str(key),
        "DL_MISSION_FILE": "missions/podgorica.toml",
        "DL_SIGNAL_ACCOUNT": "+38200000000",
        "DL_SIGNAL_API_URL": "http://127.0.0.1:9",
    }
    async with AsyncExitStack() as stack:
        opened = await open_messengers(load(env, dotenv=None), home.house, {"signal": None}, stack)
        return str(opened.listeners[0].args[0].secret)  # type: ignore[attr-defined]  # what is served


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A master key's file."""
    MasterKey.create(tmp_path / "key" / "master.key")
    return tmp_path / "key" / "master.key"


async def test_another_data_directory_with_the_same_key_has_the_same_secret(home: Home, tmp_path: Path, key: Path) -> None:
    before = await secret_of(home, tmp_path / "before", key)
    assert await secret_of(home, tmp_path / "restored", key) == before
    assert (tmp_path / "restored" / KEPT).read_text() == before, "the operator reads it there"
    assert stat.S_IMODE((tmp_path / "restored" / KEPT).stat().st_mode) == 0o600
    MasterKey.load(key).rotated().newest().replace(key)
    assert await secret_of(home, tmp_path / "rotated", key) == before


async def test_control_another_key_or_chance_makes_another_secret(home: Home, tmp_path: Path, key: Path) -> None:
    MasterKey.create(tmp_path / "other" / "master.key")
    made = {await secret_of(home, tmp_path / "a", key), await secret_of(home, tmp_path / "b", tmp_path / "other" / "master.key")}
    made |= {secrets.token_urlsafe(32), MasterKey.load(key).secret("another purpose")}
    assert len(made) == 4
    assert {len(each) for each in made} == {43}


async def test_a_file_that_is_there_is_honoured_and_an_empty_one_lets_nobody_in(home: Home, tmp_path: Path, key: Path) -> None:
    made = await secret_of(home, tmp_path / "data", key)
    (tmp_path / "data" / KEPT).write_text("of-an-earlier-version")
    assert await secret_of(home, tmp_path / "data", key) == "of-an-earlier-version"
    (tmp_path / "data" / KEPT).write_text("")
    assert await secret_of(home, tmp_path / "data", key) == made
