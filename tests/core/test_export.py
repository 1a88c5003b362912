import json
import shutil

import numpy as np
import pytest
from unreel.core.errors import UsageError
from unreel.core.export import check_export
from unreel.core.exr_read import read_frame, read_header
from unreel.core.exr_write import write_frame
from unreel.core.frame import alpha, rgb

pytestmark = pytest.mark.slow
FRAMES = (1001, 1002, 1003, 1004, 1005)


@pytest.fixture
def unreel(trained, tmp_path):
    """A folder of its own to import into."""
    return shutil.copytree(trained, tmp_path / "own.unreel")


def test_the_canonical_is_the_key_frame_bit_for_bit_and_more_around_it(trained, tiny_shot, run, tmp_path):
    assert run("export", trained, "-o", tmp_path / "canonical.exr").code == 0
    canonical, key = read_frame(tmp_path / "canonical.exr"), read_frame(tiny_shot.path(1003))
    assert canonical.display == key.display
    assert canonical.data.contains(key.data) and canonical.data.width > key.data.width
    own = key.data.slices_in(canonical.data)
    for name in "RGB":
        assert np.array_equal(canonical.planes[name][own], key.planes[name])
    assert (alpha(canonical)[own] == 1).all()


def test_around_the_key_frame_the_canonical_shows_what_other_frames_saw(trained, tiny_shot, run, tmp_path):
    assert run("export", trained, "-o", tmp_path / "canonical.exr").code == 0
    canonical = read_frame(tmp_path / "canonical.exr")
    truth = tiny_shot.colour(1003, canonical.data)
    seen = alpha(canonical) == 1
    outside = seen.copy()
    outside[tiny_shot.data.slices_in(canonical.data)] = False
    assert outside.sum() > 400
    assert np.abs(rgb(canonical) - truth)[seen].mean() < 0.002


@pytest.mark.parametrize("name", ["canonical.exr", "canonical.png", "canonical.tif"])
def test_exporting_and_importing_unpainted_is_the_identity(unreel, tiny_shot, run, tmp_path, name):
    assert run("export", unreel, "-o", tmp_path / name).code == 0
    told = run("import", unreel, tmp_path / name)
    assert told.code == 0
    assert "painted: nothing" in told.out
    assert f"{name}: nothing is painted" in told.err
    assert run("propagate", unreel, "-o", tmp_path / "out.####.exr").code == 0
    for number in FRAMES:
        plate, out = read_frame(tiny_shot.path(number)), read_frame(tmp_path / f"out.{number}.exr")
        for channel in plate.planes:
            assert np.array_equal(plate.planes[channel].view("u2"), out.planes[channel].view("u2"))


@pytest.mark.parametrize("on", [1001, 1003])
def test_importing_a_frame_as_it_is_is_the_identity_too(unreel, tiny_shot, run, on):
    told = run("import", unreel, tiny_shot.path(on), "--on", on)
    assert told.code == 0 and "painted: nothing" in told.out


def test_a_painted_whole_picture_is_found(unreel, run, tmp_path):
    assert run("export", unreel, "-o", tmp_path / "canonical.exr").code == 0
    frame = read_frame(tmp_path / "canonical.exr")
    y, x = 30 - frame.data.y, 40 - frame.data.x
    frame.planes["R"][y : y + 6, x : x + 8] = 0.9
    write_frame(tmp_path / "painted.exr", frame)
    told = run("import", unreel, tmp_path / "painted.exr", "--progress", "json")
    assert json.loads(told.out)["painted"] == "8x6 at 40, 30"


def test_guides_are_layers_of_an_exr_and_files_beside_a_png(trained, run, tmp_path):
    assert run("export", trained, "-o", tmp_path / "a.exr", "--guides").code == 0
    names = set(read_header(tmp_path / "a.exr").channels)
    assert {f"{guide}.{c}" for guide in ("grid", "coverage", "confidence") for c in "RGBA"} | set("RGBA") == names
    told = run("export", trained, "-o", tmp_path / "a.png", "--guides")
    written = {f"a{guide}.png" for guide in ("", "_grid", "_coverage", "_confidence")}
    assert {p.name for p in tmp_path.glob("*.png")} == written
    assert all(name in told.out for name in written)


def test_guides_do_not_count_as_paint(unreel, run, tmp_path):
    assert run("export", unreel, "-o", tmp_path / "a.exr", "--guides").code == 0
    assert "painted: nothing" in run("import", unreel, tmp_path / "a.exr").out


def test_the_solved_canonical_is_the_average_of_the_frames(trained, tiny_shot, run, tmp_path):
    assert run("export", trained, "-o", tmp_path / "solved.exr", "--kind", "solved").code == 0
    canonical = read_frame(tmp_path / "solved.exr")
    own = tiny_shot.data.slices_in(canonical.data)
    assert np.abs(rgb(canonical)[own] - tiny_shot.colour(1003)).mean() < 0.002


def test_a_damaged_canonical_in_the_folder_is_made_again(unreel, run, tmp_path):
    assert run("export", unreel, "-o", tmp_path / "first.exr").code == 0
    kept = unreel / "canonical_plate.1003.exr"
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    assert run("export", unreel, "-o", tmp_path / "second.exr").code == 0
    first, second = (read_frame(tmp_path / f"{name}.exr") for name in ("first", "second"))
    assert all(np.array_equal(first.planes[name], second.planes[name]) for name in "RGBA")


@pytest.mark.parametrize(
    ("name", "space", "words"),
    [
        ("a.jpg", "texture_paint", "a canonical is written as .exr, .png or .tif"),
        ("a.exr", "texture_paint", "an EXR is scene_linear"),
        ("a.png", "scene_linear", "hold texture_paint"),
    ],
)
def test_a_name_that_does_not_fit_its_space_is_refused(tmp_path, name, space, words):
    with pytest.raises(UsageError, match=words):
        check_export(tmp_path / name, space)


def test_an_export_over_the_plate_is_refused(trained, tiny_shot, run):
    told = run("export", trained, "-o", tiny_shot.path(1002))
    assert (told.code, told.out) == (2, "")
    assert "is a file of the shot itself" in told.err
