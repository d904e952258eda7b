"""Each payload file becomes what it says; docs/frames.md tells the same of every one of them."""

import re
from pathlib import Path

import pytest

from bot.domain.message import Incoming, Kind
from tests.channels.captured import MESSENGERS, Captured, captured, outcome

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "docs" / "frames.md"
EVERY = [each for messenger in MESSENGERS for each in captured(messenger)]
_ROW = re.compile(r"^\| .+ \| (`.+`) \| (.+?) \| (.*?) \| (.+?) \|$", re.MULTILINE)
_REASON = re.compile(r'_ignored\("(\w+)"(?: if .+ else "(\w+)")?\)|^    "\w+": "(\w+)",$', re.MULTILINE)


@pytest.mark.parametrize("each", EVERY, ids=lambda each: f"{each.messenger}-{each.name}")
def test_a_payload_becomes_what_its_file_says(each: Captured) -> None:
    arrived = each.parsed()
    assert outcome(arrived) == each.becomes
    for field, value in each.expected.items():
        assert isinstance(arrived, Incoming)
        assert _plain(arrived, field) == value, field


def _plain(arrived: Incoming, field: str) -> object:
    if field == "attachments":
        return [[file.content_type, file.handle, file.size] for file in arrived.attachments]
    return getattr(arrived, field)


@pytest.mark.parametrize("messenger", MESSENGERS)
def test_what_is_kept_can_be_told_apart_and_answered(messenger: str) -> None:
    kept = [arrived for each in captured(messenger) if isinstance(arrived := each.parsed(), Incoming)]
    assert all(each.key and each.sender and each.account for each in kept)
    assert all(not each.text and not each.attachments for each in kept if each.kind is Kind.GROUP), "nothing said in a group is kept"


def _table(messenger: str) -> dict[str, tuple[str, str, str]]:
    """The table of a messenger: each payload's name, and what the docs say that it becomes, its reply and the reason."""
    part = TABLES.read_text("utf-8").split(f"\n## {messenger.capitalize()}")[1].split("\n## ")[0]
    rows: dict[str, tuple[str, str, str]] = {}
    for names, becomes, reply, why in _ROW.findall(part):
        rows |= {name: (becomes, reply, why) for name in re.findall(r"`(\w+)`", names)}
    return rows


@pytest.mark.parametrize("messenger", MESSENGERS)
def test_each_row_of_the_docs_is_true_and_no_payload_is_missing(messenger: str) -> None:
    table = _table(messenger)
    assert {each.name: outcome(each.parsed()) for each in captured(messenger)} == {name: row[0] for name, row in table.items()}
    assert all(len(why) > 15 for _, _, why in table.values()), "every row has its reason"


@pytest.mark.parametrize("messenger", MESSENGERS)
def test_every_reason_for_ignoring_something_stands_in_the_docs(messenger: str) -> None:
    source = (ROOT / "bot" / "channels" / f"{messenger}_parse.py").read_text("utf-8")
    reasons = {name for found in _REASON.findall(source) for name in found if name}
    told = {row[0].removeprefix("ignored: ") for row in _table(messenger).values() if row[0].startswith("ignored: ")}
    assert reasons
    assert reasons == told


def test_every_kind_of_message_stands_in_the_docs() -> None:
    told = {row[0] for messenger in MESSENGERS for row in _table(messenger).values()}
    assert {kind.value for kind in Kind} <= told


def test_the_docs_say_that_telegram_tells_bots_nothing_of_deletions() -> None:
    assert "Telegram tells bots nothing of deletions" in TABLES.read_text("utf-8")
    assert "deletion" not in {row[0] for row in _table("telegram").values()}
    assert _table("signal")["remote_delete"][0] == "deletion"
