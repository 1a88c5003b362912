"""The lean normal equations against the plain ones."""

import numpy as np
from unreel.core.fields.homography import homography_derivative
from unreel.core.solve.comparison import Comparison
from unreel.core.solve.planar import normal_equations, pixel_grid


def test_normal_equations_are_those_of_the_jacobian():
    rng = np.random.default_rng(0)
    residual, slope_x, slope_y, weight = (rng.standard_normal((48, 80)).astype(np.float32) for _ in range(4))
    matrix = np.array([[1.1, 0.02, 3.0], [-0.03, 0.95, -5.0], [1e-4, -2e-4, 1.0]])
    x, y = pixel_grid(48, 80, 1, (16, 32))
    seen = Comparison(residual, slope_x, slope_y, np.ones_like(residual))
    normal, gradient = normal_equations(matrix, x, y, seen, np.abs(weight))

    dx, dy = homography_derivative(matrix, x.astype(float), y.astype(float))
    jacobian = dx * slope_x.ravel() + dy * slope_y.ravel()
    weighted = jacobian * np.abs(weight).ravel()
    scale = np.sqrt(np.diag(weighted @ jacobian.T))
    np.testing.assert_allclose(
        normal / scale / scale[:, None], weighted @ jacobian.T / scale / scale[:, None], atol=1e-5
    )
    np.testing.assert_allclose(gradient / scale, weighted @ residual.ravel() / scale, atol=1e-4)
