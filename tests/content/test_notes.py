"""What ``check`` tells besides faults: drafts, reviews that end soon, and what a stranger sees."""

from datetime import date, timedelta

from click.testing import CliRunner

from bot.checking import content_notes
from bot.cli import commands
from tests.content.conftest import TODAY, Contents

THANKS = "responses/en/thanks.md"
SEEN = "a stranger sees (sq): "


def notes(contents: Contents, today: date = TODAY) -> list[str]:
    return content_notes(contents.library(), contents.mission(), today)


def test_every_draft_is_listed_by_its_language(contents: Contents) -> None:
    assert any(note.startswith("sq: ") and note.endswith("texts are drafts: all of them") for note in notes(contents))
    contents.replace(THANKS, "review: draft", "review: ok")
    (told,) = [note for note in notes(contents) if note.startswith("en: ")]
    assert "arrest_now" in told
    assert "thanks" not in told.partition(": ")[2].split(", ")


def test_a_review_that_ends_soon_is_told_before_it_becomes_a_fault(contents: Contents) -> None:
    contents.replace(THANKS, "reviewed: 2026", "reviewed: 2025")
    ends = date(2025, 11, 24) + timedelta(days=365)
    assert f"{THANKS}: its review ended on {ends}" in notes(contents)
    assert f"{THANKS}: its review ends on {ends}" in notes(contents, ends - timedelta(days=30))
    assert not [note for note in notes(contents, ends - timedelta(days=31)) if note.startswith(THANKS)]


def test_what_a_stranger_sees_is_told_whole_in_every_language(contents: Contents) -> None:
    (told,) = [note for note in notes(contents) if note.startswith(SEEN)]
    shown = contents.mission().shown()["sq"]
    for part in (shown.name, shown.description, *shown.commands.values()):
        assert part in told


def test_the_command_prints_them_and_they_are_no_faults() -> None:
    said = CliRunner().invoke(commands, ["check"])
    assert f"note: {SEEN}" in said.stderr
    assert "texts are drafts" in said.stderr
    assert said.stdout == ""
