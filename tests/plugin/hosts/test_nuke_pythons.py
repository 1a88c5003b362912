"""Unreel in Nuke as it is laid: start files and one zip, in the Pythons that Nukes have, bare, every button pressed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ..test_bare_python import HEAVY, ROOT, executable_of, packed

START = ROOT / "plugin" / "hosts" / "nuke_start"
SESSION = """
import sys
sys.path.insert(0, {tests!r})
from fakes.fake_nuke import FakeNuke
fake = FakeNuke(window={window!r})
sys.modules["nuke"] = fake.module
for name in ("init.py", "menu.py") if {window!r} else ("init.py",):
    place = {laid!r} + "/" + name
    exec(compile(open(place, encoding="utf-8").read(), place, "exec"), {{"__file__": place, "nuke": fake.module}})
import json, threading
from unreel.plugin.face import read_face
from unreel.plugin.hosts.nuke import create
said = {{}}
for face in read_face().nodes:
    if {window!r}:
        eval(fake.menus["Nodes"].found["Unreel"].found[face.label], {{}})
        node = fake.root.nodes()[-1]
    else:
        node = create(face.id)
    for button in face.buttons:
        try:
            node[button.name].execute()
        except Exception as error:
            assert type(error).__name__ == "NodeFailed", error
        said[face.id + "." + button.name] = node["status"].value()
print(json.dumps([said, sorted(sys.modules), __import__("unreel.plugin.hosts.nuke", fromlist=["x"]).__file__]))
"""


@pytest.fixture
def laid(tmp_path: Path) -> Path:
    """A plug-in folder of Nuke's."""
    folder = tmp_path / "plug-ins ü [1]"
    shutil.copytree(START, folder, ignore=shutil.ignore_patterns("__pycache__", "__init__.py"))
    packed(folder / "unreel_host.zip")
    return folder


@pytest.mark.parametrize("window", [True, False])
@pytest.mark.parametrize("version", ["3.9", "3.10", "3.11"])
def test_every_button_works_in_a_nukes_python(version: str, window: bool, laid: Path, tmp_path: Path):
    python = executable_of(version)
    if python is None:
        pytest.skip(f"no Python {version} on this machine")
    fakes = tmp_path / "for tests" / "fakes"
    fakes.mkdir(parents=True)
    for path in (ROOT / "tests" / "plugin").glob("*nuke*.py"):
        shutil.copy(path, fakes)
    shutil.copy(ROOT / "tests" / "plugin" / "nk_parser.py", fakes)
    code = SESSION.format(tests=str(fakes.parent), laid=str(laid), window=window)
    variables = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "UNREEL_HOME": str(tmp_path)}
    run = subprocess.run(
        [python, "-I", "-S", "-c", code], capture_output=True, text=True, timeout=60, cwd=tmp_path, env=variables
    )
    assert (run.returncode, run.stderr) == (0, "")
    said, loaded, where = json.loads(run.stdout)
    assert Path(where).is_relative_to(laid / "unreel_host.zip")
    assert len(said) > 15 and all(len(line) > 10 for line in said.values())
    assert [name for name in HEAVY if name in loaded] == []
