"""The doctor of an installation: well where all is well, and naming what is not. Real workers in this environment."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import doctor_host
import pytest
from doctor_host import check_files, check_place, check_start
from host_zip import make_host_zip
from hosts import Wish, make_places, plan
from place import Machine

PATH = tuple(filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)))
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def laid(checkout, home) -> Path:
    """Nuke's folder, of the small checkout but with the real host side."""
    (checkout / "core" / "nodes.json").write_bytes((ROOT / "core" / "nodes.json").read_bytes())
    for path in sorted((ROOT / "plugin").rglob("*.py")):
        target = checkout / path.relative_to(ROOT)
        if "_start" not in str(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    wish = Wish(checkout, Path(sys.executable), ("nuke",), Machine(home, {}))
    for action in plan(make_places(wish), "0.1.0"):
        action.perform()
    folder = home / ".nuke" / "Unreel"
    # The tests' own Unreel may be found by PYTHONPATH alone, which workers do not read.
    table = {"python": sys.executable, "path": PATH, "unreel": "0.1.0"}
    (folder / "runtime.json").write_text(json.dumps(table))
    return folder


@pytest.fixture
def variables() -> dict[str, str]:
    return dict(os.environ)


def renew_record(folder: Path, name: str) -> None:
    """As if the file had been installed as it is."""
    record = json.loads((folder / "unreel_installed.json").read_text())
    record["files"][name] = doctor_host.sha256_on_disk(folder / name)
    (folder / "unreel_installed.json").write_text(json.dumps(record))


@pytest.mark.slow
def test_a_sound_installation_trains_and_its_maps_are_right(laid, variables, capsys):
    renew_record(laid, "runtime.json")
    good = check_place(laid, variables)
    told = capsys.readouterr().out
    assert good, told
    names = [line[7:22].strip() for line in told.splitlines() if line.startswith("  ok  ")]
    assert names == [
        "files",
        "start file",
        "environment",
        "host side",
        "runtime",
        "worker, train",
        "worker, maps",
        "ST map",
        "trained maps",
    ]
    assert "the others' find 2 pixels" in told


@pytest.mark.slow
def test_an_environment_that_lacks_a_package_is_named(laid, variables, tmp_path, capsys):
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    bare.chmod(0o755)
    (laid / "runtime.json").write_text(json.dumps({"python": str(bare), "path": PATH}))
    assert not check_place(laid, variables)
    told = capsys.readouterr().out
    assert "FAIL environment" in told
    assert "No module named 'torch'" in told


def test_a_python_that_is_gone_is_named(laid, variables, capsys):
    (laid / "runtime.json").write_text(json.dumps({"python": "/gone/python"}))
    assert not check_place(laid, variables)
    assert "names /gone/python, and there is no such program" in capsys.readouterr().out


def test_a_module_that_does_not_import_is_named(laid, variables, checkout, capsys):
    (checkout / "plugin" / "broken.py").write_text("from .protocol import Nothing\n")
    (laid / "unreel_host.zip").write_bytes(make_host_zip(checkout))
    (laid / "runtime.json").write_text(json.dumps({"python": "/gone/python"}))
    assert not check_place(laid, variables)
    assert "cannot import name 'Nothing'" in capsys.readouterr().out


def test_a_damaged_zip_is_named(laid, variables, tmp_path, capsys):
    (laid / "unreel_host.zip").write_bytes(b"cut off")
    (laid / "runtime.json").write_text(json.dumps({"python": "/gone/python"}))
    assert not check_place(laid, variables)
    assert "FAIL host side" in capsys.readouterr().out


def test_missing_and_changed_files_are_named(laid, capsys):
    (laid / "menu.py").unlink()
    (laid / "init.py").write_text("mine()\n")
    assert not check_files(laid)
    told = capsys.readouterr().out
    assert "missing: menu.py" in told
    assert "changed: init.py, runtime.json; run python3 install --host nuke again" in told


def test_a_start_file_without_our_lines_is_named(laid, capsys):
    assert check_start(laid)
    (laid.parent / "init.py").write_text("mine()\n")
    assert not check_start(laid)
    assert "init.py lacks Unreel's lines" in capsys.readouterr().out
