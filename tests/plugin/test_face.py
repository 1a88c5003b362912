"""What the host side reads of plugin.yaml's twin, from a folder and from inside a zip."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from unreel.plugin import face

ROOT = Path(__file__).resolve().parents[2]
TABLE = json.loads((ROOT / "core" / "nodes.json").read_text(encoding="utf-8"))


def test_everything_of_the_twin_is_read():
    read = face.read_face()
    assert [node.id for node in read.nodes] == ["train", "canonical_export", "texture_import", "propagate"]
    assert read.hosts == {"nuke": "14.0", "natron": "2.5", "blender": "4.5"}
    for node, table in zip(read.nodes, TABLE["nodes"], strict=True):
        assert [knob.name for knob in node.knobs] == [knob["name"] for knob in table["knobs"]]
        assert [button.name for button in node.buttons] == [button["name"] for button in table["buttons"]]


def test_a_knob_by_its_name():
    knob = face.read_face().node("train").knob("cell")
    assert (knob.type, knob.choices, knob.default, knob.optional) == ("choice", (4, 8, 16), None, True)
    assert (knob.owner, knob.cli) == ({"kind": "setting", "name": "solve.cell"}, "--set solve.cell")


def test_an_unknown_name_says_what_there_is():
    read = face.read_face()
    with pytest.raises(KeyError, match="no node 'paint'; there are train, canonical_export"):
        read.node("paint")
    with pytest.raises(KeyError, match="node train has no knob 'plait'; it has plate"):
        read.node("train").knob("plait")
    with pytest.raises(KeyError, match="node train has no button 'go'; it has start"):
        read.node("train").button("go")


def test_nothing_of_it_can_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        face.read_face().node("train").label = "x"  # type: ignore[misc]


def test_another_schema_is_refused():
    with pytest.raises(face.FaceUnreadable, match="schema 2, and this host side reads 1; install Unreel again"):
        face.face_from_table({**TABLE, "schema": 2})


def test_an_unknown_part_of_a_knob_is_refused():
    """A twin of a newer Unreel beside an older host side shows itself at once."""
    knob = {**TABLE["nodes"][0]["knobs"][0], "colour": "red"}
    node = {**TABLE["nodes"][0], "knobs": [knob]}
    with pytest.raises(TypeError, match="colour"):
        face.face_from_table({**TABLE, "nodes": [node]})


def packed(path: Path, twin: bytes | None) -> Path:
    """The host side as it travels: one zip, with entries for its folders, which make `unreel` a package."""
    with zipfile.ZipFile(path, "w") as archive:
        for folder in ("unreel/", "unreel/plugin/"):
            archive.writestr(folder, b"")
        for name in ("__init__.py", "face.py"):
            archive.write(ROOT / "plugin" / name, f"unreel/plugin/{name}")
        if twin is not None:
            archive.writestr("unreel/plugin/plugin.json", twin)
    return path


def asked(archive: Path) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.path.insert(0, {str(archive)!r})\nfrom unreel.plugin.face import read_face\n"
    code += "print(read_face().version)"
    return subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True)


def test_it_is_read_from_inside_a_zip(tmp_path):
    other = json.dumps({**TABLE, "version": "9.9.9"}).encode()
    run = asked(packed(tmp_path / "host ü.zip", other))
    assert run.stdout.strip() == "9.9.9", run.stderr


def test_a_zip_without_it_says_so(tmp_path):
    run = asked(packed(tmp_path / "host.zip", None))
    assert "plugin.json is missing, so the nodes are not known; install Unreel again" in run.stderr
