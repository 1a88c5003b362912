import json
import shutil

import pytest
from unreel.core.errors import UsageError
from unreel.core.exr_read import read_frame
from unreel.core.made import stage_of
from unreel.core.path_map import VARIABLE, here, remembered
from unreel.core.unreel_folder import UnreelFolder


@pytest.fixture
def mapped(monkeypatch):
    """Sets what `UNREEL_PATH_MAP` says."""
    return lambda text: monkeypatch.setenv(VARIABLE, text)


def test_without_a_map_every_path_is_what_it_is(monkeypatch, tmp_path):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert here("/a/b.####.exr") == remembered("/a/b.####.exr") == "/a/b.####.exr"
    assert remembered("b.####.exr", tmp_path) == str(tmp_path / "b.####.exr")


def test_the_deepest_folder_decides_and_the_way_back_is_the_same(mapped):
    mapped("/shots=>/mnt/nas/shots; /shots/a/plate=>/scratch/job 7/plate")
    there = ("/shots/b/roto.%04d.exr", "/shots/a/plate/p.####.exr", "/shots", "/elsewhere/shots/x.exr")
    local = ("/mnt/nas/shots/b/roto.%04d.exr", "/scratch/job 7/plate/p.####.exr", "/mnt/nas/shots", there[3])
    assert tuple(map(here, there)) == local
    assert tuple(map(remembered, local)) == there
    assert here("/shots2/a.exr") == "/shots2/a.exr", "a folder is more than the beginning of a name"


def test_a_windows_path_is_known_in_any_case_and_written_with_its_own_strokes(mapped, tmp_path):
    mapped(r"P:\shots=>/mnt/shots;\\nas\show=>/mnt/show")
    assert here("p:/Shots/a/plate.####.exr") == "/mnt/shots/a/plate.####.exr"
    assert here(r"\\NAS\show\roto.####.exr") == "/mnt/show/roto.####.exr"
    assert remembered("/mnt/shots/a/plate.####.exr") == r"P:\shots\a\plate.####.exr"
    assert remembered(r"P:\shots\a.exr", tmp_path) == r"P:\shots\a.exr", "it is whole, though not on this system"


@pytest.mark.parametrize("text", ["/shots", "/shots=>", "=>/mnt"])
def test_half_a_pair_is_refused(mapped, text):
    mapped(text)
    with pytest.raises(UsageError, match="is no pair of folders"):
        here("/shots/a.exr")


@pytest.mark.slow
def test_a_shot_that_lies_elsewhere_on_this_machine_is_the_same_shot(painted, tiny_shot, mapped, run, tmp_path):
    own, plate = shutil.copytree(painted, tmp_path / "own.unreel"), tmp_path / "moved"
    shutil.copytree(tiny_shot.folder, plate, ignore=lambda *_: ["tiny.unreel"])
    words = ("propagate", own, "--frames", 1002, "--progress", "none")
    assert run(*words, "-o", tmp_path / "before.####.exr").code == 0
    for file in own.rglob("shot.yaml"):  # as if it were trained on a machine that has another drive
        file.write_text(file.read_text().replace(str(tiny_shot.folder), "/drive/of/another"))
    assert run(*words, "-o", tmp_path / "lost.####.exr").code == 3
    mapped(f"/drive/of/another=>{plate};{tmp_path / 'results'}=>{tmp_path}")
    assert run(*words, "-o", tmp_path / "after.####.exr").code == 0
    before, after = (read_frame(tmp_path / f"{name}.1002.exr") for name in ("before", "after"))
    assert all((before.planes[name] == after.planes[name]).all() for name in before.planes)
    stage = stage_of("propagate", tmp_path / "results" / "after.####.exr")
    note = json.loads((own / "made" / f"{stage}.json").read_text())
    assert note["files"]["plate"][0][1] == "/drive/of/another/plate.1002.exr"


@pytest.mark.slow
def test_a_training_that_is_done_is_known_on_another_machine(painted, tiny_shot, mapped, run, tmp_path):
    own, plate = shutil.copytree(painted, tmp_path / "own.unreel"), tmp_path / "moved"
    shutil.copytree(tiny_shot.folder, plate, ignore=lambda *_: ["tiny.unreel"])
    mapped(f"{tiny_shot.folder}=>{plate}")
    told = run("train", plate / "plate.####.exr", "-o", own, "--key", 1003, "--resume", "--progress", "none")
    assert told.code == 0 and "is trained already, of the same files and settings" in told.err
    assert UnreelFolder(own).read_settings().plate == tiny_shot.plate
