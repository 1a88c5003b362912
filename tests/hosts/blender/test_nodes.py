"""The nodes as Blender has them: knobs, buttons, what comes in, baking, and the extension."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

from unreel.plugin.face import read_face

from ..conftest import Read, Write
from .conftest import ROOT, Blender
from .test_live import DISPLAY, colours

START = ROOT / "plugin" / "hosts" / "blender_start"
SAID = re.compile(r"empty|nothing|no files", re.IGNORECASE)
"""By a button of a new node."""


def test_every_knob_keeps_what_is_put_in(blender: Blender):
    told = blender.call("nodes.knobs")
    assert len(told) > 80
    for name, (kind, default, before, value, after, emptied) in told.items():
        as_text = kind in ("numbers", "names")
        nothing = None if default in (None, [], "") else " ".join(map(str, default)) if as_text else default
        assert before == nothing, name
        assert emptied == nothing, name
        if as_text:
            value = {"numbers": "3 5", "names": "'a b' c"}[kind]
        assert str(after) == str(value), name


def test_the_add_on_leaves_nothing_and_its_actions_are_undone_in_one_step(blender: Blender):
    told = blender.call("nodes.registering")
    assert (told["left"], told["on nodes"]) == ([], False)
    undone = [f"UNREEL_OT_{name} REGISTER UNDO" for name in ("add", "press", "upgrade")]
    assert sorted(told["options"]) == sorted([*undone, "UNREEL_OT_confirm INTERNAL"])


def test_a_file_that_comes_in_as_it_is_is_found(blender: Blender, write: Write):
    plates = [write(f"plate.{number}.exr", colours(DISPLAY, number, 3)) for number in (1001, 1002, 1003, 1004)]
    pattern = str(blender.place / "plate.####.exr")
    told = blender.call("nodes.upstream", plate=plates[0])
    assert told == {
        "nothing": [None, False],
        "direct": [[pattern, 1002, 1003], True],
        "past a dot": [[pattern, 1002, 1003], True],
        "converted": [None, True],
        "behind a node": [None, True],
    }


def test_baking_writes_the_numbers_as_they_are_and_puts_the_scene_back(blender: Blender, write: Write, read: Read):
    plates = {number: colours(DISPLAY, number) for number in (1001, 1002, 1003)}
    files = [write(f"plate.{number}.exr", pixels) for number, pixels in plates.items()]
    before, after = blender.call(
        "nodes.bake",
        plate=files[0],
        pattern=blender.place / "baked.####.exr",
        other=write("other.exr", colours((20, 10), 9)),
    )
    assert after == before
    assert before[:4] == [20, 10, "/nowhere/x", 7]
    for number in (1001, 1003):
        assert (read(blender.place / f"baked.{number}.exr") == plates[number]).all()
    assert not (blender.place / "baked.1002.exr").exists()


def test_live_is_refused_for_a_plate_with_other_windows(blender: Blender, write: Write):
    """Blender would put the pixels where they don't belong, and say nothing."""
    full = {"display": DISPLAY}
    st = write("st.1001.exr", colours(DISPLAY, 1), **full)
    pattern = st.replace("1001", "####")
    write("plate.1001.exr", colours(DISPLAY, 2), **full)
    good = blender.call("nodes.build", plate=str(blender.place / "plate.1001.exr"), live_st=pattern, count=2)
    assert good == ["", ""]
    write("plate.1002.exr", colours((20, 10), 3), x=5, y=7, **full)
    said, status = blender.call("nodes.build", plate=str(blender.place / "plate.1001.exr"), live_st=pattern, count=2)
    assert "frame 1002" in said and "(5, 7, 20, 10)" in said and "rendered" in said
    assert status in said


def test_nodes_are_duplicated_deleted_and_pressed_too_early(blender: Blender):
    told = blender.call("nodes.lives")
    assert told["own trees"] and told["sizes"][0] != told["sizes"][1]
    said, status, colour = told["press"]
    assert "Unreel folder is empty" in said and status in said and colour[0] > colour[1]
    assert "gone" in told["gone"]


def test_every_button_does_its_work_or_says_why_not(blender: Blender):
    told = blender.call("nodes.buttons")
    faces = read_face().nodes
    assert set(told) == {f"{face.id}.{button.name}" for face in faces for button in face.buttons}
    assert {name: line for name, line in told.items() if not SAID.search(line)} == {}


def test_a_question_is_shown_and_yes_presses_the_button_again(blender: Blender):
    told = blender.call("nodes.questions")
    assert (told["batch"], told["asked"], told["answered"]) == (True, "sure?", True)
    assert told["pressed"] == [["Unreel Train", "start", ["sure?"]]]


def test_every_operation_has_its_nodes(blender: Blender):
    built, known = blender.call("nodes.operations")
    assert built == known


def packed(place: Path) -> Path:
    """The extension as the installer packs it: the start files, and the host side in a zip with its folders."""
    source = place / "extension"
    source.mkdir()
    for name in ("__init__.py", "blender_manifest.toml"):
        (source / name).write_bytes((START / name).read_bytes())
    with zipfile.ZipFile(source / "unreel_host.zip", "w") as host:
        host.writestr("unreel/", "")
        host.write(ROOT / "core" / "nodes.json", "unreel/plugin/plugin.json")
        for path in sorted((ROOT / "plugin").rglob("*")):
            inside = f"unreel/{path.relative_to(ROOT).as_posix()}"
            if path.is_dir() and path.name != "__pycache__":
                host.writestr(f"{inside}/", "")
            elif path.suffix == ".py":
                host.write(path, inside)
    return source


def test_the_extension_is_valid_installed_and_switched_on(blender: Blender, tmp_path: Path):
    source = packed(tmp_path)
    tool = blender.call("nodes.extension_tool", with_unreel=False)
    archive = tmp_path / "unreel-0.1.0.zip"
    for arguments in (["build", "--source-dir", source, "--output-dir", tmp_path], ["validate", archive]):
        done = subprocess.run([blender.python, tool, *arguments], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
    (blender.place / "user").mkdir()
    told, enabled, kind, inputs = blender.call("nodes.extension", with_unreel=False, archive=archive)
    assert (told, kind, inputs) == (["FINISHED"], "propagate", ["Plate", "Texture"])
    assert enabled == ["bl_ext.user_default.unreel"]


def test_the_manifest_has_the_version_of_the_face():
    text = (START / "blender_manifest.toml").read_text()
    assert f'version = "{read_face().version}"' in text
    assert f'blender_version_min = "{read_face().hosts["blender"]}.0"' in text
