"""Environments with Blender: the right Python, made once, and named to the tests. Nothing is downloaded."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import blender_environment
import pytest
from blender_environment import VERSIONS, find_python, prepare_one, variable
from environment import Environment, InstallFailed

ROOT = Path(__file__).resolve().parents[2]


class Machine:
    """Notes what is done and leaves what venv would."""

    def __init__(self, fails: bool = False):
        self.done: list[str] = []
        self.fails = fails

    def make(self, place: Environment, python: str) -> None:
        self.done.append(f"make {place.folder.name}")
        place.python.parent.mkdir(parents=True)
        (place.folder / "pyvenv.cfg").touch()
        place.python.write_text("#!/bin/sh\nexit 0\n")
        place.python.chmod(0o755)

    def pip(self, place: Environment, arguments: list[str]) -> None:
        self.done += arguments

    def check(self, place: Environment) -> None:
        self.done.append("check")
        if self.fails:
            raise InstallFailed("does not load", "libX11 lacks", "install it")

    def prepare(self, place: Environment, version: str) -> Path:
        return prepare_one(place, version, make=self.make, pip=self.pip, check=self.check)


@pytest.fixture
def place(checkout, monkeypatch) -> Environment:
    monkeypatch.setattr(blender_environment, "find_python", lambda: "python3.11")
    return Environment(checkout / ".venv", checkout)


def test_each_version_has_an_environment_of_its_own(place):
    machine = Machine()
    python = machine.prepare(place, "4.5")
    assert python == place.root / ".venv-blender-4.5" / "bin" / "python"
    assert machine.done == ["make .venv-blender-4.5", "bpy==4.5.15", "check"]
    assert [variable(version) for version in VERSIONS] == ["UNREEL_BLENDER_4_5", "UNREEL_BLENDER_5_0"]


def test_a_second_run_does_nothing(place):
    Machine().prepare(place, "5.0")
    again = Machine()
    again.prepare(place, "5.0")
    assert again.done == []


def test_a_changed_pin_is_installed_into_what_is_there(place):
    Machine().prepare(place, "4.5")
    (place.root / "install" / "constraints-blender.txt").write_text("numpy==1.26.3\n")
    again = Machine()
    again.prepare(place, "4.5")
    assert again.done == ["bpy==4.5.15", "check"]


def test_a_blender_that_does_not_load_does_not_pass_for_done(place):
    with pytest.raises(InstallFailed, match="libX11"):
        Machine(fails=True).prepare(place, "4.5")
    again = Machine()
    again.prepare(place, "4.5")
    assert again.done == ["bpy==4.5.15", "check"]


def test_a_folder_of_other_files_is_refused(place):
    (place.root / ".venv-blender-4.5").mkdir()
    (place.root / ".venv-blender-4.5" / "shot.blend").touch()
    with pytest.raises(InstallFailed, match="is not a Python environment"):
        Machine().prepare(place, "4.5")


def stand_in(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
def test_a_python_is_asked_for_its_version(tmp_path):
    shim = stand_in(tmp_path / "shim", "echo python3.11: command not found; exit 127")
    wrong = stand_in(tmp_path / "wrong", f'[ "$2" ] && exec {sys.executable} -c "raise SystemExit(1)"')
    right = stand_in(tmp_path / "right", "exit 0")
    assert find_python([str(tmp_path / "none"), shim, wrong, right]) == right
    with pytest.raises(InstallFailed, match=r"No Python 3.11[\s\S]*test --host blender"):
        find_python([shim, wrong])


def test_a_python_of_another_version_is_none():
    assert blender_environment.is_python(sys.executable) == (sys.version_info[:2] == (3, 11))


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_a_blender_that_does_not_load_says_why(place):
    own = blender_environment.place_of(place, "4.5")
    own.python.parent.mkdir(parents=True)
    stand_in(own.python, "echo ImportError: libXi.so.6: cannot open shared object file >&2; exit 1")
    with pytest.raises(InstallFailed, match=r"does not load[\s\S]*libXi\.so\.6[\s\S]*libxi6"):
        blender_environment.check_import(own)
    stand_in(own.python, "echo loads 4.5.15; exit 11")
    blender_environment.check_import(own)


def test_the_pins_are_whole_and_keep_numpy_below_2():
    lines = (ROOT / "install" / "constraints-blender.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    assert pins["numpy"].startswith("1.")
    assert all(VERSIONS.values())
