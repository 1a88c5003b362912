"""The doctor's own maps: right ones pass, and each kind of wrong one is named."""

from __future__ import annotations

import doctor_frames
import pytest
from doctor_frames import FRAMES, HEIGHT, KEY, SLIDE, WIDTH, check_identity_on_disk, check_maps, make_identity, map_path


@pytest.fixture
def folder(tmp_path):
    """Frames, and the maps that a perfect solve would give."""
    doctor_frames.make_frames(tmp_path)
    for kind, sign in (("stmap", -1), ("inverse", 1)):
        for number in FRAMES:
            write_map(tmp_path, kind, number, sign * SLIDE * (number - KEY))
    return tmp_path


def write_map(folder, kind, number, slide, flipped=False, valid=1.0):
    st_map = make_identity()
    st_map[..., 0] += slide / WIDTH
    st_map[..., 3] = valid
    doctor_frames.write(map_path(folder, kind, number), st_map[::-1] if flipped else st_map)


def test_right_maps_pass(folder):
    assert "the others' find 2 pixels" in check_maps(folder)
    assert "the picture stays" in check_identity_on_disk(folder)


def test_the_frames_slide_as_is_said(folder):
    pictures = [doctor_frames.read(doctor_frames.plate_path(folder, number))[0] for number in FRAMES]
    assert pictures[0].shape == (HEIGHT, WIDTH, 3)
    slide = int(SLIDE)
    assert abs(pictures[1][:, slide:] - pictures[0][:, :-slide]).max() < 1e-6
    assert abs(pictures[1] - pictures[0]).max() > 0.01


@pytest.mark.parametrize(
    ("kind", "number", "wrong", "told"),
    [
        ("stmap", 1, {"slide": -SLIDE}, "stmap of frame 1 says a motion of -2.000"),
        ("inverse", 3, {"slide": 0}, "inverse of frame 3 says a motion of 0.000"),
        ("stmap", KEY, {"slide": 0.01}, "stmap of frame 2"),
        ("stmap", KEY, {"slide": 0, "flipped": True}, "stmap of frame 2"),
        ("inverse", 1, {"slide": -SLIDE, "valid": 0}, "is valid at 0 of"),
    ],
)
def test_a_wrong_map_is_named(folder, kind, number, wrong, told):
    write_map(folder, kind, number, **wrong)
    with pytest.raises(OSError, match=told):
        check_maps(folder)


def test_a_map_that_is_not_there_is_said_so(folder, capsys):
    map_path(folder, "stmap", 1).unlink()
    assert doctor_frames.main(["check", str(folder)]) == 1
    assert "maps_stmap.0001.exr can't be read" in capsys.readouterr().out
