"""Grain of a known strength and fineness, put on a picture, is measured; and more of the same is made."""

import cv2
import numpy as np
import pytest
from unreel.core.grain import (
    Grain,
    after_high_pass,
    fit_variance,
    grain_of,
    look_at_grain,
    make_noise,
    share_of_grain,
)

SHAPE = (200, 260)
ONES = np.ones(SHAPE, np.float32)


def grain(a=0.0, b=0.0, c=0.0, fineness=0.0, alike=0.0):
    mixing = np.linalg.cholesky(alike * np.ones((3, 3)) + (1 - alike) * np.eye(3))
    return Grain(np.tile([a, b, c], (3, 1)), np.full(3, fineness), mixing.astype(np.float32))


def with_grain(picture, one, seed):
    return picture + make_noise(one, SHAPE, np.random.default_rng(seed)) * one.deviation(picture)


@pytest.fixture
def picture():
    """Soft shapes from 0.03 to 0.9, and a few hard edges."""
    noise = cv2.GaussianBlur(np.random.default_rng(1).standard_normal((*SHAPE, 3)).astype(np.float32), (0, 0), 25)
    out = 0.18 * np.exp(45 * noise.mean(2, keepdims=True)) * np.float32([1, 0.9, 0.8])
    out[60:90, 100:140] *= 0.4
    return np.clip(out, 0.03, 0.9).astype(np.float32)


@pytest.mark.parametrize(("a", "b", "c"), [(1e-4, 0, 0), (0, 5e-4, 0), (0, 0, 1e-3)])
def test_the_strength_is_found_at_every_level(picture, a, b, c):
    true = grain(a, b, c)
    found = grain_of([look_at_grain(with_grain(picture, true, 1), with_grain(picture, true, 2), ONES)])
    for level in (0.08, 0.2, 0.5):
        at = np.full((1, 1, 3), level, np.float32)
        np.testing.assert_allclose(found.deviation(at), true.deviation(at), rtol=0.15)


@pytest.mark.parametrize("fineness", [0.0, 0.6, 1.0, 1.6])
def test_the_fineness_and_the_channels_ties_are_found(picture, fineness):
    true = grain(b=5e-4, fineness=fineness, alike=0.6)
    found = grain_of([look_at_grain(with_grain(picture, true, 1), with_grain(picture, true, 2), ONES)])
    np.testing.assert_allclose(found.fineness, fineness, atol=0.35 if fineness == 0 else 0.15 * fineness + 0.05)
    np.testing.assert_allclose((found.mixing @ found.mixing.T)[[0, 0, 1], [1, 2, 2]], 0.6, atol=0.1)
    at = np.full((1, 1, 3), 0.2, np.float32)
    np.testing.assert_allclose(found.deviation(at), true.deviation(at), rtol=0.2)


def test_the_pictures_own_detail_is_no_grain(picture):
    rng = np.random.default_rng(5)
    texture = cv2.GaussianBlur(rng.standard_normal((*SHAPE, 1)).astype(np.float32), (0, 0), 0.8)[..., None]
    detailed, true = picture * np.exp(0.5 * texture), grain(b=2e-4)
    found = grain_of([look_at_grain(with_grain(1.4 * detailed, true, 1), with_grain(detailed, true, 2), ONES)])
    at = np.full((1, 1, 3), 0.2, np.float32)
    np.testing.assert_allclose(found.deviation(at), true.deviation(at), rtol=0.25)


def test_texture_that_lies_half_a_pixel_off_is_passed_over(picture):
    rng = np.random.default_rng(6)
    texture = cv2.GaussianBlur(rng.standard_normal((*SHAPE, 1)).astype(np.float32), (0, 0), 1.2)[..., None]
    texture[:, :90] = 0
    detailed, true = picture * np.exp(1.5 * texture), grain(b=2e-4)
    moved = cv2.warpAffine(detailed, np.float32([[1, 0, 0.5], [0, 1, 0]]), SHAPE[::-1], flags=cv2.INTER_CUBIC)
    found = grain_of([look_at_grain(with_grain(detailed, true, 1), with_grain(moved, true, 2), ONES)])
    at = np.full((1, 1, 3), 0.2, np.float32)
    np.testing.assert_allclose(found.deviation(at), true.deviation(at), rtol=0.3)


def test_where_nothing_can_be_seen_there_is_none(picture):
    assert look_at_grain(picture, picture, ONES) is None  # the frame that was painted on
    assert look_at_grain(with_grain(picture, grain(1e-4), 1), picture, 0 * ONES) is None
    assert grain_of([]) is None


@pytest.mark.parametrize("fineness", [0.0, 0.7, 1.6])
def test_made_noise_has_strength_1_and_its_correlation(fineness):
    one = grain(1, fineness=fineness, alike=0.5)
    noise = make_noise(one, SHAPE, np.random.default_rng(3))
    np.testing.assert_allclose(noise.std((0, 1)), 1, rtol=0.04)
    np.testing.assert_allclose(np.corrcoef(noise.reshape(-1, 3).T)[0, 1], 0.5, atol=0.05)
    beside = float((noise[:, 1:] * noise[:, :-1]).mean())
    expected = {0.0: 0.0, 0.7: np.exp(-1 / (4 * 0.7**2)), 1.6: np.exp(-1 / (4 * 1.6**2))}[fineness]
    assert beside == pytest.approx(expected, abs=0.04)


def test_the_same_seed_makes_the_same_noise_and_another_another():
    first, again, other = (make_noise(grain(1), (20, 30), np.random.default_rng((7, n))) for n in (1, 1, 2))
    assert first.tobytes() == again.tobytes()
    assert abs(np.corrcoef(first.ravel(), other.ravel())[0, 1]) < 0.1


def test_a_high_pass_leaves_less_of_coarser_grain():
    alike, left = zip(*(after_high_pass(sigma) for sigma in (0.0, 0.5, 1.0, 2.0)), strict=True)
    assert list(alike) == sorted(alike) and list(left) == sorted(left, reverse=True)
    assert left[0] > 0.9


def test_the_variance_is_fitted_per_channel_and_never_below_0():
    levels = np.linspace(0.01, 1, 8)[:, None].repeat(3, 1)
    np.testing.assert_allclose(fit_variance(levels, 1e-4 + 2e-4 * levels)[1], [1e-4, 2e-4, 0], atol=1e-7)
    assert fit_variance(levels, np.maximum(1e-4 - 1e-3 * levels, 1e-9)).min() >= 0


def test_paint_and_what_shines_through_have_one_grain_together():
    alpha = np.float32([0, 0.25, 0.5, 1])
    np.testing.assert_allclose(share_of_grain(alpha) ** 2 + (1 - alpha) ** 2, 1, rtol=1e-6)
