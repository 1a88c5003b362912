from __future__ import annotations

import json
import shutil

import pytest
from unreel.core.exr_read import read_frame, read_header
from unreel.core.frame import Window
from unreel.core.made import made_id, stage_of
from unreel.core.unreel_folder import UnreelFolder

pytestmark = pytest.mark.slow


def note(unreel, stage):
    return json.loads((unreel / "made" / f"{stage}.json").read_text())


def test_a_training_notes_the_files_it_read_and_the_same_again_has_the_same_id(tiny, run, tmp_path):
    matte = tiny.write_matte(Window(20, 10, 50, 40))
    words = ("train", tiny.plate, "-o", tmp_path / "a.unreel", "--key", 1003, "--matte", matte)
    assert run(*words).code == 0
    first = note(tmp_path / "a.unreel", "train")
    state = tiny.path(1002).stat()
    assert first["files"]["plate"][1] == [1002, str(tiny.path(1002)), state.st_size, state.st_mtime_ns]
    assert [number for number, *_ in first["files"]["matte"]] == [1001, 1002, 1003, 1004, 1005]
    assert first["settings"]["key"] == 1003 and not {"light", "match"} & set(first["settings"])
    assert run(*words).code == 0
    assert note(tmp_path / "a.unreel", "train")["id"] == first["id"]
    assert run(*words, "--set", "solve.steps=3").code == 0
    assert note(tmp_path / "a.unreel", "train")["id"] != first["id"]


def test_frames_rest_on_every_layer_s_solve_and_textures(tiny, make_paint, run, tmp_path):
    front = tiny.write_matte(Window(20, 10, 40, 40), "front")
    unreel, out = tmp_path / "a.unreel", tmp_path / "o.####.exr"
    assert run("train", tiny.plate, "-o", unreel, "--layer", f"car={front}", "--layer", "street").code == 0
    paint = make_paint(tmp_path / "mark.exr", Window(30, 20, 12, 12))
    assert run("import", unreel, paint, "--layer", "car", "--on", 1003).code == 0
    assert run("propagate", unreel, "-o", out, "--frames", 1002).code == 0
    made = note(unreel, stage_of("propagate", out))
    car = UnreelFolder(unreel).layer("car")
    assert made["built_on"] == {
        "layers/street/made/train.json": made_id(UnreelFolder(unreel).layer("street"), "train"),
        "layers/car/made/train.json": made_id(car, "train"),
        "layers/car/made/import/mark.json": made_id(car, "import/mark"),
    }
    assert [file[0] for file in made["files"]["plate"]] == [1002]
    assert set(note(unreel, "train")["built_on"]) == {"layers/car/made/train.json", "layers/street/made/train.json"}


def test_frames_that_were_stopped_have_no_note(painted, run, tmp_path):
    own, out = shutil.copytree(painted, tmp_path / "own.unreel"), tmp_path / "o.####.exr"
    assert run("propagate", own, "-o", out).code == 0
    stage = stage_of("propagate", out)
    assert note(own, stage)["settings"]["outputs"] == ["comp"]
    (tmp_path / "o.1003.exr").unlink()
    (tmp_path / "o.1003.exr").mkdir()
    assert run("propagate", own, "-o", out).code == 1
    assert made_id(UnreelFolder(own), stage) is None


def test_frames_tell_what_they_are_made_of_wherever_they_are_and_again_are_the_same_bytes(painted, run, tmp_path):
    own = shutil.copytree(painted, tmp_path / "own.unreel")
    outputs = ("--outputs", "comp,stmap,live")
    for name, words in (("a", outputs), ("b", (*outputs, "--frames", "1002-1003"))):
        assert run("propagate", own, "-o", tmp_path / name / "o.####.exr", *words).code == 0
    content = note(own, stage_of("propagate", tmp_path / "a" / "o.####.exr"))["content"]
    maps = ("o_stmap.1002", "o_live_st.1003", "o_live_gain.1003", "o_live_hold.1002", "o_live_canonical")
    for name in ("o.1002", *maps):
        one, other = (tmp_path / folder / f"{name}.exr" for folder in "ab")
        assert read_header(one).metadata["unreel/made"].value == content
        assert one.read_bytes() == other.read_bytes(), name
        assert "DateTime" not in read_header(one).metadata, "no moment of writing, as the bytes of a second would hide"
    assert run("propagate", own, "-o", tmp_path / "c.####.exr", "--set", "light.strength=0").code == 0
    assert read_header(tmp_path / "c.1002.exr").metadata["unreel/made"].value != content


@pytest.mark.parametrize("name", ["canonical.exr", "canonical.png"])
def test_a_canonical_tells_what_it_is_made_of_and_again_is_the_same_bytes(painted, run, tmp_path, name):
    own = shutil.copytree(painted, tmp_path / "own.unreel")
    for folder in "ab":
        assert run("export", own, "-o", tmp_path / folder / name).code == 0
    assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    told = note(own, stage_of("export", tmp_path / "a" / name))["content"]
    assert read_frame(tmp_path / "a" / name).metadata["unreel/made"].value == told


def test_a_plate_that_unreel_made_gives_frames_that_tell_of_the_new_solve(painted, run, tmp_path):
    """And all else in the plate's header comes through."""
    first, second = tmp_path / "a.####.exr", tmp_path / "b.####.exr"
    assert run("propagate", painted, "-o", first).code == 0
    unreel = tmp_path / "again.unreel"
    assert run("train", first, "-o", unreel, "--key", 1003).code == 0
    assert run("import", unreel, painted.parent / "mark.exr").code == 0
    assert run("propagate", unreel, "-o", second).code == 0
    before, after = (read_header(tmp_path / f"{name}.1002.exr").metadata for name in "ab")
    assert before["unreel/made"] != after["unreel/made"]
    ours = {name: after[name] for name in ("unreel/made", "unreel/frame")}
    assert {**before, **ours} == after
