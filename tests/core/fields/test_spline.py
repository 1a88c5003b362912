"""The B-spline lattice and a frame's map on it."""

import numpy as np
from unreel.core.fields.frame_map import FrameMap, evaluate_map, map_at_size
from unreel.core.fields.homography import apply_homography, fit_homography, homography_derivative
from unreel.core.fields.spline import evaluate_lattice, refine_lattice

TILTED = np.array([[1.02, 0.03, 5.0], [-0.02, 0.97, -3.0], [1e-4, -2e-4, 1.0]])


def test_equal_knots_move_everything_alike() -> None:
    knots = np.broadcast_to(np.array([3.0, -2.0]), (6, 9, 2))
    moved = evaluate_lattice(knots, np.linspace(0, 5.9, 20), np.linspace(0, 2.9, 10))
    np.testing.assert_allclose(moved[..., 0], 3, atol=1e-6)
    np.testing.assert_allclose(moved[..., 1], -2, atol=1e-6)


def test_refining_a_lattice_keeps_its_displacement() -> None:
    knots = np.random.default_rng(0).normal(size=(8, 9, 2))
    x, y = np.linspace(0, 5.9, 30), np.linspace(0, 4.9, 20)
    fine = evaluate_lattice(refine_lattice(knots), x * 2, y * 2)
    np.testing.assert_allclose(fine, evaluate_lattice(knots, x, y), atol=1e-5)


def test_a_homography_is_recovered_from_its_points() -> None:
    x, y = np.random.default_rng(1).uniform(0, 200, (2, 40))
    found = fit_homography(x, y, *apply_homography(TILTED, x, y), np.ones(40))
    np.testing.assert_allclose(found, TILTED, atol=1e-7)


def test_homography_derivative_is_the_numeric_one() -> None:
    x, y = np.random.default_rng(2).uniform(0, 100, (2, 5))
    dx, dy = homography_derivative(TILTED, x, y)
    for k in range(8):
        step = np.zeros(9)
        step[k] = 1e-6
        more, less = (apply_homography(TILTED + sign * step.reshape(3, 3), x, y) for sign in (1, -1))
        np.testing.assert_allclose(dx[k], (more[0] - less[0]) / 2e-6, rtol=1e-4, atol=1e-3)
        np.testing.assert_allclose(dy[k], (more[1] - less[1]) / 2e-6, rtol=1e-4, atol=1e-3)


def test_a_map_means_the_same_at_twice_the_size() -> None:
    knots = np.random.default_rng(3).normal(size=(7, 9, 2))
    frame_map = FrameMap(TILTED, knots, 16, (0, 0))
    small = evaluate_map(frame_map, np.array([10.0, 40.0]), np.array([20.0]))
    # the corner shared by four large pixels is the small pixel's centre
    large = map_at_size(frame_map, (96, 64), (192, 128), np.array([20.5, 80.5]), np.array([40.5]))
    np.testing.assert_allclose(large, (small + 0.5) * 2 - 0.5, atol=1e-3)


def test_a_residual_adds_to_the_sheet_inside_its_box_only() -> None:
    residual = np.full((4, 4, 2), 2.0, np.float16)
    frame_map = FrameMap(np.eye(3), None, 16, (8, 8), residual)
    xy = evaluate_map(frame_map, np.arange(20.0), np.arange(20.0))
    assert xy[9, 9, 0] == 11 and xy[2, 2, 0] == 2 and xy[9, 18, 0] == 18
