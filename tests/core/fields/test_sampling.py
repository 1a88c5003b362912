"""Value and slope between pixels."""

import numpy as np
from unreel.core.fields import sampling
from unreel.core.fields.sampling import catmull_rom_weights, sample_with_slope, sample_with_slope_plain


def picture() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(20, 30)).astype(np.float32)


def pixels() -> tuple[np.ndarray, np.ndarray]:
    x, y = np.meshgrid(np.arange(30, dtype=np.float32), np.arange(20, dtype=np.float32))
    return x, y


def test_weights_sum_to_one_and_their_slopes_to_none() -> None:
    value, slope = catmull_rom_weights(np.linspace(0, 1, 11))
    np.testing.assert_allclose(sum(value), 1, atol=1e-12)
    np.testing.assert_allclose(sum(slope), 0, atol=1e-12)


def test_half_way_weights_are_those_of_keys() -> None:
    value, _ = catmull_rom_weights(np.array([0.5]))
    np.testing.assert_allclose(np.ravel(value), [-1 / 16, 9 / 16, 9 / 16, -1 / 16])


def test_pixel_centres_give_the_pixels() -> None:
    image = picture()
    np.testing.assert_allclose(sample_with_slope(image, *pixels())[0], image, atol=1e-6)


def test_a_ramp_has_its_own_slope() -> None:
    x, y = pixels()
    value, slope_x, slope_y = sample_with_slope(3 * x - 2 * y, x[4:9, 4:9] + 0.3, y[4:9, 4:9] + 0.7)
    np.testing.assert_allclose(value, 3 * (x + 0.3)[4:9, 4:9] - 2 * (y + 0.7)[4:9, 4:9], atol=1e-4)
    np.testing.assert_allclose(slope_x, 3, atol=1e-4)
    np.testing.assert_allclose(slope_y, -2, atol=1e-4)


def test_slopes_are_the_derivatives_of_the_value() -> None:
    image, step = picture(), 1e-2
    x = np.random.default_rng(2).uniform(3, 26, 50).astype(np.float32).round(1) + np.float32(0.05)
    y = np.random.default_rng(3).uniform(3, 16, 50).astype(np.float32).round(1) + np.float32(0.05)
    _, slope_x, slope_y = sample_with_slope(image, x, y)
    right, left = (sample_with_slope(image, x + s, y)[0] for s in (step, -step))
    below, above = (sample_with_slope(image, x, y + s)[0] for s in (step, -step))
    np.testing.assert_allclose(slope_x, (right - left) / (2 * step), atol=2e-2)
    np.testing.assert_allclose(slope_y, (below - above) / (2 * step), atol=2e-2)


def test_beyond_the_edge_the_edge_holds_on() -> None:
    image = picture()
    value, _, _ = sample_with_slope(image, np.float32([-7, 40]), np.float32([-3, 33]))
    np.testing.assert_allclose(value, [image[0, 0], image[-1, -1]], atol=1e-6)


def test_the_compiled_form_equals_the_plain_one() -> None:
    image, rng = picture(), np.random.default_rng(4)
    x, y = (rng.uniform(-5, n + 5, (40, 7)).astype(np.float32) for n in (30, 20))
    for fast, plain in zip(sample_with_slope(image, x, y), sample_with_slope_plain(image, x, y), strict=True):
        np.testing.assert_allclose(fast, plain, atol=5e-6)


def test_without_numba_the_plain_form_serves(monkeypatch) -> None:
    image, (x, y) = picture(), pixels()
    monkeypatch.setattr(sampling, "compiled", None)
    for found, plain in zip(
        sample_with_slope(image, x + 0.25, y), sample_with_slope_plain(image, x + 0.25, y), strict=True
    ):
        assert np.array_equal(found, plain)
