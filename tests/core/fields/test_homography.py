"""Plane-to-plane maps."""

import numpy as np
from unreel.core.fields.homography import (
    apply_homography,
    fit_affine,
    fit_homography,
    homography_derivative,
    normalise_homography,
    scale_matrix,
    translation_matrix,
)

TILTED = np.array([[1.02, 0.03, 5.0], [-0.02, 0.97, -3.0], [1e-4, -2e-4, 1.0]])


def points(seed: int, count: int = 40) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.random.default_rng(seed).uniform(0, 200, (2, count))
    return x, y


def test_a_point_goes_where_it_does_by_hand() -> None:
    matrix = np.array([[2.0, 0.0, 3.0], [0.0, 1.0, -1.0], [0.1, 0.0, 1.0]])
    u, v = apply_homography(matrix, np.array([10.0]), np.array([5.0]))
    assert (u[0], v[0]) == (23 / 2, 4 / 2)


def test_points_keep_their_shape() -> None:
    u, v = apply_homography(TILTED, np.zeros((1, 7)), np.zeros((5, 1)))
    assert u.shape == v.shape == (5, 7)


def test_the_inverse_matrix_leads_back() -> None:
    x, y = points(0)
    back = apply_homography(np.linalg.inv(TILTED), *apply_homography(TILTED, x, y))
    np.testing.assert_allclose(back, (x, y), atol=1e-9)


def test_normalising_changes_no_point() -> None:
    x, y = points(1)
    same = normalise_homography(-7 * TILTED)
    assert same[2, 2] == 1
    np.testing.assert_allclose(apply_homography(same, x, y), apply_homography(TILTED, x, y))


def test_a_translation_is_in_pixels() -> None:
    assert apply_homography(translation_matrix(3, -2), np.array(10.0), np.array(20.0)) == (13, 18)


def test_scaling_keeps_the_pictures_corners() -> None:
    # a picture of 10 x 4 pixels, three times as wide and twice as high: its edges are at -0.5 and size - 0.5
    u, v = apply_homography(scale_matrix(3, 2), np.array([-0.5, 9.5]), np.array([-0.5, 3.5]))
    np.testing.assert_allclose(u, [-0.5, 29.5])
    np.testing.assert_allclose(v, [-0.5, 7.5])


def test_a_homography_is_recovered_from_its_points() -> None:
    x, y = points(2)
    found = fit_homography(x, y, *apply_homography(TILTED, x, y), np.ones(40))
    np.testing.assert_allclose(found, TILTED, atol=1e-7)


def test_points_without_weight_do_not_count() -> None:
    x, y = points(3)
    u, v = apply_homography(TILTED, x, y)
    weight = np.ones(40)
    u[:10] += 300
    weight[:10] = 0
    np.testing.assert_allclose(fit_homography(x, y, u, v, weight), TILTED, atol=1e-7)
    assert not np.allclose(fit_homography(x, y, u, v, np.ones(40)), TILTED, atol=0.1)


def test_the_derivative_is_the_numeric_one() -> None:
    x, y = points(4, 5)
    dx, dy = homography_derivative(TILTED, x, y)
    for k in range(8):
        step = np.zeros(9)
        step[k] = 1e-6
        more, less = (apply_homography(TILTED + sign * step.reshape(3, 3), x, y) for sign in (1, -1))
        np.testing.assert_allclose(dx[k], (more[0] - less[0]) / 2e-6, rtol=1e-4, atol=1e-3)
        np.testing.assert_allclose(dy[k], (more[1] - less[1]) / 2e-6, rtol=1e-4, atol=1e-3)


def test_an_affine_map_is_found_again():
    rng = np.random.default_rng(2)
    x, y = rng.uniform(0, 100, (2, 40))
    matrix = np.array([[1.1, 0.2, -5], [-0.1, 0.9, 7], [0, 0, 1]])
    u, v = apply_homography(matrix, x, y)
    u[0] += 50  # has no weight
    assert np.allclose(fit_affine(x, y, u, v, np.r_[0, np.ones(39)]), matrix)
