"""A map that shrinks a picture must not alias; one that does not must not blur."""

import numpy as np
import pytest
from unreel.core.fields import minify
from unreel.core.fields.minify import halved, jacobian, make_pyramid, sample_area


def grid(height, width):
    return np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1).astype(np.float32)


def test_an_identity_map_gives_the_picture_bit_for_bit():
    picture = np.random.default_rng(0).random((33, 47, 8), np.float32)
    assert sample_area(make_pyramid(picture), grid(33, 47)).tobytes() == picture.tobytes()


@pytest.mark.parametrize("scale", [1.9, 2.0, 3.7, 8.0, 15.0])
def test_a_shrunk_checkerboard_is_grey(scale):
    checkers = (grid(256, 256).sum(2) % 2)[..., None].astype(np.float32)
    shrunk = sample_area(make_pyramid(checkers), grid(int(240 / scale), int(240 / scale)) * np.float32(scale) + 8)
    inner = shrunk[2:-2, 2:-2]
    assert abs(inner.mean() - 0.5) < 0.01
    assert inner.std() < 0.06


def test_a_checkerboard_shrunk_one_way_only_is_grey_and_stripes_along_the_other_stay():
    xy = grid(100, 60) * np.float32([4, 1])
    stripes = np.stack([grid(100, 240)[..., 0] % 2, grid(100, 240)[..., 1] % 2], -1).astype(np.float32)
    shrunk = sample_area(make_pyramid(stripes), xy)[4:-4, 4:-4]
    assert shrunk[..., 0].std() < 0.02
    assert shrunk[..., 1].std() == pytest.approx(0.5)


@pytest.mark.parametrize("scale", [1.0, 1.6, 2.9, 9.0])
@pytest.mark.parametrize("squeeze", [1.0, 0.1])
def test_the_compiled_loop_equals_the_plain_one(monkeypatch, scale, squeeze):
    if minify.compiled is None:
        pytest.skip("numba, which pyproject.toml asks for, does not import here: nothing to compare")
    pyramid = make_pyramid(np.random.default_rng(2).random((150, 170, 3), np.float32))
    turn = np.array([[0.9 * scale, 0.3 * squeeze], [-0.3 * scale, 0.9 * squeeze]], np.float32)
    xy = grid(25, 30) @ turn.T + np.float32(20.3)
    xy[:, 20:] += 15  # a fold
    xy[10, 10], xy[18, 5:9] = np.nan, np.nan
    fast = sample_area(pyramid, xy)
    monkeypatch.setattr(minify, "compiled", None)
    np.testing.assert_allclose(fast, sample_area(pyramid, xy), atol=2e-5)


def test_outside_and_unknown_positions_give_0():
    pyramid = make_pyramid(np.ones((8, 8, 2), np.float32))
    xy = np.float32([[[3, 3], [-2, 3], [np.nan, np.nan]]])
    np.testing.assert_array_equal(sample_area(pyramid, xy)[0, :, 0], [1, 0, 0])


def test_the_jacobian_of_a_straight_map_is_its_matrix():
    matrix = np.array([[1.5, 0.25], [-0.5, 2.0]], np.float32)
    np.testing.assert_array_equal(jacobian(grid(6, 7) @ matrix.T), np.broadcast_to(matrix, (6, 7, 2, 2)))


def test_a_jump_in_the_map_is_no_slope():
    xy = grid(5, 10)
    xy[:, 5:] += 100
    xy[2, 8] = np.nan
    slope = jacobian(xy)
    assert np.abs(slope).max() == 1
    assert slope[2, 7, 0, 0] == 1


def test_halving_keeps_a_constant_and_the_place_of_a_ramp():
    assert (halved(np.full((7, 5, 1), 3, np.float32), 0) == 3).all()
    ramp = np.arange(12, dtype=np.float32).reshape(12, 1, 1)
    np.testing.assert_allclose(halved(ramp, 0)[1:-1, 0, 0], [2.5, 4.5, 6.5, 8.5])
