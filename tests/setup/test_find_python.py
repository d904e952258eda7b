"""Every Python is asked before it is believed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FINDER = ROOT / "setup" / "find_python.py"


class Machine:
    """A PATH, a pyenv and a home of the test's own; their Pythons say what they are told."""

    def __init__(self, folder: Path) -> None:
        self.bin, self.pyenv, self.home = folder / "bin", folder / "pyenv", folder / "home"
        for each in (self.bin, self.pyenv, self.home):
            each.mkdir()

    def says(self, path: Path, version: str, executable: Path | None = None) -> Path:
        """A Python of that version."""
        major, minor = version.split(".")[:2]
        return self.script(path, f'echo "{executable or path} {major} {minor}"')

    def script(self, path: Path, line: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(0o755)
        return path

    def version(self, version: str, root: Path | None = None) -> Path:
        """An installed version of pyenv."""
        return self.says((root or self.pyenv) / "versions" / version / "bin" / "python", version)

    def shim(self, name: str, version: str) -> Path:
        """What pyenv puts on the PATH for a version that is installed but not active."""
        return self.script(self.bin / name, f"echo 'pyenv: {name}: command not found; it exists in {version}' >&2; exit 127")

    def finds(self, *words: str, path: str | None = None, **env: str) -> str | None:
        """The path that the finder prints; None when it finds nothing."""
        given = {"PATH": path or str(self.bin), "PYENV_ROOT": str(self.pyenv), "HOME": str(self.home)} | env
        done = subprocess.run([sys.executable, FINDER, *words], env=given, capture_output=True, text=True, timeout=60)
        assert done.stderr == ""
        assert (done.returncode == 0) == (done.stdout != "")
        return done.stdout.removesuffix("\n") or None


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine without any Python."""
    return Machine(tmp_path)


def test_without_any_python_nothing_is_found(machine: Machine) -> None:
    assert machine.finds("3.10") is None
    assert machine.finds("3", "11") is None


def test_just_the_wanted_version_will_do_for_rasa(machine: Machine) -> None:
    for version in ("3.9", "3.11", "3.12"):
        machine.says(machine.bin / f"python{version}", version)
    assert machine.finds("3.10") is None
    wanted = machine.says(machine.bin / "python3.10", "3.10")
    assert machine.finds("3.10") == str(wanted)


def test_a_program_is_believed_only_for_what_it_says_of_itself(machine: Machine) -> None:
    machine.says(machine.bin / "python3.10", "3.12")
    assert machine.finds("3.10") is None


def test_a_newer_python_will_do_for_the_bot_and_an_older_one_not(machine: Machine) -> None:
    machine.says(machine.bin / "python3", "3.10")
    assert machine.finds("3", "11") is None
    newer = machine.says(machine.bin / "python3.13", "3.13")
    assert machine.finds("3", "11") == str(newer)


def test_versions_are_compared_as_numbers(machine: Machine) -> None:
    machine.version("3.9.20")
    assert machine.finds("3", "11") is None
    assert machine.finds("3", "9") is not None


def test_a_broken_shim_is_not_believed_and_the_version_behind_it_is_found(machine: Machine) -> None:
    shim = machine.shim("python3.10", "3.10.16")
    assert machine.finds("3.10") is None
    real = machine.version("3.10.16")
    assert machine.finds("3.10") == str(real)
    assert shim.exists()


def test_control_who_only_looks_whether_the_name_is_on_the_path_takes_the_broken_shim(machine: Machine) -> None:
    shim = machine.shim("python3.10", "3.10.16")
    naive = subprocess.run(["/bin/sh", "-c", "command -v python3.10"], env={"PATH": str(machine.bin)}, capture_output=True, text=True)
    assert naive.stdout.strip() == str(shim)
    assert subprocess.run([shim, "-c", ""], capture_output=True).returncode == 127


def test_a_shim_that_works_gives_the_path_of_the_real_python(machine: Machine) -> None:
    real = machine.version("3.10.16")
    machine.says(machine.bin / "python3.10", "3.10", executable=real)
    assert machine.finds("3.10") == str(real)


def test_a_broken_one_first_on_the_path_hides_none_behind_it(machine: Machine, tmp_path: Path) -> None:
    machine.shim("python3.10", "3.10.16")
    behind = machine.says(tmp_path / "other" / "python3.10", "3.10")
    assert machine.finds("3.10", path=f"{machine.bin}{os.pathsep}{behind.parent}") == str(behind)


def test_the_newest_version_of_pyenv_comes_first_and_ten_is_more_than_nine(machine: Machine) -> None:
    machine.version("3.11.9")
    newest = machine.version("3.11.10")
    assert machine.finds("3", "11") == str(newest)


def test_pyenv_is_found_in_the_home_too(machine: Machine) -> None:
    real = machine.version("3.10.4", root=machine.home / ".pyenv")
    assert machine.finds("3.10") == str(real)
    assert machine.finds("3.10", PYENV_ROOT="") == str(real)


@pytest.mark.parametrize("line", ["echo", "echo /x three ten", "echo '/x'", "exit 1", "kill -9 $$", "printf '\\377'"])
def test_a_program_that_answers_nonsense_is_passed_over(machine: Machine, line: str) -> None:
    machine.script(machine.bin / "python3.10", line)
    real = machine.version("3.10.4")
    assert machine.finds("3.10") == str(real)


def test_a_folder_or_a_file_of_that_name_is_no_python(machine: Machine) -> None:
    (machine.bin / "python3.10").mkdir()
    (machine.pyenv / "versions" / "3.10.1" / "bin").mkdir(parents=True)
    (machine.pyenv / "versions" / "3.10.1" / "bin" / "python").write_text("")
    assert machine.finds("3.10") is None


def test_this_very_python_is_found(machine: Machine) -> None:
    (machine.bin / "python3").symlink_to(sys.executable)
    found = machine.finds("3", "11")
    assert found is not None
    assert Path(found).exists()
