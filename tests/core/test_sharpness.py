"""A picture blurred by a known sigma gives that sigma back; a sharp one gives none."""

import cv2
import numpy as np
import pytest
from unreel.core.sharpness import SIGMAS, blurred, measure_blur

HEIGHT, WIDTH = 120, 160
ONES = np.ones((HEIGHT, WIDTH), np.float32)


def soft(picture, sigma):
    return cv2.GaussianBlur(picture, (0, 0), sigma) if sigma else picture


@pytest.fixture
def picture():
    """Detail of every size, as in photographs: 0.02 to 2, scene-linear."""
    rng = np.random.default_rng(3)
    noise = sum(s * soft(rng.standard_normal((HEIGHT, WIDTH, 3)).astype(np.float32), s) for s in (0.6, 1.2, 2.5, 5, 10))
    return (0.18 * np.exp(noise)).astype(np.float32)


def grain(seed, strength=0.01):
    return np.float32(strength) * np.random.default_rng(seed).standard_normal((HEIGHT, WIDTH, 3)).astype(np.float32)


@pytest.mark.parametrize("sigma", [1.2, 2.0, 3.0, 4.5])
def test_a_plate_blurred_by_sigma_gives_sigma_back(picture, sigma):
    found = measure_blur(soft(picture, sigma), picture, ONES)
    assert np.median(found) == pytest.approx(sigma, rel=0.1)
    assert np.abs(found - sigma).max() < 0.35 * sigma


def test_light_and_contrast_are_no_blur(picture):
    shadow = np.linspace(0.3, 1.5, WIDTH, dtype=np.float32)[None, :, None]
    assert measure_blur(picture * shadow, picture, ONES).max() == 0
    assert measure_blur(0.2 + 0.5 * picture, picture, ONES).max() == 0  # haze
    found = measure_blur(soft(picture * shadow, 2), picture, ONES)
    assert np.median(found) == pytest.approx(2, rel=0.15)


def test_grain_on_both_is_no_blur_and_hides_little_of_one(picture):
    assert measure_blur(picture + grain(1), picture + grain(2), ONES).max() == 0
    found = measure_blur(soft(picture, 2) + grain(1), picture + grain(2), ONES)
    assert 1.5 < np.median(found) < 2.3


def test_a_map_a_little_off_and_a_sharper_plate_are_no_blur(picture):
    moved = cv2.warpAffine(picture, np.float32([[1, 0, 0.5], [0, 1, 0.3]]), (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC)
    assert measure_blur(picture, moved, ONES).max() == 0
    assert measure_blur(picture, soft(picture, 1.5), ONES).max() == 0


def test_blur_that_grows_to_one_side_is_found_where_it_is(picture):
    plate = np.where(np.arange(WIDTH)[None, :, None] < WIDTH // 2, picture, soft(picture, 3))
    found = measure_blur(plate, picture, ONES)
    assert found[:, :30].max() == 0
    assert np.median(found[:, -30:]) == pytest.approx(3, rel=0.15)


def test_what_is_hidden_counts_for_nothing(picture):
    weight = ONES.copy()
    weight[:, 100:] = 0
    plate = soft(picture, 2)
    changed = plate.copy()
    changed[:, 100:] = np.random.default_rng(0).random((HEIGHT, 60, 3))
    found = measure_blur(plate, picture, weight)
    np.testing.assert_allclose(measure_blur(changed, picture, weight), found, atol=1e-4)
    assert np.median(found[:, 100:]) == pytest.approx(2, rel=0.2)
    assert not measure_blur(plate, picture, 0 * ONES).any()


@pytest.mark.parametrize("sigma", [0.5, 0.8, 1.7, 3.3, 5.6])
def test_a_blur_between_two_has_the_variance_asked_for(sigma):
    point = np.zeros((81, 81, 1), np.float32)
    point[40, 40] = 1
    out = blurred(point, np.full((81, 81), sigma, np.float32), np.ones((81, 81), np.float32))[..., 0]
    x = np.arange(81) - 40
    assert out.sum() == pytest.approx(1, abs=1e-3)
    assert (out * x**2).sum() == pytest.approx(sigma**2, rel=0.06, abs=0.05)


def test_a_blur_takes_nothing_from_where_nothing_is_known(picture):
    weight = ONES.copy()
    weight[:, 80:] = 0
    constant = np.where(weight[..., None] > 0, np.float32(0.5), np.float32(9))
    out = blurred(constant, 3 * ONES, weight)
    np.testing.assert_allclose(out[:, :80], 0.5, rtol=1e-5)


def test_pixels_with_no_blur_keep_their_bits(picture):
    sigma = ONES * 0
    sigma[:, 80:] = 2
    out = blurred(picture, sigma, ONES)
    assert out[:, :80].tobytes() == picture[:, :80].tobytes()
    assert np.abs(out[:, 80:] - picture[:, 80:]).max() > 0.1
    np.testing.assert_allclose(out[:, 90:], soft(picture, SIGMAS[5])[:, 90:], atol=1e-5)
