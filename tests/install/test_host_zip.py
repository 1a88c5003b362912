"""The host side as one zip: imported by bare Pythons of the hosts, and by nothing but the standard library."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from archive import pack
from failure import InstallFailed
from host_zip import make_host_zip, read_start_files

ROOT = Path(__file__).resolve().parents[2]
HOST_PYTHONS = ("3.9", "3.10", "3.11")

IMPORT_ALL = """
import importlib, sys, zipfile
path = sys.argv[1]
sys.path.insert(0, path)
names = [n[:-3].replace("/", ".") for n in zipfile.ZipFile(path).namelist() if n.endswith(".py")]
for name in names:
    name = name[: -len(".__init__")] if name.endswith(".__init__") else name
    try:
        importlib.import_module(name)
    except ImportError as error:
        if error.name not in ("nuke", "nukescripts", "NatronEngine", "NatronGui", "bpy"):
            raise
print(len(names))
from unreel.plugin.face import read_face
print(",".join(node.id for node in read_face().nodes))
loaded = {name.split(".")[0] for name in sys.modules}
heavy = sorted(loaded & {"numpy", "torch", "yaml", "pydantic", "PySide2", "PySide6", "OpenImageIO", "cv2"})
assert not heavy, heavy
"""


def find_python(version: str) -> str | None:
    """One that runs: a shim may stand for none."""
    kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python{version}"))
    for candidate in [shutil.which(f"python{version}"), *map(str, kept)]:
        if candidate and subprocess.run([candidate, "-c", ""], capture_output=True).returncode == 0:
            return candidate
    return sys.executable if version == f"3.{sys.version_info.minor}" else None


def import_all(python: str, path: Path) -> subprocess.CompletedProcess[str]:
    command = [python, "-I", "-S", "-c", IMPORT_ALL, str(path)]
    return subprocess.run(command, cwd=path.parent, capture_output=True, text=True)


@pytest.fixture
def laid(tmp_path: Path) -> Path:
    folder = tmp_path / "Zoë & plug-ins"
    folder.mkdir()
    (folder / "unreel_host.zip").write_bytes(make_host_zip(ROOT))
    return folder / "unreel_host.zip"


@pytest.mark.parametrize("version", HOST_PYTHONS)
def test_a_bare_python_of_a_host_imports_all_of_it(laid, version):
    python = find_python(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    done = import_all(python, laid)
    assert done.returncode == 0, done.stderr
    count, nodes = done.stdout.split()
    assert int(count) > 10
    assert nodes == "train,canonical_export,texture_import,propagate"


def test_one_of_the_hosts_pythons_is_here():
    assert any(find_python(version) for version in HOST_PYTHONS)


def test_a_planted_import_is_noticed(tmp_path):
    """The environment's own Python without -S has numpy, so this fails by the look at what is loaded."""
    with zipfile.ZipFile(io.BytesIO(make_host_zip(ROOT))) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    files["unreel/plugin/planted.py"] = b"import numpy\n"
    path = tmp_path / "unreel_host.zip"
    path.write_bytes(pack(files))
    assert "No module named 'numpy'" in import_all(sys.executable, path).stderr
    command = [sys.executable, "-P" if sys.version_info >= (3, 11) else "-s", "-c", IMPORT_ALL, str(path)]
    done = subprocess.run(command, cwd=tmp_path, env=without_ourselves(), capture_output=True, text=True)
    assert "AssertionError: ['numpy']" in done.stderr


def without_ourselves() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def test_without_entries_for_folders_nothing_would_be_found(tmp_path, laid):
    """Why `pack` writes them: Python finds a namespace package in a zip by its folder's entry."""
    with zipfile.ZipFile(laid) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    path = tmp_path / "unreel_host.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    assert "No module named 'unreel'" in import_all(sys.executable, path).stderr


def test_it_is_the_same_whenever_it_is_made(checkout):
    first = make_host_zip(checkout)
    for path in (checkout / "plugin").rglob("*.py"):
        os.utime(path, (0, 0))
    assert make_host_zip(checkout) == first


def test_what_a_host_loads_itself_is_not_in_it(checkout):
    names = zipfile.ZipFile(io.BytesIO(make_host_zip(checkout))).namelist()
    assert [name for name in names if "_start" in name or "pycache" in name] == []
    assert "unreel/plugin/plugin.json" in names


def test_start_files_come_with_their_folders_and_without_pythons_leavings(checkout):
    folder = checkout / "plugin" / "hosts" / "nuke_start"
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "init.pyc").touch()
    (folder / ".DS_Store").touch()
    (folder / "__init__.py").touch()
    assert set(read_start_files(checkout, "nuke")) == {"init.py", "menu.py", "icons/unreel.png"}


def test_a_missing_twin_is_said_so(checkout):
    (checkout / "core" / "nodes.json").unlink()
    with pytest.raises(InstallFailed, match=r"nodes.json is missing[\s\S]*python -m unreel.core.face"):
        make_host_zip(checkout)
