"""``setup/setup.sh`` on machines that lack something: one clear sentence, or a way round it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("bash", "cat", "cut", "dirname", "flock", "grep", "mkdir", "rm", "sha256sum")
LOCKS = ("requirements-dev.lock", "requirements-uv.lock", "nlu/requirements.lock")
#: Makes what the real ones make, and writes down how it was called.
VENV = 'for target; do :; done; mkdir -p "$target/bin"; cp "$0" "$target/bin/python"'
UV = 'echo "$@" >> uv.calls\ncase "$*" in "python find"*) echo /fetched/python3.10;; "venv"*) ' + VENV + ";; esac"


class Tree:
    """A bare clone on a machine of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.root, self.bin = folder / "clone", folder / "bin"
        (self.root / "nlu").mkdir(parents=True)
        self.bin.mkdir()
        shutil.copytree(ROOT / "setup", self.root / "setup")
        for lock in LOCKS:
            (self.root / lock).write_text(lock)
        for tool in (*TOOLS, "cp"):
            (self.bin / tool).symlink_to(str(shutil.which(tool)))
        self.script(self.bin / "uname", 'case "$1" in -s) echo Linux;; -m) echo x86_64;; esac')

    def script(self, path: Path, lines: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{lines}\n")
        path.chmod(0o755)

    def has_python(self, uv: str = UV) -> None:
        """A Python that finds itself and no 3.10, and whose pip installs a uv."""
        finder = 'case "$*" in "setup/find_python.py 3 11") echo "$0";; setup/find_python.py*) exit 1;; esac'
        pip = f'case "$*" in "-m pip"*) cat > .venv/bin/uv <<"END"\n#!/bin/sh\n{uv}\nEND\nchmod +x .venv/bin/uv;; esac'
        (self.bin / "chmod").symlink_to(str(shutil.which("chmod")))
        self.script(self.bin / "python3", f'{finder}\ncase "$*" in "-m venv"*) {VENV};; esac\n{pip}')

    def sets_up(self) -> tuple[int, list[str]]:
        """The exit code, and what was said, without the notes on what is being done."""
        env = {"PATH": str(self.bin), "HOME": str(self.root)}
        done = subprocess.run(["bash", self.root / "setup" / "setup.sh"], env=env, capture_output=True, text=True, timeout=60)
        assert done.stdout == ""
        return done.returncode, [line for line in done.stderr.splitlines() if not line.endswith("...")]

    def calls(self) -> list[str]:
        """What uv was asked to do."""
        return (self.root / "uv.calls").read_text().splitlines()


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A machine without any Python."""
    return Tree(tmp_path)


@pytest.mark.parametrize(("system", "machine"), [("Darwin", "arm64"), ("Linux", "aarch64"), ("MINGW64_NT", "x86_64")])
def test_other_systems_are_told_so(tree: Tree, system: str, machine: str) -> None:
    tree.script(tree.bin / "uname", f'case "$1" in -s) echo {system};; -m) echo {machine};; esac')
    assert tree.sets_up() == (1, [f"set-up: Defender Line runs on Linux x86-64; this is {system} {machine}."])


MISSING = "set-up: Python 3.11 or newer with its venv module is needed and was not found."


def test_without_python_one_sentence_says_so(tree: Tree) -> None:
    assert tree.sets_up() == (1, [MISSING])


def test_a_broken_shim_and_an_old_python_are_no_python(tree: Tree) -> None:
    tree.script(tree.bin / "python3", 'echo "pyenv: python3: command not found" >&2; exit 127')
    tree.script(tree.bin / "python3.11", "exit 1")
    assert tree.sets_up() == (1, [MISSING])


def test_where_only_uv_has_python_3_10_it_is_fetched(tree: Tree) -> None:
    tree.has_python()
    assert tree.sets_up()[0] == 0
    assert "python install -q 3.10" in tree.calls()
    assert "venv -q --clear --python /fetched/python3.10 nlu/.venv" in tree.calls()
    assert (tree.root / "nlu" / ".venv" / ".stamp").exists()


def test_where_nobody_has_python_3_10_one_sentence_says_what_to_do(tree: Tree) -> None:
    tree.has_python(uv='case "$*" in "python install"*) exit 1;; esac')
    code, said = tree.sets_up()
    assert code == 1
    assert said[-1] == (
        "set-up: Rasa needs Python 3.10, and none was found or could be fetched: install python3.10, or make it reachable for uv."
    )
    assert not (tree.root / "nlu" / ".venv").exists()


def test_a_python_3_10_that_is_there_is_handed_to_uv_by_its_path(tree: Tree) -> None:
    tree.has_python()
    finder = (tree.bin / "python3").read_text().replace("setup/find_python.py*) exit 1", "setup/find_python.py*) echo /here/python3.10")
    tree.script(tree.bin / "python3", finder.removeprefix("#!/bin/sh\n"))
    assert tree.sets_up()[0] == 0
    assert "venv -q --clear --python /here/python3.10 nlu/.venv" in tree.calls()
    assert not any(call.startswith("python") for call in tree.calls())


def test_an_index_that_cannot_be_reached_is_named(tree: Tree) -> None:
    tree.has_python()
    plain = (tree.bin / "python3").read_text().replace('"-m pip"*)', '"-m nothing"*)')
    tree.script(tree.bin / "python3", plain.removeprefix("#!/bin/sh\n"))
    assert tree.sets_up() == (1, ["set-up: the package index cannot be reached."])


def test_a_second_set_up_does_nothing_and_a_changed_lock_file_one_environment(tree: Tree) -> None:
    tree.has_python()
    assert tree.sets_up()[0] == 0
    first = len(tree.calls())
    assert tree.sets_up() == (0, [])
    assert len(tree.calls()) == first
    (tree.root / "nlu" / "requirements.lock").write_text("changed")
    assert tree.sets_up()[0] == 0
    assert [call.split()[0] for call in tree.calls()[first:]] == ["-c", "pip"], "its Python is asked, and kept"


def test_a_failed_installation_is_tried_again_next_time(tree: Tree) -> None:
    tree.has_python(uv=f'case "$*" in *nlu/requirements.lock*) [ -e reachable ] || exit 1;; esac\n{UV}')
    code, said = tree.sets_up()
    assert (code, said[-1]) == (1, "set-up: the packages of Rasa could not be installed.")
    (tree.root / "reachable").write_text("")
    assert tree.sets_up()[0] == 0
    assert os.access(tree.root / "nlu" / ".venv" / "bin" / "python", os.X_OK)
