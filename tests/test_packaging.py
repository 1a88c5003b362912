"""What a user gets is what the folders hold: packages, data, pins, and no name but `unreel`."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("core", "plugin", "qt_panel")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
PACKAGES = set(PYPROJECT["tool"]["setuptools"]["packages"])

DISTRIBUTION = {
    "cv2": "opencv-python-headless",
    "PyOpenColorIO": "opencolorio",
    "yaml": "pyyaml",
    "OpenImageIO": "openimageio",
}
"""Where a package's import name is not its distribution's."""


def packages_in_folders(root: Path) -> set[str]:
    return {
        ".".join(("unreel", *path.parent.relative_to(root).parts))
        for source in SOURCES
        for path in (root / source).rglob("__init__.py")
        if not is_start_file(path.relative_to(root))
    }


def requirement_names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!;\[ ]", requirement)[0].lower() for requirement in requirements}


def test_the_list_of_packages_is_the_folders():
    assert packages_in_folders(ROOT) == PACKAGES


def test_a_package_missing_from_the_list_is_noticed(tmp_path):
    (tmp_path / "core" / "new").mkdir(parents=True)
    (tmp_path / "core" / "new" / "__init__.py").touch()
    assert packages_in_folders(tmp_path) == {"unreel.core.new"}


def test_every_source_lies_in_a_package():
    homeless = {
        str(path.relative_to(ROOT))
        for source in SOURCES
        for path in (ROOT / source).rglob("*.py")
        if not (path.parent / "__init__.py").exists() and not is_start_file(path.relative_to(ROOT))
    }
    assert homeless == set()


def is_start_file(path: Path) -> bool:
    """What a host loads from a folder of its own: data to us, which the installer lays there."""
    return path.parts[:2] == ("plugin", "hosts") and any(part.endswith("_start") for part in path.parts[2:-1])


def test_a_start_file_lies_in_its_hosts_folder_alone():
    assert is_start_file(Path("plugin/hosts/natron_start/Unreel_Train.py"))
    assert not is_start_file(Path("plugin/hosts/natron.py"))
    assert not is_start_file(Path("core/cold_start/x.py"))


def import_somewhere(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", f"import {name}"], cwd=folder, capture_output=True, text=True)


def test_only_the_name_unreel_is_taken(tmp_path):
    assert import_somewhere("unreel.core", tmp_path).returncode == 0
    for name in SOURCES:
        assert f"No module named '{name}'" in import_somewhere(name, tmp_path).stderr


def imported_packages(source: str) -> set[str]:
    """First names of the absolute imports of a source, without the standard library and ourselves."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").split(".")[0])
    return names - sys.stdlib_module_names - {"unreel"}


FOR_FEW = {"triton", "tinycudann"}
"""What an artist's machine need not have; test_floors.py holds that nobody imports them before they are asked for."""


def test_every_package_the_core_imports_is_a_dependency():
    imported = {
        name for path in (ROOT / "core").rglob("*.py") for name in imported_packages(path.read_text(encoding="utf-8"))
    }
    assert imported > FOR_FEW
    needed = {DISTRIBUTION.get(name, name.lower()) for name in imported - FOR_FEW}
    assert needed <= requirement_names(PROJECT["dependencies"])
    assert imported_packages("def f():\n    import jax.numpy as jnp") == {"jax"}


def test_every_requirement_has_one_pin_per_python():
    lines = (ROOT / "install" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    pin = re.compile(r'[A-Za-z0-9._-]+==[0-9.]+(; python_version (<|>=) "3\.11")?')
    assert [line for line in pins if not pin.fullmatch(line)] == []
    wanted = PROJECT["dependencies"] + [r for extra in PROJECT["optional-dependencies"].values() for r in extra]
    assert requirement_names(wanted) - requirement_names(pins) == set()


def test_the_installer_and_the_project_want_the_same_pythons():
    entry: dict[str, object] = {"__name__": "entry"}
    exec((ROOT / "install" / "__main__.py").read_text(encoding="utf-8"), entry)
    oldest, too_new = (".".join(map(str, entry[name])) for name in ("OLDEST", "TOO_NEW"))
    assert PROJECT["requires-python"] == f">={oldest},<{too_new}"


@pytest.mark.slow
def test_a_wheel_holds_every_source_and_the_data_and_works(tmp_path):
    tree, wheels, target = tmp_path / "tree", tmp_path / "wheels", tmp_path / "target"
    tree.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    for name in ("presets/made_up.yaml", "sample/plate/made_up.0001.exr"):
        (tree / "core" / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / "core" / name).write_bytes(b"data")
    # Straight through the build backend: an isolated build would fetch setuptools, and a test uses no network.
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(wheels)!r})"
    built = subprocess.run([sys.executable, "-c", build], cwd=tree, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (wheel,) = wheels.glob("unreel-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
        entry_points = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "unreel = unreel.core.start:main" in archive.read(entry_points).decode()
        archive.extractall(target)
    files = {path.relative_to(tree).as_posix() for name in SOURCES for path in (tree / name).rglob("*.py")}
    data = {
        path.relative_to(tree).as_posix()
        for pattern in (
            "core/presets/*.yaml",
            "core/sample/**/*",
            "core/nodes.json",
            "plugin/hosts/*_start/**/*",
            "qt_panel/languages/*.qm",
            "qt_panel/views/theme.qss",
            "qt_panel/views/icons/*.svg",
        )
        for path in tree.glob(pattern)
        if path.is_file()
    }
    assert inside == {f"unreel/{name}" for name in files | data}

    show = "import unreel.core; print(unreel.core.__file__)"
    variables = os.environ | {"PYTHONPATH": str(target)}
    run = subprocess.run([sys.executable, "-c", show], cwd=tmp_path, env=variables, capture_output=True, text=True)
    assert Path(run.stdout.strip()) == target / "unreel" / "core" / "__init__.py", run.stderr
