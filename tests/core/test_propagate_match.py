"""Paint that is matched to the plate, and whole pictures that were graded or restyled, through the command line."""

import shutil

import numpy as np
import pytest
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import make_frame, write_frame
from unreel.core.frame import Window, alpha, rgb

pytestmark = pytest.mark.slow

FRAMES = (1001, 1002, 1003, 1004, 1005)
KEY = 1003


@pytest.fixture
def own(trained, tmp_path):
    """The trained folder, to paint on, and the canonical."""
    folder = tmp_path / "own.unreel"
    shutil.copytree(trained, folder)
    return folder


def import_edit(run, own, edit, *options):
    """Bring back the whole canonical as `edit` (a function of its colour) left it."""
    exported = own.parent / "canonical.exr"
    assert run("export", own, "-o", exported).code == 0
    frame = read_frame(exported)
    edited = edit(rgb(frame)) * (alpha(frame) > 0)[..., None]
    planes = dict(zip("RGBA", (*np.moveaxis(edited, 2, 0), alpha(frame)), strict=True))
    write_frame(own.parent / "edit.exr", make_frame({n: p.astype(np.float32) for n, p in planes.items()},
                                                    frame.data, frame.display, kind="data"))  # fmt: skip
    told = run("import", own, own.parent / "edit.exr", "--name", "edit", *options)
    assert told.code == 0, told.err


def frames_of(run, own, name, *options):
    assert run("propagate", own, "-o", own.parent / f"{name}.####.exr", *options).code == 0
    return {n: rgb(read_frame(own.parent / f"{name}.{n}.exr")).astype(np.float32) for n in FRAMES}


def plates_of(shot):
    return {n: rgb(read_frame(shot.path(n))).astype(np.float32) for n in FRAMES}


INNER = np.s_[10:-10, 16:-16]


@pytest.mark.parametrize("mode", ["over", "replace"])
def test_a_restyled_canonical_is_rendered_back_to_every_frame(tiny_shot, own, run, mode):
    def style(x):
        return np.float32([0.05, 0.2, 0.1]) + np.sqrt(np.maximum(x, 0))[..., [2, 0, 1]] * np.float32([1, 0.5, 0.8])

    import_edit(run, own, style, "--mode", mode)
    out = frames_of(run, own, "styled")
    for number, plate in plates_of(tiny_shot).items():
        error = np.abs(out[number] - style(plate))[INNER]
        assert np.median(error) < 0.01 and np.quantile(error, 0.95) < 0.08
        assert np.abs(out[number] - plate)[INNER].mean() > 0.1  # it is another picture


@pytest.mark.parametrize("mode", ["difference", "ratio"])
def test_a_grade_of_the_canonical_is_the_same_grade_of_every_frame(tiny_shot, own, run, mode):
    def grade(x):
        return x * np.float32([0.5, 0.8, 1.5])

    import_edit(run, own, grade, "--mode", mode)
    out = frames_of(run, own, "graded")
    limit = 1e-3 if mode == "ratio" else 0.02
    for number, plate in plates_of(tiny_shot).items():
        error = np.abs(out[number] - grade(plate))[INNER] / (0.02 + plate[INNER])
        assert np.median(error) < limit


def test_a_grade_of_a_part_leaves_the_plate_bit_for_bit_elsewhere(tiny_shot, own, run):
    def grade(x):
        out = x.copy()
        out[20:40, 30:60] *= 0.5
        return out

    import_edit(run, own, grade, "--mode", "ratio")
    out = frames_of(run, own, "part", "--frames", "1001-1005")
    for number, plate in plates_of(tiny_shot).items():
        changed = (out[number] != plate).any(2)
        assert 0.6 * 600 < changed.sum() < 1.5 * 34 * 24


def test_a_grade_of_a_layer_is_refused(own, run, make_paint, tmp_path):
    told = run("import", own, make_paint(tmp_path / "mark.exr", Window(40, 24, 16, 12)), "--mode", "ratio")
    assert told.code == 2 and "use multiply" in told.err


def widths(run, painted, name, *options):
    """Standard deviation along x, in pixels, of the paint's opacity, per frame."""
    assert (
        run("propagate", painted, "-o", painted.parent / f"{name}.####.exr", "--outputs", "layer", *options).code == 0
    )
    found = {}
    for number in FRAMES:
        cover = alpha(read_frame(painted.parent / f"{name}.{number}.exr")).astype(np.float32).sum(0)
        x = np.arange(cover.size)
        middle = (cover * x).sum() / cover.sum()
        found[number] = ((cover * (x - middle) ** 2).sum() / cover.sum(), middle)
    return found


def test_the_shutter_streaks_the_paint_by_its_share_of_the_slide(painted, run):
    still, open_wide = widths(run, painted, "still"), widths(run, painted, "wide", "--shutter", "360")
    for number in FRAMES:  # a box of 3 pixels adds its variance, and moves nothing
        assert open_wide[number][0] - still[number][0] == pytest.approx(3**2 / 12, abs=0.25)
        assert open_wide[number][1] == pytest.approx(still[number][1], abs=0.05)
    again = widths(run, painted, "set", "--set", "match.shutter=360")
    assert again == open_wide


def test_grain_is_the_same_twice_and_another_in_every_frame(make_shot, make_paint, run, tmp_path):
    shot = make_shot(tmp_path / "noisy")
    for number in FRAMES:
        frame = shot.frame(number)
        rng = np.random.default_rng(number)
        planes = {n: (p + 0.1 * p * rng.standard_normal(p.shape)).astype(np.float16) for n, p in frame.planes.items()}
        write_frame(shot.path(number), make_frame(planes, frame.data))
    unreel = tmp_path / "noisy.unreel"
    assert run("train", shot.plate, "-o", unreel, "--key", KEY).code == 0
    assert run("import", unreel, make_paint(tmp_path / "mark.exr", Window(36, 20, 30, 24))).code == 0
    clean = frames_of(run, unreel, "clean", "--no-light")
    first, again = (frames_of(run, unreel, name, "--no-light", "--set", "match.grain=1") for name in "ab")
    added = []
    for number in FRAMES:
        assert first[number].tobytes() == again[number].tobytes()
        x, y = 51 + 3 * (number - KEY), 32 + number - KEY
        here = np.s_[y - 8 : y + 8, x - 10 : x + 10]
        added.append((first[number] - clean[number])[here] / clean[number][here])
        assert added[-1][..., 0].std() == pytest.approx(0.1, rel=0.5)
    assert abs(np.corrcoef(added[0].ravel(), added[1].ravel())[0, 1]) < 0.2


def test_only_light_and_match_can_be_set_again(painted, run, tmp_path):
    told = run("propagate", painted, "-o", tmp_path / "a.####.exr", "--set", "solve.proxy=480")
    assert told.code == 2 and "only light.* and match.*" in told.err
    assert run("propagate", painted, "-o", tmp_path / "a.####.exr", "--shutter", "400").code == 2
