"""Who may import whom: the table "Floors" of the architecture, held against the sources."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
QT = frozenset({"PySide6", "PySide2", "PyQt5", "PyQt6", "shiboken6"})
HOSTS = frozenset({"nuke", "nukescripts", "NatronEngine", "NatronGui", "bpy"})
BARE = frozenset({"core", "plugin", "qt_panel"})
"""Our folders under their own names: only `unreel.core` and so on exist for a user."""
HOST_FILES = {
    "nuke": "unreel.plugin.hosts.nuke",
    "nukescripts": "unreel.plugin.hosts.nuke",
    "NatronEngine": "unreel.plugin.hosts.natron",
    "NatronGui": "unreel.plugin.hosts.natron",
    "bpy": "unreel.plugin.hosts.blender",
}
"""What a host offers, and the modules that may ask for it: those whose names begin so."""
WORKER = "unreel.plugin.worker"
"""Runs in Unreel's own environment: the one module beside the hosts that may import the core, once it has begun."""
OPTIONAL = {
    "triton": "unreel.core.fields.encode_triton",
    "tinycudann": "unreel.core.fields.encode_tcnn",
}
"""Packages that few have: each has one module that imports it, which nobody imports before it is asked for."""

PICTURES = frozenset({"numpy", "cv2", "OpenImageIO", "PyOpenColorIO"})
READERS = frozenset(
    f"unreel.core.{name}"
    for name in ("color", "errors", "exr_read", "exr_write", "file_lock", "frame", "sequence", "whole_file")
)
"""All that the panel takes of the core: what reads and writes pictures. What computes runs in other processes."""


@dataclass(frozen=True)
class Floor:
    """A rule for every file under `folder`. Names are dotted; a name stands for everything below it too."""

    folder: str
    never: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    """What may be imported beside the standard library; None where `never` says it all."""


FLOORS = [
    Floor(
        "core/fields",
        only=frozenset({"torch", "numpy", "numba", "jaxtyping", "unreel.core.fields", *OPTIONAL}),
        never=frozenset({"socket", "pickle"}),
    ),
    Floor(
        "core",
        # beartype: shapes are checked while testing, and running code pays nothing for it.
        never=QT | HOSTS | BARE | {"socket", "pickle", "unreel.plugin", "unreel.qt_panel", "beartype", "pytest"},
    ),
    Floor("plugin", only=frozenset({"unreel.plugin"}), never=QT | {"socket", "pickle"}),
    Floor(
        "qt_panel",
        only=frozenset({"PySide6", "pyqtgraph", "av", *PICTURES, *READERS, "unreel.plugin", "unreel.qt_panel"}),
        never=frozenset({"socket", "pickle", "unreel.plugin.hosts", "unreel.plugin.worker"}),
    ),
    *(Floor(f"qt_panel/{folder}", never=QT | {"pyqtgraph"}, only=None) for folder in ("model", "live", "movie")),
    Floor("install", only=frozenset(path.stem for path in (ROOT / "install").glob("*.py"))),
    Floor("tests", never=BARE),
    Floor("bench", never=BARE),
]


def names_imported(source: str, module: str) -> Iterator[str]:
    """The absolute dotted name of everything that a source imports, also by a call with a literal name."""
    package = module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*start, *filter(None, [node.module])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__"):
                yield str(node.args[0].value)


def is_under(name: str, roots: frozenset[str]) -> bool:
    return any(name == root or name.startswith(root + ".") for root in roots)


def granted(module: str) -> frozenset[str]:
    """What a module of the host side may import beyond its floor."""
    hosts = {name for name, owner in HOST_FILES.items() if module.startswith(owner)}
    return frozenset(hosts | ({"unreel.core"} if module == WORKER else set()))


def breaches(floor: Floor, source: str, module: str) -> list[str]:
    """The imports of a source that its floor does not allow."""
    return [
        name
        for name in names_imported(source, module)
        if is_under(name, floor.never)
        or (
            floor.only is not None
            and name.split(".")[0] not in sys.stdlib_module_names
            and not is_under(name, floor.only | granted(module))
        )
    ]


def names_imported_at_once(source: str, module: str) -> Iterator[str]:
    """What importing the module itself imports: `names_imported` without the insides of functions."""

    class WithoutFunctions(ast.NodeTransformer):
        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.Pass:
            return ast.Pass()

        visit_AsyncFunctionDef = visit_FunctionDef

    return names_imported(ast.unparse(WithoutFunctions().visit(ast.parse(source))), module)


def eager_imports(source: str, module: str) -> list[str]:
    """Where a module imports an optional package that is not its own, or at once a module that has one."""
    others = frozenset(package for package, owner in OPTIONAL.items() if owner != module)
    found = [name for name in names_imported(source, module) if is_under(name, others)]
    owners = frozenset(OPTIONAL.values())
    return found + [name for name in names_imported_at_once(source, module) if is_under(name, owners)]


def module_of(path: Path) -> str:
    """`unreel.core.frame` from core/frame.py; a package's own file counts as a module inside it."""
    return ".".join(("unreel", *path.relative_to(ROOT).with_suffix("").parts))


@pytest.mark.parametrize("floor", FLOORS, ids=lambda floor: floor.folder)
def test_every_import_stays_on_its_floor(floor: Floor):
    found = {
        str(path.relative_to(ROOT)): breaches(floor, path.read_text(encoding="utf-8"), module_of(path))
        for path in sorted((ROOT / floor.folder).rglob("*.py"))
    }
    assert found, f"no source under {floor.folder}: the rule guards nothing"
    assert {name: names for name, names in found.items() if names} == {}


BAD = [
    ("core/fields", "import cv2"),
    ("core/fields", "from scipy.linalg import solveh_banded"),
    ("core/fields", "from ..errors import InputError"),
    ("core/fields", "from .. import frame"),
    ("core/fields", "from unreel.core import shot"),
    ("core/fields", "def late():\n    import yaml"),
    ("core/fields", "import pickle"),
    ("core", "from PySide6 import QtWidgets"),
    ("core", "import nuke"),
    ("core", "try:\n    import bpy\nexcept ImportError:\n    bpy = None"),
    ("core", "import NatronEngine"),
    ("core", "from socket import create_connection"),
    ("core", "from unreel.plugin import protocol"),
    ("core", "from unreel import qt_panel"),
    ("core", "from ..plugin.protocol import Message"),
    ("core", "import importlib\nimportlib.import_module('unreel.qt_panel')"),
    ("core", "from core.frame import Frame"),
    ("core", "from beartype import beartype"),
    ("plugin", "import numpy"),
    ("plugin", "def late():\n    import yaml"),
    ("plugin", "from unreel.core import settings"),
    ("plugin", "from ..core.settings import names_of"),
    ("plugin", "import nuke"),
    ("plugin", "import bpy"),
    ("plugin", "from NatronEngine import App"),
    ("plugin", "from PySide6 import QtWidgets"),
    ("plugin", "import socket"),
    ("plugin", "from plugin import face"),
    ("qt_panel", "import torch"),
    ("qt_panel", "from unreel.core.fields.frame_map import FrameMap"),
    ("qt_panel", "from unreel.core import tasks"),
    ("qt_panel", "from ..plugin.hosts import nuke"),
    ("qt_panel", "from multiprocessing import connection\nimport socket"),
    ("qt_panel/model", "from PySide6.QtCore import QObject"),
    ("qt_panel/live", "import PySide6"),
    ("qt_panel/movie", "import pyqtgraph"),
    ("install", "import numpy"),
    ("install", "from unreel.core import color"),
    ("install", "import tomli"),
    ("tests", "from core.frame import Frame"),
    ("bench", "import core"),
]


@pytest.mark.parametrize(("folder", "source"), BAD)
def test_a_bad_import_is_found(folder: str, source: str):
    floor = next(floor for floor in FLOORS if floor.folder == folder)
    module = f"unreel.{folder.replace('/', '.')}.made_up"
    assert breaches(floor, source, module)


def test_every_floor_is_proved_able_to_fail():
    assert {floor.folder for floor in FLOORS} == {folder for folder, _ in BAD}


GOOD = [
    ("core/fields", "from __future__ import annotations\nimport math\nimport torch.nn.functional as F"),
    ("core/fields", "from .spline import basis\nfrom . import sampling\nimport numpy as np"),
    ("core", "from .fields.spline import basis\nfrom . import color\nimport OpenImageIO as oiio"),
    ("plugin", "import json\nfrom . import face\nfrom .nodes.graph import Step"),
    (
        "qt_panel",
        "from PySide6 import QtGui\nfrom unreel.core.exr_read import read_frame\nfrom .model import loop",
    ),
    ("install", "import json\nfrom failure import InstallFailed"),
    ("tests", "from unreel.core import color\nimport numpy"),
]


@pytest.mark.parametrize(("folder", "source"), GOOD)
def test_a_good_import_is_left_alone(folder: str, source: str):
    floor = next(floor for floor in FLOORS if floor.folder == folder)
    assert breaches(floor, source, f"unreel.{folder.replace('/', '.')}.made_up") == []


PLUGIN = next(floor for floor in FLOORS if floor.folder == "plugin")


@pytest.mark.parametrize(
    ("source", "module", "bad"),
    [
        ("import nuke", "unreel.plugin.hosts.nuke", False),
        ("import nuke, nukescripts", "unreel.plugin.hosts.nuke_nodes", False),
        ("import bpy", "unreel.plugin.hosts.blender.menu", False),
        ("import bpy", "unreel.plugin.hosts.nuke", True),
        ("import nuke", "unreel.plugin.nodes.train", True),
        ("from unreel.core import tasks", "unreel.plugin.hosts.nuke", True),
        ("def main():\n    from unreel.core import job", WORKER, False),
        ("def main():\n    import torch", WORKER, True),
    ],
)
def test_a_host_is_asked_in_its_own_files_and_the_core_by_the_worker(source: str, module: str, bad: bool):
    assert bool(breaches(PLUGIN, source, module)) == bad


def core_at_once(source: str, module: str) -> list[str]:
    return [name for name in names_imported_at_once(source, module) if is_under(name, frozenset({"unreel.core"}))]


def test_the_worker_imports_the_core_once_it_has_begun():
    """It says that it started before anything heavy can fail."""
    found = {
        path.name: core_at_once(path.read_text("utf-8"), module_of(path)) for path in (ROOT / "plugin").rglob("*.py")
    }
    assert {name: names for name, names in found.items() if names} == {}
    assert core_at_once("from ..core import job", WORKER) == ["unreel.core.job"]
    assert core_at_once("def main():\n    from ..core import job", WORKER) == []


def test_optional_packages_are_imported_by_their_own_module_when_asked_for():
    sources = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "core").rglob("*.py"))}
    assert {module_of(path) for path in sources} >= set(OPTIONAL.values())
    found = {module_of(path): eager_imports(source, module_of(path)) for path, source in sources.items()}
    assert {name: names for name, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "bad"),
    [
        ("import triton", True),
        ("def late():\n    import tinycudann", True),
        ("from . import encode_triton", True),
        ("if True:\n    from .encode_tcnn import forward", True),
        ("def late():\n    from . import encode_triton", False),
    ],
)
def test_an_eager_import_of_an_optional_package_is_found(source: str, bad: bool):
    assert bool(eager_imports(source, "unreel.core.fields.made_up")) == bad


def test_the_command_line_starts_without_torch():
    """Loading torch takes longer than most commands."""
    code = "import sys, unreel.core.cli; raise SystemExit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
