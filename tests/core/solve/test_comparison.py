"""The residual of a map, and what it does not see."""

import cv2
import numpy as np
import pytest
from unreel.core.solve.comparison import (
    Comparison,
    compare,
    compare_plain,
    median_residual,
    misfit,
    robust_weight,
)
from unreel.core.solve.forms import using

from .pictures import waves, whole

HEIGHT, WIDTH = 96, 128
EPSILON = 0.005


Y, X = np.indices((HEIGHT, WIDTH), dtype=np.float32)


def level_grid(level: int) -> tuple[np.ndarray, np.ndarray]:
    step = 2**level
    y, x = np.indices((HEIGHT >> level, WIDTH >> level), dtype=np.float32)
    return (x + 0.5) * step - 0.5, (y + 0.5) * step - 0.5


KEY = whole(waves(X, Y))


def test_a_picture_is_like_itself() -> None:
    seen = compare(KEY, KEY, 0, X, Y, EPSILON)
    assert np.abs(seen.residual).max() < 1e-3
    assert misfit(seen) < 1e-4 and median_residual(seen) < 1e-4
    assert (seen.mask == 1).all()


@pytest.mark.parametrize(("gain", "offset"), [(3.0, 0.0), (0.2, 0.0), (1.0, 0.7), (0.5, -2.0)])
def test_gain_and_offset_of_the_light_are_not_seen(gain: float, offset: float) -> None:
    seen = compare(whole(gain * waves(X, Y) + offset), KEY, 0, X, Y, EPSILON)
    assert misfit(seen) < 0.05


def test_a_ramp_of_light_is_hardly_seen_where_another_picture_is() -> None:
    ramp = np.linspace(0.6, 1.4, WIDTH, dtype=np.float32)
    lit = compare(whole(waves(X, Y) * ramp + 0.5 * ramp), KEY, 0, X, Y, EPSILON)
    other = compare(whole(waves(X, Y, seed=6)), KEY, 0, X, Y, EPSILON)
    assert misfit(lit) < 0.1
    assert misfit(other) > 0.5


@pytest.mark.parametrize("level", [0, 1, 2])
def test_residual_and_slope_tell_a_small_shift_in_level_0_pixels(level: int) -> None:
    shift = 0.3 * 2**level
    frame = whole(waves(X + shift, Y - shift))
    seen = compare(frame, KEY, level, *level_grid(level), EPSILON)
    inside = np.s_[4:-4, 4:-4]
    slope = np.stack([seen.slope_x[inside].ravel(), seen.slope_y[inside].ravel()], 1)
    step = np.linalg.lstsq(slope, seen.residual[inside].ravel(), rcond=None)[0]
    np.testing.assert_allclose(step, [shift, -shift], rtol=0.2)


def test_only_what_both_see_counts() -> None:
    frame_mask, key_mask = np.ones((2, HEIGHT, WIDTH), np.float32)
    frame_mask[:, :20] = 0
    key_mask[:, 100:] = 0
    luma = waves(X, Y)
    spoiled = np.where(frame_mask > 0, luma, 9)
    seen = compare(whole(spoiled, frame_mask), whole(np.where(key_mask > 0, luma, -9), key_mask), 0, X, Y, EPSILON)
    assert np.array_equal(seen.mask > 0, (X >= 20) & (X < 100))
    assert not seen.residual[:, :20].any() and not seen.residual[:, 100:].any()
    # windows are normalised over the common pixels alone: what hides does not reach across its edge
    assert np.abs(seen.residual[:, 20:98]).max() < 1e-3


def test_what_lies_beyond_the_key_is_not_compared() -> None:
    seen = compare(KEY, KEY, 0, X + 30, Y - 10, EPSILON)
    assert np.array_equal(seen.mask > 0, (X + 30 <= WIDTH - 1) & (Y - 10 >= 0))


def flat_comparison(residual: np.ndarray, mask: np.ndarray | None = None) -> Comparison:
    residual = residual.astype(np.float32)
    return Comparison(residual, residual, residual, np.ones_like(residual) if mask is None else mask)


def test_misfit_and_median_worked_out_by_hand() -> None:
    seen = flat_comparison(np.array([[0.1, -0.3, 5.0, -0.2, 0.7]]), np.float32([[1, 1, 1, 0.25, 0]]))
    np.testing.assert_allclose(misfit(seen), (0.1 + 0.3 + 1.0 + 0.25 * 0.2) / 3.25, rtol=1e-6)
    np.testing.assert_allclose(median_residual(seen), 0.3, rtol=1e-6)


def test_nothing_in_common_is_no_match_at_all() -> None:
    seen = flat_comparison(np.zeros((4, 4)), np.zeros((4, 4), np.float32))
    assert misfit(seen) == 1 and median_residual(seen) == 1
    assert not robust_weight(seen, 2).any()


def test_the_median_of_a_large_picture_is_nearly_that_of_all_its_pixels() -> None:
    residual = cv2.GaussianBlur(np.random.default_rng(2).normal(size=(700, 900)), (0, 0), 1.0)
    np.testing.assert_allclose(median_residual(flat_comparison(residual)), np.median(np.abs(residual)), rtol=0.02)


def test_robust_weights_are_geman_mcclures() -> None:
    # median |r| is 0.2: s = 3 * k * 1.48 * 0.2
    residual = np.array([[0.0, 0.2, 0.2, 0.2, 3.0]])
    s = 3 * 0.5 * 1.48 * 0.2
    weight = robust_weight(flat_comparison(residual), 0.5)
    np.testing.assert_allclose(weight, 1 / (1 + (residual / s) ** 2) ** 2, rtol=1e-5)
    assert weight[0, 0] == 1 and weight[0, 4] < 1e-3


def test_a_perfect_match_does_not_make_its_last_noise_an_outlier() -> None:
    residual = np.array([[0.0, 0.0, 0.0, 0.05]])
    assert robust_weight(flat_comparison(residual), 2)[0, 3] > 0.9


@pytest.mark.parametrize("level", [0, 1, 3])
def test_the_compiled_form_equals_the_plain_one(level: int) -> None:
    """Masks of both, a map that leaves the picture on all sides, turns over, and is far beyond a horizon somewhere."""
    rng = np.random.default_rng(level)
    masks = (cv2.GaussianBlur((rng.random((HEIGHT, WIDTH)) > 0.4).astype(np.float32), (0, 0), 3) for _ in range(2))
    frame, key = (whole(waves(X, Y, seed), mask) for seed, mask in zip((1, 2), masks, strict=True))
    x, y = level_grid(level)
    x, y = 1.2 * x - 9 + 3 * np.sin(y / 9), 1.1 * y - 5 + 2 * np.sin(x / 7)
    x[2, 3], y[4, 5] = 1e20, -1e20
    plain = compare_plain(frame, key, level, x.astype(np.float32), y.astype(np.float32), EPSILON)
    with using("compiled"):
        fast = compare(frame, key, level, x.astype(np.float32), y.astype(np.float32), EPSILON)
    np.testing.assert_allclose(fast.mask, plain.mask, atol=0.01)  # OpenCV samples it at 1/32 of a pixel
    shown = plain.mask > 0.05
    assert shown.mean() > 0.2
    for name in ("residual", "slope_x", "slope_y"):
        np.testing.assert_allclose(getattr(fast, name)[shown], getattr(plain, name)[shown], atol=0.02)
