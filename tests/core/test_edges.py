"""Maps carried past an edge, and colours taken apart at it."""

import numpy as np
from unreel.core.edges import continue_map, occluder_share


def straight_map(height, width):
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return np.stack([1.2 * x - 0.1 * y + 300, 0.2 * x + 0.9 * y - 7], -1).astype(np.float32)


def test_a_straight_map_goes_on_straight():
    true = straight_map(40, 50)
    seen = np.zeros((40, 50), bool)
    seen[:, :25] = True
    surface = np.where(np.arange(50) < 28, 0.5, 0).astype(np.float32) * np.ones((40, 1), np.float32)
    given = np.where(seen[..., None], true, np.float32(-1))
    carried, trust = continue_map(given, seen, surface)
    assert np.abs(carried[:, :28] - true[:, :28]).max() < 0.3
    np.testing.assert_array_equal(carried[seen], true[seen])
    assert (trust[:, :28] == 1).all()
    assert np.isnan(carried[:, 28:]).all()


def test_hidden_surface_is_entered_two_pixels_deep_only():
    seen = np.zeros((20, 30), bool)
    seen[:, :15] = True
    carried, trust = continue_map(straight_map(20, 30), seen, np.ones((20, 30), np.float32))
    assert np.isfinite(carried[:, 15:17]).all() and np.isnan(carried[:, 17:]).all()
    assert (trust[:, 17:] == 0).all()


def test_beyond_a_fold_the_near_side_alone_decides():
    true = straight_map(30, 40)
    given = true.copy()
    given[:, 20:] += 200
    seen = np.ones((30, 40), bool)
    seen[:, 19:22] = False
    carried, _ = continue_map(given, seen, np.ones((30, 40), np.float32))
    assert np.abs(carried[:, 19] - true[:, 19]).max() < 0.3
    assert np.abs(carried[:, 21] - given[:, 21]).max() < 0.3


def test_the_occluders_colour_comes_out_of_a_mixed_pixel():
    surface = np.ones((9, 30), np.float32)
    surface[:, 15:] = 0
    surface[:, 15] = 0.25
    plate = surface[..., None] * np.float32([1, 0, 0]) + (1 - surface)[..., None] * np.float32([0, 0.4, 0.8])
    share = occluder_share(plate, surface)
    np.testing.assert_allclose(share[:, 15], 0.75 * np.float32([[0, 0.4, 0.8]]) * np.ones((9, 1)), atol=1e-6)


def test_without_an_occluder_near_the_plates_own_share_stays():
    surface = np.full((9, 9), 0.5, np.float32)
    plate = np.full((9, 9, 3), 0.8, np.float32)
    np.testing.assert_allclose(occluder_share(plate, surface), 0.4)
