"""Maps turned round, and coordinates on disk."""

import numpy as np
from unreel.core.coordinates import index_from_st, scaled, st_from_index
from unreel.core.frame import Window
from unreel.core.inverse import TOLERANCE_PIXEL, inverse_between, invert_map, sampled
from unreel.core.solve.sheet import lattice_displacement


def bent_map() -> np.ndarray:
    y, x = np.indices((96, 128), dtype=np.float32)
    knots = np.random.default_rng(10).normal(size=(96 // 32 + 3, 128 // 32 + 3, 2)) * 3
    return np.stack([x * 1.1 + 4, y * 0.95 - 3], -1) + lattice_displacement(knots, 32, 96, 128, 0)


def test_the_inverse_of_a_map_leads_back() -> None:
    xy_key = bent_map()
    back, found = invert_map(xy_key, (0.0, 0.0), (0, -10, 150, 110))
    there = [sampled(xy_key[..., c], back) for c in range(2)]
    y, x = np.indices(found.shape, dtype=np.float32)
    assert found.mean() > 0.5
    miss = np.hypot(there[0] - x, there[1] - (y - 10))[found]
    assert np.quantile(miss, 0.99) < 0.01 and miss.max() < TOLERANCE_PIXEL


def test_between_its_pixels_the_inverse_is_bilinear_and_the_same_from_a_part() -> None:
    xy_key = bent_map()
    back, found = invert_map(xy_key, (-3.0, 2.0), (0, -10, 150, 110))
    points = np.random.default_rng(12).uniform((30, 20), (110, 70), (200, 2)).astype(np.float32)
    at = (points + np.float32([0, 10]))[None]
    whole = np.stack([sampled(back[..., c], at)[0] for c in range(2)], -1)
    assert found[30:80, 30:110].all()
    np.testing.assert_allclose(inverse_between(xy_key, (-3.0, 2.0), points), whole, atol=0.02)


def test_places_the_frame_does_not_show_are_not_found() -> None:
    _, found = invert_map(bent_map(), (0.0, 0.0), (400, 400, 20, 20))
    assert not found.any()


def test_st_maps_count_from_the_bottom_left_of_the_display_window() -> None:
    data, display = Window(-4, 6, 10, 8), Window(0, 0, 40, 20)
    first = st_from_index(np.zeros((1, 1, 2), np.float32), data, display)[0, 0]
    np.testing.assert_allclose(first, [(-4 + 0.5) / 40, 1 - (6 + 0.5) / 20], atol=1e-6)


def test_st_maps_round_trip() -> None:
    data, display = Window(-4, 6, 10, 8), Window(2, 1, 41, 23)
    xy = np.random.default_rng(11).uniform(-5, 60, (7, 9, 2)).astype(np.float32)
    np.testing.assert_allclose(index_from_st(st_from_index(xy, data, display), data, display), xy, atol=1e-4)


def test_scaling_keeps_corners_on_corners() -> None:
    np.testing.assert_allclose(
        scaled(np.float32([[-0.5, -0.5], [9.5, 4.5]]), (20, 15), (10, 5)), [[-0.5] * 2, [19.5, 14.5]]
    )
