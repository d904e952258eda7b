"""What may pass over officers' own messengers is read strictly: a slip of the pen must not open a door."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.doors import Doors
from bot.domain.errors import RefuseToStart
from bot.domain.message import ChannelName
from bot.responses import load_mission
from tests.content.conftest import ROOT

SHIPPED = (ROOT / "missions" / "podgorica.toml").read_text("utf-8")


def _doors(folder: Path, table: str) -> Doors:
    file = folder / "mission.toml"
    file.write_text(f"{SHIPPED}\n[officers]\n{table}\n", "utf-8")
    return load_mission(file).officers


def test_what_is_left_out_is_signal_for_a_day_and_nothing_over_telegram(tmp_path: Path) -> None:
    doors = _doors(tmp_path, "")
    assert doors == load_mission(ROOT / "missions" / "podgorica.toml").officers
    assert (doors.open_to(ChannelName.SIGNAL), doors.open_to(ChannelName.TELEGRAM), doors.open_to(None)) == (True, False, False)
    assert doors.disappearing == timedelta(days=1)


def test_a_mission_closes_signal_opens_telegram_and_sets_a_time(tmp_path: Path) -> None:
    doors = _doors(tmp_path, 'content = { signal = false, telegram = true }\ndisappearing = "8h"')
    assert (doors.content, doors.disappearing) == (frozenset({ChannelName.TELEGRAM}), timedelta(hours=8))
    assert _doors(tmp_path, "content = { telegram = true }").content == frozenset({ChannelName.SIGNAL, ChannelName.TELEGRAM})


@pytest.mark.parametrize(("table", "named"), [
    ("contents = true", "unknown key officers.contents"), ("content = true", "officers.content is not a table"),
    ("content = { signl = true }", "officers.content.signl"), ('content = { telegram = "false" }', "officers.content.telegram"),
    ("content = { telegram = 0 }", "officers.content.telegram"), ("content = { console = true }", "officers.content.console"),
    ('disappearing = "1 day"', "officers.disappearing"), ("disappearing = 3600", "officers.disappearing"),
    ('disappearing = "0d"', "officers.disappearing"), ('disappearing = "4m"', "officers.disappearing"),
    ('disappearing = "5w"', "officers.disappearing"), ('disappearing = "off"', "officers.disappearing"),
])  # fmt: skip
def test_anything_else_refuses_to_start_and_names_the_key(tmp_path: Path, table: str, named: str) -> None:
    with pytest.raises(RefuseToStart, match=named):
        _doors(tmp_path, table)
