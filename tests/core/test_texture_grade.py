import numpy as np
import pytest
from unreel.core.texture_grade import MOST_RATIO, difference_of, ratio_of

SHAPE = (40, 60)
ONES = np.ones(SHAPE, np.float32)
NO_ROUNDING = np.zeros((*SHAPE, 3), np.float32)


@pytest.fixture
def ground():
    out = np.random.default_rng(0).random((*SHAPE, 3), np.float32) * 0.5 + 0.02
    out[10:14, 20:24] = 0  # black that another frame may light
    out[30, 30] = 5e-5
    return out


def test_a_black_place_in_a_grade_takes_the_grade_around_it(ground):
    ratio, alpha = ratio_of(ground * np.float32([2, 1, 0.25]), ground, ONES, NO_ROUNDING)
    assert (alpha == 1).all()
    np.testing.assert_allclose(ratio, np.float32([2, 1, 0.25]) * np.ones((*SHAPE, 1)), rtol=0.01)


def test_a_black_place_outside_a_grade_is_left_alone(ground):
    edited = ground.copy()
    edited[:, 40:] *= 2
    _, alpha = ratio_of(edited, ground, ONES, NO_ROUNDING)
    assert (alpha[:, 41:] == 1).all() and not alpha[:, :19].any()


def test_a_ratio_is_bounded_both_ways(ground):
    edited = ground.copy()
    edited[:5], edited[5:9] = 1e6, -1
    ratio, _ = ratio_of(edited, ground, ONES, NO_ROUNDING)
    assert ratio[:5].max() <= MOST_RATIO and (ratio[5:9] == 0).all() and np.isfinite(ratio).all()


@pytest.mark.parametrize("grade", [difference_of, ratio_of])
def test_rounding_is_no_change_and_neither_is_what_nobody_saw(ground, grade):
    edited = ground + np.float32(1e-4)
    layer, alpha = grade(edited, ground, ONES, np.full((*SHAPE, 3), 2e-4, np.float32))
    assert not layer.any() and not alpha.any()
    seen = ONES.copy()
    seen[:, :30] = 0
    layer, alpha = grade(ground * 2, ground, seen, NO_ROUNDING)
    assert not layer[:, :30].any() and not alpha[:, :30].any() and layer[:, 30:].any()


def test_a_difference_goes_below_0_and_has_no_opacity(ground):
    layer, alpha = difference_of(ground * 0.5, ground, ONES, NO_ROUNDING)
    np.testing.assert_array_equal(layer, -0.5 * ground)
    assert not alpha.any()
