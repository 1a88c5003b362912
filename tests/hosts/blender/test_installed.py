"""What the installer lays, found and switched on by real Blenders: in a user's folder, in a studio's, and as a zip."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).parent / "scripts" / "installed.py"
VARIABLES = ("UNREEL_BLENDER_4_5", "UNREEL_BLENDER_5_0")
SECONDS = 120


@pytest.fixture(params=VARIABLES)
def python(request: pytest.FixtureRequest) -> str:
    """The Python of a Blender."""
    if not os.environ.get(request.param):
        pytest.skip(f"{request.param} names no Python with bpy; run python3 install test --host blender")
    return os.environ[request.param]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Lays the extension as asked for; the folder of it."""
    monkeypatch.syspath_prepend(str(ROOT / "install"))
    hosts, place = importlib.import_module("hosts"), importlib.import_module("place")
    user = tmp_path / "Zoë & user"
    machine = place.Machine(tmp_path, {"BLENDER_USER_RESOURCES": str(user)})

    def lay(folder: Path | None = None, shared: bool = False) -> Path:
        wish = hosts.Wish(ROOT, Path(sys.executable), ("blender",), machine, folder, shared)
        places = hosts.make_places(wish)
        for action in hosts.plan(places, "0.1.0"):
            action.perform()
        return places[0].folder

    return lay


def call(python: str, tmp_path: Path, *words: object, **variables: str) -> dict:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BLENDER_", "PYTHON", "UNREEL_"))}
    result, user = tmp_path / "result.json", {"BLENDER_USER_RESOURCES": str(tmp_path / "Zoë & user")}
    command = [python, str(SCRIPT), str(result), *map(str, words)]
    ran = subprocess.run(
        command, env=kept | user | variables, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS
    )
    assert result.exists(), ran.stdout + ran.stderr
    told = json.loads(result.read_text(encoding="utf-8"))
    assert "error" not in told, told["error"]
    assert told["enabled"], ran.stdout + ran.stderr
    return told


def test_it_is_found_in_the_users_folder(python, tmp_path, install):
    folder = install()
    told = call(python, tmp_path, "enable", "user_default")
    assert Path(told["plugin"]) == folder / "unreel_host.zip" / "unreel" / "plugin"


def test_it_is_found_in_a_studios_folder(python, tmp_path, install):
    folder = install(tmp_path / "mount ü", shared=True)
    told = call(python, tmp_path, "enable", "system", BLENDER_SYSTEM_EXTENSIONS=str(tmp_path / "mount ü" / "blender"))
    assert Path(told["plugin"]) == folder / "unreel_host.zip" / "unreel" / "plugin"


def test_the_zip_is_valid_and_installed(python, tmp_path, install):
    archive = install(tmp_path / "out") / "unreel-0.1.0.zip"
    (tool,) = (
        Path(python).parents[1].glob("lib/python*/site-packages/bpy/*/scripts/addons_core/bl_pkg/cli/blender_ext.py")
    )
    checked = subprocess.run(
        [python, str(tool), "validate", str(archive)], capture_output=True, text=True, cwd=tmp_path
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    told = call(python, tmp_path, "zip", archive)
    assert (Path(told["plugin"]).parents[2] / "runtime.json").is_file()


def test_one_that_lacks_its_host_side_is_not_switched_on(python, tmp_path, install):
    folder = install()
    (folder / "unreel_host.zip").unlink()
    with pytest.raises(AssertionError, match="unreel_host.zip is missing"):
        call(python, tmp_path, "enable", "user_default")
