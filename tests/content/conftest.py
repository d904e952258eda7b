"""The shipped texts, and copies of them in which a test may plant a fault."""

import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from bot.checking import content_faults
from bot.nlu import load_classes
from bot.responses import Library, Mission, load_library, load_mission

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 29)


class Contents:
    """A folder with ``responses/`` and ``missions/`` of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.intents: dict[str, str] = {name: str(cls) for name, cls in load_classes(ROOT / "nlu").items()}

    def change(self, path: str, change: Callable[[str], str]) -> None:
        """Rewrite a file; a change that changes nothing would make a test that cannot fail."""
        file = self.root / path
        before = file.read_text("utf-8")
        after = change(before)
        assert after != before, f"{path}: nothing was planted"
        file.write_text(after, "utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        self.change(path, lambda text: text.replace(old, new))

    def mission(self) -> Mission:
        return load_mission(self.root / "missions" / "podgorica.toml")

    def library(self) -> Library:
        return load_library(self.root / "responses", self.mission())

    def faults(self, today: date = TODAY) -> list[str]:
        return content_faults(self.library(), self.mission(), self.intents, today)


@pytest.fixture
def contents(tmp_path: Path) -> Contents:
    """A copy of what is shipped."""
    for folder in ("responses", "missions"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return Contents(tmp_path)


@pytest.fixture(scope="session")
def shipped() -> Contents:
    """What is shipped; nobody writes here."""
    return Contents(ROOT)


@pytest.fixture(scope="session")
def intents(shipped: Contents) -> Mapping[str, str]:
    """Every intent's class."""
    return shipped.intents
