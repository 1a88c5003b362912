"""The panel's live paint is what a host's nodes make of the same maps."""

from __future__ import annotations

import numpy as np
import pytest
from unreel.qt_panel.live.lay import ground_of, lay, linear, painted_of, sample, shaped
from unreel.qt_panel.live.layout import Layout, read_canonical
from unreel.qt_panel.live.maps import read_maps, read_planes
from unreel.qt_panel.live.messages import MODES, Mode

from ...core.live_host import LiveFiles, catmull_rom, lay_live

FRAME = 1004


def paint_on(shape: tuple[int, ...], least: float = 0.0) -> np.ndarray:
    """A soft box and a hard one, premultiplied; a corner of the hard one is `least`."""
    paint = np.zeros((*shape[:2], 4), np.float32)
    paint[20:34, 30:52] = (0.5, 0.1, 0.05, 0.6)
    paint[30:40, 60:76] = (0.02, 0.6, 0.9, 1)
    paint[36:40, 70:76, 2] = least
    return paint


def lay_here(mode: Mode, layout: Layout, paint: np.ndarray, exact: bool = True) -> np.ndarray:
    canonical, maps = read_canonical(layout), read_maps(layout, FRAME)
    gain, hold = (read_planes(layout, f"live_{what}", FRAME, "RGBA") for what in ("gain", "hold"))
    painted, bare = painted_of(mode, paint, canonical), ground_of(mode, canonical)
    sampled = [sample(each, maps.xy, exact) for each in (painted, bare)]
    darkest = np.minimum(paint[..., :3].min((0, 1)), 0)
    plate = read_planes(layout, "plate", FRAME, "RGB")
    return lay(mode, plate, *sampled, gain, np.ascontiguousarray(hold[..., :3]), darkest)[0]


@pytest.mark.slow
@pytest.mark.parametrize("least", [0.0, -0.05])
@pytest.mark.parametrize("mode", MODES)
def test_it_is_what_the_nodes_make_of_the_maps(mode: Mode, least: float, layout: Layout):
    paint = paint_on(layout.canvas_size[::-1], least)
    plate = read_planes(layout, "plate", FRAME, "RGB")
    files = LiveFiles(layout.folder / "maps", "shot")
    by_nodes = lay_live(plate, paint, files, FRAME, catmull_rom, mode)
    here = lay_here(mode, layout, paint)
    assert np.abs(by_nodes - plate).max() > 0.1  # there is something to be equal to
    assert np.abs(here - by_nodes).max() < (0.02 if least == 0 else 0.05)  # at corners of hard paint
    assert np.abs(here - by_nodes).mean() < 5e-5
    exactly = lay_live(plate, paint, files, FRAME, lambda picture, xy: as_here(picture, xy), mode)
    np.testing.assert_allclose(here, exactly, atol=1e-5)


def as_here(picture: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """`sample`, for any number of channels and for places that lead nowhere."""
    four = np.zeros((*picture.shape[:2], 4), np.float32)
    four[..., : picture.shape[2]] = picture
    return sample(four, np.nan_to_num(xy, nan=-10), exact=True)[..., : picture.shape[2]]


@pytest.mark.slow
@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("mode", MODES)
def test_where_no_paint_is_read_the_plate_keeps_its_bits(mode: Mode, exact: bool, layout: Layout):
    paint = paint_on(layout.canvas_size[::-1])
    plate, xy = read_planes(layout, "plate", FRAME, "RGB"), read_maps(layout, FRAME).xy
    laid = lay_here(mode, layout, paint, exact)
    near = (xy[..., 0] > 27) & (xy[..., 0] < 79) & (xy[..., 1] > 17) & (xy[..., 1] < 43)
    assert laid[~near].tobytes() == plate[~near].tobytes()
    assert (laid != plate).any()


def test_the_kernel_is_keys_at_a_half():
    picture = np.zeros((9, 9, 4), np.float32)
    picture[4, 4] = 1
    steps = np.arange(2, 6.01, 0.1, dtype=np.float32)
    xy = np.stack(np.meshgrid(steps, steps), -1)
    sampled = sample(picture, xy, exact=True)
    np.testing.assert_allclose(sampled, catmull_rom(picture, xy), atol=0.0035)
    np.testing.assert_allclose(sampled[20], catmull_rom(picture, xy)[20], atol=1e-6)  # along one axis exactly


def test_the_shaper_comes_back():
    values = np.float32([[[-0.5, -0.01, 0], [0.001, 0.18, 60]]])
    np.testing.assert_allclose(linear(shaped(values)), values, rtol=1e-5, atol=1e-7)
    assert linear(np.zeros((1, 2, 3), np.float32)).tobytes() == np.zeros((1, 2, 3), np.float32).tobytes()
