"""The files that were last fit to be served, kept in the data directory: who starts again beside a broken file answers from them.

They hold no word of anybody who wrote.  Only a start of the whole program refuses a broken file; its processes never end for one.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from bot.domain.errors import RefuseToStart
from bot.domain.understanding import Thresholds
from bot.nlu import RulesWhenAsked, load_rules, load_thresholds
from bot.ports import Rules
from bot.responses import Mission, load_mission
from bot.wiring.contents import Contents

log = structlog.get_logger(__name__)

#: What of the program's folder officers and speakers change.
_KEPT = ("responses", "nlu/rules", "nlu/intents.yml", "nlu/thresholds.yml", "nlu/languages.json")
_MISSION = "mission.toml"


def keep(mission_file: Path, root: Path, data_dir: Path) -> None:
    """Copy the files as they are now; a copy that is cut off, or finds no room, leaves the one before it."""
    try:
        _copy(mission_file, root, data_dir)
    except (OSError, RefuseToStart) as error:
        log.error("content_not_copied", error=type(error).__name__)


def _copy(mission_file: Path, root: Path, data_dir: Path) -> None:
    fresh, kept = data_dir / "content.new", place(data_dir)
    shutil.rmtree(fresh, ignore_errors=True)
    for name in _KEPT:
        source, target = root / name, fresh / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)
    shutil.copyfile(mission_file, fresh / _MISSION)
    try:
        # Whoever asked for a copy has looked at some of the files only.
        fit(fresh / _MISSION, fresh)
    except RefuseToStart:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    # At no moment is there no whole copy: moving is done at once, removing is not.
    old = data_dir / "content.old"
    shutil.rmtree(old, ignore_errors=True)
    if kept.exists():
        kept.rename(old)
    fresh.rename(kept)
    shutil.rmtree(old, ignore_errors=True)


def place(data_dir: Path) -> Path:
    """The folder of the copy."""
    return data_dir / "content"


@dataclass(frozen=True, kw_only=True)
class Files:
    """One whole set of files, ready to be served."""

    contents: Contents
    rules: Rules
    thresholds: Thresholds
    refused: str | None = None  #: why it is the copy and not the files as they are


def served(mission_file: Path, root: Path, data_dir: Path, *, reads: bool = True) -> Files:
    """The files as they are, or the copy.  Raises RefuseToStart where neither is fit to be served.

    ``reads``: messages will be read; without it the rules are left for whoever asks them.
    """
    try:
        return fit(mission_file, root, reads=reads)
    except Exception as refusal:  # whatever a file can do to its reader
        why = str(refusal) if isinstance(refusal, RefuseToStart) else f"cannot be read: {type(refusal).__name__}"
        for kept in _copies(data_dir):
            return replace(fit(kept / _MISSION, kept, reads=reads), refused=why)
        raise


def fit(mission_file: Path, root: Path, *, gate: bool = True, reads: bool = True) -> Files:
    """The files as they are.  Raises RefuseToStart naming file and line of what cannot be served; without ``gate``, be read."""
    rules: Rules = load_rules(root / "nlu") if reads else RulesWhenAsked(root / "nlu")
    thresholds = load_thresholds(root / "nlu")
    contents = (Contents.gated if gate else Contents.read)(mission_file, root)
    return Files(contents=contents, rules=rules, thresholds=thresholds)


def mission(mission_file: Path, data_dir: Path) -> Mission:
    """The mission alone, as it is or as it was.  Raises RefuseToStart where neither can be read."""
    try:
        return load_mission(mission_file)
    except RefuseToStart:
        for kept in _copies(data_dir):
            return load_mission(kept / _MISSION)
        raise


def _copies(data_dir: Path) -> Iterator[Path]:
    """The copy; between two steps of ``keep`` the new one alone, which was looked at whole."""
    yield from (each for each in (place(data_dir), data_dir / "content.new") if (each / _MISSION).is_file())
