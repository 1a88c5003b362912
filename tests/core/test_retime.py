"""Paint at moments between frames: a plane slides by (3, 1) pixels a frame."""

import shutil

import cv2
import numpy as np
import pytest
from unreel.core.errors import InputError, UsageError
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import write_frame
from unreel.core.frame import channel, rgb
from unreel.core.retime import neighbours, parse_times, plate_between
from unreel.core.solved import open_solved
from unreel.core.unreel_folder import UnreelFolder

SLIDE = np.array([3.0, 1.0])


def test_a_span_of_moments_is_numbered_on_from_its_first_frame():
    assert parse_times("1001-1003x0.5") == {1001: 1001, 1002: 1001.5, 1003: 1002, 1004: 1002.5, 1005: 1003}
    assert parse_times("1-2x0.8") == {1: 1.0, 2: 1.8}
    assert len(parse_times("1-100x0.1")) == 991
    assert parse_times("-2--1x1") == {-2: -2, -1: -1}
    with pytest.raises(UsageError, match="a span may have"):
        parse_times("1-1000x0.000001")


def test_a_file_of_moments(tmp_path):
    curve = tmp_path / "curve.txt"
    curve.write_text("# slower and slower\n1 1001\n2, 1001.75\n\n3\t1002.25  # here\n")
    assert parse_times(str(curve)) == {1: 1001, 2: 1001.75, 3: 1002.25}
    curve.write_text("1 1001\n2 soon\n")
    with pytest.raises(InputError, match="line 2: '2 soon'"):
        parse_times(str(curve))
    curve.write_text("1 1001\n1 1002\n")
    with pytest.raises(InputError, match="frame 1 has a time already"):
        parse_times(str(curve))
    curve.write_text("\n")
    with pytest.raises(InputError, match="holds no times"):
        parse_times(str(curve))


def test_what_is_no_span_and_no_file():
    with pytest.raises(InputError, match="FIRST-LASTxSTEP"):
        parse_times("1001:1003")
    for text in ("1003-1001x0.5", "1001-1003x0"):
        with pytest.raises(UsageError, match="FIRST-LASTxSTEP"):
            parse_times(text)


def test_a_moments_pixels_lie_in_the_frames_around_it_by_their_share_of_the_motion(trained):
    solved = open_solved(UnreelFolder(trained))
    found = neighbours(solved, 1002.25)
    assert [n.number for n in found] == [1002, 1003] and [n.share for n in found] == [0.75, 0.25]
    here = np.stack(np.meshgrid(np.arange(96), np.arange(64)), -1)[8:-8, 8:-8]
    for beside, frames in zip(found, (-0.25, 0.75), strict=True):
        assert np.abs(beside.xy[8:-8, 8:-8] - here - SLIDE * frames).max() < 0.05
    assert [n.number for n in neighbours(solved, 1003)] == [1003]


def test_a_moments_picture_is_the_plane_where_it_is_then(trained, tiny_shot):
    solved = open_solved(UnreelFolder(trained))
    third = plate_between(solved, 1003 + 1 / 3)[12:-12, 12:-12]  # one whole pixel to the right, a third down
    key = tiny_shot.colour(1003)
    above, below = (np.roll(key, (down, 1), (0, 1))[12:-12, 12:-12] for down in (0, 1))
    expected = (2 * above + below) / 3
    assert np.median(np.abs(third / expected - 1)) < 0.06


def centre(frame):
    """Of the paint's alpha, plate pixels (x, y)."""
    alpha = channel(frame, "A").astype(np.float64)
    y, x = np.indices(alpha.shape)
    return np.array([(alpha * x).sum(), (alpha * y).sum()]) / alpha.sum() + (frame.data.x, frame.data.y)


def test_the_paint_moves_evenly_through_the_moments(painted, run, tmp_path):
    words = ("--times", "1002-1004x0.5", "--outputs", "layer", "--progress", "none")
    done = run("propagate", painted, "-o", tmp_path / "slow.####.exr", *words)
    assert done.code == 0, done.err
    frames = [read_frame(tmp_path / f"slow.{number}.exr") for number in range(1002, 1007)]
    assert np.allclose(np.diff([centre(frame) for frame in frames], axis=0), SLIDE / 2, atol=0.1)
    alphas = [float(channel(frame, "A").astype(np.float64).sum()) for frame in frames]
    assert max(alphas) / min(alphas) < 1.02


def test_on_a_retimed_plate_whole_moments_are_as_without(painted, tiny_shot, run, tmp_path):
    assert run("propagate", painted, "-o", tmp_path / "plain.####.exr", "--progress", "none").code == 0
    for number, source in ((1001, 1001), (1002, 1003), (1003, 1005)):
        shutil.copy(tiny_shot.path(source), tmp_path / f"fast.{number}.exr")
    words = ("--times", "1001-1005x2", "--onto", tmp_path / "fast.####.exr", "--progress", "none")
    done = run("propagate", painted, "-o", tmp_path / "out.####.exr", *words)
    assert done.code == 0, done.err
    for number, source in ((1001, 1001), (1002, 1003), (1003, 1005)):
        a, b = read_frame(tmp_path / f"out.{number}.exr"), read_frame(tmp_path / f"plain.{source}.exr")
        assert np.array_equal(rgb(a), rgb(b)), number


def test_a_retimed_plate_is_never_written_over(painted, tiny_shot, run, tmp_path):
    plate = shutil.copy(tiny_shot.path(1001), tmp_path / "r.1001.exr")
    before = plate.read_bytes()
    words = ("--times", "1001-1001x1", "--onto", tmp_path / "r.####.exr", "--progress", "none")
    done = run("propagate", painted, "-o", tmp_path / "r.####.exr", *words)
    assert done.code == 2 and "write to another name" in done.err
    assert plate.read_bytes() == before


def test_paint_on_coded_pictures_has_one_colour_at_all_moments(tiny_shot, run, tmp_path):
    """A plate of 16-bit PNGs, and an EXR as the retimed one."""
    for number in range(1, 5):
        coded = np.clip(tiny_shot.colour(1001 + number), 0, 1) ** (1 / 2.2) * 65535
        cv2.imwrite(str(tmp_path / f"p.{number}.png"), coded[..., ::-1].astype(np.uint16))
    paint = np.zeros((64, 96, 4), np.uint16)
    paint[24:40, 36:60] = 32000, 32000, 32000, 65535
    cv2.imwrite(str(tmp_path / "paint.png"), paint)
    folder = tmp_path / "a.unreel"
    assert run("train", tmp_path / "p.#.png", "-o", folder, "--key", 2, "--progress", "none").code == 0
    assert run("import", folder, tmp_path / "paint.png", "--on", 2, "--progress", "none").code == 0
    words = ("--times", "2-3x0.5", "--no-light", "--progress", "none")
    assert run("propagate", folder, "-o", tmp_path / "l.#.exr", *words, "--outputs", "layer").code == 0
    layers = [read_frame(tmp_path / f"l.{number}.exr") for number in (2, 3, 4)]
    greys = [float(np.median(rgb(f)[channel(f, "A") > 0.99])) for f in layers]
    assert np.ptp(greys) < 0.01 * greys[0]
    for number in (2, 3, 4):
        write_frame(tmp_path / f"onto.{number}.exr", tiny_shot.frame(1001 + number))
    done = run("propagate", folder, "-o", tmp_path / "c.#.exr", *words, "--onto", tmp_path / "onto.#.exr")
    assert done.code == 0, done.err
    for number, layer in zip((2, 3, 4), layers, strict=True):
        comp = rgb(read_frame(tmp_path / f"c.{number}.exr"))
        assert abs(float(np.median(comp[channel(layer, "A") > 0.99])) / greys[0] - 1) < 0.01


def test_what_there_is_not_between_frames(painted, run, tmp_path):
    out = tmp_path / "o.####.exr"
    for words, code, reason in (
        (("--times", "1001-1002x0.5"), 2, "--onto"),
        (("--times", "1001-1002x0.5", "--outputs", "confidence"), 2, "not with --times"),
        (("--times", "1001-1009x0.5", "--outputs", "layer"), 2, "there is no moment"),
        (("--times", "1001-1002x0.5", "--frames", "1001-1009", "--outputs", "layer"), 2, "have no time"),
        (("--onto", str(out)), 2, "--times"),
        (("--times", "1001-1002x0.5", "--onto", tmp_path / "none.####.exr"), 3, "none."),
    ):
        done = run("propagate", painted, "-o", out, *words, "--progress", "none")
        assert done.code == code and reason in done.err, (words, done.err)
    assert not list(tmp_path.glob("o.*"))
