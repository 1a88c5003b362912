"""Where on a frame paint can lie, and that no more of the frame than that is as good as all of it, bit for bit."""

from types import SimpleNamespace

import numpy as np
import pytest
from unreel.core.compose import LightSettings, Paint, lay, prepare, reach_pixel
from unreel.core.fields.frame_map import FrameMap
from unreel.core.frame import Window
from unreel.core.light import GRID
from unreel.core.model import Model
from unreel.core.paint import PAINT_MARGIN
from unreel.core.paint_box import box_of_paint
from unreel.core.solved import Solved
from unreel.core.source import place_picture

RASTER = Window(-6, 4, 402, 250)
SOLVED_AT = (134, 84)
PAINTED = Window(120, 100, 40, 24)
TURNED = np.array([[1.1, 0.12, -9.0], [-0.1, 0.95, 7.0], [4e-4, -2e-4, 1.0]])
"""Between the solve's pictures."""


def knots(strength=1.5):
    return np.random.default_rng(8).normal(scale=strength, size=(14, 20, 2))


MAPS = {
    1: FrameMap(np.eye(3)),
    2: FrameMap(TURNED, knots(), 8),
    3: FrameMap(TURNED @ np.diag([1, 1.4, 1]), knots(4), 8),  # which folds
    4: FrameMap(np.array([[1.0, 0, 500], [0, 1, 0], [0, 0, 1]])),  # the paint is far outside
    5: FrameMap(np.array([[1.0, 0, 44], [0, 1, 35], [0, 0, 1]])),  # and here in the frame's corner
}
LOOK = np.random.default_rng(3)
PICTURE = LOOK.uniform(0.05, 1, (*RASTER.shape, 3)).astype(np.float32)
MATTE = (LOOK.random(RASTER.shape) > 0.02).astype(np.float32)


def surface(number, frame, part=None):
    return MATTE[(part or RASTER).slices_in(RASTER)]


@pytest.fixture
def solved():
    model = Model(1, RASTER, SOLVED_AT, "soft", MAPS)
    return Solved(SimpleNamespace(raster=RASTER, matte="a matte", surface=surface), model)


@pytest.mark.parametrize("number", [1, 2, 3, 5])
def test_all_that_paint_can_touch_is_in_the_box(solved, number):
    box = box_of_paint(solved, [number], PAINTED, 0)
    xy = solved.xy_key(number) + np.float32([RASTER.x, RASTER.y])
    reached = (xy > np.float32([PAINTED.x, PAINTED.y]) - PAINT_MARGIN).all(-1)
    reached &= (xy < np.float32([PAINTED.right, PAINTED.bottom]) + PAINT_MARGIN).all(-1)
    assert reached.any() and box.width * box.height < 0.5 * RASTER.width * RASTER.height
    reached[box.slices_in(RASTER)] = False
    assert not reached.any()
    grown = box_of_paint(solved, [number], PAINTED, 9)
    assert (grown.x - RASTER.x) % GRID == 0 and (grown.y - RASTER.y) % GRID == 0
    assert grown.contains(box.grown(8).intersect(RASTER)) and RASTER.contains(grown)


def test_a_frame_without_the_paint_has_no_box(solved):
    assert box_of_paint(solved, [4], PAINTED, 30) is None
    assert box_of_paint(solved, [4, 5], PAINTED, 30) == box_of_paint(solved, [5], PAINTED, 30)


@pytest.mark.parametrize("number", [1, 2, 3, 5])
def test_paint_laid_in_its_box_is_what_it_is_on_the_whole_frame(solved, number):
    alpha, light = np.zeros(RASTER.shape, np.float32), LightSettings()
    alpha[PAINTED.slices_in(RASTER)] = LOOK.uniform(0, 1, PAINTED.shape).astype(np.float32)
    paint = prepare(Paint(alpha[..., None] * PICTURE[::-1], alpha, PICTURE, np.ones_like(alpha)))
    plate = PICTURE[:, ::-1].copy()
    part = box_of_paint(solved, [number], PAINTED, reach_pixel(light, 0) + 1)
    assert part is not None and part != RASTER
    at = [place_picture(solved, np.ones_like(alpha), RASTER, PAINTED, number, "a frame", p) for p in (None, part)]
    whole, boxed = (lay(plate[p.box], p.xy_source, p.surface, p.seen, paint, light) for p in at)
    assert boxed.footprint.any()
    for name in ("rgb", "layer", "alpha", "footprint"):
        one, other = getattr(whole, name), getattr(boxed, name)
        assert np.array_equal(one[at[1].box], other)
    assert whole.footprint.sum() == boxed.footprint.sum()
