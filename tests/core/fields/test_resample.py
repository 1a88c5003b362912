"""Values between pixels against values worked out by hand, and the compiled loops against the plain ones."""

import numpy as np
import pytest
from unreel.core.fields import resample
from unreel.core.fields.resample import sample, sample_plain


def grid(height, width):
    return np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1).astype(np.float32)


@pytest.fixture
def picture():
    return np.random.default_rng(0).random((20, 30, 8), np.float32) * 60


@pytest.mark.parametrize("kernel", ["catmull_rom", "bilinear"])
def test_at_pixel_centres_every_bit_survives(picture, kernel):
    picture[5, 7] = np.nan
    picture[11, 12, 0] = np.inf
    picture[3, 3] = -0.0
    out = sample(picture, grid(20, 30), kernel)
    assert out.tobytes() == picture.tobytes()


def test_the_plain_form_keeps_every_bit_too(picture):
    picture[11, 12, 0] = np.inf
    assert sample_plain(picture, grid(20, 30).reshape(-1, 2), "catmull_rom", None).tobytes() == picture.tobytes()


@pytest.mark.parametrize("kernel", ["catmull_rom", "bilinear"])
def test_a_straight_ramp_is_sampled_exactly(kernel):
    ramp = (grid(9, 12) @ np.array([[2.0], [-3.0]], np.float32)) + 5
    xy = np.array([[4.25, 3.5], [6.75, 5.125]], np.float32)
    np.testing.assert_allclose(sample(ramp, xy, kernel)[:, 0], 2 * xy[:, 0] - 3 * xy[:, 1] + 5, rtol=1e-6)


def test_halfway_between_pixels_catmull_rom_weighs_them_9_and_minus_1():
    step = np.array([0, 0, 16, 16, 16, 16], np.float32).reshape(1, 6, 1)
    assert sample(step, np.float32([[1.5, 0]]))[0, 0] == 8
    assert sample(step, np.float32([[2.5, 0]]))[0, 0] == 17


def test_outside_is_the_edge_or_the_fill(picture):
    xy = np.float32([[-40, 3], [29.6, 19.6], [-0.4, 0], [np.nan, 2]])
    np.testing.assert_array_equal(
        sample(picture, xy), [picture[3, 0], picture[19, 29], picture[0, 0], 0 * picture[0, 0]]
    )
    filled = sample(picture, xy, fill=7)
    assert (filled[[0, 1, 3]] == 7).all()
    np.testing.assert_array_equal(filled[2], picture[0, 0])


@pytest.mark.parametrize("channels", [1, 3, 8])
@pytest.mark.parametrize("kernel", ["catmull_rom", "bilinear"])
@pytest.mark.parametrize("fill", [None, 0.5])
def test_the_compiled_loop_equals_the_plain_one(picture, channels, kernel, fill):
    if resample.compiled is None:
        pytest.skip("numba, which pyproject.toml asks for, does not import here: nothing to compare")
    image = np.ascontiguousarray(picture[..., :channels]) / 60
    xy = np.random.default_rng(1).random((3000, 2), np.float32) * 50 - 10
    np.testing.assert_allclose(sample(image, xy, kernel, fill), sample_plain(image, xy, kernel, fill), atol=1e-6)


def test_without_numba_the_plain_form_serves(picture, monkeypatch):
    fast = sample(picture, grid(20, 30) + np.float32(0.3))
    monkeypatch.setattr(resample, "compiled", None)
    np.testing.assert_allclose(sample(picture, grid(20, 30) + np.float32(0.3)), fast, rtol=1e-4, atol=1e-4)
