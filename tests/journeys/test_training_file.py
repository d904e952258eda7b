"""The file that ``nlu review`` adds to: what is there stays, and nothing else is written into."""

from pathlib import Path

import click
import pytest

from bot.cli.training import Line, append, training_file

KEPT = "text\tintent\talt\tlang\ttags\n"
LINE = Line(text="they are here", intent="raid_now", lang="en")
ROW = "they are here\traid_now\t\ten\thand-review\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", KEPT + ROW),
        (KEPT, KEPT + ROW),
        (f"# by a person\n{KEPT}{ROW}", f"# by a person\n{KEPT}{ROW}{ROW}"),
        (f"{KEPT}{ROW}"[:-1], KEPT + ROW + ROW),
    ],
)
def test_lines_are_added_to_what_is_there_and_the_columns_once(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "en.tsv"
    file.write_text(before)
    append(training_file(file, tmp_path / "data"), LINE)
    assert file.read_text() == after


def test_another_file_or_a_link_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "diary").write_text("dear diary\n")
    (tmp_path / "link").symlink_to("elsewhere")
    for name in ("diary", "link", "nowhere/en.tsv"):
        with pytest.raises(click.ClickException, match="there"):
            training_file(tmp_path / name, tmp_path / "data")
    assert (tmp_path / "diary").read_text() == "dear diary\n"
