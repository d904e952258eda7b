"""What the documents say of the program is true: names of settings, rooms, events, faults, paths and alerts."""

import re
from pathlib import Path

import pytest

from bot.domain.message import ChannelName
from bot.responses import PreparedResponses, load_library, load_mission
from bot.settings import NAMES

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("docs/decisions/*.md")])
#: Drawn by the plan, and said in decision 007 not to be there.
NOT_THERE = {"cli.py", "responses.py", "wiring.py", "locales.py", "bot/locales.py"}
_EVENT = re.compile(r"""log\.\w+\(\s*"(\w+)"|get_logger\(__name__\)\.\w+\(\s*"(\w+)\"""")
_PATH = re.compile(r"`((?:[\w.-]+/)*[\w.-]+(?:\.(?:py|md|toml|yml|sh|lock|tsv)|/))(?:: ?\w+)?`")


def document(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def unnamed(names: list[str], text: str) -> list[str]:
    """Those that do not stand in the text as a name of their own."""
    return [name for name in names if f"`{name}`" not in text]


def lost(text: str) -> list[str]:
    """Paths that are named and are not there, from the root, from a room, or by the file's name alone."""
    known = {path.name for room in ("bot", "nlu", "responses", "locales", "docs", "missions") for path in (ROOT / room).rglob("*")}
    return [path for path in _PATH.findall(text) if not _is_there(path, known)]


def _is_there(path: str, known: set[str]) -> bool:
    if path in NOT_THERE or path.startswith(("key/", "wake/", "var/")):
        return True
    return any((ROOT / start / path).exists() for start in ("", "bot")) or ("/" not in path and path in known)


def test_every_setting_is_explained() -> None:
    assert unnamed(list(NAMES), document("operations.md")) == []


def test_no_setting_is_explained_that_there_is_not() -> None:
    assert set(re.findall(r"`(DL_[A-Z_]+[A-Z])`", document("operations.md"))) <= set(NAMES)


def test_every_room_stands_in_the_architecture() -> None:
    rooms = [path.name + "/" * path.is_dir() for path in (ROOT / "bot").iterdir() if path.name[:2] != "__" or path.name == "__main__.py"]
    assert unnamed(sorted(rooms), document("architecture.md")) == []


def test_every_event_of_the_log_is_explained_to_the_operator() -> None:
    found = [_EVENT.findall(file.read_text("utf-8")) for file in (ROOT / "bot").rglob("*.py")]
    events = sorted({event or other for each in found for event, other in each})
    assert len(events) > 20
    assert unnamed(events, document("operations.md")) == []


def test_every_fault_of_health_is_explained_to_the_operator() -> None:
    faults = re.findall(r'yield "(\w+)"', (ROOT / "bot" / "domain" / "health.py").read_text("utf-8"))
    assert len(faults) > 4
    assert unnamed(faults, document("operations.md")) == []


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_every_path_that_a_document_names_is_there(file: Path) -> None:
    text = file.read_text("utf-8")
    assert lost(text) == []
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert [link for link in links if not (file.parent / link).exists()] == []


def test_a_name_that_is_not_there_is_found_out() -> None:
    assert lost("see `bot/dialogue/forgotten.py` and `bot/rendering.py`") == ["bot/dialogue/forgotten.py"]
    assert unnamed(["DL_FORGOTTEN"], document("operations.md")) == ["DL_FORGOTTEN"]


@pytest.mark.parametrize(
    "name",
    ["alert", "alert_again", "alert_test", "alert_digest", "alert_channel_failed", "officer_acked", "alert_shut_out", "officer_woken"],
)
def test_the_handbook_shows_alerts_as_officers_get_them(name: str) -> None:
    mission = load_mission(ROOT / "missions" / "podgorica.toml")
    texts = PreparedResponses(load_library(ROOT / "responses", mission), mission)
    values = {
        "reference": "457-343",
        "class": "E1",
        "kind": "family threatened",
        "language": "English",
        "time": "16:42",
        "channel": "Signal",
    }
    (piece,) = texts.pieces(name, "en", ChannelName.SIGNAL, values)
    assert piece.text in document("officer-handbook.md")
