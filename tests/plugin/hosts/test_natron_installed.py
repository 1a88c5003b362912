"""The PyPlugs from a folder with nothing but what the installer lays there, by the Pythons that Natron brings."""

from __future__ import annotations

import ast
import functools
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from unreel.plugin.face import read_face
from unreel.plugin.hosts.natron_knobs import EMPTY, as_text, kind_of

from ..natron_folder import ROOT, lay

START = sorted((ROOT / "plugin" / "hosts" / "natron_start").glob("*.py"))
SESSION = ROOT / "tests" / "plugin" / "natron_session.py"
SAID = re.compile(r"empty|nothing|no files", re.IGNORECASE)


@functools.cache
def find_python(version: str) -> str | None:
    if sys.version.startswith(version + "."):
        return sys.executable
    for command in (
        f"python{version}",
        *sorted(map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python3"))),
    ):
        try:
            told = subprocess.run([command, "-V"], capture_output=True, text=True).stdout
        except OSError:
            continue
        if told.startswith(f"Python {version}."):
            return command
    return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a blank and a letter beyond ASCII, below another that is on the path."""
    return lay(tmp_path_factory.mktemp("Natron dir ü") / "Unreel", "/bin/false")


@functools.cache
def session(python: str, path: str, window: str) -> dict[str, Any]:
    ran = subprocess.run(
        [python, "-I", "-S", str(SESSION), path, window], capture_output=True, text=True, timeout=60, cwd=path
    )
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(ran.stdout.splitlines()[-1]))


@pytest.fixture(params=[(version, window) for version in ("3.10", "3.11") for window in ("batch", "gui")], ids="-".join)
def told(request: pytest.FixtureRequest, folder: Path) -> dict[str, Any]:
    version, window = request.param
    python = find_python(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    return session(python, str(folder.parent), window)


def test_one_of_natrons_pythons_is_here():
    assert find_python("3.10") or find_python("3.11")


def test_all_four_nodes_are_made_from_what_is_installed(told: dict[str, Any], folder: Path):
    assert set(told["nodes"]) == {f"org.unreel.{node.id}" for node in read_face().nodes}
    assert told["from"].startswith(str(folder / "unreel_host.zip"))
    assert told["stderr"] == []


def test_nothing_foreign_is_loaded(told: dict[str, Any]):
    assert told["foreign"] == []


def test_every_knob_is_there_with_its_default(told: dict[str, Any]):
    kinds = {"choice": "choice", "bool": "bool", "text": "text", "int": "number", "float": "number"}
    for node in read_face().nodes:
        found = told["nodes"][f"org.unreel.{node.id}"]["params"]
        assert {name for name in found if not name.startswith("unreel_")} == {knob.name for knob in node.knobs}
        assert found["unreel_version"] == ["number", node.version]
        for knob in node.knobs:
            kind, value = found[knob.name]
            assert kind == kinds.get(kind_of(knob)) or (knob.type == "file" and kind in ("file", "output file", "path"))
            if knob.name != "status":
                empty = EMPTY if kind == "choice" else ""
                wanted = empty if knob.default is None else knob.default
                wanted = wanted if isinstance(value, (bool, int, float)) else as_text(wanted)
                assert value == wanted, (node.id, knob.name)


def test_inputs_are_the_faces_in_its_order(told: dict[str, Any]):
    for node in read_face().nodes:
        assert told["nodes"][f"org.unreel.{node.id}"]["inputs"] == [port.label for port in node.inputs]


def test_every_button_does_something_and_says_what(told: dict[str, Any]):
    for node in read_face().nodes:
        lines = told["nodes"][f"org.unreel.{node.id}"]["buttons"]
        assert set(lines) == {button.name for button in node.buttons}
        assert [name for name, line in lines.items() if not SAID.search(line)] == []


def test_without_the_zip_the_node_says_what_is_missing(tmp_path: Path):
    alone = lay(tmp_path / "Unreel", "/bin/false")
    (alone / "unreel_host.zip").unlink()
    code = (
        f"import sys; sys.path.insert(0, {str(SESSION.parent)!r}); import natron_session; sys.path.pop(0)\n"
        f"with natron_session.fake_natron().running({str(alone)!r}) as natron:\n"
        "    node = natron.new_app().createNode('org.unreel.train')\n"
        "    print(node.getParam('unreel_missing').get())"
    )
    ran = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, timeout=60)
    assert "Unreel is not installed" in ran.stdout and "python3 install --host natron" in ran.stdout, ran.stderr


def same_but_for_its_names(source: str) -> str:
    return re.sub(r"^(NODE|LABEL|VERSION|DESCRIPTION) = .*$", r"\1", source, flags=re.MULTILINE)


def test_pyplugs_are_one_text():
    assert len(START) == 4
    assert len({same_but_for_its_names(path.read_text(encoding="utf-8")) for path in START}) == 1
    assert same_but_for_its_names('NODE = "a"\nx = 1') != same_but_for_its_names('NODE = "a"\nx = 2')


@pytest.mark.parametrize("path", START, ids=lambda path: path.stem)
def test_natron_knows_a_pyplug_by_its_text(path: Path):
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    assert lines[0] == "# Natron PyPlug"
    assert any(line.startswith("def createInstance(") for line in lines)
    assert not any(line.startswith(("import NatronGui", "from NatronGui import")) for line in lines)
    ast.parse(source, feature_version=(3, 9))


@pytest.mark.parametrize("path", START, ids=lambda path: path.stem)
def test_a_callback_has_the_arguments_that_natron_looks_for(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    callback = next(each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == "param_changed")
    names = [arg.arg for arg in callback.args.args]
    assert names == ["thisParam", "thisNode", "thisGroup", "app", "userEdited"]
    assert not callback.args.kwonlyargs and callback.args.vararg is None and callback.args.kwarg is None
    assert all(arg.annotation is None for arg in callback.args.args)


def test_versions_are_the_faces(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inspect, "getargspec", None, raising=False)  # else a PyPlug leaves one behind
    for path in START:
        module: dict[str, Any] = {}
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), module)
        assert module["getVersion"]() == read_face().node(module["NODE"]).version
        assert module["getPluginID"]() == f"org.unreel.{module['NODE']}"
