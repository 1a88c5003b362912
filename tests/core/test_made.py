from __future__ import annotations

import json
import shutil

import pytest
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
