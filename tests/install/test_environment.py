"""When an environment is made, finished, kept or made anew. Making and pip are strict stand-ins: no network."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import environment
import pytest
from environment import Environment, InstallFailed, is_ready, is_usable, prepare, read_stamp


class Machine:
    """Notes what is done to an environment and leaves behind what venv and pip would, without packages."""

    def __init__(self, fail_at: str | None = None):
        self.done: list[str] = []
        self.fail_at = fail_at

    def make(self, place: Environment) -> None:
        self.done.append("make")
        shutil.rmtree(place.folder, ignore_errors=True)
        place.python.parent.mkdir(parents=True)
        (place.folder / "pyvenv.cfg").touch()
        place.python.write_text("#!/bin/sh\nexit 0\n")
        place.python.chmod(0o755)

    def pip(self, place: Environment, arguments: list[str]) -> None:
        self.done.append(arguments[-1])
        if arguments[-1] == self.fail_at:
            raise InstallFailed("pip could not", "said so", "try again")

    def prepare(self, place: Environment, *extras: str) -> list[str]:
        """What this call did."""
        before = len(self.done)
        prepare(place, extras, make=self.make, pip=self.pip)
        return self.done[before:]


@pytest.fixture
def place(tmp_path: Path) -> Environment:
    root = tmp_path / "checkout"
    (root / "install").mkdir(parents=True)
    (root / "pyproject.toml").write_text("[project]\n")
    (root / "install" / "constraints.txt").write_text("numpy==2.4.6\n")
    return Environment(root / ".venv", root)


def test_a_new_environment_is_made_and_filled(place):
    assert Machine().prepare(place) == ["make", "setuptools", "."]
    assert is_ready(place, [])


def test_a_second_run_does_nothing(place, capsys):
    machine = Machine()
    machine.prepare(place, "test")
    assert machine.prepare(place, "test") == []
    assert "up to date; nothing to install" in capsys.readouterr().out


def test_fewer_extras_than_are_there_need_nothing(place):
    machine = Machine()
    machine.prepare(place, "test", "dev")
    assert machine.prepare(place, "test") == []


def test_more_extras_are_added_to_those_that_are_there(place):
    machine = Machine()
    machine.prepare(place, "test")
    assert machine.prepare(place, "dev") == ["setuptools", ".[dev,test]"]
    assert machine.prepare(place, "test") == []


@pytest.mark.parametrize("name", ["pyproject.toml", "install/constraints.txt"])
def test_a_changed_pin_is_installed_into_what_is_there(place, name):
    machine = Machine()
    machine.prepare(place, "test")
    (place.root / name).write_text("changed\n")
    assert not is_ready(place, [])
    assert machine.prepare(place) == ["setuptools", ".[test]"]


def test_a_failed_install_is_finished_by_the_next_run(place, capsys):
    with pytest.raises(InstallFailed):
        Machine(fail_at=".").prepare(place)
    assert read_stamp(place) is None
    assert Machine().prepare(place) == ["setuptools", "."]
    assert "finish the half-made environment" in capsys.readouterr().out
    assert is_ready(place, [])


def test_a_failed_update_does_not_pass_for_done(place):
    Machine().prepare(place)
    (place.root / "pyproject.toml").write_text("changed\n")
    with pytest.raises(InstallFailed):
        Machine(fail_at=".").prepare(place)
    (place.root / "pyproject.toml").write_text("[project]\n")
    assert not is_ready(place, [])


def test_an_environment_whose_python_is_gone_is_made_anew(place):
    machine = Machine()
    machine.prepare(place)
    place.python.unlink()
    place.python.symlink_to(place.root / "removed" / "python")
    assert machine.prepare(place) == ["make", "setuptools", "."]


def test_an_environment_without_pip_is_made_anew(place):
    machine = Machine()
    machine.make(place)
    place.python.write_text("#!/bin/sh\nexit 1\n")
    assert not is_usable(place)
    assert machine.prepare(place)[0] == "make"


def test_a_checkout_that_was_copied_is_not_taken_for_the_first(place, tmp_path):
    Machine().prepare(place)
    copy = tmp_path / "copy"
    shutil.copytree(place.root, copy)
    assert not is_ready(Environment(copy / ".venv", copy), [])


@pytest.mark.parametrize("text", ["", "{", "[]", '{"digest": 3}', "\x00"])
def test_a_damaged_stamp_counts_as_none(place, text):
    Machine().prepare(place)
    place.stamp.write_text(text)
    assert not is_ready(place, [])


def test_the_stamp_says_what_was_installed(place):
    Machine().prepare(place, "test")
    assert json.loads(place.stamp.read_text())["extras"] == ["test"]
    assert list(place.folder.glob("*.tmp")) == []


def test_a_folder_of_other_files_is_refused(place):
    place.folder.mkdir()
    (place.folder / "notes.txt").touch()
    machine = Machine()
    with pytest.raises(InstallFailed, match="is not a Python environment"):
        machine.prepare(place)
    assert machine.done == []


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_venv_names_the_package_to_install(place, monkeypatch, missing):
    find = environment.importlib.util.find_spec
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None if name == missing else find(name))
    with pytest.raises(InstallFailed, match=rf"no module '{missing}'[\s\S]*apt install python3\.\d+-venv"):
        environment.make_venv(place)


def test_the_callers_python_settings_do_not_reach_the_environment():
    variables = {"PATH": "/bin", "PYTHONPATH": "/host", "PYTHONHOME": "/host", "PIP_USER": "1", "PIP_INDEX_URL": "kept"}
    assert environment.clean_variables(variables) == {"PATH": "/bin", "PIP_INDEX_URL": "kept"}


def stand_in_for_pip(place: Environment, script: str) -> None:
    place.python.parent.mkdir(parents=True)
    place.python.write_text(f"#!/bin/sh\n{script}\n")
    place.python.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for pip is a shell script")
def test_pip_is_given_the_pins_and_the_wheelhouse_alone(tmp_path, place):
    offline = Environment(place.folder, place.root, tmp_path / "wheels")
    stand_in_for_pip(offline, f'echo "$@" > {tmp_path / "given"}')
    environment.run_pip(offline, ["setuptools"])
    given = (tmp_path / "given").read_text()
    assert given.startswith("-m pip install ")
    assert f"--constraint {place.root / 'install' / 'constraints.txt'}" in given
    assert given.endswith(f"--no-index --find-links {tmp_path / 'wheels'} setuptools\n")


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for pip is a shell script")
def test_a_failing_pip_is_shown_with_its_last_lines(place):
    stand_in_for_pip(place, "for i in $(seq 50); do echo line $i; done; exit 1")
    with pytest.raises(InstallFailed) as failed:
        environment.run_pip(place, ["setuptools"])
    assert "    line 50" in str(failed.value)
    assert "    line 31\n" in str(failed.value)
    assert "line 30\n" not in str(failed.value)


def test_a_copy_is_installed_from_a_tree_of_its_own(place):
    for name in ("core/a.py", "core/__pycache__/a.pyc", "plugin/b.json", "build/old.py", "LICENSE"):
        (place.root / name).parent.mkdir(exist_ok=True)
        (place.root / name).write_text("x")
    shared = Environment(place.folder, place.root, is_copy=True)
    seen = []

    def pip(place, arguments):
        tree = Path(arguments[-1])
        seen.append({path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()})

    prepare(shared, make=Machine().make, pip=pip)
    assert seen[1] == {"core/a.py", "plugin/b.json", "pyproject.toml", "LICENSE"}
    assert is_ready(shared, [])


def test_an_environment_with_a_copy_is_made_anew_for_the_checkout(place):
    """pip leaves what numba compiled, and Python would take that folder for the package."""
    (place.root / "LICENSE").touch()
    shared = Environment(place.folder, place.root, is_copy=True)
    machine = Machine()
    machine.prepare(shared)
    (place.folder / "lib" / "python3.11" / "site-packages" / "unreel" / "core").mkdir(parents=True)
    assert machine.prepare(place) == ["make", "setuptools", "."]
    assert machine.prepare(place) == []
    assert machine.prepare(shared)[0] == "setuptools"


def test_a_copy_is_installed_anew_when_a_source_changes(place):
    (place.root / "core").mkdir()
    (place.root / "core" / "a.py").write_text("1")
    (place.root / "LICENSE").touch()
    shared = Environment(place.folder, place.root, is_copy=True)
    Machine().prepare(shared)
    Machine().prepare(place)
    assert not is_ready(shared, []), "an environment that runs from the checkout is no copy"
    Machine().prepare(shared)
    assert is_ready(shared, [])
    (place.root / "core" / "a.py").write_text("2")
    assert not is_ready(shared, [])
