"""The host side in Pythons as hosts have them: old, bare, and inside a zip."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOST_SIDE = ROOT / "plugin"
OLDEST = (3, 9)
"""Nuke 14 has Python 3.9."""
VERSIONS = ("3.9", "3.10", "3.11", "running")
HOSTS = ("nuke",)
"""Stand-ins with nothing in them: a host's own file asks nothing of it when it is imported."""
HEAVY = ("numpy", "torch", "yaml", "cv2", "pydantic", "PySide6", "PySide2", "PyQt5", "PyQt6", "unreel.core")

BPY = """
class Offered(type):
    def __getattr__(cls, name):
        return Offered(name, (), {})

    def __call__(cls, *arguments, **named):
        return Offered("result", (), {})

def __getattr__(name):
    return Offered(name, (), {})
"""
"""Stands in for what only Blender has, and its classes are derived from: enough to be imported, and to do nothing."""


def sources(folder: Path = HOST_SIDE) -> dict[str, Path]:
    """Module -> file, of all that travels to hosts."""
    files = {
        ".".join(("unreel.plugin", *path.relative_to(folder).with_suffix("").parts)): path
        for path in folder.rglob("*.py")
    }
    return {name.removesuffix(".__init__"): path for name, path in sorted(files.items())}


def executable_of(version: str) -> str | None:
    """A Python of that version on this machine: the running one, or one of pyenv's."""
    if version in ("running", f"{sys.version_info.major}.{sys.version_info.minor}"):
        return sys.executable
    found = sorted(Path.home().glob(f".pyenv/versions/*/bin/python{version}"))
    return str(found[-1]) if found else None


def packed(path: Path, folder: Path = HOST_SIDE, more: dict[str, str] | None = None) -> Path:
    """The host side as one zip, with entries for folders: without them `unreel` is no package. more: further files."""
    files = {
        f"unreel/plugin/{each.relative_to(folder).as_posix()}": each.read_text("utf-8")
        for each in sources(folder).values()
    }
    files |= {"unreel/plugin/plugin.json": (ROOT / "core" / "nodes.json").read_text("utf-8"), "bpy.py": BPY}
    files |= more or {}
    folders = {f"{parent.as_posix()}/" for name in files for parent in Path(name).parents if parent.name}
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(folders):
            archive.writestr(name, b"")
        for name, text in files.items():
            archive.writestr(name, text)
    return path


IMPORTS = """
import sys
sys.path.insert(0, {place!r})
import importlib, json, types
sys.modules.update((name, types.ModuleType(name)) for name in {hosts!r})
for name in {modules!r}:
    importlib.import_module(name)
from unreel.plugin.face import read_face
print(json.dumps([read_face().id, sorted(sys.modules)]))
"""


def heavy_after_import(python: str, place: Path, modules: list[str]) -> list[str]:
    """What of the core's world is loaded once a bare Python has imported the modules. AssertionError if one fails."""
    code = IMPORTS.format(place=str(place), modules=modules, hosts=HOSTS)
    run = subprocess.run([python, "-I", "-S", "-c", code], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    face, loaded = json.loads(run.stdout)
    assert face == "unreel"
    return [name for name in HEAVY if name in loaded]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_bare_python_imports_the_whole_host_side(version: str, tmp_path: Path):
    python = executable_of(version)
    if python is None:
        pytest.skip(f"no Python {version} on this machine")
    place = packed(tmp_path / "unreel host ü.zip")
    assert heavy_after_import(python, place, list(sources())) == []


def test_the_running_python_is_always_one_of_them():
    assert executable_of("running") == sys.executable
    assert executable_of("2.0") is None
    assert len(sources()) > 4


@pytest.mark.parametrize(("planted", "found"), [("import numpy", "numpy"), ("import yaml as y", "yaml")])
def test_a_planted_import_is_found(planted: str, found: str, tmp_path: Path):
    module = {"unreel/plugin/planted.py": planted, f"{found}.py": ""}
    place = packed(tmp_path / "host.zip", more=module)
    modules = [*sources(), "unreel.plugin.planted"]
    assert heavy_after_import(sys.executable, place, modules) == [found]
    bare = packed(tmp_path / "bare.zip", more={"unreel/plugin/planted.py": planted})
    with pytest.raises(AssertionError, match=f"No module named '{found}'"):
        heavy_after_import(sys.executable, bare, modules)


def test_a_planted_import_of_the_core_is_found(tmp_path: Path):
    more = {"unreel/plugin/planted.py": "import unreel.core", "unreel/core/__init__.py": ""}
    place = packed(tmp_path / "host.zip", more=more)
    assert heavy_after_import(sys.executable, place, ["unreel.plugin.planted"]) == ["unreel.core"]


def too_new(source: str) -> bool:
    try:
        ast.parse(source, feature_version=OLDEST)
    except SyntaxError:
        return True
    return False


def test_every_source_is_in_the_grammar_of_the_oldest_python():
    assert [name for name, path in sources().items() if too_new(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("source", ["match x:\n    case 1:\n        pass", "try:\n    f()\nexcept* OSError:\n    pass"])
def test_a_newer_grammar_is_found(source: str):
    if sys.version_info < (3, 11) and "except*" in source:
        pytest.skip("a grammar newer than this Python")
    assert too_new(source)
