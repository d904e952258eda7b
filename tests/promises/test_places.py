"""A folder that cannot be made or written to is refused by the setting's name, and ``check`` knows it before."""

from pathlib import Path

import pytest

from bot.domain.errors import RefuseToStart
from bot.settings import load
from bot.storage.database import lock_data_dir
from bot.wiring import backup, prepare
from bot.wiring.check import unusable

#: Whoever runs the tests as root may write anywhere but here.
NO_FOLDERS = ("/dev/null", "/proc/nope", "/dev/null/deeper")


@pytest.mark.parametrize("folder", NO_FOLDERS)
async def test_a_data_directory_that_is_none_is_refused_by_name(folder: str) -> None:
    settings = load({"DL_DATA_DIR": folder}, dotenv=None)
    assert [fault.partition(":")[0] for fault in unusable(settings)] == ["DL_DATA_DIR", "DL_MASTER_KEY_FILE"]
    with pytest.raises(RefuseToStart, match="DL_DATA_DIR"):
        await prepare(settings)
    with pytest.raises(RefuseToStart, match="DL_DATA_DIR"), lock_data_dir(settings.data_dir):
        pass


@pytest.mark.parametrize("folder", NO_FOLDERS)
async def test_a_key_that_cannot_be_made_is_refused_by_name(tmp_path: Path, folder: str) -> None:
    settings = load({"DL_DATA_DIR": str(tmp_path / "data"), "DL_MASTER_KEY_FILE": f"{folder}/master.key"}, dotenv=None)
    assert [fault.partition(":")[0] for fault in unusable(settings)] == ["DL_MASTER_KEY_FILE"]
    with pytest.raises(RefuseToStart, match="DL_MASTER_KEY_FILE"):
        await prepare(settings)


async def test_a_backup_into_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    settings = load({"DL_DATA_DIR": str(tmp_path / "data")}, dotenv=None)
    await prepare(settings)
    with pytest.raises(RefuseToStart, match="backup: "):
        await backup(settings, tmp_path / "nowhere" / "copy")
    await backup(settings, tmp_path / "copy")
    assert (tmp_path / "copy").exists(), "control: where there is a folder it is made"


async def test_control_an_empty_place_is_usable_and_nothing_is_made_by_looking(tmp_path: Path) -> None:
    settings = load({"DL_DATA_DIR": str(tmp_path / "a" / "b")}, dotenv=None)
    assert list(unusable(settings)) == []
    assert not (tmp_path / "a").exists()
    await prepare(settings)
    assert list(unusable(settings)) == []
