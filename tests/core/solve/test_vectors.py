"""Motion vectors that came with the plate: pixels, y up on disk."""

from dataclasses import replace

import numpy as np
import pytest
from unreel.core.errors import InputError, MismatchedPictures
from unreel.core.exr_write import write_frame
from unreel.core.frame import Frame, Window
from unreel.core.settings import make_settings
from unreel.core.shot import Shot, open_shot
from unreel.core.solve.flow import carry
from unreel.core.solve.vectors import VectorFlow, vector_channels

PICTURE = Window(0, 0, 96, 64)
INSIDE = np.s_[8:-8, 8:-8]
PAN = (3.0, -1.0)
"""The tiny shot's plane moves right by 3 and down by 1 pixel a frame; on disk y is up."""


def write_vectors(shot, name: str, motion, frames=range(1001, 1006), channels=None, window=PICTURE) -> str:
    """`motion` (u, v) everywhere, as a renderer writes it."""
    u, v = channels or (f"{name}.u", f"{name}.v")
    for number in frames:
        planes = {u: np.full(window.shape, motion[0], np.float32), v: np.full(window.shape, motion[1], np.float32)}
        write_frame(shot.path(number, name), Frame(planes, window, window))
    return str(shot.folder / f"{name}.####.exr")


def opened(shot, **values) -> Shot:
    return open_shot(make_settings({"plate": shot.plate, **values}, "the test"))


def flow_of(shot, *way: int, **vectors):
    found = VectorFlow.open(opened(shot, vectors=vectors))
    assert found is not None
    return found.between(*way)


def test_vectors_of_a_pan_take_each_frame_to_the_next(tiny) -> None:
    forward = write_vectors(tiny, "forward", PAN)
    flow = flow_of(tiny, 1002, 1003, forward=forward)
    assert np.array_equal(flow.to, np.broadcast_to(np.float32([3, 1]), (64, 96, 2)))
    assert (flow.confidence == 1).all()
    shot = opened(tiny)
    here, there = (shot.read_proxy(n)[0].luma for n in (1002, 1003))
    np.testing.assert_allclose(carry(there, flow.to)[INSIDE], here[INSIDE], atol=2e-3)
    assert np.abs(there - here)[INSIDE].max() > 0.05


def test_the_way_back_is_read_from_the_backward_vectors(tiny) -> None:
    both = {
        "forward": write_vectors(tiny, "forward", PAN),
        "backward": write_vectors(tiny, "backward", (-3.0, 1.0)),
    }
    flow = flow_of(tiny, 1003, 1002, **both)
    assert np.array_equal(flow.to[INSIDE], np.broadcast_to(np.float32([-3, -1]), (64, 96, 2))[INSIDE])
    np.testing.assert_allclose(flow.confidence[INSIDE], 1, atol=1e-6)


def test_vectors_that_do_not_lead_home_are_not_believed(tiny) -> None:
    both = {
        "forward": write_vectors(tiny, "forward", PAN),
        "backward": write_vectors(tiny, "backward", (-1.0, 1.0)),
    }
    assert flow_of(tiny, 1002, 1003, **both).confidence[INSIDE].max() < 1e-3


def test_vectors_are_scaled_to_the_pictures_of_the_solve(tiny) -> None:
    forward = write_vectors(tiny, "forward", (30.0, -12.0))
    shot = opened(tiny, vectors={"forward": forward}, solve={"proxy": 64})
    assert shot.proxy_size == (64, 43)
    flow = VectorFlow.open(shot).between(1002, 1003)
    assert flow.to.shape == (48, 64, 2)  # padded as the pyramids are
    np.testing.assert_allclose(flow.to[10, 10], [20, 12 * 43 / 64], rtol=1e-5)


def test_vectors_of_a_part_of_the_picture_are_still_elsewhere(tiny) -> None:
    window = Window(10, 20, 30, 12)
    planes = {name: np.full(window.shape, 5, np.float32) for name in ("forward.u", "forward.v")}
    for number in range(1001, 1006):
        write_frame(tiny.path(number, "forward"), Frame(planes, window, PICTURE))
    to = flow_of(tiny, 1001, 1002, forward=str(tiny.folder / "forward.####.exr")).to
    assert (to[20:32, 10:40] == [5, -5]).all()
    assert np.count_nonzero(to[..., 0]) == 12 * 30


def test_nan_and_infinity_are_no_motion(tiny) -> None:
    forward = write_vectors(tiny, "forward", PAN)
    planes = {name: np.full((64, 96), 3, np.float32) for name in ("forward.u", "forward.v")}
    planes["forward.u"][5, 5], planes["forward.v"][6, 6], planes["forward.u"][7, 7] = np.nan, np.inf, -np.inf
    write_frame(tiny.path(1002, "forward"), Frame(planes, PICTURE, PICTURE))
    backward = write_vectors(tiny, "backward", (-3.0, 1.0))
    flow = flow_of(tiny, 1002, 1003, forward=forward, backward=backward)
    assert flow.to[5, 5, 0] == flow.to[6, 6, 1] == flow.to[7, 7, 0] == 0
    assert np.isfinite(flow.confidence).all()


def test_where_no_vectors_lead_there_are_none(tiny) -> None:
    forward = write_vectors(tiny, "forward", PAN, frames=(1001, 1002, 1004))
    assert flow_of(tiny, 1001, 1002, forward=forward) is not None
    assert flow_of(tiny, 1003, 1004, forward=forward) is None  # not on disk
    assert flow_of(tiny, 1002, 1001, forward=forward) is None  # the other way
    stepped = VectorFlow.open(opened(tiny, vectors={"forward": forward}, frames="1001-1005x2"))
    assert stepped.between(1001, 1003) is None  # they lead to 1002


def test_a_shot_without_vectors_has_none(tiny) -> None:
    assert VectorFlow.open(opened(tiny)) is None


def test_vectors_that_are_not_there_are_named(tiny) -> None:
    with pytest.raises(InputError, match="motion.####.exr"):
        VectorFlow.open(opened(tiny, vectors={"forward": str(tiny.folder / "motion.####.exr")}))


def test_vectors_of_another_size_are_refused(tiny) -> None:
    forward = write_vectors(tiny, "forward", PAN, window=Window(0, 0, 48, 32))
    with pytest.raises(MismatchedPictures, match="forward.1002.exr is not as large as the plate; render the vectors"):
        flow_of(tiny, 1002, 1003, forward=forward)


def test_missing_channels_are_named_with_those_there_are(tiny) -> None:
    forward = write_vectors(tiny, "forward", PAN, channels=("depth.Z", "id"))
    with pytest.raises(InputError, match=r"forward.1002.exr has channels .*id.*; motion is read from forward.u and"):
        flow_of(tiny, 1002, 1003, forward=forward)


def frame_with(*names: str) -> Frame:
    return Frame({name: np.zeros((2, 2), np.float32) for name in names}, Window(0, 0, 2, 2), Window(0, 0, 2, 2))


@pytest.mark.parametrize(
    ("names", "layer", "pair"),
    [
        (("R", "G", "B", "forward.u", "forward.v", "backward.u", "backward.v"), "forward", ("forward.u", "forward.v")),
        (
            ("R", "G", "B", "forward.u", "forward.v", "backward.u", "backward.v"),
            "backward",
            ("backward.u", "backward.v"),
        ),
        (("forward.x", "forward.y"), "forward", ("forward.x", "forward.y")),
        (("u", "v"), "backward", ("u", "v")),
        (("R", "G", "B"), "forward", ("R", "G")),
        (("X", "Y", "Z"), "forward", ("X", "Y")),
    ],
)
def test_the_layers_own_channels_come_first(names: tuple[str, ...], layer: str, pair: tuple[str, str]) -> None:
    assert vector_channels(frame_with(*names), layer, "here") == pair


def test_one_of_the_two_channels_is_not_enough() -> None:
    with pytest.raises(InputError, match="here has channels R, forward.u; motion is read from"):
        vector_channels(frame_with("R", "forward.u"), "forward", "here")


def test_vectors_of_a_plate_that_begins_elsewhere_stay_on_its_pixels(make_shot, tmp_path) -> None:
    data = Window(-8, 4, 96, 64)
    shot = replace(make_shot(tmp_path), data=data).write()
    planes = {name: np.zeros(PICTURE.shape, np.float32) for name in ("forward.u", "forward.v")}
    planes["forward.u"][10, 20] = 7
    for number in range(1001, 1006):
        write_frame(shot.path(number, "forward"), Frame(planes, PICTURE, PICTURE))
    to = flow_of(shot, 1001, 1002, forward=str(tmp_path / "forward.####.exr")).to
    assert np.argwhere(to[..., 0]).tolist() == [[10 - 4, 20 + 8]]
