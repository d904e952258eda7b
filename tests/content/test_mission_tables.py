"""What a mission's file says of its ladder and its targets is obeyed, and what it says wrongly refuses to start and is named."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.domain.errors import RefuseToStart
from bot.domain.figures import TARGETS, Step
from bot.domain.ladder import Ladder
from bot.responses import Mission, load_mission
from tests.journeys.house import ROOT

PODGORICA = ROOT / "missions" / "podgorica.toml"


def mission(tmp_path: Path, more: str) -> Mission:
    file = tmp_path / "mission.toml"
    file.write_text(f"{PODGORICA.read_text('utf-8')}\n{more}\n", "utf-8")
    return load_mission(file)


def test_what_is_left_out_is_as_in_the_program(tmp_path: Path) -> None:
    read = mission(tmp_path, "")
    assert (read.ladder, read.targets) == (Ladder(), TARGETS)


def test_what_is_said_is_taken(tmp_path: Path) -> None:
    read = mission(tmp_path, '[ladder]\nrepeat_minutes = 1\ntest_at = "07:30"\n[targets]\nalert_seconds = 30\nwords_minutes = 20')
    assert (read.ladder.repeat, read.ladder.test_at) == (timedelta(minutes=1), time(7, 30))
    assert read.targets == {**TARGETS, Step.ALERT: timedelta(seconds=30), Step.WORDS: timedelta(minutes=20)}


def test_the_daily_test_can_be_left_out(tmp_path: Path) -> None:
    assert mission(tmp_path, '[ladder]\ntest_at = "never"').ladder.test_at is None


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ("[ladder]\nrepeat = 1", "ladder.repeat"),
        ("[ladder]\nrepeat_minutes = 0", "ladder.repeat_minutes"),
        ("[ladder]\nthen_every_minutes = 61", "ladder.then_every_minutes"),
        ("[ladder]\nrepeat_minutes = true", "ladder.repeat_minutes"),
        ("[ladder]\nrepeat_minutes = 5", "ladder: supervisors are rung"),
        ("[ladder]\neverybody_minutes = 4", "ladder: supervisors are rung"),
        ('[ladder]\ntest_at = "soon"', "ladder.test_at"),
        ("[ladder]\ntest_at = 9", "ladder.test_at"),
        ("[targets]\nalert = 1", "targets.alert"),
        ("[targets]\nalert_seconds = 0", "targets.alert_seconds"),
        ("[targets]\nwords_minutes = 1441", "targets.words_minutes"),
        ("[targets]\nclaimed_minutes = 1.5", "targets.claimed_minutes"),
    ],
)
def test_what_is_wrong_refuses_to_start_and_is_named(tmp_path: Path, more: str, named: str) -> None:
    with pytest.raises(RefuseToStart, match=named):
        mission(tmp_path, more)
