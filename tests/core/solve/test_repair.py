"""Parts of a sheet that match nothing are found again, and nothing else changes."""

import numpy as np
import pytest
from unreel.core.solve.pyramid import Pyramid, crop_pyramid, make_pyramid
from unreel.core.solve.repair import local_misfit, repaired
from unreel.core.solve.sheet import SheetSettings

from .pictures import X, Y, seen_through, smooth_bend, waves, whole

SETTINGS = SheetSettings()
KEY = whole(waves(X, Y))
TRUTH = (np.stack([X, Y], -1) + smooth_bend()).astype(np.float32)
FRAME = whole(seen_through(smooth_bend()))
AWAY = np.hypot(X - 84, Y - 60)
"""Pixels from the middle of the part that is lost."""
LOST = AWAY < 16


def pushed(dx: float, dy: float) -> np.ndarray:
    """The true map with a part that a wrong start has pushed off."""
    return TRUTH + np.clip((22 - AWAY) / 6, 0, 1)[..., None] * np.float32([dx, dy])


def error(xy_key: np.ndarray) -> np.ndarray:
    return np.linalg.norm(xy_key - TRUTH, axis=-1)


def repair(xy_key: np.ndarray, frame: Pyramid = FRAME) -> np.ndarray | None:
    return repaired(frame, KEY, xy_key, 8, (0, 0), SETTINGS)


@pytest.mark.parametrize("push", [(6, 0), (-5, 6), (0, -10), (10, 2)])
def test_a_part_that_was_pushed_off_is_found_again_and_nothing_else_moves(push: tuple[float, float]) -> None:
    start = pushed(*push)
    before = start.copy()
    found = repair(start)
    assert found is not None
    assert error(start)[LOST].min() > 5.9
    assert error(found).max() < 0.1
    np.testing.assert_array_equal(start, before)
    # 22 pixels were pushed; beyond them and the windows that are compared, all are the same
    np.testing.assert_array_equal(found[AWAY > 48], start[AWAY > 48])
    assert np.abs(found - start)[AWAY > 24].max() < 0.03


def test_a_part_is_found_in_a_frame_cut_to_its_layer() -> None:
    x, y, width, height = 32, 16, 112, 96
    window = np.s_[y : y + height, x : x + width]
    found = repaired(crop_pyramid(FRAME, x, y, width, height), KEY, pushed(6, 0)[window], 8, (x, y), SETTINGS)
    assert found is not None
    assert error(pushed(6, 0))[window].max() > 5.9
    assert np.linalg.norm(found - TRUTH[window], axis=-1).max() < 0.1


def test_a_sheet_that_fits_is_left_alone() -> None:
    assert repair(TRUTH) is None
    assert repair(TRUTH + np.float32(0.2)) is None


def test_what_is_hardly_a_part_of_the_layer_is_left_alone() -> None:
    small = TRUTH + np.exp(-(AWAY**2) / 8)[..., None] * np.float32([6, 0])
    assert (local_misfit(FRAME, KEY, small, SETTINGS.epsilon) > 0.12).any()
    assert repair(small) is None


def test_outside_the_layer_nothing_is_looked_for() -> None:
    frame = make_pyramid(FRAME.luma[0], (X < 50).astype(np.float32))
    assert repair(pushed(6, 0), frame) is None


@pytest.mark.parametrize("radius", [10, 16, 24])
def test_nothing_is_taken_where_something_stands_before_it(radius: int) -> None:
    occluder = AWAY < radius
    frame = whole(np.where(occluder, waves(X, Y, seed=9), FRAME.luma[0]))
    assert (local_misfit(frame, KEY, TRUTH, SETTINGS.epsilon) > 0.12).sum() > 200
    assert repair(TRUTH, frame) is None


def test_around_an_occluder_the_rest_of_the_part_is_found() -> None:
    start = pushed(6, 0)
    found = repair(start, whole(np.where(AWAY < 9, waves(X, Y, seed=9), FRAME.luma[0])))
    assert found is not None
    assert error(found)[(AWAY > 16) & (AWAY < 22)].mean() < 0.5 * error(start)[(AWAY > 16) & (AWAY < 22)].mean()
    assert np.abs(found - start)[AWAY < 4].max() < 0.01
