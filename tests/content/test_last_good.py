"""Who starts again beside a broken file answers from the files that were last fit to be served."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import RefuseToStart
from bot.wiring import lastgood
from tests.content.conftest import ROOT, Contents

MISSION = "missions/podgorica.toml"
THANKS = "responses/en/thanks.md"


@pytest.fixture
def files(contents: Contents, monkeypatch: pytest.MonkeyPatch) -> Contents:
    """A folder of its own with short rules: the real ones take a second to read, again and again."""
    nlu = contents.root / "nlu"
    (nlu / "rules").mkdir(parents=True)
    for name in ("intents.yml", "thresholds.yml", "languages.json"):
        (nlu / name).symlink_to(ROOT / "nlu" / name)
    (nlu / "rules" / "en.yml").write_text(RULES, "utf-8")
    return contents


RULES = """
language: en
rules:
  - name: door
    intent: raid_now
    phrases: ["breaking the door"]
    examples: ["they are breaking the door"]
"""


def served(files: Contents, data: Path) -> lastgood.Files:
    return lastgood.served(files.root / MISSION, files.root, data)


def kept(files: Contents, data: Path) -> None:
    data.mkdir(exist_ok=True)
    lastgood.keep(files.root / MISSION, files.root, data)


@pytest.mark.parametrize("broken", [THANKS, MISSION, "nlu/rules/en.yml"])
def test_beside_a_broken_file_the_copy_is_served_and_the_reason_kept(files: Contents, tmp_path: Path, broken: str) -> None:
    kept(files, tmp_path / "data")
    files.change(broken, lambda text: "{[" + text)
    found = served(files, tmp_path / "data")
    assert found.refused
    assert Path(broken).name in found.refused
    assert found.contents.library.texts["thanks", "en"].body.startswith("You are welcome")
    assert [hit.rule for hit in found.rules.match("they are breaking the door")] == ["door"]


def test_control_without_a_copy_nobody_would_be_answered(files: Contents, tmp_path: Path) -> None:
    files.change(THANKS, lambda text: "{[" + text)
    with pytest.raises(RefuseToStart, match=THANKS):
        served(files, tmp_path / "data")


def test_files_that_are_fit_are_served_as_they_are_whatever_the_copy_says(files: Contents, tmp_path: Path) -> None:
    kept(files, tmp_path / "data")
    files.replace(THANKS, "You are welcome.", "With pleasure.")
    found = served(files, tmp_path / "data")
    assert found.refused is None
    assert found.contents.library.texts["thanks", "en"].body.startswith("With pleasure.")


def test_a_copy_that_was_cut_off_leaves_the_one_before_it(files: Contents, tmp_path: Path) -> None:
    data = tmp_path / "data"
    kept(files, data)
    mission = files.root / MISSION
    with capture_logs() as logged:
        lastgood.keep(mission.with_name("gone.toml"), files.root, data)
    assert [event["event"] for event in logged] == ["content_not_copied"]
    files.change(THANKS, lambda text: "{[" + text)
    assert served(files, data).refused


def test_a_copy_that_was_all_but_in_place_counts(files: Contents, tmp_path: Path) -> None:
    data = tmp_path / "data"
    kept(files, data)
    lastgood.place(data).rename(data / "content.new")
    files.change(THANKS, lambda text: "{[" + text)
    assert served(files, data).refused
