import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from unreel.core import export, folder_lock, rendering
from unreel.core.finished import RETIMED, frame_ids
from unreel.core.frame import Window
from unreel.core.made import added, stage_of
from unreel.core.report import never, silent

FILES = {
    "plate": [(1, "/a/p.1.exr", 10, 5000), (2, "/a/p.2.exr", 10, 5000), (3, "/a/p.3.exr", 10, 5000)],
    "matte": [(None, "/a/still.exr", 7, 7000)],
}


def with_plate(number, size):
    plate = [(at, path, size if at == number else was, time) for at, path, was, time in FILES["plate"]]
    return {**FILES, "plate": plate}


def changed_frames(files, now, shared, content="content"):
    """Those of frames 1 to 3 that are others with the files as they are now."""
    before, after = frame_ids((1, 2, 3), "content", files, shared), frame_ids((1, 2, 3), content, now, shared)
    assert len(set(before.values())) == 3
    return {number for number in before if before[number] != after[number]}


def test_a_frame_is_another_where_its_own_plate_or_a_still_or_the_rest_is():
    assert changed_frames(FILES, FILES, set()) == set()
    assert changed_frames(FILES, with_plate(2, 11), set()) == {2}
    assert changed_frames(FILES, {**FILES, "matte": [(None, "/a/still.exr", 7, 8000)]}, set()) == {1, 2, 3}
    assert changed_frames(FILES, {**FILES, "matte": [(None, "/a/still.exr", 7, 7100)]}, set()) == set(), "by Windows"
    assert changed_frames(FILES, FILES, set(), "other") == {1, 2, 3}


def test_a_frame_that_was_painted_on_is_in_all_of_them():
    assert changed_frames(FILES, with_plate(3, 11), {3}) == {1, 2, 3}


def test_a_moment_between_frames_is_made_of_the_shot_and_its_own_retimed_plate():
    retimed = [(number, f"/r/{number}.exr", 3, 3) for number in (1, 2, 3)]
    files = {**FILES, RETIMED: retimed}
    assert changed_frames(files, {**files, RETIMED: [(1, "/r/1.exr", 4, 3), *retimed[1:]]}, None) == {1}
    assert changed_frames(files, {**with_plate(3, 11), RETIMED: retimed}, None) == {1, 2, 3}


def test_a_frame_is_the_same_wherever_its_files_lie():
    moved = {
        what: [(at, path.replace("/a/", "D:\\x\\"), *state) for at, path, *state in files]
        for what, files in FILES.items()
    }
    assert changed_frames(FILES, moved, set()) == set()


def test_files_of_parts_are_there_once_as_they_were_read_last():
    before = {"plate": [[1, "/a/p.1.exr", 10, 5], [2, "/a/p.2.exr", 10, 5]]}
    now = {"plate": [(2, "/a/p.2.exr", 12, 9), (3, "/a/p.3.exr", 10, 5)], "matte": [(None, "/a/m.exr", 1, 1)]}
    assert added(before, now) == {
        "plate": [(1, "/a/p.1.exr", 10, 5), (2, "/a/p.2.exr", 12, 9), (3, "/a/p.3.exr", 10, 5)],
        "matte": [(None, "/a/m.exr", 1, 1)],
    }


@pytest.fixture
def own(painted, tiny_shot, tmp_path):
    """A painted folder and its plate, to change."""
    shutil.copytree(tiny_shot.folder, tmp_path / "plate", ignore=lambda *_: ["tiny.unreel"])
    unreel = shutil.copytree(painted, tmp_path / "own.unreel")
    file = unreel / "shot.yaml"
    file.write_text(file.read_text().replace(str(tiny_shot.folder), str(tmp_path / "plate")))
    return unreel


def times(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.exr")}


@pytest.mark.slow
def test_only_what_is_not_finished_is_written_again(own, run, tmp_path):
    out = tmp_path / "out" / "o.####.exr"
    words = ("propagate", own, "-o", out, "--outputs", "comp,layer", "--progress", "none")
    assert run(*words).code == 0
    first, bytes_before = times(out.parent), {path.name: path.read_bytes() for path in out.parent.glob("*.exr")}
    told = run(*words, "--resume")
    assert told.code == 0 and "5 of 5 frames are finished already" in told.err and "count: 5" in told.out
    assert times(out.parent) == first
    (out.parent / "o.1001.exr").unlink()  # as if that chunk had been killed
    (out.parent / "o_layer.1002.exr").write_bytes(b"cut off by a sick disk")
    (out.parent / ".o.1001.0123456789ab.tmp.exr").write_bytes(b"half a frame")
    (out.parent / ".o.1009.0123456789ab.tmp.exr").write_bytes(b"of another chunk")
    os.utime(tmp_path / "plate" / "plate.1003.exr", ns=(1, 1))
    assert "2 of 5 frames are finished" in run(*words, "--resume").err
    assert {name for name, at in times(out.parent).items() if at != first.get(name)} == {
        f"{name}.{number}.exr" for name in ("o", "o_layer") for number in (1001, 1002, 1003)
    } | {".o.1009.0123456789ab.tmp.exr"}
    same = {name for name, content in bytes_before.items() if (out.parent / name).read_bytes() == content}
    assert set(bytes_before) - same == {"o.1003.exr", "o_layer.1003.exr"}, "these tell of another plate file"
    assert "0 of 5 frames are finished" in run(*words, "--resume", "--set", "light.strength=0").err


@pytest.mark.slow
def test_another_output_under_the_name_and_another_order_of_textures_are_not_finished(own, run, make_paint, tmp_path):
    paint = make_paint(tmp_path / "second.exr", Window(34, 24, 12, 12))
    assert run("import", own, paint, "--name", "second").code == 0
    words = ("propagate", own, "-o", tmp_path / "o.####.exr", "--frames", "1002", "--progress", "none", "--resume")
    assert run(*words, "--outputs", "stmap").code == 0
    for order in (("mark", "second"), ("second", "mark")):
        told = run(*words, *(word for name in order for word in ("--texture", name)))
        assert "0 of 1 frames are finished" in told.err
    assert "1 of 1 frames are finished" in run(*words, "--texture", "second", "--texture", "mark").err


@pytest.mark.slow
def test_a_frame_that_stands_in_for_a_missing_one_is_in_more_than_its_own(own, run, tmp_path):
    file, plate = own / "shot.yaml", tmp_path / "plate"
    file.write_text(file.read_text().replace("missing: error", "missing: nearest"))
    (plate / "plate.1004.exr").unlink()
    words = ("propagate", own, "-o", tmp_path / "o.####.exr", "--progress", "none", "--resume")
    assert run(*words).code == 0
    os.utime(plate / "plate.1001.exr", ns=(1, 1))
    assert "4 of 5 frames are finished" in run(*words).err
    os.utime(plate / "plate.1003.exr", ns=(1, 1))
    assert "0 of 5 frames are finished" in run(*words).err


@pytest.mark.slow
def test_frames_at_other_moments_are_not_finished(own, run, tmp_path):
    moments = tmp_path / "curve.txt"
    moments.write_text("1 1001\n2 1001.5\n")
    words = ("propagate", own, "-o", tmp_path / "o.####.exr", "--outputs", "layer", "--times", moments, "--resume")
    assert run(*words, "--progress", "none").code == 0
    assert "2 of 2 frames are finished" in run(*words, "--progress", "none").err
    moments.write_text("1 1001\n2 1002.25\n")
    assert "0 of 2 frames are finished" in run(*words, "--progress", "none").err


@pytest.mark.slow
def test_chunks_at_the_same_time_are_one_render_with_one_note(own, run, tmp_path, monkeypatch):
    monkeypatch.setattr(folder_lock, "PATIENCE_SECONDS", 60)
    whole, parts = tmp_path / "whole" / "o.####.exr", tmp_path / "parts" / "o.####.exr"
    assert run("propagate", own, "-o", whole, "--progress", "none").code == 0
    for made in own.glob("canonical_*.exr"):
        made.unlink()
    made = []
    make = export.make_canonical
    monkeypatch.setattr(export, "make_canonical", lambda *words: made.append(1) or make(*words))

    def chunk(text):
        rendering.propagate(own, str(parts), None, [], ("comp",), {}, silent, never, chunk=text, resume=True)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(chunk, ("1001-1002", "1003", "1004", "1005")))
    assert len(made) == 1, "the others waited for it"
    assert {path.name: path.read_bytes() for path in parts.parent.iterdir()} == {
        path.name: path.read_bytes() for path in whole.parent.iterdir()
    }
    notes = [json.loads((own / "made" / f"{stage_of('propagate', out)}.json").read_text()) for out in (whole, parts)]
    assert notes[0]["files"] == notes[1]["files"] and notes[0]["content"] == notes[1]["content"]
    assert notes[1]["settings"]["frames"] is None
    assert not list(own.glob(".*")), "no lock is left"
    assert run("propagate", own, "-o", parts, "--chunk", "1001", "--set", "light.strength=0").code == 0
    note = json.loads((own / "made" / f"{stage_of('propagate', parts)}.json").read_text())
    assert [at for at, *_ in note["files"]["plate"]] == [1001], "of another light, so nothing else is of it yet"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chunk", "output", "why"),
    [("1004-1007", "o.####.exr", "1006-1007 is not among"), ("1001", "o.exr", "one file for 5 frames")],
)
def test_a_chunk_that_is_none_is_refused(own, run, tmp_path, chunk, output, why):
    told = run("propagate", own, "-o", tmp_path / output, "--chunk", chunk)
    assert told.code == 2 and why in told.err
