"""``run`` refuses to start without a text that the dialogue needs, and only for that."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from bot.checking import missing_texts
from bot.domain.errors import RefuseToStart
from bot.settings import Settings, load
from bot.wiring.house import refuse_incomplete
from tests.content.conftest import ROOT, Contents

NEEDED = ["responses/en/arrest_now.md", "responses/en/thanks.md", "responses/en/danger_question.md", "responses/en/alert.md"]


@pytest.fixture
def house(contents: Contents) -> Contents:
    """A copy of the texts, beside the model's contract."""
    (contents.root / "nlu").symlink_to(ROOT / "nlu")
    return contents


def _settings(contents: Contents) -> Settings:
    return load({"DL_MISSION_FILE": str(contents.root / "missions" / "podgorica.toml")})


@pytest.mark.parametrize("file", NEEDED)
def test_a_text_that_the_dialogue_needs_is_named(house: Contents, file: str) -> None:
    (house.root / file).unlink()
    with pytest.raises(RefuseToStart, match=file):
        refuse_incomplete(_settings(house), house.root)


def test_all_that_is_missing_is_named_at_once(house: Contents) -> None:
    for file in NEEDED:
        (house.root / file).unlink()
    with pytest.raises(RefuseToStart) as refusal:
        refuse_incomplete(_settings(house), house.root)
    assert [file for file in NEEDED if file not in str(refusal.value)] == []


def test_what_is_shipped_misses_nothing(shipped: Contents) -> None:
    assert missing_texts(shipped.library(), shipped.intents) == []


def test_a_draft_and_a_stale_date_keep_nobody_from_starting(house: Contents) -> None:
    house.replace("responses/en/arrest_now.md", "reviewed: 2026", "reviewed: 2001")
    (house.root / "responses" / "en" / "labels.toml").write_text("", "utf-8")
    assert house.faults() != []
    refuse_incomplete(_settings(house), house.root)


@pytest.mark.parametrize("file", ["rules/en.yml", "thresholds.yml", "languages.json"])
def test_a_broken_file_of_rules_thresholds_or_languages_is_named_before_anything_starts(contents: Contents, file: str) -> None:
    shutil.copytree(ROOT / "nlu" / "rules", contents.root / "nlu" / "rules")
    for name in ("intents.yml", "thresholds.yml", "languages.json"):
        shutil.copy(ROOT / "nlu" / name, contents.root / "nlu" / name)
    refuse_incomplete(_settings(contents), contents.root)
    (contents.root / "nlu" / file).write_text("rules: [", "utf-8")
    with pytest.raises(RefuseToStart, match=f"nlu/{file}"):
        refuse_incomplete(_settings(contents), contents.root)


def test_a_countrys_own_text_counts(house: Contents) -> None:
    file = house.root / "responses" / "country" / "ME" / "en" / "request_legal_help.md"
    refuse_incomplete(_settings(house), house.root)
    file.unlink()
    with pytest.raises(RefuseToStart, match="request_legal_help"):
        refuse_incomplete(_settings(house), house.root)


async def _run(house: Contents) -> tuple[int, str]:
    """``run`` on this copy with nobody at the terminal: its exit code, and what it says."""
    if not (house.root / "bot").exists():
        shutil.copytree(ROOT / "bot", house.root / "bot")
        (house.root / "locales").symlink_to(ROOT / "locales")
    env = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(house.root), "DL_DATA_DIR": str(house.root / "data")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=house.root, env=env,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await asyncio.wait_for(process.communicate(), 60)
    return int(process.returncode or 0), said.decode()


async def test_run_refuses_before_any_process_or_file_is_made_and_runs_when_the_text_is_back(house: Contents, tmp_path: Path) -> None:
    file = house.root / "responses" / "en" / "arrest_now.md"
    text = file.read_text("utf-8")
    file.unlink()
    code, said = await _run(house)
    assert code == 2
    assert said.startswith("refused to start: responses/en/arrest_now.md")
    assert "child_started" not in said
    assert not (tmp_path / "data").exists()
    file.write_text(text, "utf-8")
    code, said = await _run(house)
    assert (code, "child_started" in said) == (0, True)
